import type { ConnectionNode, TenantSubscription } from '../../src-shared/contract/tenants.ts';
import { planAddress, planVersion } from '../plans/index.ts';
import { allStandings, chainAddress } from '../receipts/index.ts';
import { grouped, plural, sourceScopeSql } from '../sources/index.ts';
import type { StoreDb } from '../store/index.ts';
import { tenantAddress, type VisibleTenant } from './scope.ts';

/** What hangs together with a tenant, one step away: partner, plan, subscriptions, sources, and the receipt chains of those. */

export interface Connections {
  readonly nodes: ConnectionNode[];
  readonly edges: { readonly from: string; readonly to: string; readonly says: string; readonly status: ConnectionNode['status'] }[];
}

interface SourceRow {
  readonly source_no: number;
  readonly name: string;
  readonly records: number;
  readonly newest: string;
}

const VERDICTS = {
  VERIFIED: { status: 'ok', note: 'verified' },
  VERIFIED_UNANCHORED: { status: 'warn', note: 'not anchored' },
  BROKEN: { status: 'bad', note: 'broken' },
  INDETERMINATE: { status: 'warn', note: 'cannot be decided' },
} as const;

/** Chains beyond these are reached by the list of chains. */
const MOST_CHAINS = 12;

export function connectionsOf(db: StoreDb, tenant: VisibleTenant, subscriptions: readonly TenantSubscription[]): Connections {
  const nodes: ConnectionNode[] = [];
  const edges: Connections['edges'] = [];
  const me = `tenant/${tenant.tenantId}`;
  nodes.push({
    id: me,
    kind: 'tenant',
    label: tenant.name,
    note: tenant.tenantId,
    status: 'idle',
    says: `The tenant itself, ${tenant.status}.`,
    address: tenantAddress(tenant.tenantId),
  });
  const join = (node: ConnectionNode, says: string, to = me): void => {
    nodes.push(node);
    edges.push({ from: node.id, to, says, status: node.status });
  };

  const { n } = db.get<{ n: number }>("SELECT count(*) AS n FROM tenants WHERE partner_id = ? AND status <> 'deleted'", [
    tenant.partnerId,
  ])!;
  // In a view as the tenant, how many others there are is nobody's business.
  const seesOthers = db.scope.tenantId === null;
  join(
    {
      id: `partner/${tenant.partnerId}`,
      kind: 'partner',
      label: tenant.partnerId,
      note: seesOthers ? plural(n, 'tenant') : 'partner',
      status: 'idle',
      says: `${tenant.partnerId} looks after this tenant${seesOthers ? `, one of ${grouped(n)}` : ''}.`,
      address: seesOthers ? `/tenants?partner=${encodeURIComponent(tenant.partnerId)}` : null,
    },
    'looks after it',
  );

  const plan = planVersion(db, tenant.planId, tenant.planVersion);
  join(
    {
      id: `plan/${tenant.planId}@${tenant.planVersion}`,
      kind: 'plan',
      label: `${tenant.planId} ${tenant.planVersion}`,
      note: plan === null ? 'not known' : 'plan',
      status: plan === null ? 'warn' : 'idle',
      says:
        plan === null
          ? 'No such plan version came in yet: its limits and entitlements are not known here.'
          : `${plan.spec.name}, ${plan.spec.price.monthly} ${plan.spec.price.currency} a month.`,
      address: plan === null ? null : planAddress(tenant.planId, tenant.planVersion),
    },
    'is its plan version',
  );

  for (const subscription of subscriptions) {
    const { amount, currency } = subscription.unitAmount;
    join(
      {
        id: `subscription/${subscription.subscriptionId}`,
        kind: 'subscription',
        label: subscription.subscriptionId,
        note: `${amount} ${currency} a ${subscription.interval}`,
        status: subscription.status === 'attention' ? 'warn' : 'idle',
        says: `${subscription.status}: ${subscription.says}.`,
        address: null,
      },
      'is paid by it',
    );
  }

  const sources = db.all<SourceRow>(
    `SELECT s.source_no, s.name, count(*) AS records, max(x.received_at) AS newest FROM (
       SELECT source_no, received_at FROM tenant_records WHERE tenant_no = ? UNION ALL
       SELECT r.source_no, r.received_at FROM subscription_records r JOIN subscriptions c USING (subscription_no) WHERE c.tenant_id = ?
     ) x JOIN sources s USING (source_no) WHERE TRUE${sourceScopeSql(db, 's.source_no')} GROUP BY s.source_no ORDER BY s.name`,
    [tenant.tenantNo, tenant.tenantId],
  );
  for (const source of sources)
    join(
      {
        id: `source/${source.name}`,
        kind: 'source',
        label: source.name,
        note: `${grouped(source.records)} record${source.records === 1 ? '' : 's'}`,
        status: 'idle',
        says: `Delivered ${plural(source.records, 'record')} of this tenant, the newest on ${source.newest.slice(0, 10)}.`,
        address: '/settings/sources',
      },
      'delivers its records',
    );

  const names = new Map(sources.map(({ name }) => [name, `source/${name}`]));
  const ofPartner = new Set(
    db
      .all<{ name: string }>('SELECT s.name FROM sources s JOIN source_settings t USING (source_no) WHERE t.partner_id = ?', [
        tenant.partnerId,
      ])
      .map(({ name }) => name),
  );
  const chains = allStandings(db).filter(({ sourceName }) => names.has(sourceName) || ofPartner.has(sourceName));
  for (const chain of chains.slice(0, MOST_CHAINS)) {
    const verdict = chain.verdict === null ? { status: 'idle' as const, note: 'not verified yet' } : VERDICTS[chain.verdict];
    join(
      {
        id: `chain/${chain.sourceName}/${chain.folder}`,
        kind: 'chain',
        label: `${chain.sourceName}/${chain.folder}`,
        note: verdict.note,
        status: verdict.status,
        says: `${plural(chain.lines, 'receipt')} of the source that speaks of this tenant; ${verdict.note}.`,
        address: chainAddress(chain.sourceName, chain.folder),
      },
      'proves what its source delivers',
      names.get(chain.sourceName) ?? me,
    );
  }
  return { nodes, edges };
}
