import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { AppError, isAppError } from '../../../src-shared/kernel/errors.ts';
import { type CliSession, withWorkspace } from '../open.ts';
import { print, table } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';
import { packetOf } from './packet-workspace.ts';

/** `packet review …`: each step of a review, on the newest revision of a month. */

type Stepped = OutputOf<Contract, 'packet.submit'>;

async function onPacket(
  globals: GlobalOptions,
  month: string,
  step: (session: CliSession, packetId: string) => Promise<Stepped>,
): Promise<void> {
  await withWorkspace(globals, { writes: true }, async (session) => {
    const { head } = await packetOf(session, month);
    const stepped = await step(session, head.packetId);
    print(
      { month: head.month, revision: head.revision, ...stepped },
      ({ state, openQuestions, eventNo }) =>
        `${head.month}, revision ${head.revision}: ${state}, ${openQuestions} open question${openQuestions === 1 ? '' : 's'} (event ${eventNo}).`,
    );
  });
}

export async function showReview(globals: GlobalOptions, month: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async (session) => {
    const { head, review } = await packetOf(session, month);
    print({ head, review }, () =>
      [
        `${head.month}, revision ${head.revision}: ${head.state} since ${head.stateSince}`,
        ...review.events.map(
          ({ eventNo, at, who, kind, figure, text }) =>
            `${eventNo}  ${at}  ${who}  ${kind}${figure === null ? '' : ` on ${figure}`}  ${text}`,
        ),
        '',
        table(
          ['item', 'role', 'state', 'label'],
          review.checklist.map(({ item, role, checked, needed, label }) => [
            item,
            role,
            checked ? 'ticked' : needed ? 'NEEDED' : 'open',
            label,
          ]),
        ),
        ...(review.worst === null ? [] : ['', `Accepting must name ${review.worst.code}: ${review.worst.says}`]),
      ].join('\n'),
    );
  });
}

export const submit = (globals: GlobalOptions, month: string): Promise<void> =>
  onPacket(globals, month, ({ client }, packetId) => client.call('packet.submit', { packetId }));

interface TextOptions {
  readonly figure?: string;
}

export const comment = (globals: GlobalOptions, month: string, text: string, { figure }: TextOptions): Promise<void> =>
  onPacket(globals, month, ({ client }, packetId) =>
    client.call('packet.comment', { packetId, text, ...(figure === undefined ? {} : { figure }) }),
  );

export const ask = (globals: GlobalOptions, month: string, text: string, { figure }: TextOptions): Promise<void> =>
  onPacket(globals, month, ({ client }, packetId) =>
    client.call('packet.ask', { packetId, text, ...(figure === undefined ? {} : { figure }) }),
  );

const questionOf = (text: string): number => {
  if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
  throw new AppError('BAD_INPUT', `“${text}” is no question.`, { nextStep: 'Give its number, as `packet review show` lists it.' });
};

export const answer = (globals: GlobalOptions, month: string, question: string, text: string): Promise<void> =>
  onPacket(globals, month, ({ client }, packetId) => client.call('packet.answer', { packetId, question: questionOf(question), text }));

export const withdraw = (globals: GlobalOptions, month: string, question: string): Promise<void> =>
  onPacket(globals, month, ({ client }, packetId) => client.call('packet.withdraw', { packetId, question: questionOf(question) }));

export const check = (
  globals: GlobalOptions,
  month: string,
  items: readonly string[],
  { off }: { readonly off?: boolean },
): Promise<void> =>
  onPacket(globals, month, async ({ client }, packetId) => {
    let stepped: Stepped | null = null;
    for (const item of items) stepped = await client.call('packet.check', { packetId, item, checked: off !== true });
    return stepped!;
  });

export const accept = (
  globals: GlobalOptions,
  month: string,
  { knowing, text }: { readonly knowing?: string; readonly text?: string },
): Promise<void> =>
  onPacket(globals, month, async ({ client }, packetId) => {
    try {
      return await client.call('packet.accept', {
        packetId,
        ...(knowing === undefined ? {} : { knowing }),
        ...(text === undefined ? {} : { text }),
      });
    } catch (error) {
      // On a terminal the list of what is open; with --json it stands in the error's details.
      const open = isAppError(error) ? error.details['open'] : undefined;
      if (Array.isArray(open))
        for (const item of open as { code: string; says: string }[]) process.stderr.write(`${item.code}: ${item.says}\n`);
      throw error;
    }
  });

export const sendBack = (globals: GlobalOptions, month: string, { reason }: { readonly reason: string }): Promise<void> =>
  onPacket(globals, month, ({ client }, packetId) => client.call('packet.sendBack', { packetId, reason }));

export async function correct(
  globals: GlobalOptions,
  month: string,
  changes: readonly string[],
  { reason }: { readonly reason: string },
): Promise<void> {
  const parsed = changes.map((change) => {
    const match = /^(\/[^=]+)=(.+)$/.exec(change);
    if (match === null)
      throw new AppError('BAD_INPUT', `“${change}” is no change.`, {
        nextStep: 'Write it as /pointer=value, such as /stress_scenario/infra_cost_multiplier=2.',
      });
    return { pointer: match[1]!, value: match[2]! };
  });
  await withWorkspace(globals, { writes: true }, async (session) => {
    const { head } = await packetOf(session, month);
    print(
      await session.client.call('packet.correctAssumption', { packetId: head.packetId, changes: parsed, reason }),
      ({ says, sha256 }) => `${says}\nAssumptions ${sha256}`,
    );
  });
}
