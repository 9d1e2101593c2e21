/**
 * The second pass over a chain, made only when something failed or an id is suspected to repeat: where does a hash stand,
 * who names it, which ids are equal. It looks for a bounded number of things, so its memory is bounded too.
 */
import { scanCanonicalObject } from './canonical-scanner.ts';
import type { ChainProfile } from './chain-profile.ts';
import type { LegacyLayout } from './legacy-profile.ts';
import type { LinePosition, LineSink } from './line-sink.ts';
import { CURRENT_HASH, PREVIOUS_HASH, RECEIPT_ID, ReceiptFields } from './receipt-fields.ts';
import { fitsPlainly, isHex64, recomputeHash, recomputeHashWithPrevious } from './receipt-rules.ts';
import { readLegacyLine, readUnusualLine } from './record-reader.ts';
import { fingerprint, type SuspectLine } from './repeated-ids.ts';

export interface ProbeTargets {
  readonly profile: ChainProfile;
  readonly layout: LegacyLayout | null | undefined;
  /** Hashes to look for, hex. */
  readonly hashes: readonly string[];
  /** Fingerprints of ids that may repeat, sorted. */
  readonly suspects: Float64Array;
  /** Lines that fail their hash and their link: would the hash fit if they named this predecessor? */
  readonly substitutions: readonly { readonly index: number; readonly previous: string }[];
}

export interface ProbeHits {
  /** Indexes of the lines whose recomputed hash this is, at most `PLACES_CAP` each. */
  readonly at: ReadonlyMap<string, readonly number[]>;
  /** Indexes of the lines that name it as predecessor, likewise. */
  readonly namedBy: ReadonlyMap<string, readonly number[]>;
  /** Lines whose hash fits with the substituted predecessor. */
  readonly substituted: readonly number[];
  /** Lines with suspected ids, in order; at most `SUSPECT_LINES_CAP`. */
  readonly suspects: readonly SuspectLine[];
}

const PLACES_CAP = 4;
export const SUSPECT_LINES_CAP = 200_000;

export const NO_HITS: ProbeHits = { at: new Map(), namedBy: new Map(), substituted: [], suspects: [] };

export class ChainProbe implements LineSink {
  readonly #targets: ProbeTargets;
  readonly #wanted: ReadonlySet<string>;
  readonly #suspected: ReadonlySet<number>;
  readonly #substitutions: ReadonlyMap<number, string>;
  readonly #at = new Map<string, number[]>();
  readonly #namedBy = new Map<string, number[]>();
  readonly #substituted: number[] = [];
  readonly #suspects: SuspectLine[] = [];
  readonly #fields = new ReceiptFields();
  #index: number;
  #offset: number;

  constructor(targets: ProbeTargets, start: LinePosition = { index: 0, byteOffset: 0 }) {
    this.#targets = targets;
    this.#wanted = new Set(targets.hashes);
    this.#suspected = new Set(targets.suspects);
    this.#substitutions = new Map(targets.substitutions.map(({ index, previous }) => [index, previous]));
    this.#index = start.index;
    this.#offset = start.byteOffset;
  }

  line(buffer: Buffer, start: number, end: number): void {
    if (!this.#plainLine(buffer, start, end)) {
      const line = Buffer.from(buffer.subarray(start, end));
      const { profile, layout } = this.#targets;
      const facts = profile === 'jcs-sha256-1' ? readUnusualLine(line) : readLegacyLine(line, layout, this.#index);
      if (facts.readable) this.#take(facts.own, facts.previous, facts.receiptId, end - start);
    }
    this.#index += 1;
    this.#offset += end - start + 1;
  }

  oversizedLine(byteLength: number): void {
    this.#index += 1;
    this.#offset += byteLength + 1;
  }

  tornTail(): void {
    // Not a record.
  }

  #plainLine(bytes: Buffer, start: number, end: number): boolean {
    if (this.#targets.profile !== 'jcs-sha256-1' || bytes.length === end) return false;
    const fields = this.#fields;
    if (!scanCanonicalObject(bytes, start, end, fields) || !fitsPlainly(bytes, fields)) return false;
    const { valueStart, valueEnd } = fields;
    if (!isHex64(bytes, valueStart[CURRENT_HASH]! + 1)) return false;
    const previousAt = valueStart[PREVIOUS_HASH]! + 1;
    const isNull = valueEnd[PREVIOUS_HASH]! - previousAt <= 4;
    if (!isNull && !isHex64(bytes, previousAt)) return false;
    const substitute = this.#substitutions.get(this.#index);
    if (substitute !== undefined && !isNull) {
      const stated = bytes.toString('latin1', valueStart[CURRENT_HASH]! + 1, valueStart[CURRENT_HASH]! + 65);
      if (recomputeHashWithPrevious(bytes, start, end, fields, substitute) === stated) this.#substituted.push(this.#index);
    }
    const id = bytes.toString('utf8', valueStart[RECEIPT_ID]! + 1, valueEnd[RECEIPT_ID]! - 1);
    const receiptId = id.includes('\\') ? (JSON.parse(`"${id}"`) as string) : id;
    const own = this.#wanted.size > 0 ? recomputeHash(bytes, start, end, fields) : null;
    this.#take(own, isNull ? null : bytes.toString('latin1', previousAt, previousAt + 64), receiptId, end - start);
    return true;
  }

  #take(own: string | null, previous: string | null | undefined, receiptId: string | null, byteLength: number): void {
    if (own !== null && this.#wanted.has(own)) note(this.#at, own, this.#index);
    if (previous !== null && previous !== undefined && this.#wanted.has(previous)) note(this.#namedBy, previous, this.#index);
    if (receiptId === null || this.#suspected.size === 0 || this.#suspects.length >= SUSPECT_LINES_CAP) return;
    const bytes = Buffer.from(receiptId, 'utf8');
    if (this.#suspected.has(fingerprint(bytes, 0, bytes.length))) {
      this.#suspects.push({ id: receiptId, index: this.#index, byteOffset: this.#offset, byteLength });
    }
  }

  finish(): ProbeHits {
    return { at: this.#at, namedBy: this.#namedBy, substituted: this.#substituted, suspects: this.#suspects };
  }
}

function note(map: Map<string, number[]>, hash: string, index: number): void {
  const known = map.get(hash);
  if (known === undefined) map.set(hash, [index]);
  else if (known.length < PLACES_CAP) known.push(index);
}
