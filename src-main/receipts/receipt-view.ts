/** The members of a stored line that lists show: read by place where the line is canonical, parsed where it is not. */
import type { StoreDb } from '../store/index.ts';
import { MAX_LINE_BYTES, scanCanonicalObject } from '../trust/canonical-scanner.ts';
import { CURRENT_HASH, PLAN_ID, PREVIOUS_HASH, RECEIPT_ID, ReceiptFields, REFUSAL_TRIGGER, TIMESTAMP } from '../trust/receipt-fields.ts';
import { parseForDisplay } from './exact-json.ts';
import { indexOf, PIECE_BYTES, positionOf } from './receipt-streams.ts';

/** What a line says of itself; nothing of it is verified here. Null where it does not say it as text. */
export interface ReceiptView {
  readonly receiptId: string | null;
  readonly timestamp: string | null;
  readonly planId: string | null;
  readonly hash: string | null;
  readonly previousHash: string | null;
  /** Reason of the refusal, where the receipt records one. */
  readonly refusal: string | null;
}

export interface StoredReceipt extends ReceiptView {
  readonly index: number;
  readonly byteOffset: number;
  readonly byteLength: number;
}

const NOTHING: ReceiptView = { receiptId: null, timestamp: null, planId: null, hash: null, previousHash: null, refusal: null };

const fields = new ReceiptFields();
/** A line and the LF behind it, which the scanner needs to stand there. */
const scratch = Buffer.alloc(MAX_LINE_BYTES + 1);

const asText = (value: unknown): string | null => (typeof value === 'string' ? value.toWellFormed() : null);

const refusalOf = (value: unknown): string | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { reason, code } = value as Record<string, unknown>;
  return asText(reason) ?? (typeof code === 'number' || typeof code === 'string' ? String(code) : 'refused');
};

const parsedValue = (bytes: Buffer, slot: number): unknown => {
  if (!fields.has(slot)) return null;
  try {
    return JSON.parse(bytes.toString('utf8', fields.valueStart[slot], fields.valueEnd[slot])) as unknown;
  } catch {
    return null;
  }
};

const slotText = (bytes: Buffer, slot: number): string | null => {
  if (!fields.has(slot)) return null;
  const [start, end] = [fields.valueStart[slot]!, fields.valueEnd[slot]!];
  if (bytes[start] !== 0x22) return null;
  const spelled = bytes.toString('utf8', start + 1, end - 1);
  return spelled.includes('\\') ? asText(parsedValue(bytes, slot)) : spelled;
};

export const viewReceipt = (line: Uint8Array): ReceiptView => {
  if (line.length > MAX_LINE_BYTES) return NOTHING;
  scratch.set(line);
  scratch[line.length] = 0x0a;
  if (!scanCanonicalObject(scratch, 0, line.length, fields)) return viewParsed(line);
  return {
    receiptId: slotText(scratch, RECEIPT_ID),
    timestamp: slotText(scratch, TIMESTAMP),
    planId: slotText(scratch, PLAN_ID),
    hash: slotText(scratch, CURRENT_HASH),
    previousHash: slotText(scratch, PREVIOUS_HASH),
    refusal: refusalOf(parsedValue(scratch, REFUSAL_TRIGGER)),
  };
};

function viewParsed(line: Uint8Array): ReceiptView {
  const value = parseForDisplay(line);
  if (value === null) return NOTHING;
  const nested = value['hash_chain'];
  const chain = (typeof nested === 'object' && nested !== null ? nested : value) as Record<string, unknown>;
  return {
    receiptId: asText(value['receipt_id']),
    timestamp: asText(value['timestamp']),
    planId: asText(value['plan_id']),
    hash: asText(chain['current_hash']),
    previousHash: asText(chain['previous_receipt_hash']),
    refusal: refusalOf(value['refusal_trigger']),
  };
}

interface LineRow {
  readonly position: number;
  readonly byte_offset: number;
  readonly pieces: number;
  readonly bytes: Buffer;
}

const storedReceipt = ({ position, byte_offset: byteOffset, pieces, bytes }: LineRow): StoredReceipt => ({
  index: indexOf(position),
  byteOffset,
  byteLength: pieces * PIECE_BYTES + bytes.length,
  ...(pieces === 0 ? viewReceipt(bytes) : NOTHING),
});

/** The receipt at a position of the store; null where there is none. */
export const viewStoredReceipt = (db: StoreDb, position: number): StoredReceipt | null => {
  const row = db.get<LineRow>('SELECT position, byte_offset, pieces, bytes FROM receipt_lines WHERE position = ?', [position]);
  return row === undefined ? null : storedReceipt(row);
};

/** The receipts `[from, to)` of a stream. */
export const viewStoredReceipts = (db: StoreDb, streamNo: number, from: number, to: number): StoredReceipt[] =>
  db
    .all<LineRow>('SELECT position, byte_offset, pieces, bytes FROM receipt_lines WHERE position >= ? AND position < ? ORDER BY position', [
      positionOf(streamNo, from),
      positionOf(streamNo, to),
    ])
    .map(storedReceipt);
