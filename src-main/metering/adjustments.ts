import type { StoreDb } from '../store/index.ts';
import { LATE_GRAIN_NO, LIMB_COLUMNS, limbsOf, readBucket, addUnique, hasUnique, type RollupRow } from './rollup-tables.ts';
import { attosOf } from './quantity-reader.ts';
import { markOf, type Meter, type SingleEvent } from './usage-meters.ts';
import { monthOf } from './usage-time.ts';

/**
 * What comes after its month was closed. The closed figure stays; by how much it would be another one is added up beside it,
 * by the month that takes it and the month it is of. So the figure of the closed month with all that came late is its own
 * plus every adjustment of it, in whatever order they came.
 */

interface AdjustmentRow extends RollupRow {
  readonly month: number;
}

/** Adds to one adjustment. `weight`: TIME_WEIGHTED only, attos × nanoseconds. */
export function addAdjustment(
  db: StoreDb,
  key: { readonly month: number; readonly tenantNo: number; readonly metricNo: number; readonly original: number },
  add: {
    readonly events: number;
    readonly attos: bigint;
    readonly ingestNo: number;
    readonly mark?: string | null;
    readonly weight?: bigint;
  },
): void {
  const stored = db.get<RollupRow>(
    `SELECT ${LIMB_COLUMNS} FROM usage_adjustments WHERE month = ? AND tenant_no = ? AND metric_no = ? AND original = ?`,
    [key.month, key.tenantNo, key.metricNo, key.original],
  );
  const limbs = limbsOf((stored === undefined ? 0n : attosOf(stored)) + add.attos);
  const mark = add.weight === undefined ? (add.mark ?? stored?.mark ?? null) : String(BigInt(stored?.mark ?? '0') + add.weight);
  db.run(
    `INSERT INTO usage_adjustments (month, tenant_no, metric_no, original, ${LIMB_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET events = excluded.events, giga = excluded.giga, units = excluded.units, nano = excluded.nano,
       atto = excluded.atto, first_no = excluded.first_no, last_no = excluded.last_no, mark = excluded.mark`,
    [
      key.month,
      key.tenantNo,
      key.metricNo,
      key.original,
      (stored?.events ?? 0) + add.events,
      limbs.giga,
      limbs.units,
      limbs.nano,
      limbs.atto,
      Math.min(stored?.first_no ?? add.ingestNo, add.ingestNo),
      Math.max(stored?.last_no ?? add.ingestNo, add.ingestNo),
      mark,
    ],
  );
}

/** Takes one late event of any metric but a time-weighted one. */
export function takeLate(db: StoreDb, { tenantNo, metric }: Meter, event: SingleEvent): void {
  const { metricNo, aggregation } = metric;
  const original = monthOf(event.atMs);
  const key = { month: event.adjusts!, tenantNo, metricNo, original };
  const add = (attos: bigint, mark: string | null = null): void =>
    addAdjustment(db, key, { events: 1, attos, ingestNo: event.ingestNo, mark });
  switch (aggregation) {
    case 'SUM':
      return add(attosOf(event));
    case 'COUNT':
      return add(ONE);
    case 'UNIQUE_COUNT': {
      const isNew =
        event.value !== null &&
        !hasUnique(db, 2, original, tenantNo, metricNo, event.value) &&
        addUnique(db, LATE_GRAIN_NO, original, tenantNo, metricNo, event.value);
      return add(isNew ? ONE : 0n);
    }
    case 'MAX': {
      const { attos } = withLate(db, tenantNo, metricNo, original);
      const more = attosOf(event) - attos;
      return add(more > 0n ? more : 0n);
    }
    case 'LATEST': {
      const { attos, mark } = withLate(db, tenantNo, metricNo, original);
      const own = markOf(event.atMs, event.atNs, event.tie);
      return mark === null || own > mark ? add(attosOf(event) - attos, own) : add(0n);
    }
    case 'TIME_WEIGHTED':
      throw new TypeError('A sample is taken by time-weighted.ts.');
  }
}

const ONE = 10n ** 18n;

/** The figure of a closed month with all that came late, and the newest mark of a LATEST. */
function withLate(db: StoreDb, tenantNo: number, metricNo: number, original: number): { attos: bigint; mark: string | null } {
  const own = readBucket(db, 'month', original, tenantNo, metricNo);
  const late = db.all<AdjustmentRow>(
    `SELECT month, ${LIMB_COLUMNS} FROM usage_adjustments WHERE tenant_no = ? AND metric_no = ? AND original = ?`,
    [tenantNo, metricNo, original],
  );
  let attos = own === undefined ? 0n : attosOf(own);
  let mark = own?.mark ?? null;
  for (const row of late) {
    attos += attosOf(row);
    if (row.mark !== null && (mark === null || row.mark > mark)) ({ mark } = row);
  }
  return { attos, mark };
}
