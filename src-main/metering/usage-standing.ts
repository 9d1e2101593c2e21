import type { QueryMap, StoreDb } from '../store/index.ts';
import { updateStanding } from '../tenants/index.ts';
import { metricCatalogue } from './catalogue.ts';
import { tenantMonth } from './usage-queries.ts';
import { monthOf } from './usage-time.ts';

/** What the catalogue of tenants shows of usage: this month's cost and the last activity. */

const MICRO = 10n ** 12n;
/** The column is there to sort by; reports say the exact cost. */
const MOST_MICRO = BigInt(Number.MAX_SAFE_INTEGER);
/** A delivery of few tenants brings the catalogue up to date itself; a large one leaves it to the end of its run. */
const AT_ONCE = 8;

function refresh(db: StoreDb, tenantNo: number, latestMs: number, now: string): void {
  const month = monthOf(Date.parse(now));
  let cost = 0n;
  for (const figure of tenantMonth(db, tenantNo, month, now, metricCatalogue(db))) {
    cost += figure.cost;
    for (const { cost: late } of figure.adjustments) cost += late;
  }
  const micro = cost / MICRO;
  updateStanding(
    db,
    tenantNo,
    { usageCostMicro: micro > MOST_MICRO ? MOST_MICRO : micro, lastActivityAt: new Date(latestMs).toISOString() },
    now,
  );
}

export function keepStandings(
  db: StoreDb,
  touched: readonly { readonly tenantNo: number; readonly latestAt: string }[],
  now: string,
): void {
  const latest = new Map<number, number>();
  for (const { tenantNo, latestAt } of touched) latest.set(tenantNo, Math.max(latest.get(tenantNo) ?? 0, Date.parse(latestAt)));
  for (const [tenantNo, latestMs] of latest) {
    if (latest.size <= AT_ONCE) refresh(db, tenantNo, latestMs, now);
    else
      db.run(
        'INSERT INTO usage_stale_standings (tenant_no, latest_ms) VALUES (?, ?) ON CONFLICT DO UPDATE SET latest_ms = max(latest_ms, excluded.latest_ms)',
        [tenantNo, latestMs],
      );
  }
}

export const standingWrites = {
  /** Brings some of the tenants up to date whose usage changed; answers whether some are left. */
  'usage.refreshStandings': (db: StoreDb, { limit, now }: { limit: number; now: string }): { left: boolean } => {
    const rows = db.all<{ tenant_no: number; latest_ms: number }>('SELECT tenant_no, latest_ms FROM usage_stale_standings LIMIT ?', [
      limit + 1,
    ]);
    for (const row of rows.slice(0, limit)) {
      refresh(db, row.tenant_no, row.latest_ms, now);
      db.run('DELETE FROM usage_stale_standings WHERE tenant_no = ?', [row.tenant_no]);
    }
    return { left: rows.length > limit };
  },
} satisfies QueryMap;
