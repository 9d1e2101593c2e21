import type { Approval } from '../../../src-shared/contract/approvals.ts';
import type { Incident } from '../../../src-shared/contract/incidents.ts';
import type { ConnectionNode, TenantRow } from '../../../src-shared/contract/tenants.ts';
import type { CallError } from '../../../src-shared/contract/client.ts';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { formatAddress } from '../../router/address.ts';
import { counted, integer } from '../../ui/format.ts';
import { amountText } from '../../ui/quantity-format.ts';
import type { AnswerState } from '../../ui/states.tsx';
import type { Status } from '../../ui/status.tsx';
import { span } from '../../ui/time-format.ts';
import { arrange, type Graph, type GraphNode } from './graph-model.ts';
import { planWord } from './tenant-words.ts';

/** What stands in the middle: `{kind: 'partner', key: 'northwind'}`. */
export interface Centre {
  readonly kind: 'tenant' | 'partner' | 'plan';
  readonly key: string;
}

const WALKS = ['tenant', 'partner', 'plan'] as const;
/** Tenants around a partner or a plan: those at the highest risk. */
const TENANTS_AROUND = 10;
const INCIDENTS_AROUND = 20;
const APPROVALS_AROUND = 20;

/** `partner/northwind`: how a place in the graph stands in an address, and how its node is called. */
export const centreId = ({ kind, key }: Centre): string => `${kind}/${key}`;
export const centreOf = (text: string | undefined): Centre | null => {
  const mark = text?.indexOf('/') ?? -1;
  const kind = WALKS.find((each) => each === text?.slice(0, mark));
  const key = text?.slice(mark + 1) ?? '';
  return kind === undefined || key === '' ? null : { kind, key };
};

const STATUS_OF_RISK: Readonly<Record<TenantRow['riskWord'], Status>> = { high: 'bad', raised: 'warn', low: 'idle' };

export const tenantNode = (row: TenantRow): GraphNode => ({
  id: `tenant/${row.tenantId}`,
  kind: 'tenant',
  name: row.name,
  note: `risk ${row.risk}`,
  status: STATUS_OF_RISK[row.riskWord],
  says: `${planWord(row.planId)} ${row.planVersion}, ${row.status}; risk ${row.risk}, ${row.riskWord}${
    row.limit === null ? '' : `; ${row.limit.metric} at ${Math.floor(Number(row.limit.percent))}% of its limit`
  }.`,
  address: row.address,
  walks: true,
});

const connectionNode = (node: ConnectionNode): GraphNode => ({
  id: node.id,
  kind: node.kind,
  name: node.label,
  note: node.note,
  status: node.status,
  says: node.says,
  address: node.address,
  walks: centreOf(node.id) !== null,
});

export const incidentNode = (incident: Incident, nowMs: number): GraphNode => ({
  id: `incident/${incident.incidentId}`,
  kind: 'incident',
  name: incident.incidentId,
  note: `open ${span(nowMs - Date.parse(incident.openedAt))}`,
  status: incident.severity,
  says: `${incident.title}. ${incident.says}`,
  address: formatAddress(['incidents', String(incident.incidentNo)]),
  walks: false,
});

export const approvalNode = (approval: Approval): GraphNode => ({
  id: `approval/${approval.ref}`,
  kind: 'approval',
  name: approval.ref,
  note: `${approval.confirmations} of ${approval.quorum} confirmed`,
  status: 'accent',
  says: `${approval.title}: asked by ${approval.requestedBy.name}, waits for ${counted(approval.quorum - approval.confirmations, 'confirmation')}.`,
  address: approval.address,
  walks: false,
});

/** The tenant in the middle, with what its connections say, its open incidents and what waits for confirmation. */
export const graphOfTenant = (
  connections: Pick<Answer<'tenant.connections'>, 'nodes' | 'edges'>,
  tenantId: string,
  more: readonly GraphNode[],
): Graph | null => {
  const nodes = connections.nodes.map(connectionNode);
  const centre = nodes.find((node) => node.id === `tenant/${tenantId}`) ?? nodes.find((node) => node.kind === 'tenant');
  if (centre === undefined) return null;
  const around = arrange([...nodes.filter((node) => node !== centre), ...more]);
  const shown = new Set(around.map((node) => node.id));
  return {
    centre: { ...centre, walks: false },
    around,
    cross: connections.edges.filter((edge) => shown.has(edge.from) && shown.has(edge.to)).map(({ from, to }) => ({ from, to })),
  };
};

/** A partner or a plan in the middle, with its tenants that are at the highest risk. */
export const graphOfTenants = (centre: Centre, list: Pick<Answer<'tenant.list'>, 'rows' | 'matched' | 'mrr'>): Graph => {
  const rest = list.matched - list.rows.length;
  const says = `${counted(list.matched, 'tenant')}, ${amountText(list.mrr.amount, 0)} ${list.mrr.currency} MRR; around it those at the highest risk.`;
  const plan = centre.kind === 'plan' ? planParts(centre.key) : null;
  const filter = plan === null ? { view: 'all', partner: centre.key } : { view: 'all', plan: plan.planId };
  return {
    centre: {
      id: centreId(centre),
      kind: centre.kind,
      name: plan === null ? centre.key : planWord(plan.planId),
      note: counted(list.matched, 'tenant'),
      status: 'idle',
      says,
      address: formatAddress(['tenants'], filter),
      walks: false,
    },
    around: [
      ...list.rows.map(tenantNode),
      ...(rest <= 0
        ? []
        : [
            {
              id: 'more/tenants',
              kind: 'more' as const,
              name: `${integer(rest)} more`,
              note: 'tenants',
              status: 'idle' as const,
              says: `${counted(rest, 'more tenant')} at lower risk.`,
              address: formatAddress(['tenants'], { ...filter, sort: 'risk', dir: 'desc' }),
              walks: false,
            },
          ]),
    ],
    cross: [],
  };
};

/** `pro@2.1.4` as plan and version. */
export const planParts = (key: string): { readonly planId: string; readonly version: string | null } => {
  const mark = key.lastIndexOf('@');
  return mark <= 0 ? { planId: key, version: null } : { planId: key.slice(0, mark), version: key.slice(mark + 1) };
};

const answered = (graph: Graph | null | undefined, of: AnswerState<unknown>): AnswerState<Graph> => ({
  data: graph ?? undefined,
  error: of.error,
  isFetching: of.isFetching,
  dataUpdatedAt: of.dataUpdatedAt,
  refetch: of.refetch,
});

/** The graph around a place. Incidents and approvals may come a moment later than the rest; that they cannot be read is no error of the graph. */
export const useGraph = (centre: Centre, nowMs: number): AnswerState<Graph> & { readonly error: CallError | null } => {
  const isTenant = centre.kind === 'tenant';
  const connections = useProcedure('tenant.connections', { tenantId: centre.key }, { enabled: isTenant });
  const incidents = useProcedure('incident.list', { tenantId: centre.key, state: 'open', limit: INCIDENTS_AROUND }, { enabled: isTenant });
  const approvals = useProcedure(
    'approval.list',
    { tenantId: centre.key, show: 'waiting', limit: APPROVALS_AROUND },
    { enabled: isTenant },
  );
  const plan = planParts(centre.key);
  const list = useProcedure(
    'tenant.list',
    {
      filter: centre.kind === 'plan' ? { plan: [plan.planId] } : { partner: [centre.key] },
      sort: 'risk',
      direction: 'desc',
      limit: TENANTS_AROUND,
    },
    { enabled: !isTenant },
  );
  if (!isTenant) return answered(list.data === undefined ? null : graphOfTenants(centre, list.data), list);
  const more = [
    ...(incidents.data?.incidents.map((incident) => incidentNode(incident, nowMs)) ?? []),
    ...(approvals.data?.approvals.map(approvalNode) ?? []),
  ];
  return answered(connections.data === undefined ? null : graphOfTenant(connections.data, centre.key, more), connections);
};
