import { createHash } from 'node:crypto';
import type { StoreDb } from '../store/index.ts';

/** One number for all rollups: two databases with the same one hold the same rows, byte for byte. */

/** The tables with their columns in the order of the key. Metrics that keep no events are left out: nothing can make them again. */
export const DIGESTED: readonly { readonly table: string; readonly key: string; readonly columns: string }[] = [
  ...(['hour', 'day', 'month'] as const).map((grain) => ({
    table: `usage_${grain}s`,
    key: `${grain}, tenant_no, metric_no`,
    columns: 'events, giga, units, nano, atto, first_no, last_no, mark',
  })),
  {
    table: 'usage_adjustments',
    key: 'month, tenant_no, metric_no, original',
    columns: 'events, giga, units, nano, atto, first_no, last_no, mark',
  },
  { table: 'usage_uniques', key: 'grain, bucket, tenant_no, metric_no, value', columns: '' },
  { table: 'usage_samples', key: 'series_no, at_ms, at_ns, tie', columns: 'units, nano, atto, closed_through' },
];

/** A row as text: every value as JSON, so that no two different rows look alike. */
const rowText = (row: readonly unknown[]): string =>
  row.map((value) => (typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : String(value as bigint))).join(',');

export const allColumns = ({ key, columns }: { readonly key: string; readonly columns: string }): string =>
  columns === '' ? key : `${key}, ${columns}`;

/** The rows of one table, in the order of its key, without those of metrics that keep no events. */
export function* digestedRows(
  db: StoreDb,
  entry: (typeof DIGESTED)[number],
  preaggregated: readonly number[],
): Generator<readonly unknown[]> {
  const skipped =
    preaggregated.length > 0 && entry.key.includes('metric_no') ? ` WHERE metric_no NOT IN (${preaggregated.join(', ')})` : '';
  const statement = db.raw
    .prepare<[], readonly unknown[]>(`SELECT ${allColumns(entry)} FROM ${entry.table}${skipped} ORDER BY ${entry.key}`)
    .safeIntegers(true)
    .raw(true);
  yield* statement.iterate();
}

export interface RollupDigest {
  readonly sha256: string;
  readonly rows: number;
}

/** @param breathe called now and then; throws to stop */
export function rollupDigest(db: StoreDb, preaggregated: readonly number[], breathe: () => void): RollupDigest {
  const hash = createHash('sha256');
  let rows = 0;
  for (const entry of DIGESTED) {
    hash.update(`${entry.table}\n`);
    let text = '';
    for (const row of digestedRows(db, entry, preaggregated)) {
      rows += 1;
      text += `${rowText(row)}\n`;
      if (text.length > 65_536) {
        hash.update(text);
        text = '';
        breathe();
      }
    }
    hash.update(text);
  }
  return { sha256: hash.digest('hex'), rows };
}
