import type { PolicyAnswer } from '../../src-shared/contract/approvals.ts';
import { useProcedure } from '../port/use-app.ts';
import { formatAddress } from '../router/address.ts';
import { router, useAddress } from '../router/router.ts';
import type { PaletteEntry, PaletteQuery } from './palette-entries.ts';

/** Fewer letters would find half of all tenants. */
const SHORTEST_NAME = 2;
const MOST_TENANTS = 6;

export interface TenantEntries {
  /** Found by the app, by name, id, contact or tag: they stand first. */
  readonly found: readonly PaletteEntry[];
  /** Filtered by what was typed like everything else. */
  readonly own: readonly PaletteEntry[];
  readonly searching: boolean;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The act's name for the palette, and how policy stands to it for the acting member. */
const actEntry = (
  tenant: { readonly tenantId: string; readonly name: string },
  act: string,
  icon: PaletteEntry['icon'],
  verb: string,
  { allowed, says, approval }: PolicyAnswer,
): PaletteEntry => ({
  id: `tenant-${act}-${tenant.tenantId}`,
  group: 'Actions',
  icon,
  name: `${approval === null ? capital(verb) : `Ask to ${verb}`} ${tenant.name}…`,
  note:
    approval === null
      ? 'decided by policy'
      : `${approval.confirmations} ${approval.confirmations === 1 ? 'other confirms' : 'others confirm'}`,
  refused: allowed ? null : says,
  run: () => {
    router.go(formatAddress(['tenants', tenant.tenantId], { act }));
  },
});

/** Tenants by a few letters, what may be done to the one that is meant, the saved views, and the plans. */
export const useTenantEntries = (query: PaletteQuery): TenantEntries => {
  const { segments } = useAddress();
  const allowed = useProcedure('session.describe', {}).data?.allowed ?? [];
  const may = (name: string): boolean => allowed.includes(name);
  const wants = query.kind !== 'hash' && query.text.length >= SHORTEST_NAME && may('tenant.find');
  const find = useProcedure(
    'tenant.find',
    { text: query.text === '' ? '-' : query.text, limit: MOST_TENANTS },
    { enabled: wants, keep: true },
  );
  const hits = wants ? (find.data?.tenants ?? []) : [];
  const open = segments[0] === 'tenants' ? segments[1] : undefined;
  // Acts are of the tenant that is meant: the one found first, else the one on the screen.
  const meant = hits[0]?.tenantId ?? (query.text === '' ? open : undefined);
  const check = useProcedure('action.check', { tenantId: meant ?? '-' }, { enabled: meant !== undefined && may('action.check') });
  const acts = check.data?.tenant.tenantId === meant ? check.data : undefined;
  const views = useProcedure('tenant.views', {}, { enabled: query.kind === 'all' && may('tenant.views') }).data?.views ?? [];
  const plans = useProcedure('plan.list', {}, { enabled: query.kind === 'all' && may('plan.list') }).data?.plans ?? [];
  const go = (address: string) => (): void => {
    router.go(address);
  };
  const actions: PaletteEntry[] =
    acts === undefined
      ? []
      : [
          actEntry(acts.tenant, 'plan', 'exchange', 'change the plan of', acts.plan),
          actEntry(acts.tenant, 'impersonate', 'eye-open', 'view as', acts.impersonate),
          acts.tenant.status === 'suspended' || acts.tenant.status === 'deleted'
            ? actEntry(acts.tenant, 'reactivate', 'play', 'bring back', acts.reactivate)
            : actEntry(acts.tenant, 'suspend', 'ban-circle', 'suspend', acts.suspend),
          ...(acts.tenant.status === 'deleted' ? [] : [actEntry(acts.tenant, 'delete', 'trash', 'delete', acts.delete)]),
        ];
  return {
    found: [
      ...(query.kind === 'all'
        ? hits.map((hit): PaletteEntry => ({
            id: `tenant-${hit.tenantId}`,
            group: 'Tenants',
            icon: 'office',
            name: hit.name,
            note: `${hit.tenantId}, ${hit.partnerId}, ${hit.planId}${hit.riskWord === 'low' ? '' : `, risk ${hit.risk}`}`,
            run: go(hit.address),
          }))
        : []),
      ...(hits.length === 0 ? [] : actions),
    ],
    own: [
      ...(hits.length === 0 ? actions : []),
      ...views.map((view): PaletteEntry => ({
        id: `view-${view.viewId}`,
        group: 'Tenants',
        icon: 'bookmark',
        name: `Tenants: ${view.name}`,
        note: String(view.count),
        run: go(formatAddress(['tenants'], { view: view.viewId })),
      })),
      ...plans.map((plan): PaletteEntry => ({
        id: `plan-${plan.planId}`,
        group: 'Plans',
        icon: 'layers',
        name: `${plan.name}, plan`,
        note: `version ${plan.version}`,
        run: go(formatAddress(['plans', plan.planId])),
      })),
    ],
    searching: wants && find.isFetching,
  };
};
