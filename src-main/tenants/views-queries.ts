import { type TenantFilter, type TenantSort, type TenantView, TENANT_THRESHOLDS } from '../../src-shared/contract/tenants.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { ChangedBy } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { totalsOf } from './catalogue-queries.ts';

/** Views of the catalogue: those everybody has, and those that members keep. */

interface ViewBody {
  readonly filter: TenantFilter;
  readonly sort: TenantSort;
  readonly direction: 'asc' | 'desc';
  readonly columns: readonly string[];
}

const { riskRaised, limitSoftPercent, marginFloorPercent } = TENANT_THRESHOLDS;

export const BUILT_IN_VIEWS: readonly { readonly viewId: string; readonly name: string; readonly body: ViewBody }[] = [
  {
    viewId: 'needs-attention',
    name: 'Needs attention',
    body: {
      filter: { paid: true, attention: { risk: riskRaised, limitPercent: limitSoftPercent } },
      sort: 'mrr',
      direction: 'desc',
      columns: [],
    },
  },
  { viewId: 'all', name: 'All', body: { filter: {}, sort: 'name', direction: 'asc', columns: [] } },
  {
    viewId: 'margin-under-75',
    name: `Margin under ${marginFloorPercent}%`,
    body: { filter: { marginUnder: marginFloorPercent }, sort: 'margin', direction: 'asc', columns: [] },
  },
  {
    viewId: 'over-a-limit',
    name: 'Over a limit',
    body: { filter: { limitState: ['over'] }, sort: 'limit', direction: 'desc', columns: [] },
  },
  { viewId: 'suspended', name: 'Suspended', body: { filter: { status: ['suspended'] }, sort: 'mrr', direction: 'desc', columns: [] } },
];

interface ViewRow {
  readonly view_id: string;
  readonly member_id: string;
  readonly partner_id: string | null;
  readonly owner: string;
  readonly name: string;
  readonly shared: number;
  readonly body: string;
}

const shown = (db: StoreDb, body: ViewBody) => ({
  filter: body.filter,
  sort: body.sort,
  direction: body.direction,
  columns: [...body.columns],
  count: totalsOf(db, body.filter).matched,
});

const notThere = (): never => {
  throw new AppError('NOT_FOUND', 'There is no such view. Nothing was changed.', { nextStep: 'Look for it beside the other views.' });
};

/** The member's own view: a shared one of somebody else is theirs to change. */
function ownView(db: StoreDb, viewId: string, memberId: string | null): ViewRow {
  const row = db.get<ViewRow>(
    'SELECT v.view_id, v.member_id, v.partner_id, v.name, v.shared, v.body FROM tenant_views v WHERE v.view_id = ?',
    [viewId],
  );
  if (row === undefined || (row.member_id !== memberId && (row.shared === 0 || row.partner_id !== db.scope.partnerId))) return notThere();
  if (row.member_id === memberId) return row;
  throw new AppError('FORBIDDEN', `The view ${row.name} is another member's. Nothing was changed.`, {
    nextStep: 'Save it under a name of your own.',
  });
}

export const viewsReads = {
  'tenants.views': (db: StoreDb, { memberId }: { memberId: string }): TenantView[] => {
    const kept = db.all<ViewRow>(
      `SELECT v.view_id, v.member_id, v.partner_id, m.name AS owner, v.name, v.shared, v.body FROM tenant_views v JOIN members m USING (member_id)
       WHERE v.member_id = ? OR (v.shared = 1 AND v.partner_id IS ?) ORDER BY v.name, v.view_id`,
      [memberId, db.scope.partnerId],
    );
    return [
      ...BUILT_IN_VIEWS.map(({ viewId, name, body }): TenantView => ({
        viewId,
        name,
        builtIn: true,
        shared: true,
        mine: false,
        owner: null,
        ...shown(db, body),
      })),
      ...kept.map((row): TenantView => ({
        viewId: row.view_id,
        name: row.name,
        builtIn: false,
        shared: row.shared === 1,
        mine: row.member_id === memberId,
        owner: row.owner,
        ...shown(db, JSON.parse(row.body) as ViewBody),
      })),
    ];
  },
} satisfies QueryMap;

export const viewsWrites = {
  'tenants.saveView': (
    db: StoreDb,
    {
      viewId,
      isNew,
      name,
      shared,
      body,
      by,
    }: { viewId: string; isNew: boolean; name: string; shared: boolean; body: ViewBody; by: ChangedBy },
  ): { viewId: string } => {
    if (!isNew) ownView(db, viewId, by.memberId);
    const taken = db.get('SELECT 1 FROM tenant_views WHERE member_id = ? AND name = ? AND view_id <> ?', [by.memberId, name, viewId]);
    if (taken !== undefined || BUILT_IN_VIEWS.some((view) => view.name === name))
      throw new AppError('ALREADY_EXISTS', `There is already a view called ${name}.`, {
        nextStep: 'Give it another name.',
        details: { name },
      });
    db.run(
      `INSERT INTO tenant_views (view_id, member_id, partner_id, name, shared, body, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (view_id) DO UPDATE SET name = excluded.name, shared = excluded.shared, body = excluded.body, updated_at = excluded.updated_at`,
      [viewId, by.memberId, db.scope.partnerId, name, shared ? 1 : 0, JSON.stringify(body), by.now],
    );
    return { viewId };
  },
  'tenants.deleteView': (db: StoreDb, { viewId, by }: { viewId: string; by: ChangedBy }): { done: true } => {
    ownView(db, viewId, by.memberId);
    db.run('DELETE FROM tenant_views WHERE view_id = ?', [viewId]);
    return { done: true };
  },
} satisfies QueryMap;
