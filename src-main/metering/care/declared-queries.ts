import { parseExact } from '../../../src-shared/kernel/quantity.ts';
import type { StoreDb } from '../../store/index.ts';
import type { Declaration } from './declared-totals.ts';
import type { DeclaredSide } from './reconcile-rules.ts';

/** Totals that sources declare, as facts: each content of a file once, the newest statement of a source counts. */

/** Keeps a declaration; false where this content of the file is known. */
export function storeDeclaration(
  db: StoreDb,
  { sourceNo, path, declaration, now }: { sourceNo: number; path: string; declaration: Declaration; now: string },
): boolean {
  const known = db.get('SELECT 1 FROM usage_declarations WHERE source_no = ? AND path = ? AND sha256 = ?', [
    sourceNo,
    path,
    declaration.sha256,
  ]);
  if (known !== undefined) return false;
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(declaration_no), 0) + 1 AS next FROM usage_declarations')!;
  db.run(
    'INSERT INTO usage_declarations (declaration_no, source_no, path, sha256, received_at, as_of, month) VALUES (?, ?, ?, ?, ?, ?, ?)',
    [next, sourceNo, path, declaration.sha256, now, declaration.asOf, declaration.month],
  );
  for (const [at, total] of declaration.totals.entries())
    db.run('INSERT INTO usage_declared_totals (declaration_no, total_no, tenant_id, metric, events, quantity) VALUES (?, ?, ?, ?, ?, ?)', [
      next,
      at + 1,
      total.tenantId,
      total.metric,
      total.events,
      total.quantity,
    ]);
  return true;
}

export interface DeclaredTotals extends DeclaredSide {
  readonly tenantId: string;
  readonly metric: string;
  readonly month: string;
}

/** A source's newest statement about a month: of its file that counted last, of equals the one that came last. */
const NEWEST = `SELECT d.declaration_no FROM usage_declarations d WHERE NOT EXISTS (
  SELECT 1 FROM usage_declarations later WHERE later.source_no = d.source_no AND later.month = d.month AND later.path = d.path
    AND (later.as_of, later.declaration_no) > (d.as_of, d.declaration_no))`;

/** Everything that is declared, added up over sources and their files, by month, tenant and metric. */
export function declaredTotals(db: StoreDb): DeclaredTotals[] {
  const rows = db.all<{
    month: string;
    as_of: string;
    source: string;
    tenant_id: string;
    metric: string;
    events: number | null;
    quantity: string;
  }>(
    `SELECT d.month, d.as_of, s.name AS source, t.tenant_id, t.metric, t.events, t.quantity
     FROM usage_declarations d JOIN sources s USING (source_no) JOIN usage_declared_totals t USING (declaration_no)
     WHERE d.declaration_no IN (${NEWEST}) ORDER BY d.month, t.tenant_id, t.metric, s.name`,
  );
  const found: { -readonly [K in keyof DeclaredTotals]: DeclaredTotals[K] }[] = [];
  for (const row of rows) {
    const last = found.at(-1);
    if (last?.month === row.month && last.tenantId === row.tenant_id && last.metric === row.metric) {
      last.quantity += parseExact(row.quantity);
      last.events = last.events === null || row.events === null ? null : last.events + row.events;
      last.sources = last.sources.includes(row.source) ? last.sources : [...last.sources, row.source];
      if (row.as_of > last.asOf) last.asOf = row.as_of;
      continue;
    }
    found.push({
      month: row.month,
      tenantId: row.tenant_id,
      metric: row.metric,
      events: row.events,
      quantity: parseExact(row.quantity),
      sources: [row.source],
      asOf: row.as_of,
    });
  }
  return found;
}

export const declaredSummary = (db: StoreDb): { files: number; totals: number; newestMonth: string | null } => {
  const { files, month } = db.get<{ files: number; month: string | null }>(
    `SELECT count(*) AS files, max(month) AS month FROM usage_declarations WHERE declaration_no IN (${NEWEST})`,
  )!;
  const { totals } = db.get<{ totals: number }>(
    `SELECT count(*) AS totals FROM usage_declared_totals WHERE declaration_no IN (${NEWEST})`,
  )!;
  return { files, totals, newestMonth: month };
};
