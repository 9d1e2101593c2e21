import type { Approval } from '../../../src-shared/contract/approvals.ts';
import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { GlobalOptions } from '../global-options.ts';
import { everyPage, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { print, table } from '../output.ts';
import { printable } from '../printable.ts';

/** Requests that others have to confirm, from a terminal. */

const SHOWN = ['for-me', 'by-me', 'waiting', 'ended', 'all'] as const;

export async function listApprovals(globals: GlobalOptions, options: { show: string; tenant?: string }): Promise<void> {
  const show = SHOWN.find((each) => each === options.show);
  if (show === undefined)
    throw new AppError('BAD_INPUT', `There is no list called ${options.show}.`, { nextStep: `Use ${SHOWN.join(', ')}.` });
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const approvals = await everyPage<Approval>(async (after) => {
      const page = await client.call('approval.list', {
        show,
        limit: 200,
        ...(options.tenant === undefined ? {} : { tenantId: options.tenant }),
        ...(after === undefined ? {} : { after: Number(after) }),
      });
      return { rows: page.approvals, next: page.next === null ? null : String(page.next) };
    });
    print({ approvals }, () =>
      approvals.length === 0
        ? 'No request.'
        : table(
            ['request', 'state', 'confirmed', 'asked by', 'stands until', 'what is asked'],
            approvals.map((each) => [
              each.ref,
              each.state,
              `${each.confirmations} of ${each.quorum}`,
              printable(each.requestedBy.name),
              each.expiresAt,
              printable(each.title),
            ]),
          ),
    );
  });
}

type Shown = OutputOf<Contract, 'approval.show'>;

const shownText = ({ approval, says, changes, unchanged, policy, events }: Shown): string =>
  [
    `${approval.ref}: ${printable(approval.title)} (${approval.state})`,
    ...says.map(printable),
    `Reason: ${printable(approval.reason)}`,
    ...changes.map(({ what, before, after }) => `  ${printable(what)}: ${printable(before)} → ${printable(after)}`),
    `Statement SHA-256: ${approval.statementSha256}${unchanged ? '' : ' (the stored bytes give another hash: it was changed after it was made)'}`,
    `Demanded by ${policy.rule}; ${approval.confirmations} of ${approval.quorum} confirmed; by ${approval.roles.join(', ')}; stands until ${approval.expiresAt}`,
    ...events.map(
      ({ at, kind, by, says: said, counts }) =>
        `  ${at}  ${kind}${by === null ? '' : ` by ${printable(by.name)}`}${counts === false ? ' (does not count)' : ''}${said === '' ? '' : `: ${printable(said)}`}`,
    ),
  ].join('\n');

/** Ends with 1 where the stored bytes are not those of the request. */
export async function showApproval(globals: GlobalOptions, request: string, options: { statement?: boolean }): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const shown = await client.call('approval.show', { request });
    // The exact bytes, without a line end: `| sha256sum` gives the hash of the statement.
    if (options.statement === true) process.stdout.write(shown.statement);
    else print(shown, shownText);
    if (!shown.unchanged) endWith(1);
  });
}

/** Ends with 1 where it could not be carried out any more. */
export async function confirmApproval(globals: GlobalOptions, request: string, { sha256 }: { sha256: string }): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const { approval } = await client.call('approval.show', { request });
    const done = await client.call('approval.confirm', { requestId: approval.requestId, statementSha256: sha256 });
    print(done, ({ says, confirmations, quorum }) => `${printable(says)} (${confirmations} of ${quorum} confirmed)`);
    if (done.outcome === 'stopped') endWith(1);
  });
}

export async function refuseApproval(
  globals: GlobalOptions,
  request: string,
  { sha256, reason }: { sha256: string; reason: string },
): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const { approval } = await client.call('approval.show', { request });
    await client.call('approval.refuse', { requestId: approval.requestId, statementSha256: sha256, reason });
    print({ request: approval.ref, state: 'refused' }, () => `${approval.ref} is refused. Nothing was changed.`);
  });
}

export async function withdrawApproval(globals: GlobalOptions, request: string, { reason }: { reason: string }): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const { approval } = await client.call('approval.show', { request });
    await client.call('approval.withdraw', { requestId: approval.requestId, reason });
    print({ request: approval.ref, state: 'withdrawn' }, () => `${approval.ref} is withdrawn. Nothing was changed.`);
  });
}
