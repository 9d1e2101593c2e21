import type { PolicyAnswer } from '../../../src-shared/contract/approvals.ts';
import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { roleWord } from '../../port/refusal.ts';
import type { Refusal } from '../../ui/action-button.tsx';

type SessionAnswer = OutputOf<Contract, 'session.describe'>;

/** Milliseconds as people read them: "0.4 ms", "12 ms". */
export const latencyWords = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

/** What policy refused, as the button shows it: the sentence, who acts, the rule with its time, the way round. */
export const policyRefusal = (answer: PolicyAnswer, session: Pick<SessionAnswer, 'member'> | undefined): Refusal | null =>
  answer.allowed
    ? null
    : {
        reason: answer.says,
        rule: `${answer.rule}, decided in ${latencyWords(answer.latencyMs)}`,
        wayRound: [answer.nextStep, session === undefined ? null : `You act as ${roleWord(session.member.role)}.`]
          .filter((part) => part !== null)
          .join(' '),
      };

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five'];
export const smallNumber = (n: number): string => NUMBERS[n] ?? String(n);

/** "Two other members have to confirm it within 72 hours, each acting as partner admin, finance, founder or admin." */
export const demandWords = (approval: NonNullable<PolicyAnswer['approval']>): string => {
  const roles = approval.roles.map(roleWord);
  const listed = roles.length < 2 ? roles.join('') : `${roles.slice(0, -1).join(', ')} or ${roles.at(-1) ?? ''}`;
  const who = approval.confirmations === 1 ? 'One other member has' : `${capital(smallNumber(approval.confirmations))} other members have`;
  return `${who} to confirm it within ${approval.expiresHours} hours, acting as ${listed}. Nothing is changed until then.`;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** What a button is called: whoever needs others asks. */
export const askOr = (answer: PolicyAnswer, verb: string): string => (answer.approval === null ? `${capital(verb)}…` : `Ask to ${verb}…`);
