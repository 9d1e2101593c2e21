import { type Conservation } from '../../src-shared/contract/sources.ts';
import { type StoreDb } from '../store/types.ts';

/**
 * How a feed plugs into sync. The engine (this room) finds what is new at a source, keeps the cursors, proves conservation
 * and retries; a feed module (one in each later room, handed in by app/) says which files are its own and takes the bytes.
 *
 * Two kinds of file cover every feed:
 * - `appended`: grows at its end (`receipts.jsonl`, `events/*.ndjson`); only new bytes are read.
 * - `whole`: small, replaced as a whole (`chain.json`, checkpoints, evidence artifacts); read when size or time changed,
 *   delivered when its bytes did.
 *
 * An HTTP source delivers the same: `parseItem` turns one NDJSON item of its feed into a delivery.
 */
export type FileKind = 'appended' | 'whole';

export interface FeedFile {
  /** Path below the feed's folder, with forward slashes: `pro@1.4/receipts.jsonl`. */
  readonly path: string;
  readonly kind: FileKind;
}

interface DeliveryBase {
  readonly sourceId: string;
  readonly sourceName: string;
  readonly runId: string;
  readonly path: string;
  /** ISO 8601 UTC. */
  readonly now: string;
}

export interface WholeDelivery extends DeliveryBase {
  readonly kind: 'whole';
  readonly bytes: Uint8Array;
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
  /** Whole lines, except that the last delivery of a run may end in the middle of one (`atEnd`). */
  readonly bytes: Uint8Array;
  /** True when the file ended here: bytes after the last LF are an unfinished line. */
  readonly atEnd: boolean;
}

export type Delivery = WholeDelivery | AppendedDelivery;

/** A row that cannot be used, or for receipts a line that is kept and annotated. */
export interface QuarantineInput {
  readonly path: string;
  /** 1-based line, where the file has lines. */
  readonly line: number | null;
  readonly byteOffset: number | null;
  readonly bytes: Uint8Array;
  /** A stable code: a finding code for receipts, such as `CANON_SYNTAX`. */
  readonly code: string;
  readonly says: string;
  readonly nextStep: string;
  /** Where the row can be seen in the console, when it was kept. */
  readonly address: string | null;
}

export interface DeliveryResult {
  /** Rows of this delivery. received = accepted + duplicate + conflict + late + quarantined, checked by the engine. */
  readonly counts: Conservation;
  readonly quarantine: readonly QuarantineInput[];
}

/** What a file's past looked like, so that a change of it is seen without reading it all again. */
export interface StoredPast {
  /** Bytes taken so far, without an unfinished last line. */
  readonly bytes: number;
  /** SHA-256 (hex) of the last up to 64 KiB before `bytes`, as stored. */
  readonly tailSha256: string;
  readonly tailBytes: number;
}

export interface FeedModule {
  readonly feed: string;
  /** Whether a file below `<source>/<feed>/` belongs to this feed, and how it is read. Pure. */
  classify(path: string): FileKind | null;
  /** Order in which files of one run are delivered: smaller first. Manifests come before lines, lines before checkpoints. */
  order(path: string): number;
  /** One item of `GET {base}/feeds/{feed}`: where its bytes belong, or why it is garbage. Pure. */
  parseItem(text: string): HttpItem;
  /**
   * Takes a delivery. Runs in the writer, inside the transaction that also moves the cursor: a kill leaves both or
   * neither. Must be idempotent for `append` at an offset already taken.
   */
  accept(db: StoreDb, delivery: Delivery): DeliveryResult;
  /** What is stored of an appended file, or null when it is new. Runs in the writer. */
  past(db: StoreDb, sourceId: string, path: string): StoredPast | null;
  /**
   * Compares a full copy of an appended file with what is stored, chunk by chunk: the first differing byte, or null. Runs
   * in a reader.
   */
  firstDifference(db: StoreDb, sourceId: string, path: string, offset: number, bytes: Uint8Array): number | null;
  /** Takes a quarantined row again: `resolved` when it can be used now. Runs in the writer. */
  requeue(
    db: StoreDb,
    sourceId: string,
    row: QuarantineInput,
    now: string,
  ): { readonly resolved: boolean; readonly code: string; readonly says: string };
}

export type HttpItem =
  | { readonly kind: 'line'; readonly path: string; readonly line: number; readonly bytes: Uint8Array; readonly ended: boolean }
  | { readonly kind: 'whole'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'garbage'; readonly says: string };
