import type { PacketDocument } from '../../src-shared/contract/packet-document.ts';
import type { PacketState } from '../../src-shared/contract/packets.ts';
import type { Role } from '../../src-shared/contract/roles.ts';

/**
 * The review of one packet: draft → in review → accepted or sent back. Its state is what its events say, in their order;
 * nothing is stored that they do not give.
 */

export type ReviewKind =
  'submitted' | 'comment' | 'question' | 'answer' | 'withdrawn' | 'checked' | 'unchecked' | 'accepted' | 'sent-back' | 'verified';

export interface ReviewEvent {
  readonly eventNo: number;
  readonly kind: ReviewKind;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** null: the console by itself. */
  readonly memberId: string | null;
  readonly who: string;
  readonly role: Role | null;
  readonly figure: string | null;
  readonly about: number | null;
  readonly body: { readonly text?: string; readonly item?: string; readonly holds?: boolean; readonly knowing?: string | null };
}

export interface Question {
  readonly question: ReviewEvent;
  readonly state: 'open' | 'answered' | 'withdrawn';
  readonly answers: readonly ReviewEvent[];
}

export interface ReviewState {
  readonly state: PacketState;
  readonly since: string;
  readonly questions: readonly Question[];
  readonly comments: readonly ReviewEvent[];
  /** Items that are ticked, with who ticked them. */
  readonly checked: ReadonlyMap<string, ReviewEvent>;
  readonly decided: ReviewEvent | null;
  readonly lastVerified: ReviewEvent | null;
}

const DECISIONS: Readonly<Partial<Record<ReviewKind, PacketState>>> = {
  submitted: 'in-review',
  accepted: 'accepted',
  'sent-back': 'sent-back',
};

export function reviewState(builtAt: string, events: readonly ReviewEvent[]): ReviewState {
  let state: PacketState = 'draft';
  let since = builtAt;
  let decided: ReviewEvent | null = null;
  let lastVerified: ReviewEvent | null = null;
  const questions = new Map<number, { question: ReviewEvent; state: Question['state']; answers: ReviewEvent[] }>();
  const comments: ReviewEvent[] = [];
  const checked = new Map<string, ReviewEvent>();
  for (const event of events) {
    const next = DECISIONS[event.kind];
    if (next !== undefined) {
      state = next;
      since = event.at;
      decided = event.kind === 'submitted' ? null : event;
    }
    const asked = event.about === null ? undefined : questions.get(event.about);
    if (event.kind === 'comment') comments.push(event);
    else if (event.kind === 'question') questions.set(event.eventNo, { question: event, state: 'open', answers: [] });
    else if (event.kind === 'answer' && asked !== undefined) {
      asked.answers.push(event);
      asked.state = 'answered';
    } else if (event.kind === 'withdrawn' && asked !== undefined) asked.state = 'withdrawn';
    else if (event.kind === 'checked') checked.set(event.body.item ?? '', event);
    else if (event.kind === 'unchecked') checked.delete(event.body.item ?? '');
    else if (event.kind === 'verified') lastVerified = event;
  }
  return { state, since, questions: [...questions.values()], comments, checked, decided, lastVerified };
}

export const openQuestions = (review: ReviewState): readonly Question[] => review.questions.filter(({ state }) => state === 'open');

/** The worst that whoever accepts must name: a gate that fails, an error among the findings, the reference's refusal. */
export function worstFact(
  document: Pick<PacketDocument, 'gates' | 'findings' | 'referenceRefusal'>,
): { readonly code: string; readonly says: string } | null {
  const gate = document.gates.results.find(({ state }) => state === 'fail');
  if (gate !== undefined) return { code: gate.gate, says: `${gate.name} fails: ${gate.says}` };
  const error = document.findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) return { code: error.code, says: error.says };
  const refusal = document.referenceRefusal;
  return refusal === null ? null : { code: 'reference-refusal', says: `The reference refuses the month: ${refusal.says}` };
}

export interface OpenItem {
  readonly code: string;
  readonly says: string;
  readonly figure: string | null;
}

export interface Acting {
  readonly memberId: string | null;
  readonly role: Role;
}

/** Why a step cannot be taken now; null where it can. `newer` is the revision that replaces this one. */
export interface Standpoint {
  readonly review: ReviewState;
  readonly newer: number | null;
}

export type Step = 'submit' | 'comment' | 'ask' | 'answer' | 'withdraw' | 'check' | 'accept' | 'sendBack' | 'correct';

const DECIDERS: readonly Role[] = ['admin', 'founder', 'finance'];
const REVIEWERS: readonly Role[] = [...DECIDERS, 'leadership', 'engineering', 'platform', 'auditor'];
const MAY: Readonly<Record<Step, readonly Role[]>> = {
  submit: DECIDERS,
  comment: REVIEWERS,
  ask: REVIEWERS,
  answer: REVIEWERS,
  withdraw: REVIEWERS,
  check: REVIEWERS,
  accept: DECIDERS,
  sendBack: DECIDERS,
  correct: DECIDERS,
};

const STATE_WORDS: Readonly<Record<PacketState, string>> = {
  draft: 'It is a draft',
  'in-review': 'It is in review',
  accepted: 'It was accepted',
  'sent-back': 'It was sent back',
};

export interface Refusal {
  readonly says: string;
  readonly nextStep: string;
}

export function refusalOf(step: Step, { review, newer }: Standpoint, acting: Acting): Refusal | null {
  if (newer !== null) return { says: `Revision ${newer} replaces this one.`, nextStep: `Open revision ${newer}; this one can be read.` };
  if (!MAY[step].includes(acting.role))
    return { says: `The role ${acting.role} does not take this step.`, nextStep: `One of ${MAY[step].join(', ')} does.` };
  const { state } = review;
  const words = STATE_WORDS[state];
  if (step === 'submit' && state !== 'draft' && state !== 'sent-back')
    return {
      says: `${words}.`,
      nextStep: state === 'in-review' ? 'Accept it or send it back.' : 'Build it again with a reason to restate it.',
    };
  if ((step === 'accept' || step === 'sendBack') && state !== 'in-review')
    return {
      says: `${words}, so there is nothing to decide.`,
      nextStep: state === 'accepted' ? 'Build it again with a reason to restate it.' : 'Submit it for review first.',
    };
  if (state === 'accepted' && (step === 'ask' || step === 'answer' || step === 'withdraw' || step === 'check'))
    return { says: `${words}: its review is closed.`, nextStep: 'Comment on it, or build it again with a reason to restate it.' };
  return null;
}
