import type { Conservation } from '../../src-shared/contract/sources.ts';
import type { StoreDb } from '../store/index.ts';

/**
 * How a feed plugs into sync. The engine (this room) finds what is new at a source, keeps the cursors, guards the past,
 * proves conservation and retries; a feed module (one in each later room, handed in by app/) says which files are its own
 * and takes the bytes.
 *
 * Two kinds of file cover every feed:
 * - `appended`: grows at its end (`receipts.jsonl`, `events/*.ndjson`); only new bytes are read.
 * - `whole`: small, replaced as a whole (`chain.json`, checkpoints, evidence artifacts); read when the file system says
 *   that it was touched, delivered when its bytes changed.
 *
 * An HTTP source delivers the same: `parseItem` turns one NDJSON item of its feed into a line or a whole file.
 */
export type FileKind = 'appended' | 'whole';

interface DeliveryBase {
  readonly sourceId: string;
  readonly sourceName: string;
  readonly runId: string;
  /** Path below the feed's folder, with forward slashes: `pro@1.4/receipts.jsonl`. */
  readonly path: string;
  /** ISO 8601 UTC. */
  readonly now: string;
  /** Owns its memory: nothing else lies in `bytes.buffer`. */
  readonly bytes: Uint8Array;
}

export interface WholeDelivery extends DeliveryBase {
  readonly kind: 'whole';
}

export interface AppendedDelivery extends DeliveryBase {
  readonly kind: 'appended';
  /**
   * `append`: these bytes stand at `offset`, directly after what this file delivered before.
   * `restart`: the source changed its past (`because` says how it was seen); `offset` is 0 and the whole file follows in
   * this and later `append` deliveries. What was accepted before stays where it is.
   */
  readonly mode: 'append' | 'restart';
  readonly because: string | null;
  readonly offset: number;
  /** True when the file ended here, as far as it was seen: bytes after the last LF are an unfinished line. */
  readonly atEnd: boolean;
}

export type Delivery = WholeDelivery | AppendedDelivery;

/** A row that cannot be used, or for receipts a line that is kept and annotated. */
export interface QuarantineInput {
  readonly path: string;
  /** 1-based line, where the file has lines. */
  readonly line: number | null;
  readonly byteOffset: number | null;
  /** The row as it came. A feed that keeps the row itself may give only its beginning. */
  readonly bytes: Uint8Array;
  /** Length of the row itself. */
  readonly byteLength: number;
  /** A stable code: a finding code for receipts, such as `CANON_SYNTAX`. */
  readonly code: string;
  readonly says: string;
  readonly nextStep: string;
  /** Where the row can be seen in the console, when it was kept. */
  readonly address: string | null;
}

export interface DeliveryResult {
  /**
   * Rows of this delivery: received = accepted + duplicate + conflict + late + quarantined. Of an appended file, received
   * is the number of line ends in the bytes; the engine counts them too, and a run in which the two differ is not conserved.
   */
  readonly counts: Conservation;
  readonly quarantine: readonly QuarantineInput[];
}

export interface FeedSummary {
  readonly items: number;
  /** In words: "4 chains, 12 checkpoints". */
  readonly says: string;
}

export interface RequeueResult {
  /** `pending`: it will be taken by the next sync. */
  readonly outcome: 'resolved' | 'still-bad' | 'pending';
  readonly code: string;
  readonly says: string;
  readonly nextStep: string;
}

export interface OversizedFile {
  readonly path: string;
  readonly byteLength: number;
  readonly sha256: string;
  readonly head: Uint8Array;
}

export interface FeedModule {
  /** Also the name of its folder at a source and of its HTTP path. */
  readonly feed: string;
  /**
   * What happens to the bytes after the last LF of an appended file: `taken` delivers them at once (the feed keeps bytes as
   * they came), `left` waits until the line is finished.
   */
  readonly unfinishedLines: 'taken' | 'left';
  /** Whether a file below `<source>/<feed>/` belongs to this feed, and how it is read. Pure. */
  classify(path: string): FileKind | null;
  /** Order in which files of one run are delivered: smaller first, then by path. Manifests come before lines, lines before checkpoints. */
  order(path: string): number;
  /** What a source offers, from the paths of its files. Pure. */
  describe(paths: readonly string[]): FeedSummary;
  /** One item of `GET {base}/feeds/{feed}`, parsed: where its bytes belong, or why it cannot be used. Pure. */
  parseItem(item: Readonly<Record<string, unknown>>): HttpItem;
  /**
   * Takes a delivery. Runs in the writer, inside the transaction that also moves the cursor: a kill leaves both or
   * neither. Bytes of an `append` that were already taken are counted as duplicates and change nothing.
   */
  accept(db: StoreDb, delivery: Delivery): DeliveryResult;
  /**
   * Compares a copy of an appended file with what is stored, chunk by chunk, never beyond the bytes taken: the first
   * differing byte of the file, or null. Runs in a reader. A feed that does not keep bytes leaves it out: a file that was
   * touched is then delivered again as a `restart`, and the feed tells duplicates by its own keys.
   */
  readonly firstDifference?: (db: StoreDb, sourceId: string, path: string, offset: number, bytes: Uint8Array) => number | null;
  /** The largest whole file that is delivered; the engine has a limit of its own where this is left out. */
  readonly maxWholeBytes?: number;
  /**
   * What is held of a whole file of a folder source that is larger. Where this is left out, such a file fails the run.
   * Pure. `head`: its first 64 KiB; `sha256`: of all of it, hex.
   */
  readonly tooLarge?: (file: OversizedFile) => QuarantineInput;
  /** Looks at a quarantined row again. Runs in the writer. */
  requeue(db: StoreDb, sourceId: string, row: QuarantineInput, now: string): RequeueResult;
}

export type HttpItem =
  /** `line` counts from 1; `ended` is false for an unfinished last line. `bytes` come without the LF. */
  | { readonly kind: 'line'; readonly path: string; readonly line: number; readonly bytes: Uint8Array; readonly ended: boolean }
  | { readonly kind: 'whole'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'garbage'; readonly says: string };

export const NO_ROWS: Conservation = { received: 0, accepted: 0, duplicate: 0, conflict: 0, late: 0, quarantined: 0 };

export const addCounts = (a: Conservation, b: Conservation): Conservation => ({
  received: a.received + b.received,
  accepted: a.accepted + b.accepted,
  duplicate: a.duplicate + b.duplicate,
  conflict: a.conflict + b.conflict,
  late: a.late + b.late,
  quarantined: a.quarantined + b.quarantined,
});

/** The law of conservation: nothing that came in is unaccounted for. */
export const isConserved = (counts: Conservation): boolean =>
  counts.received === counts.accepted + counts.duplicate + counts.conflict + counts.late + counts.quarantined;
