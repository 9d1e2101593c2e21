/**
 * Verifies the chains of one source together, because a receipt_id must be unique among them: first pass over all of them
 * in stretches, ids compared, second pass where something failed, then everything is recorded chain by chain.
 */
import type { ChangedBy } from '../members/index.ts';
import type { Compute, Store } from '../store/index.ts';
import type { FindingDraft } from '../trust/findings.ts';
import type { LastSeen } from '../trust/log-judge.ts';
import { duplicate, RepeatedIds } from '../trust/repeated-id-findings.ts';
import { repeatedFingerprints } from '../trust/repeated-ids.ts';
import type { SegmentSummary } from '../trust/segment-verifier.ts';
import { chainKeyOf } from './chain-address.ts';
import { KEYED_LINES_AT_ONCE, type KeyChunk, sortKeys, type SortedKeys } from './receipt-key-index.ts';
import { positionOf } from './receipt-streams.ts';
import type { Concluded, ConcludeInput, StoredOutcome } from './stored-conclude.ts';
import type { PreparedChain } from './stored-prepare.ts';
import {
  cancelled,
  type OtherStream,
  type storedVerifyTasks,
  STRETCH_LINES,
  type StoredRepeat,
  type StretchResult,
} from './stored-verify-tasks.ts';
import type { VerifiableChain, verificationReads, verificationWrites } from './verification-queries.ts';
import type { verifyTasks } from './verify-tasks.ts';

export type VerificationCompute = Compute<typeof storedVerifyTasks & Pick<typeof verifyTasks, 'receipts.findRepeats'>>;
export type VerificationStore = Store<typeof verificationReads, typeof verificationWrites>;

export interface RunDeps {
  readonly store: VerificationStore;
  readonly compute: VerificationCompute;
  /** The database file. */
  readonly file: string;
  readonly newId: () => string;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
}

export interface RunOptions {
  readonly vkeys: readonly string[];
  readonly nowMs: number;
  /** Null: nothing is recorded, every chain is verified from zero. */
  readonly by: ChangedBy | null;
  readonly lastSeenOf: (chain: VerifiableChain) => LastSeen | null;
  readonly signal: AbortSignal | null;
  /** Leave chains as they are whose inputs are those of their last verification. */
  readonly skipUnchanged: boolean;
  /** Lines of a chain that are done. */
  readonly tell: (chainNo: number, lines: number) => void;
}

/** A chain that was verified. */
export interface VerifiedChain {
  readonly chain: VerifiableChain;
  readonly prepared: PreparedChain;
  readonly outcome: StoredOutcome;
  readonly elapsedMs: number;
}

interface Work {
  readonly chain: VerifiableChain;
  readonly prepared: PreparedChain;
  readonly startedMs: number;
  summaries: SegmentSummary[];
  repeats: StoredRepeat[];
  /** Keys that go in with the record. */
  keys: KeyChunk[];
  keyed: number;
}

/** Fewer keys than this go in with the record, in its transaction. */
const FEW_LINES = 4_096;
/** Rows of one background transaction: some 10 ms. */
const KEY_ROWS = 16_384;
/** Fewer fingerprints than this are sorted here, in a few milliseconds. */
const SORT_HERE = 20_000;

export class SourceRun {
  readonly #deps: RunDeps;
  readonly #options: RunOptions;
  /** All chains of the source, in the order of their folders. */
  readonly #chains: readonly VerifiableChain[];
  /** Chains whose copy is not finished, and those that were left as they are. */
  readonly incomplete: VerifiableChain[] = [];
  readonly unchanged: VerifiableChain[] = [];

  constructor(deps: RunDeps, options: RunOptions, chains: readonly VerifiableChain[]) {
    this.#deps = deps;
    this.#options = options;
    this.#chains = [...chains].sort((a, b) => (a.folder < b.folder ? -1 : 1));
  }

  /** Verifies these chains of the source. Gives those that could be verified, in the order of their folders. */
  async verify(wanted: ReadonlySet<number>, fromZero: boolean): Promise<VerifiedChain[]> {
    const done = new Map<number, VerifiedChain>();
    const zeroed = new Set<number>();
    let zero = fromZero || this.#options.by === null;
    let next = wanted;
    // Every round after the first is from zero, and no chain is verified from zero twice.
    while (next.size > 0) {
      if (zero) for (const no of next) zeroed.add(no);
      const again = await this.#round(next, zero, done);
      next = new Set([...again].filter((no) => !zeroed.has(no)));
      zero = true;
    }
    return this.#chains.flatMap(({ chainNo }) => done.get(chainNo) ?? []);
  }

  /** One round; gives the chains that must be verified from zero after it. */
  async #round(wanted: ReadonlySet<number>, fromZero: boolean, done: Map<number, VerifiedChain>): Promise<Set<number>> {
    const works = await this.#prepare(wanted, fromZero);
    const runFrom = new Map(works.map(({ chain, prepared }) => [chain.chainNo, prepared.start.index]));
    const others = this.#othersThan(runFrom);
    await this.#eachOf(works, (work) => this.#firstPass(work, others));
    const lists = works.flatMap(({ summaries }) => summaries.map(({ fingerprints }) => fingerprints));
    const { suspects, repeats } = await this.#findRepeats(lists);
    for (const work of works) work.summaries = work.summaries.map((summary) => ({ ...summary, fingerprints: new Float64Array(0) }));
    const again = new Set<number>();
    const outcomes = await this.#conclude(works, suspects, repeats, again);
    for (const work of works) {
      const outcome = outcomes.get(work.chain.chainNo)!;
      if (outcome.needsZero) {
        again.add(work.chain.chainNo);
        continue;
      }
      const elapsedMs = this.#deps.clock() - work.startedMs;
      if (this.#options.by !== null) await this.#record(work, outcome, elapsedMs, this.#options.by);
      done.set(work.chain.chainNo, { chain: work.chain, prepared: work.prepared, outcome, elapsedMs });
    }
    return again;
  }

  async #prepare(wanted: ReadonlySet<number>, fromZero: boolean): Promise<Work[]> {
    const works: Work[] = [];
    await this.#eachOf(
      this.#chains.filter(({ chainNo }) => wanted.has(chainNo)),
      async (chain) => {
        const startedMs = this.#deps.clock();
        const { vkeys, nowMs, lastSeenOf, skipUnchanged } = this.#options;
        const { chainNo, sourceName, folder } = chain;
        const place = { chainNo, sourceName, folder };
        const input = {
          file: this.#deps.file,
          place,
          vkeys,
          nowMs,
          lastSeen: lastSeenOf(chain),
          fromZero,
          skipUnchanged: skipUnchanged && !fromZero,
        };
        const prepared = await this.#deps.compute.run('receipts.prepareStored', input, this.#signal());
        if (typeof prepared === 'string') {
          this[prepared].push(chain);
          return;
        }
        works.push({ chain, prepared, startedMs, summaries: [], repeats: [], keys: [], keyed: prepared.keyed });
      },
    );
    return works.sort((a, b) => (a.chain.folder < b.chain.folder ? -1 : 1));
  }

  /** Streams of the source, with the lines that are not verified in this round but are in the index. */
  #othersThan(runFrom: ReadonlyMap<number, number>): OtherStream[] {
    return this.#chains
      .map(({ chainNo, streamNo, folder, keyed }) => ({ streamNo, folder, before: Math.min(keyed, runFrom.get(chainNo) ?? keyed) }))
      .filter(({ before }) => before > 0);
  }

  async #firstPass(work: Work, others: readonly OtherStream[], inOne = false): Promise<void> {
    const { prepared } = work;
    const { start, lines } = prepared;
    const width = inOne ? Math.max(1, lines - start.index) : STRETCH_LINES;
    const froms = Array.from({ length: Math.max(1, Math.ceil((lines - start.index) / width)) }, (_none, i) => start.index + i * width);
    const results: StretchResult[] = [];
    let done = 0;
    await this.#eachOf(froms, async (from, i) => {
      const to = Math.min(from + width, lines);
      const input = {
        file: this.#deps.file,
        streamNo: prepared.streamNo,
        folder: work.chain.folder,
        start: from === start.index ? start : null,
        from,
        to,
        isLast: to === lines,
        verify: prepared.verify,
        keysFrom: inOne || this.#options.by === null || to <= prepared.keyed ? null : prepared.keyed,
        others,
      };
      let told = 0;
      const result = await this.#deps.compute.run('receipts.verifyStretch', input, {
        ...this.#signal(),
        onProgress: (value) => {
          const { lines: sofar } = value as { readonly lines: number };
          done += sofar - told;
          told = sofar;
          this.#options.tell(work.chain.chainNo, start.index + done);
        },
      });
      done += to - from - told;
      this.#options.tell(work.chain.chainNo, start.index + done);
      results[i] = result;
      if (result.keys !== null) await this.#takeKeys(work, result.keys);
    });
    work.summaries = results.map(({ summary }) => summary);
    work.repeats = results.flatMap(({ repeats }) => repeats);
    await this.#flushKeys(work, false);
  }

  async #takeKeys(work: Work, chunk: KeyChunk): Promise<void> {
    work.keys.push(chunk);
    if (keyedLines(work.keys) + STRETCH_LINES > KEYED_LINES_AT_ONCE) await this.#flushKeys(work, true);
  }

  /** Writes gathered keys in the background; a few stay, to go in with the record. */
  async #flushKeys(work: Work, all: boolean): Promise<void> {
    const chunks = work.keys;
    if (!all && keyedLines(chunks) <= FEW_LINES) return;
    work.keys = [];
    const sorted = await this.#deps.compute.run('receipts.sortKeys', { streamNo: work.prepared.streamNo, chunks }, this.#signal());
    for (let from = 0; from < sorted.fingerprints.length; from += KEY_ROWS) {
      this.#stopIfCancelled();
      const rows = {
        fingerprints: sorted.fingerprints.slice(from, from + KEY_ROWS),
        positions: sorted.positions.slice(from, from + KEY_ROWS),
      };
      await this.#deps.store.write('receipts.addKeys', rows, { priority: 'background' });
    }
  }

  async #findRepeats(lists: readonly Float64Array<ArrayBuffer>[]): Promise<{ readonly suspects: Float64Array; readonly repeats: number }> {
    const count = lists.reduce((sum, list) => sum + list.length, 0);
    if (count < SORT_HERE) return repeatedFingerprints(lists);
    return this.#deps.compute.run('receipts.findRepeats', { lists }, { ...this.#signal(), transfer: lists.map(({ buffer }) => buffer) });
  }

  async #conclude(
    works: readonly Work[],
    suspects: Float64Array,
    repeats: number,
    again: Set<number>,
  ): Promise<Map<number, StoredOutcome>> {
    const first = new Map<Work, Exclude<Concluded, { kind: 'uneven' }>>();
    await this.#eachOf(works, async (work) => {
      const drafts = this.#draftsOf(work, again);
      let concluded = await this.#concludeOne(work, { suspects, hits: null, drafts, uncounted: 0 });
      if (concluded.kind === 'uneven') {
        const single: Work = { ...work, keys: [] };
        await this.#firstPass(single, [], true);
        work.summaries = single.summaries;
        concluded = await this.#concludeOne(work, { suspects, hits: null, drafts, uncounted: 0 });
      }
      if (concluded.kind === 'uneven') throw new Error('one stretch cannot be uneven');
      first.set(work, concluded);
    });
    const outcomes = new Map<number, StoredOutcome>();
    const ids = new RepeatedIds();
    const suspected = works.filter((work) => first.get(work)!.kind === 'suspects');
    for (const work of works) {
      const concluded = first.get(work)!;
      if (concluded.kind === 'outcome') {
        outcomes.set(work.chain.chainNo, concluded.outcome);
        continue;
      }
      const { hits } = concluded;
      const { prepared, chain } = work;
      const drafts = [
        ...this.#draftsOf(work, again),
        ...ids.among(
          chainKeyOf(chain.sourceName, chain.folder),
          hits.suspects.filter(({ index }) => index >= prepared.start.index),
        ),
      ];
      const uncounted = work === suspected.at(-1) ? ids.uncounted(repeats) : 0;
      const second = await this.#concludeOne(work, { suspects, hits, drafts, uncounted });
      if (second.kind !== 'outcome') throw new Error('the second conclusion is an outcome');
      outcomes.set(chain.chainNo, second.outcome);
    }
    return outcomes;
  }

  #concludeOne(work: Work, rest: Omit<ConcludeInput, 'prepared' | 'summaries'>): Promise<Concluded> {
    const { prepared, summaries } = work;
    return this.#deps.compute.run('receipts.concludeStored', { file: this.#deps.file, prepared, summaries, ...rest }, this.#signal());
  }

  /** Findings about ids that stand in lines outside this round; chains in which the later of the two stands come next. */
  #draftsOf({ chain, prepared, repeats }: Work, again: Set<number>): FindingDraft[] {
    const drafts: FindingDraft[] = [];
    for (const repeat of repeats) {
      const other = this.#chains.find(({ streamNo }) => streamNo === repeat.otherStreamNo)!;
      if (other.folder > chain.folder) {
        again.add(other.chainNo);
        continue;
      }
      const where = other.streamNo === prepared.streamNo ? {} : { chain: chainKeyOf(other.sourceName, other.folder) };
      drafts.push(duplicate(repeat, repeat.otherIndex, where));
    }
    return drafts;
  }

  async #record(work: Work, outcome: StoredOutcome, elapsedMs: number, by: ChangedBy): Promise<void> {
    const { prepared, chain, keys } = work;
    const sorted: SortedKeys | null = keys.length === 0 ? null : sortKeys(keys, (index) => positionOf(prepared.streamNo, index));
    await this.#deps.store.write(
      'receipts.record',
      {
        verificationId: this.#deps.newId(),
        place: prepared.place,
        streamNo: prepared.streamNo,
        outcome,
        keyed: Math.max(prepared.keyed, prepared.lines),
        keys: sorted,
        lastDocumentNo: prepared.lastDocumentNo,
        trustSha256: prepared.trustSha256,
        inputsSha256: prepared.inputsSha256,
        elapsedMs,
        by,
      },
      { priority: 'background' },
    );
    const known = this.#chains.find(({ chainNo }) => chainNo === chain.chainNo);
    if (known !== undefined) Object.assign(known, { keyed: Math.max(prepared.keyed, prepared.lines) });
  }

  #stopIfCancelled(): void {
    if (this.#options.signal?.aborted === true) throw cancelled();
  }

  #signal(): { readonly signal?: AbortSignal } {
    const { signal } = this.#options;
    return signal === null ? {} : { signal };
  }

  /** Runs `act` on every item, twice as many at a time as there are workers: one works, one is on its way. */
  async #eachOf<T>(items: readonly T[], act: (item: T, i: number) => Promise<void>): Promise<void> {
    let next = 0;
    let failed = false;
    const lane = async (): Promise<void> => {
      for (let i = next++; i < items.length && !failed; i = next++) {
        try {
          this.#stopIfCancelled();
          await act(items[i]!, i);
        } catch (error) {
          failed = true;
          throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(2 * this.#deps.compute.size, items.length) }, lane));
  }
}

const keyedLines = (chunks: readonly KeyChunk[]): number => chunks.reduce((sum, { keys }) => sum + keys.length / 2, 0);
