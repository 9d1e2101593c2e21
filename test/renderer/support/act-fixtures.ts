/** Approvals, acts and the outbox of the fixture app: the real rooms over a real file, opened when a screen first asks. */
import { procedures } from '../../../src-shared/contract/index.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { HandlerContext, Handlers } from '../../../src-shared/contract/define.ts';
import type { Role } from '../../../src-shared/contract/roles.ts';
import { type ActsWorkspace, openActsWorkspace, type Person } from '../../store/support/acts-workspace.ts';

type Name = Extract<keyof Contract, `approval.${string}` | `action.${string}` | `outbox.${string}` | 'policy.show'>;
export type ActHandlers = Pick<Handlers<Contract>, Name>;
const NAMES = Object.keys(procedures).filter((name): name is Name => /^(?:approval|action|outbox)\.|^policy\.show$/.test(name));

/** A suspension with one of two confirmations, a change of plan that was carried out and taken back, a refused deletion. */
async function tell(now: string, empty: boolean): Promise<ActsWorkspace> {
  const w = await openActsWorkspace({ at: now });
  if (empty) return w;
  const { operator, partnerAdmin, finance, founder } = w.people;
  const changed = { tenantId: 'tn_kestrel', planId: 'growth', planVersion: '1.0.0', reason: 'asked by the customer' };
  await w.ask(partnerAdmin, 'action.changePlan', changed);
  const { messages } = await w.ask(founder, 'outbox.list', {});
  await w.ask(partnerAdmin, 'outbox.rollback', { messageId: messages[0]!.messageId, reason: 'the customer stays' });
  const deletion = await w.ask(partnerAdmin, 'action.delete', { tenantId: 'tn_risky', reason: 'asked to leave' });
  const { requestId, statementSha256 } = deletion.request!;
  await w.ask(founder, 'approval.refuse', { requestId, statementSha256, reason: 'invoices are open' });
  const suspension = await w.ask(operator, 'action.suspend', { tenantId: 'tn_harrow', reason: 'ticket 8812: unpaid for 60 days' });
  const asked = suspension.request!;
  await w.ask(finance, 'approval.confirm', { requestId: asked.requestId, statementSha256: asked.statementSha256 });
  await w.delivery.deliver();
  return w;
}

export const lazyActs = (
  now: string,
  empty: boolean,
  changed: () => void,
): { readonly handlers: ActHandlers; readonly close: () => void } => {
  let world: Promise<ActsWorkspace> | null = null;
  const personOf = ({ people }: ActsWorkspace, role: Role): Person =>
    role === 'founder'
      ? people.founder
      : role === 'finance'
        ? people.finance
        : role === 'auditor'
          ? people.auditor
          : role === 'partner_operator'
            ? people.operator
            : role === 'partner_admin'
              ? people.partnerAdmin
              : people.admin;
  const seeded = new Set<string>();
  const handler = (name: Name) => async (input: unknown, ctx: HandlerContext) => {
    world ??= tell(now, empty);
    const w = await world;
    const { tenantId } = input as { tenantId?: unknown };
    // The catalogue of the fixture knows more tenants than these rooms: one of those is met here first when it is asked for.
    if (
      typeof tenantId === 'string' &&
      !seeded.has(tenantId) &&
      w.store.db.get('SELECT 1 FROM tenants WHERE tenant_id = ?', [tenantId]) === undefined
    )
      await w.seed({ tenantId, name: tenantId, partnerId: 'northwind' });
    if (typeof tenantId === 'string') seeded.add(tenantId);
    const answer = await w.ask(personOf(w, ctx.session.role), name, input as never);
    if (procedures[name].kind === 'command') changed();
    return answer;
  };
  return {
    handlers: Object.fromEntries(NAMES.map((name) => [name, handler(name)])) as unknown as ActHandlers,
    close: () => {
      void world?.then((made) => made.close());
    },
  };
};
