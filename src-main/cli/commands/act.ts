import type { ActionOutcome } from '../../../src-shared/contract/actions.ts';
import type { PolicyAnswer } from '../../../src-shared/contract/approvals.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { GlobalOptions } from '../global-options.ts';
import { withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { print, table } from '../output.ts';
import { printable } from '../printable.ts';

/** Acts on tenants from a terminal: thin commands over the contract. */

const outcomeText = ({ outcome, says, request }: ActionOutcome): string =>
  outcome === 'done' || request === null
    ? `${printable(says)}\nA message waits in the outbox: \`countersign outbox deliver\` sends it.`
    : `${printable(says)}\n${request.ref} stands until ${request.expiresAt}; statement ${request.statementSha256}.`;

const answerText = (answer: PolicyAnswer): string =>
  !answer.allowed
    ? `no: ${answer.says} ${answer.nextStep ?? ''}`
    : answer.approval === null
      ? 'yes'
      : `after ${answer.approval.confirmations} confirmed by ${answer.approval.roles.join(', ')}`;

export async function mayTenant(globals: GlobalOptions, tenantId: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    print(await client.call('action.check', { tenantId }), ({ tenant, waiting, ...may }) =>
      [
        `${printable(tenant.name)}, ${tenant.status}, ${printable(tenant.planId)} ${printable(tenant.planVersion)}`,
        table(
          ['act', 'may you', 'rule'],
          (['plan', 'suspend', 'reactivate', 'delete', 'impersonate'] as const).map((act) => [act, answerText(may[act]), may[act].rule]),
        ),
        ...waiting.map(({ ref, title }) => `${ref} waits: ${printable(title)}`),
      ].join('\n'),
    );
  });
}

const act =
  (name: 'action.suspend' | 'action.reactivate' | 'action.delete') =>
  async (globals: GlobalOptions, tenantId: string, { reason }: { reason: string }): Promise<void> => {
    await withWorkspace(globals, { writes: true }, async ({ client }) => {
      print(await client.call(name, { tenantId, reason }), outcomeText);
    });
  };
export const suspendTenant = act('action.suspend');
export const reactivateTenant = act('action.reactivate');
export const deleteTenant = act('action.delete');

/** With --preview nothing is asked. Ends with 1 where the new limits are passed already. */
export async function changePlan(
  globals: GlobalOptions,
  tenantId: string,
  planId: string,
  planVersion: string,
  options: { reason?: string; preview?: boolean },
): Promise<void> {
  if (options.preview === true) {
    await withWorkspace(globals, { writes: false }, async ({ client }) => {
      const preview = await client.call('action.previewPlan', { tenantId, planId, planVersion });
      print(preview, ({ changes, warnings }) =>
        [
          changes.length === 0
            ? 'Price, limits and features are the same.'
            : table(
                ['what', '>now', '>then'],
                changes.map(({ what, before, after }) => [what, before, after]),
              ),
          ...warnings,
        ].join('\n'),
      );
      if (preview.warnings.length > 0) endWith(1);
    });
    return;
  }
  const { reason } = options;
  if (reason === undefined)
    throw new AppError('BAD_INPUT', 'A change of plan needs a reason. Nothing was changed.', {
      nextStep: 'Add --reason TEXT, or --preview.',
    });
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    print(await client.call('action.changePlan', { tenantId, planId, planVersion, reason }), outcomeText);
  });
}

export async function showPolicies(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    print(await client.call('policy.show', {}), ({ version, sha256, engine, rules }) =>
      [
        `Version ${version}, ${engine}, SHA-256 ${sha256}`,
        table(
          ['>rule', 'version', 'effect', 'id', 'says'],
          rules.map((rule) => [String(rule.rule), String(rule.version), rule.effect, rule.id, rule.says]),
        ),
      ].join('\n'),
    );
  });
}
