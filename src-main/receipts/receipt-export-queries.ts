import { stringify } from 'csv-stringify/sync';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { allStandings } from './chain-list.ts';
import { chainKeyOf } from './chain-address.ts';
import { parseExact } from './exact-json.ts';
import { receiptStoreReads } from './receipt-store-queries.ts';
import { indexOf, positionOf } from './receipt-streams.ts';

export type ExportFormat = 'json' | 'csv' | 'tsv' | 'chain-folder';

/** What a ZIP without its 64-bit extension can hold. */
const ZIP_LIMIT_BYTES = 4_000_000_000;

/** Columns of the receipt contract, in its order; the header stands once. */
export const EXPORT_COLUMNS = [
  'receipt_id',
  'plan_id',
  'version',
  'timestamp',
  'throughput_req_s',
  'concurrent',
  'queue_depth',
  'latency_p99_ms',
  'failover_s',
  'current_hash',
] as const;
type Column = (typeof EXPORT_COLUMNS)[number];
const CLAIMS: ReadonlySet<string> = new Set<Column>(['throughput_req_s', 'concurrent', 'queue_depth', 'latency_p99_ms', 'failover_s']);

export interface ExportedChain {
  readonly chainNo: number;
  readonly sourceName: string;
  readonly folder: string;
  /** null where only documents came. */
  readonly streamNo: number | null;
  /** Half-open range of lines. */
  readonly from: number;
  readonly to: number;
}

export interface ExportPlan {
  readonly format: ExportFormat;
  readonly chains: readonly (ExportedChain & { readonly streamNo: number })[];
}

export interface PlanArgs {
  /** All when null. */
  readonly chainKeys: readonly string[] | null;
  readonly format: ExportFormat;
  readonly fromIndex: number | null;
  /** The last receipt, counted from 0. */
  readonly toIndex: number | null;
}

type Row = Readonly<Record<Column, string | null>>;

/** A JSON number as it may stand in a document. */
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The columns of one line, numbers as they are spelled. A line that cannot be read gives an empty row, in its place. */
const rowOf = (line: Buffer, readable: boolean): Row => {
  const receipt = readable ? parseExact(line) : null;
  const nested = (name: string): Record<string, unknown> => {
    const value = receipt?.[name];
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  };
  const claim = nested('envelope_claim');
  const chain = nested('hash_chain');
  const valueOf = (column: Column): unknown =>
    CLAIMS.has(column)
      ? claim[column]
      : column === 'current_hash'
        ? (receipt?.['current_hash'] ?? chain['current_hash'])
        : receipt?.[column];
  const text = (column: Column): string | null => {
    const value = valueOf(column);
    return typeof value === 'string' ? value.toWellFormed() : null;
  };
  return Object.fromEntries(EXPORT_COLUMNS.map((column) => [column, text(column)])) as Row;
};

const jsonRow = (row: Row): string => {
  const members = EXPORT_COLUMNS.map((column) => {
    const value = row[column];
    const spelled = value !== null && CLAIMS.has(column) && NUMBER.test(value) ? value : JSON.stringify(value);
    return `${JSON.stringify(column)}:${spelled}`;
  });
  return `{${members.join(',')}}`;
};

const DELIMITERS = { csv: ',', tsv: '\t' } as const;

/**
 * Records of RFC 4180 with CR LF for CSV, LF for TSV. A text that a spreadsheet would run as a formula gets an apostrophe
 * in front: ids come from outside.
 */
const separated = (rows: readonly (readonly (string | null)[])[], format: 'csv' | 'tsv'): string =>
  stringify([...rows.map((row) => [...row])], {
    delimiter: DELIMITERS[format],
    record_delimiter: format === 'csv' ? 'windows' : 'unix',
    escape_formulas: true,
  });

interface LineRow {
  readonly position: number;
  readonly pieces: number;
  readonly bytes: Buffer;
}

const ROWS_AT_ONCE = 256;

function exportRows(
  db: StoreDb,
  args: { streamNo: number; from: number; to: number; format: Exclude<ExportFormat, 'chain-folder'>; maxBytes: number; isFirst: boolean },
): { text: string; next: number } {
  const rows: Row[] = [];
  let [next, bytes] = [args.from, 0];
  while (next < args.to && bytes < args.maxBytes) {
    const until = Math.min(args.to, next + ROWS_AT_ONCE);
    const lines = db.all<LineRow>(
      'SELECT position, pieces, bytes FROM receipt_lines WHERE position >= ? AND position < ? ORDER BY position',
      [positionOf(args.streamNo, next), positionOf(args.streamNo, until)],
    );
    for (const line of lines) {
      rows.push(rowOf(line.bytes, line.pieces === 0));
      bytes += line.bytes.length;
    }
    next = lines.length === 0 ? args.to : indexOf(lines.at(-1)!.position) + 1;
  }
  if (args.format !== 'json')
    return {
      text:
        rows.length === 0
          ? ''
          : separated(
              rows.map((row) => EXPORT_COLUMNS.map((column) => row[column])),
              args.format,
            ),
      next,
    };
  return { text: rows.map((row, i) => `${i === 0 && args.isFirst ? '\n' : ',\n'}${jsonRow(row)}`).join(''), next };
}

function planExport(db: StoreDb, args: PlanArgs): ExportPlan {
  const all = allStandings(db);
  const wanted = new Set(args.chainKeys ?? []);
  const chains = args.chainKeys === null ? all : all.filter(({ sourceName, folder }) => wanted.delete(chainKeyOf(sourceName, folder)));
  const [missing] = wanted;
  if (missing !== undefined)
    throw new AppError('NOT_FOUND', `There is no chain ${missing} here.`, {
      nextStep: 'Look in the list of chains.',
      details: { chainKey: missing },
    });
  const bytes = chains.reduce((sum, chain) => sum + chain.bytes, 0);
  if (args.format === 'chain-folder' && bytes > ZIP_LIMIT_BYTES)
    throw new AppError('BAD_INPUT', `These chains have ${bytes} bytes, more than one archive can hold.`, {
      nextStep: 'Export fewer chains at a time, or as CSV.',
    });
  return {
    format: args.format,
    chains: chains.flatMap(({ chainNo, sourceName, folder, streamNo, lines }) =>
      streamNo === null
        ? []
        : [
            {
              chainNo,
              sourceName,
              folder,
              streamNo,
              from: Math.min(args.fromIndex ?? 0, lines),
              to: Math.min(args.toIndex === null ? lines : args.toIndex + 1, lines),
            },
          ],
    ),
  };
}

export const exportReads = {
  'receiptExport.plan': (db: StoreDb, args: PlanArgs): ExportPlan => planExport(db, args),
  /** What stands before the first row. */
  'receiptExport.head': (_db: StoreDb, { format }: { format: Exclude<ExportFormat, 'chain-folder'> }): string =>
    format === 'json' ? '[' : separated([EXPORT_COLUMNS], format),
  /** Rows as text, until about `maxBytes` of lines were read; go on at `next`. */
  'receiptExport.rows': exportRows,
  /** The newest chain.json and checkpoints, as they came. */
  'receiptExport.documents': (db: StoreDb, { chainNo }: { chainNo: number }): { path: string; bytes: Uint8Array }[] =>
    db.all<{ path: string; bytes: Buffer }>(
      `SELECT path, bytes FROM chain_documents d WHERE chain_no = ?
         AND document_no = (SELECT max(document_no) FROM chain_documents WHERE chain_no = d.chain_no AND path = d.path) ORDER BY path`,
      [chainNo],
    ),
  'receiptStore.bytes': receiptStoreReads['receiptStore.bytes'],
} satisfies QueryMap;
