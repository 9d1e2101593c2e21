/**
 * What a verifier may find in receipt chains, logs and notes, and the bounded collector of it. A finding is made as a
 * `FindingDraft` where it is seen, deep inside a worker; `publishFinding` (explain.ts) gives it its sentence and its
 * published form once it is known to be among those that are kept.
 */

/** Every code that concerns chains, logs and notes, with its severity. Warnings never change a verdict. */
export const FINDING_CODES = {
  CANON_SYNTAX: 'error',
  CANON_UTF8: 'error',
  CANON_DUPLICATE_KEY: 'error',
  CANON_UNSORTED: 'error',
  CANON_NUMBER: 'error',
  CANON_SURROGATE: 'error',
  CANON_DEPTH: 'error',
  CANON_SIZE: 'error',
  CANON_WHITESPACE: 'error',
  /** Nothing is proven wrong, but nothing can be proven either: the verdict becomes INDETERMINATE. */
  CANON_PROFILE_UNKNOWN: 'warning',
  CANON_PROFILE_MIXED: 'error',
  RECEIPT_SCHEMA: 'error',
  RECEIPT_HASH_MISMATCH: 'error',
  CHAIN_DELETED: 'error',
  CHAIN_INSERTED: 'error',
  CHAIN_REORDERED: 'error',
  CHAIN_FORK: 'error',
  CHAIN_AMENDED_IN_PLACE: 'error',
  CHAIN_GENESIS_UNDECLARED: 'error',
  CHAIN_DUPLICATE_ID: 'error',
  CHAIN_TORN_TAIL: 'error',
  LOG_TRUNCATED: 'error',
  LOG_ROOT_MISMATCH: 'error',
  LOG_FORK_PROVEN: 'error',
  LOG_ROLLBACK: 'error',
  NOTE_MALFORMED: 'error',
  NOTE_BAD_SIG: 'error',
  NOTE_ORIGIN: 'error',
  NOTE_NO_TRUSTED_SIG: 'warning',
  CLOCK_BACKWARD: 'warning',
  CLOCK_FUTURE: 'warning',
  UNANCHORED_TAIL: 'warning',
} as const satisfies Record<string, Severity>;

export type Severity = 'error' | 'warning';
export type FindingCode = keyof typeof FINDING_CODES;

export const severityOf = (code: FindingCode): Severity => FINDING_CODES[code];

/**
 * Entries of the log that a finding is about, half-open, counted from 0. `to` is null where the end cannot be known, and
 * `count` is 'unknown' where the files do not tell how many receipts are missing.
 */
export interface Gap {
  readonly from: number;
  readonly to: number | null;
  readonly count: number | 'unknown';
}

/** A fact that supports a finding: what it is, where it stands, what it says. */
export interface Evidence {
  readonly what: string;
  readonly file?: string;
  readonly index?: number;
  readonly value?: string;
}

/** A finding as `verify --json` prints it: docs/formats/verify-json.md. `index` counts from 0, `line` from 1. */
export interface Finding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Path below the folder that was verified, with '/' on every system. */
  readonly file: string | null;
  readonly log: string | null;
  readonly index: number | null;
  readonly line: number | null;
  readonly byte_offset: number | null;
  readonly byte_length: number | null;
  readonly receipt_id: string | null;
  readonly json_pointer: string | null;
  readonly expected: string | null;
  readonly actual: string | null;
  readonly last_good_index: number | null;
  readonly gap: Gap | null;
  readonly evidence: readonly Evidence[];
  readonly explain: string;
  readonly next_step: string;
}

/** A finding before it has its sentence. Absent parts are null in the published form. Structured-cloneable. */
export interface FindingDraft {
  readonly code: FindingCode;
  /** Name of the file when it is not the chain's receipts: a note, or `trust.vkeys`. */
  readonly file?: string;
  readonly index?: number;
  readonly line?: number;
  readonly byteOffset?: number;
  readonly byteLength?: number;
  readonly receiptId?: string;
  pointer?: string;
  expected?: string;
  actual?: string;
  readonly lastGoodIndex?: number;
  gap?: Gap;
  evidence?: Evidence[];
  /** Figures and words that only the sentence needs; its template in explain.ts names them. */
  facts?: Record<string, string | number>;
}

/** Findings that are kept and printed; beyond that they are only counted. */
export const FINDINGS_CAP = 1_000;

/**
 * Findings are kept in lanes, so that a million altered receipts cannot crowd out the one line that says the log was cut,
 * nor a wrong clock the altered receipts. A lane gets its share of the cap first, then what the others leave.
 */
const LANES = 3;
const LANE_SHARE = [400, 400, 200] as const;

function laneOf(code: FindingCode): 0 | 1 | 2 {
  if (code.startsWith('CLOCK_')) return 2;
  return code.startsWith('CANON_') || code.startsWith('RECEIPT_') || code === 'CHAIN_DUPLICATE_ID' ? 1 : 0;
}

/** The content of a collector as it crosses threads. */
export interface CollectedFindings {
  readonly errors: number;
  readonly warnings: number;
  readonly lanes: readonly (readonly FindingDraft[])[];
}

/** Keeps the first findings of each lane and counts all: memory is bounded by the cap, the total is exact. */
export class FindingCollector {
  #errors = 0;
  #warnings = 0;
  readonly #lanes: FindingDraft[][] = Array.from({ length: LANES }, () => []);

  get errors(): number {
    return this.#errors;
  }

  get warnings(): number {
    return this.#warnings;
  }

  get total(): number {
    return this.#errors + this.#warnings;
  }

  add(draft: FindingDraft): void {
    this.count(draft.code);
    const lane = this.#lanes[laneOf(draft.code)]!;
    if (lane.length < FINDINGS_CAP) lane.push(draft);
  }

  /** Counts findings without keeping them, for those that were dropped elsewhere. */
  count(code: FindingCode, times = 1): void {
    if (severityOf(code) === 'error') this.#errors += times;
    else this.#warnings += times;
  }

  /** Whether a further finding of this code would still be kept. */
  hasRoom(code: FindingCode): boolean {
    return this.#lanes[laneOf(code)]!.length < FINDINGS_CAP;
  }

  /** Takes over what another collector gathered, keeping those that come first in the chain. */
  merge(other: CollectedFindings): void {
    this.#errors += other.errors;
    this.#warnings += other.warnings;
    other.lanes.forEach((drafts, i) => {
      const lane = this.#lanes[i]!;
      lane.push(...drafts);
      lane.sort(byPlace);
      lane.length = Math.min(lane.length, FINDINGS_CAP);
    });
  }

  collected(): CollectedFindings {
    return { errors: this.#errors, warnings: this.#warnings, lanes: this.#lanes };
  }

  /** The findings to publish, at most `FINDINGS_CAP`, in the order of the chain; those without a place come last. */
  kept(): FindingDraft[] {
    let room = FINDINGS_CAP;
    const taken = this.#lanes.map((lane, i) => {
      const count = Math.min(lane.length, LANE_SHARE[i]!);
      room -= count;
      return count;
    });
    this.#lanes.forEach((lane, i) => {
      const more = Math.min(lane.length - taken[i]!, room);
      taken[i]! += more;
      room -= more;
    });
    return this.#lanes.flatMap((lane, i) => [...lane].sort(byPlace).slice(0, taken[i])).sort(byPlace);
  }
}

function byPlace(a: FindingDraft, b: FindingDraft): number {
  return (
    (a.index ?? Infinity) - (b.index ?? Infinity) ||
    (a.byteOffset ?? Infinity) - (b.byteOffset ?? Infinity) ||
    compareCodes(a.code, b.code) ||
    compareText(a.file ?? '', b.file ?? '')
  );
}

const CODE_ORDER = new Map(Object.keys(FINDING_CODES).map((code, i) => [code, i]));
const compareCodes = (a: FindingCode, b: FindingCode): number => CODE_ORDER.get(a)! - CODE_ORDER.get(b)!;
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
