import type { Conservation } from '../../src-shared/contract/sources.ts';
import { type HeldInput, heldInput, NO_ROWS, type RequeueResult, settleHeld } from '../sources/index.ts';
import type { StoreDb } from '../store/index.ts';
import { countsForTenant, type EventCode, NEXT_STEP } from './event-faults.ts';
import type { Outcome, RowOutcome } from './intake.ts';
import { addCounts, takeEvents } from './take-events.ts';

/**
 * Rows that waited for a tenant or a metric. They are taken in the order in which they were first held, as if they had come
 * after what they waited for, as often as they were delivered: so it makes no difference which came first.
 */

interface WaitRow {
  readonly kind: 'tenant' | 'metric';
  readonly name: string;
  readonly quarantine_id: string;
}

/** Takes every row that waited for something which is there now. Cheap when nothing arrived since it was asked last. */
export function takeWaiting(db: StoreDb, now: string): number {
  const there = db.get<{ tenants: number; versions: number }>(
    `SELECT coalesce((SELECT max(tenant_no) FROM tenants), 0) AS tenants,
       coalesce((SELECT max(version_no) FROM metric_versions), 0) AS versions`,
  )!;
  const seen = db.get<{ tenants: number; versions: number }>('SELECT tenants, metric_versions AS versions FROM usage_waits_seen')!;
  if (there.tenants === seen.tenants && there.versions === seen.versions) return 0;
  db.run('UPDATE usage_waits_seen SET tenants = ?, metric_versions = ?', [there.tenants, there.versions]);
  const rows = db.all<WaitRow>(
    `SELECT w.kind, w.name, w.quarantine_id FROM usage_waits w JOIN quarantine_rows r USING (quarantine_id)
     WHERE (w.kind = 'tenant' AND EXISTS (SELECT 1 FROM tenants WHERE tenant_id = w.name))
       OR (w.kind = 'metric' AND EXISTS (SELECT 1 FROM metrics WHERE metric = w.name))
     ORDER BY r.row_no`,
  );
  let group: HeldInput[] = [];
  const takeGroup = (): void => {
    const results = takeHeld(db, group, now);
    for (const [i, { rowNo }] of group.entries()) settleHeld(db, rowNo, results[i]!, now);
    group = [];
  };
  for (const row of rows) {
    db.run('DELETE FROM usage_waits WHERE kind = ? AND name = ? AND quarantine_id = ?', [row.kind, row.name, row.quarantine_id]);
    const held = heldInput(db, row.quarantine_id);
    // One that a person dismissed stays so.
    if (held?.state !== 'open') continue;
    const [first] = group;
    if (first !== undefined && (first.sourceNo !== held.sourceNo || first.path !== held.path)) takeGroup();
    group.push(held);
  }
  if (group.length > 0) takeGroup();
  return rows.length;
}

/** Looks at held rows of one file again. What each counted as, once for every delivery, becomes what it is now. */
export function takeHeld(db: StoreDb, rows: readonly HeldInput[], now: string): RequeueResult[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { outcomes } = takeEvents(db, {
    origin: 'feed',
    sourceNo: first.sourceNo,
    sourceId: first.sourceId,
    path: first.path,
    byteOffset: 0,
    runId: null,
    now,
    events: { format: 'rows', rows: rows.map(({ bytes }) => bytes) },
    wantsOutcomes: true,
  });
  return rows.map((held, i) => {
    const is = outcomes[i]!;
    const tenantNo = is.tenantNo ?? 0;
    // It was just counted once more; it is one of the deliveries that are counted already.
    const times = Math.max(1, held.timesSeen);
    const before = countsForTenant(held.code) ? tenantNo : 0;
    addCounts(db, held.sourceNo, before, { ...NO_ROWS, received: -times, quarantined: -times });
    addCounts(db, held.sourceNo, tenantNo, again(is.outcome, times - 1));
    return resultOf(is, held);
  });
}

/** What the same row counts as when it comes so many times more. */
const again = (outcome: Outcome, times: number): Conservation => ({
  ...NO_ROWS,
  received: times,
  [outcome === 'accepted' || outcome === 'late' ? 'duplicate' : outcome]: times,
});

const SAYS: Readonly<Record<Exclude<Outcome, 'quarantined'>, string>> = {
  accepted: 'The event is taken now.',
  late: 'The event is taken now, as an adjustment: its month is closed.',
  duplicate: 'The same event was taken since; there is nothing left to take.',
  conflict: 'An event with this key and another payload was taken since; this one is kept beside it as a conflict.',
};

const resultOf = (is: RowOutcome, held: HeldInput): RequeueResult =>
  is.outcome === 'quarantined'
    ? { outcome: 'still-bad', code: is.code!, says: is.says!, nextStep: NEXT_STEP[is.code as EventCode] }
    : { outcome: 'resolved', code: held.code, says: SAYS[is.outcome], nextStep: 'See /usage.' };
