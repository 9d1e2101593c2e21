/**
 * The compute tasks of verifying stored chains. Each opens the database for itself, read-only, and reads in short
 * transactions; what they find goes back to the caller, who has it written.
 */
import { AppError } from '../../src-shared/kernel/errors.ts';
import { createStoreDb, openReader, type StoreDb, type TaskContext, type TaskMap, withTransfer } from '../store/index.ts';
import { ChainProbe, type ProbeHits, type ProbeTargets } from '../trust/chain-probe.ts';
import type { LinePosition } from '../trust/line-sink.ts';
import type { SuspectLine } from '../trust/repeated-ids.ts';
import { type SegmentOptions, type SegmentSummary, SegmentVerifier } from '../trust/segment-verifier.ts';
import { addConformance, type ConformanceCounts, noConformance } from './conformance.ts';
import { idFingerprint } from './receipt-fingerprint.ts';
import { type KeyChunk, KeyCollector, lookUpKeys, sortKeys, type SortedKeys } from './receipt-key-index.ts';
import { indexOf, LINES_PER_STREAM, positionOf } from './receipt-streams.ts';
import { viewStoredReceipt } from './receipt-view.ts';
import { concludeStored, type ConcludeInput, type Concluded } from './stored-conclude.ts';
import { type PreparedChain, prepareStored, type StoredChainInput } from './stored-prepare.ts';
import { StoredLines } from './stored-lines.ts';

/** Lines of a stretch: some 11 MB and 50 ms of work. A multiple of a block, though any number would join. */
export const STRETCH_LINES = 16_384;

/** A verification that was stopped; what it had recorded stays. */
export const cancelled = (): AppError =>
  new AppError('CANCELLED', 'The verification was cancelled. What was finished before stays.', {
    nextStep: 'Start it again when it suits.',
    retryable: true,
  });

/** Runs `work` over a read-only connection of its own. */
const withReader = <T>(file: string, work: (db: StoreDb) => T): T => {
  const raw = openReader(file);
  try {
    return work(createStoreDb(raw));
  } finally {
    raw.close();
  }
};

const breatheOf = (context: TaskContext) => (): void => {
  if (context.cancelled()) throw cancelled();
};

export interface PrepareTaskInput extends StoredChainInput {
  readonly file: string;
}

const prepare = ({ file, ...input }: PrepareTaskInput): PreparedChain | 'incomplete' | 'unchanged' =>
  withReader(file, (db) => prepareStored(db, input));

/** A stream whose ids are held against those of the stretch, and up to which line. */
export interface OtherStream {
  readonly streamNo: number;
  readonly folder: string;
  /** Lines from here on are verified in the same run and compared there. */
  readonly before: number;
}

export interface StretchInput {
  readonly file: string;
  readonly streamNo: number;
  readonly folder: string;
  readonly start: LinePosition | null;
  readonly from: number;
  readonly to: number;
  /** The stretch ends where the stream ends: what stands after the last LF belongs to it. */
  readonly isLast: boolean;
  readonly verify: Omit<SegmentOptions, 'start' | 'onId'>;
  /** Keys of lines from here on are handed back; null: of none. */
  readonly keysFrom: number | null;
  readonly others: readonly OtherStream[];
}

/** A receipt whose id stands in a line that is not verified in the same run. */
export interface StoredRepeat {
  readonly id: string;
  readonly index: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly otherStreamNo: number;
  readonly otherIndex: number;
}

export interface StretchResult {
  readonly summary: SegmentSummary;
  readonly keys: KeyChunk | null;
  readonly repeats: readonly StoredRepeat[];
}

function verifyStretch(input: StretchInput, context: TaskContext): StretchResult {
  return withReader(input.file, (db) => {
    const lines = new StoredLines(db.raw, input.streamNo);
    const start = input.start ?? { index: input.from, byteOffset: lines.offsetOf(input.from) };
    const keys = input.keysFrom === null ? null : new KeyCollector(Math.max(input.from, input.keysFrom), input.to);
    const ids = new IdLookUp(db, input);
    const verifier = new SegmentVerifier({
      ...input.verify,
      start,
      ...(keys === null && input.others.length === 0
        ? {}
        : {
            onId: (place: SuspectLine, own: string | null) => {
              keys?.add(place.index, place.id, own);
              ids.add(place.index, place.id);
            },
          }),
    });
    const breathe = breatheOf(context);
    lines.feed(verifier, input.from, input.to, (done) => {
      breathe();
      context.progress({ lines: done, findings: verifier.findingsTotal });
    });
    if (input.isLast) lines.feedTail(verifier, input.to);
    const result: StretchResult = { summary: verifier.finish(), keys: keys?.take() ?? null, repeats: ids.confirm(breathe) };
    return withTransfer(result, [result.summary.fingerprints.buffer, ...(result.keys === null ? [] : [result.keys.keys.buffer])]);
  });
}

/** Holds the ids of a stretch against the index; what the index suspects, the stored bytes confirm. */
class IdLookUp {
  readonly #db: StoreDb;
  readonly #input: StretchInput;
  readonly #keys: Float64Array;
  readonly #before: ReadonlyMap<number, number>;

  constructor(db: StoreDb, input: StretchInput) {
    this.#db = db;
    this.#input = input;
    this.#before = new Map(input.others.map(({ streamNo, before }) => [streamNo, before]));
    this.#keys = new Float64Array(this.#before.size === 0 ? 0 : input.to - input.from).fill(NaN);
  }

  add(index: number, id: string): void {
    if (this.#keys.length > 0) this.#keys[index - this.#input.from] = idFingerprint(id);
  }

  confirm(breathe: () => void): StoredRepeat[] {
    if (this.#keys.length === 0) return [];
    const counts = (position: number): boolean => {
      const before = this.#before.get(Math.floor(position / LINES_PER_STREAM));
      return before !== undefined && indexOf(position) < before;
    };
    const found = lookUpKeys(this.#db, this.#keys, counts);
    const repeats: StoredRepeat[] = [];
    if (found.size === 0) return repeats;
    const others = new Map<number, Map<string, number[]>>();
    this.#keys.forEach((key, i) => {
      const positions = found.get(key);
      if (positions === undefined) return;
      breathe();
      const idsThere = others.get(key) ?? this.#idsAt(positions);
      others.set(key, idsThere);
      const index = this.#input.from + i;
      const here = viewStoredReceipt(this.#db, positionOf(this.#input.streamNo, index));
      if (here === null || here.receiptId === null) return;
      const { receiptId: id, byteOffset, byteLength } = here;
      for (const there of idsThere.get(id) ?? []) {
        repeats.push({
          id,
          index,
          byteOffset,
          byteLength,
          otherStreamNo: Math.floor(there / LINES_PER_STREAM),
          otherIndex: indexOf(there),
        });
      }
    });
    return repeats;
  }

  /** The ids that really stand at the suspected positions: the first place of each in each stream. */
  #idsAt(positions: readonly number[]): Map<string, number[]> {
    const ids = new Map<string, number[]>();
    for (const position of [...positions].sort((a, b) => a - b)) {
      const id = viewStoredReceipt(this.#db, position)?.receiptId;
      if (id === undefined || id === null) continue;
      const known = ids.get(id) ?? [];
      if (!known.some((place) => Math.floor(place / LINES_PER_STREAM) === Math.floor(position / LINES_PER_STREAM))) known.push(position);
      ids.set(id, known);
    }
    return ids;
  }
}

/** The second pass over one stream. */
function probe(db: StoreDb, streamNo: number, lines: number, targets: ProbeTargets, breathe: () => void): ProbeHits {
  const sink = new ChainProbe(targets);
  new StoredLines(db.raw, streamNo).feed(sink, 0, lines, breathe);
  return sink.finish();
}

export interface ConcludeTaskInput extends ConcludeInput {
  readonly file: string;
}

function conclude({ file, ...input }: ConcludeTaskInput, context: TaskContext): Concluded {
  return withReader(file, (db) =>
    concludeStored(db, input, (streamNo, lines, targets) => probe(db, streamNo, lines, targets, breatheOf(context))),
  );
}

function sortKeysTask({ streamNo, chunks }: { readonly streamNo: number; readonly chunks: readonly KeyChunk[] }): SortedKeys {
  const sorted = sortKeys(chunks, (index) => positionOf(streamNo, index));
  return withTransfer(sorted, [sorted.fingerprints.buffer, sorted.positions.buffer]);
}

/** How many receipts of a stream keep to their envelope claim. */
function conformance(
  { file, streamNo, lines }: { readonly file: string; readonly streamNo: number; readonly lines: number },
  context: TaskContext,
): ConformanceCounts {
  return withReader(file, (db) => {
    const counts = noConformance();
    const sink = {
      line: (bytes: Buffer, start: number, end: number) => addConformance(counts, bytes.subarray(start, end)),
      oversizedLine: () => addConformance(counts, null),
      tornTail: () => undefined,
    };
    new StoredLines(db.raw, streamNo).feed(sink, 0, lines, breatheOf(context));
    return counts;
  });
}

/** To be handed to the compute workers by the composition root. */
export const storedVerifyTasks = {
  'receipts.prepareStored': prepare,
  'receipts.verifyStretch': verifyStretch,
  'receipts.concludeStored': conclude,
  'receipts.sortKeys': sortKeysTask,
  'receipts.conformance': conformance,
} as const satisfies TaskMap;
