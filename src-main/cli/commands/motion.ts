import type { Freeze, Motion } from '../../../src-shared/contract/gates.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { GlobalOptions } from '../global-options.ts';
import { everyPage, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { print, table } from '../output.ts';

/** Freezes of price and packaging motions, and the motions themselves. */

const freezeText = (freeze: Freeze): string =>
  [
    `Freeze ${freeze.freezeNo}, since ${freeze.frozenAt}, run ${freeze.runNo}: ${freeze.latest ?? freeze.says}`,
    freeze.plan === null ? 'No corrective plan yet.' : `Plan of ${freeze.plan.owner}, due ${freeze.plan.dueOn}: ${freeze.plan.steps}`,
    freeze.liftedAt === null ? '' : `Lifted at ${freeze.liftedAt} by run ${freeze.liftedByRun ?? ''}.`,
  ]
    .filter((line) => line !== '')
    .join('\n');

/** Ends with 1 while motions are frozen. */
export async function showFreeze(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const found = await client.call('freeze.get', {});
    print(found, ({ frozen, lifts, history }) =>
      frozen === null ? ['Motions are not frozen.', ...history.map(freezeText)].join('\n\n') : [freezeText(frozen), lifts].join('\n'),
    );
    if (found.frozen !== null) endWith(1);
  });
}

export async function planFreeze(globals: GlobalOptions, options: { owner: string; steps: string; due: string }): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const [{ frozen }, { members }] = await Promise.all([client.call('freeze.get', {}), client.call('member.list', {})]);
    if (frozen === null)
      throw new AppError('CONFLICT', 'Motions are not frozen: there is nothing to plan. Nothing was changed.', {
        nextStep: 'A plan answers a breach; see `gate list`.',
      });
    const wanted = options.owner.trim().toLowerCase();
    const owner = members.find(({ memberId, name }) => memberId === options.owner || name.toLowerCase() === wanted);
    if (owner === undefined)
      throw new AppError('NOT_FOUND', `This workspace has no member called ${options.owner}. Nothing was changed.`, {
        nextStep: `Use one of its members: ${members.map(({ name }) => name).join(', ')}.`,
      });
    print(
      await client.call('freeze.plan', {
        freezeNo: frozen.freezeNo,
        ownerId: owner.memberId,
        steps: options.steps,
        dueOn: options.due,
      }),
      freezeText,
    );
  });
}

/** Ends with 1 where a motion may not be proposed. */
export async function guardMotion(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const guard = await client.call('motion.guard', {});
    print(guard, ({ says, missing, holds }) => [says, ...missing.map(missingText), ...holds.map((held) => `✓ ${held}`)].join('\n'));
    if (!guard.allowed) endWith(1);
  });
}

const missingText = ({ code, says, nextStep }: Motion['missing'][number]): string => `✕ ${code}: ${says}\n  Next: ${nextStep}`;

/** Ends with 1 where it was refused; the refusal is kept. */
export async function proposeMotion(globals: GlobalOptions, title: string, options: { kind: string; changes: string }): Promise<void> {
  const { kind } = options;
  if (kind !== 'price' && kind !== 'packaging')
    throw new AppError('BAD_INPUT', `There is no kind of motion called ${kind}.`, { nextStep: 'Use price or packaging.' });
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const motion = await client.call('motion.propose', { kind, title, changes: options.changes });
    print(motion, ({ motionNo, outcome, missing }) =>
      outcome === 'proposed'
        ? `Motion ${motionNo} is proposed.`
        : [`Motion ${motionNo} is refused.`, ...missing.map(missingText)].join('\n'),
    );
    if (motion.outcome === 'refused') endWith(1);
  });
}

export async function listMotions(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const motions = await everyPage<Motion>(async (after) => {
      const page = await client.call('motion.list', { limit: 200, ...(after === undefined ? {} : { after }) });
      return { rows: page.motions, next: page.next };
    });
    print({ motions }, () =>
      motions.length === 0
        ? 'No change of prices or packages was proposed yet.'
        : table(
            ['>motion', 'at', 'by', 'kind', 'outcome', 'title', 'missing'],
            motions.map((motion) => [
              String(motion.motionNo),
              motion.proposedAt,
              motion.proposedBy,
              motion.kind,
              motion.outcome,
              motion.title,
              motion.missing.map(({ code }) => code).join(' '),
            ]),
          ),
    );
  });
}
