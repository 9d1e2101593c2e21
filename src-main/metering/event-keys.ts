import type Sqlite from 'better-sqlite3';
import type { StoreDb } from '../store/index.ts';
import { unitsColumn } from './quantity-reader.ts';

/**
 * Keys of events: (tenant, source, id), which never expire. Ids mostly grow with time (UUIDv7, ULID, numbers), so an id that
 * is greater than every known one of its tenant and source is new without a look; any other one is looked up.
 */

/** What stands under a key. */
export interface StoredEvent {
  readonly ingestNo: number;
  /** null: its metric keeps no events, and `payload` tells them apart. */
  readonly raw: {
    readonly seriesNo: number;
    readonly atMs: number;
    readonly atNs: number;
    readonly units: bigint;
    readonly nano: bigint;
    readonly atto: bigint;
    readonly other: Buffer | null;
  } | null;
  readonly payload: Buffer | null;
}

/** An event that is taken and not written yet. */
export interface PendingEvent {
  readonly eventId: string;
  readonly seriesNo: number;
  readonly atMs: number;
  readonly atNs: number;
  readonly giga: number;
  readonly units: number;
  readonly nano: number;
  readonly atto: number;
  readonly adjusts: number | null;
  readonly other: Buffer | null;
  /** Of a metric that keeps no events. */
  readonly payload: Buffer | null;
}

/** The ids of one tenant and emitter. */
export class EmitterKeys {
  readonly tenantNo: number;
  readonly emitterNo: number;
  readonly emitter: string;
  /** The greatest id in the order of bytes; '' before the first. */
  private greatest: string;

  constructor(db: StoreDb, tenantNo: number, emitterNo: number, emitter: string) {
    this.tenantNo = tenantNo;
    this.emitterNo = emitterNo;
    this.emitter = emitter;
    const last = (table: string): string =>
      db.get<{ event_id: string }>(`SELECT event_id FROM ${table} WHERE tenant_no = ? AND emitter_no = ? ORDER BY event_id DESC LIMIT 1`, [
        tenantNo,
        emitterNo,
      ])?.event_id ?? '';
    const raw = last('usage_events');
    const keys = last('usage_keys');
    this.greatest = bytesOrder(keys, raw) ? keys : raw;
  }

  /** Whether the id is greater than all that are known; then it is known from now on. */
  passes(eventId: string): boolean {
    // Of an ASCII text, the order of UTF-16 units is the order of the bytes by which the index is sorted.
    if (!(eventId > this.greatest) || !isAscii(eventId)) return false;
    this.greatest = eventId;
    return true;
  }

  /** An id that was looked up and is new. */
  add(eventId: string): void {
    if (bytesOrder(eventId, this.greatest)) this.greatest = eventId;
  }
}

/** Whether a comes after b in the order of their UTF-8 bytes. */
const bytesOrder = (a: string, b: string): boolean =>
  isAscii(a) || isAscii(b) ? a > b : Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8')) > 0;

const isAscii = (text: string): boolean => {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
};

interface StoredRow {
  readonly ingest_no: bigint;
  readonly series_no: bigint;
  readonly at_ms: bigint;
  readonly at_ns: bigint;
  readonly units: bigint;
  readonly nano: bigint;
  readonly atto: bigint;
  readonly other: Buffer | null;
}

const ROW_VALUES = 12;
/** Rows a statement: calling into SQLite costs more than one more row in the same call. */
const BATCH_ROWS = 16;
const INSERT = `INSERT INTO usage_events (ingest_no, tenant_no, emitter_no, event_id, series_no, at_ms, at_ns, units, nano, atto, adjusts, other) VALUES `;
const ROW = '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

type Cell = number | bigint | string | Buffer | null;

/** Finds and writes events. */
export class EventStore {
  private readonly db: StoreDb;
  private readonly one: Sqlite.Statement;
  private readonly many: Sqlite.Statement;
  private readonly find: Sqlite.Statement<unknown[], StoredRow>;
  private readonly findKey: Sqlite.Statement<unknown[], { ingest_no: number; payload: Buffer }>;
  private readonly insertKey: Sqlite.Statement;
  private readonly cells: Cell[] = [];

  constructor(db: StoreDb) {
    this.db = db;
    this.one = db.raw.prepare(INSERT + ROW);
    this.many = db.raw.prepare(INSERT + Array<string>(BATCH_ROWS).fill(ROW).join(', '));
    this.find = db.raw
      .prepare<unknown[], StoredRow>(
        'SELECT ingest_no, series_no, at_ms, at_ns, units, nano, atto, other FROM usage_events WHERE tenant_no = ? AND emitter_no = ? AND event_id = ?',
      )
      .safeIntegers(true);
    this.findKey = db.raw.prepare('SELECT ingest_no, payload FROM usage_keys WHERE tenant_no = ? AND emitter_no = ? AND event_id = ?');
    this.insertKey = db.raw.prepare('INSERT INTO usage_keys (tenant_no, emitter_no, event_id, ingest_no, payload) VALUES (?, ?, ?, ?, ?)');
  }

  stored({ tenantNo, emitterNo }: EmitterKeys, eventId: string): StoredEvent | null {
    const row = this.find.get(tenantNo, emitterNo, eventId);
    if (row !== undefined)
      return {
        ingestNo: Number(row.ingest_no),
        raw: {
          seriesNo: Number(row.series_no),
          atMs: Number(row.at_ms),
          atNs: Number(row.at_ns),
          units: row.units,
          nano: row.nano,
          atto: row.atto,
          other: row.other,
        },
        payload: null,
      };
    const key = this.findKey.get(tenantNo, emitterNo, eventId);
    return key === undefined ? null : { ingestNo: key.ingest_no, raw: null, payload: key.payload };
  }

  write(ingestNo: number, { tenantNo, emitterNo }: EmitterKeys, event: PendingEvent): void {
    const { eventId, payload } = event;
    if (payload !== null) {
      this.insertKey.run(tenantNo, emitterNo, eventId, ingestNo, payload);
      return;
    }
    const { seriesNo, atMs, atNs, giga, units, nano, atto, adjusts, other } = event;
    this.cells.push(ingestNo, tenantNo, emitterNo, eventId, seriesNo, atMs, atNs, unitsColumn(giga, units), nano, atto, adjusts, other);
    if (this.cells.length < BATCH_ROWS * ROW_VALUES) return;
    this.many.run(this.cells);
    this.cells.length = 0;
  }

  flush(): void {
    for (let at = 0; at < this.cells.length; at += ROW_VALUES) this.one.run(this.cells.slice(at, at + ROW_VALUES));
    this.cells.length = 0;
  }

  /** The number the next event gets: one more than the last of any batch. */
  nextNo(): number {
    return this.db.get<{ next: number }>(
      'SELECT coalesce(max(last_no), 0) + 1 AS next FROM (SELECT last_no FROM usage_batches ORDER BY batch_no DESC LIMIT 1)',
    )!.next;
  }
}
