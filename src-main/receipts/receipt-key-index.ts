/** The index `receipt_keys`: filled by verification, asked for repeated ids and for receipts by a prefix. */
import type { StoreDb } from '../store/index.ts';
import { hashFingerprint, idFingerprint } from './receipt-fingerprint.ts';

/** Fingerprints of a stretch of lines: of the id at `2 i`, of the hash at `2 i + 1`; NaN where a line has none. */
export interface KeyChunk {
  /** Index of the first line. */
  readonly from: number;
  readonly keys: Float64Array<ArrayBuffer>;
}

/** Rows to add, in almost the order of the index, so that a batch touches few of its pages. */
export interface SortedKeys {
  readonly fingerprints: Float64Array<ArrayBuffer>;
  readonly positions: Float64Array<ArrayBuffer>;
}

/** Lines whose keys are sorted in one go: 32 MB. */
export const KEYED_LINES_AT_ONCE = 2 ** 20;
const SLOTS = 2 * KEYED_LINES_AT_ONCE;
const LOW_BITS = 2 ** 20;

/** Gathers the keys of lines, in order. */
export class KeyCollector {
  readonly #from: number;
  readonly #keys: Float64Array<ArrayBuffer>;

  constructor(from: number, to: number) {
    this.#from = from;
    this.#keys = new Float64Array(2 * Math.max(0, to - from)).fill(NaN);
  }

  add(index: number, id: string, hash: string | null): void {
    const at = 2 * (index - this.#from);
    if (at < 0 || at >= this.#keys.length) return;
    this.#keys[at] = idFingerprint(id);
    if (hash !== null) this.#keys[at + 1] = hashFingerprint(hash);
  }

  take(): KeyChunk {
    return { from: this.#from, keys: this.#keys };
  }
}

/**
 * Puts the keys of at most `KEYED_LINES_AT_ONCE` lines in order. The upper 32 bits of the fingerprint and the slot go into
 * one double each, which sorts natively; the lower bits do not matter for the order of pages.
 */
export const sortKeys = (chunks: readonly KeyChunk[], positionOfLine: (index: number) => number): SortedKeys => {
  const total = chunks.reduce((sum, { keys }) => sum + keys.length, 0);
  if (total > SLOTS) throw new RangeError(`keys of ${total / 2} lines at once`);
  const order = new Float64Array(total);
  const fingerprints = new Float64Array(total);
  const lines = new Float64Array(total);
  let used = 0;
  for (const { from, keys } of chunks) {
    for (let i = 0; i < keys.length; i += 1) {
      const key = keys[i]!;
      if (Number.isNaN(key)) continue;
      order[used] = Math.floor(key / LOW_BITS) * SLOTS + used;
      fingerprints[used] = key;
      lines[used] = from + (i >> 1);
      used += 1;
    }
  }
  const sorted = order.subarray(0, used).sort();
  const out = { fingerprints: new Float64Array(used), positions: new Float64Array(used) };
  sorted.forEach((composite, i) => {
    const slot = composite % SLOTS;
    out.fingerprints[i] = fingerprints[slot]!;
    out.positions[i] = positionOfLine(lines[slot]!);
  });
  return out;
};

const ROWS_AT_ONCE = 64;
const INSERT = 'INSERT OR IGNORE INTO receipt_keys (fingerprint, position) VALUES ';
const INSERT_MANY = INSERT + Array.from({ length: ROWS_AT_ONCE }, () => '(?, ?)').join(', ');

/** Adds rows; those that are there already stay as they are. */
export const addKeys = (db: StoreDb, { fingerprints, positions }: SortedKeys): void => {
  const many = db.raw.prepare(INSERT_MANY);
  const one = db.raw.prepare(`${INSERT}(?, ?)`);
  let i = 0;
  for (; i + ROWS_AT_ONCE <= fingerprints.length; i += ROWS_AT_ONCE) {
    const row: number[] = [];
    for (let j = i; j < i + ROWS_AT_ONCE; j += 1) row.push(fingerprints[j]!, positions[j]!);
    many.run(...row);
  }
  for (; i < fingerprints.length; i += 1) one.run(fingerprints[i], positions[i]);
};

const LOOKED_UP_AT_ONCE = 128;
const LOOK_UP = `SELECT fingerprint, position FROM receipt_keys WHERE fingerprint IN (${Array.from({ length: LOOKED_UP_AT_ONCE }, () => '?').join(', ')})`;

/** Positions at which the fingerprints stand, by fingerprint; only those that `counts` accepts. */
export const lookUpKeys = (db: StoreDb, fingerprints: Float64Array, counts: (position: number) => boolean): Map<number, number[]> => {
  const found = new Map<number, number[]>();
  const sorted = fingerprints
    .filter((key) => !Number.isNaN(key))
    .sort()
    .filter((key, i, all) => i === 0 || all[i - 1] !== key);
  const statement = db.raw.prepare<number[], { fingerprint: number; position: number }>(LOOK_UP);
  for (let i = 0; i < sorted.length; i += LOOKED_UP_AT_ONCE) {
    const asked = Array.from({ length: LOOKED_UP_AT_ONCE }, (_none, j) => sorted[i + j] ?? -1);
    for (const { fingerprint, position } of statement.all(...asked)) {
      if (!counts(position)) continue;
      const known = found.get(fingerprint);
      if (known === undefined) found.set(fingerprint, [position]);
      else known.push(position);
    }
  }
  return found;
};
