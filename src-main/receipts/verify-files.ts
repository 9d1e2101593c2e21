/**
 * `verify PATH…`: verifies the chains on disk and gives the document that `verify --json` prints. Keeps no state. With
 * compute workers, files are cut into stretches that are verified side by side; without, the same code runs here.
 */
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { Compute } from '../store/types.ts';
import { ChainProbe, NO_HITS, type ProbeHits } from '../trust/chain-probe.ts';
import { type ChainResult, ChainRun, type Verdict, worstVerdict } from '../trust/chain-verifier.ts';
import type { LinePosition } from '../trust/line-sink.ts';
import type { VerifierKey } from '../trust/note-key.ts';
import { readLegacyLine } from '../trust/record-reader.ts';
import { RepeatedIds } from '../trust/repeated-id-findings.ts';
import { repeatedFingerprints } from '../trust/repeated-ids.ts';
import { SegmentVerifier } from '../trust/segment-verifier.ts';
import { type ChainOnDisk, type ChainProblem, declaredGenesis, discoverChains, readFirstLine, readTrustFile } from './chain-folder.ts';
import { FileSource } from './file-source.ts';
import { newSegmentBoard, type SegmentProgress, SEGMENT_BYTES, type verifyTasks } from './verify-tasks.ts';

export type VerifyCompute = Compute<typeof verifyTasks>;

/** How far a verification is. */
export interface VerifyProgress {
  readonly bytesDone: number;
  readonly bytesTotal: number;
  readonly receipts: number;
  readonly findings: number;
  /** `checking`: the first pass. `explaining`: the second one, over chains in which something failed. */
  readonly phase: 'checking' | 'explaining';
}

export interface VerifyPathsOptions {
  /** Path of a `trust.vkeys`, or its keys; without it no checkpoint counts. */
  readonly trust?: string | readonly VerifierKey[];
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly compute?: VerifyCompute;
  readonly signal?: AbortSignal;
  /** Called at least every 250 ms while there is work. */
  readonly onProgress?: (progress: VerifyProgress) => void;
  /** Bytes of a stretch; smaller ones only serve tests. */
  readonly segmentBytes?: number;
  /** Monotonic milliseconds, for `elapsed_ms` and the pace of progress. */
  readonly clock?: () => number;
  /** Only measurements do without the Merkle log. */
  readonly merkle?: boolean;
}

/** The document of `verify --json`: docs/formats/verify-json.md. */
export interface VerifyDocument {
  readonly verdict: Verdict;
  readonly chains: readonly ChainResult[];
  /** Chains that could not be read at all; absent where there are none. */
  readonly problems?: readonly ChainProblem[];
  readonly elapsed_ms: number;
}

/** Fewer fingerprints than this are sorted here, in a few milliseconds. */
const SORT_HERE = 50_000;
const PROGRESS_MS = 200;

const START: LinePosition = { index: 0, byteOffset: 0 };

/**
 * Verifies all chains at the paths. Rejects with `AppError`: BAD_INPUT, NO_CHAIN, TRUST_FILE; CANCELLED within 100 ms of
 * the signal.
 */
export async function verifyPaths(paths: readonly string[], options: VerifyPathsOptions): Promise<VerifyDocument> {
  const clock = options.clock ?? (() => performance.now());
  const startedMs = clock();
  const trustedKeys = typeof options.trust === 'string' ? await readTrustFile(options.trust) : (options.trust ?? []);
  const { chains, problems } = await discoverChains(paths);
  const work = new Work(options, clock, chains);

  const runs = chains.map((chain) => new ChainRun(runOptions(chain, trustedKeys, options)));
  await eachOf(chains, options.compute?.size ?? 1, (chain, i) => work.firstPass(chain, runs[i]!));
  const { suspects, repeats } = await work.findRepeats(runs.flatMap((run) => run.fingerprints));

  const ids = new RepeatedIds();
  const hits: ProbeHits[] = chains.map(() => NO_HITS);
  await eachOf(chains, options.compute?.size ?? 1, async (chain, i) => {
    hits[i] = await work.secondPass(chain, runs[i]!, suspects);
  });
  const results = chains.map((chain, i) => {
    const drafts = ids.among(chain.chainId, hits[i]!.suspects);
    const uncounted = i === chains.length - 1 ? ids.uncounted(repeats) : 0;
    return runs[i]!.conclude(hits[i]!, drafts, uncounted).result;
  });
  return {
    verdict: worstVerdict(results.map(({ verdict }) => verdict)),
    chains: results,
    ...(problems.length === 0 ? {} : { problems }),
    elapsed_ms: Math.round(clock() - startedMs),
  };
}

const runOptions = (chain: ChainOnDisk, trustedKeys: readonly VerifierKey[], { now, merkle }: VerifyPathsOptions) => ({
  chain: {
    log: chain.chainId,
    profile: chain.profile,
    genesisHash: declaredGenesis(chain.manifest, chain.byteLength),
    source: chain.manifest?.source ?? null,
    folder: chain.folder,
    receiptsFile: chain.receiptsFile,
  },
  checkpoints: chain.checkpoints,
  trustedKeys,
  nowMs: now,
  ...(merkle === undefined ? {} : { merkle }),
});

/** Does the passes, here or on workers, and tells how far they are. */
class Work {
  readonly #options: VerifyPathsOptions;
  readonly #clock: () => number;
  readonly #bytesTotal: number;
  readonly #done = new Map<unknown, SegmentProgress>();
  #phase: VerifyProgress['phase'] = 'checking';
  #toldMs: number;

  constructor(options: VerifyPathsOptions, clock: () => number, chains: readonly ChainOnDisk[]) {
    this.#options = options;
    this.#clock = clock;
    this.#toldMs = clock();
    this.#bytesTotal = chains.reduce((sum, { byteLength }) => sum + byteLength, 0);
  }

  async firstPass(chain: ChainOnDisk, run: ChainRun): Promise<void> {
    if (chain.byteLength > 0) {
      if (this.#options.compute === undefined) await this.#firstPassHere(chain, run);
      else await this.#firstPassOnWorkers(chain, run, this.#options.compute);
    }
    run.endFirstPass();
  }

  async #firstPassHere(chain: ChainOnDisk, run: ChainRun): Promise<void> {
    const verifier = new SegmentVerifier(run.segmentOptions(START));
    await new FileSource(chain.receiptsPath, chain.byteLength).feed(verifier, START, (bytes) =>
      this.#breathe(chain, { bytes, receipts: verifier.lines, findings: verifier.findingsTotal }),
    );
    run.join(verifier.finish());
  }

  async #firstPassOnWorkers(chain: ChainOnDisk, run: ChainRun, compute: VerifyCompute): Promise<void> {
    const segmentBytes = this.#options.segmentBytes ?? SEGMENT_BYTES;
    const segments = Math.ceil(chain.byteLength / segmentBytes);
    const layout =
      run.profile === 'erlmcp-json-0' ? (readLegacyLine(await readFirstLine(chain.receiptsPath), undefined, 0).layout ?? null) : undefined;
    const board = newSegmentBoard(segments);
    const { start: _start, ...verify } = run.segmentOptions(START, layout);
    const input = { path: chain.receiptsPath, byteLength: chain.byteLength, segmentBytes, board, verify };
    const parts = await Promise.all(
      Array.from({ length: Math.min(compute.size, segments) }, (_none, task) => {
        const key = `${chain.receiptsPath}\n${task}`;
        return compute.run('receipts.verifyFileSegments', input, {
          ...(this.#options.signal === undefined ? {} : { signal: this.#options.signal }),
          onProgress: (value) => this.#tell(key, value as SegmentProgress),
        });
      }),
    );
    for (const { summary } of parts.flat().sort((a, b) => a.segment - b.segment)) run.join(summary);
  }

  async findRepeats(lists: readonly Float64Array<ArrayBuffer>[]): Promise<{ suspects: Float64Array; repeats: number }> {
    const { compute } = this.#options;
    const count = lists.reduce((sum, list) => sum + list.length, 0);
    if (compute === undefined || count < SORT_HERE) return repeatedFingerprints(lists);
    return compute.run('receipts.findRepeats', { lists }, { transfer: lists.map((list) => list.buffer) });
  }

  async secondPass(chain: ChainOnDisk, run: ChainRun, suspects: Float64Array): Promise<ProbeHits> {
    const targets = chain.byteLength === 0 ? null : run.probeTargets(suspects);
    if (targets === null) return NO_HITS;
    this.#phase = 'explaining';
    const { compute, signal } = this.#options;
    if (compute !== undefined) {
      const input = { path: chain.receiptsPath, byteLength: chain.byteLength, targets };
      return compute.run('receipts.probeFile', input, signal === undefined ? {} : { signal });
    }
    const probe = new ChainProbe(targets);
    await new FileSource(chain.receiptsPath, chain.byteLength).feed(probe, START, () => this.#breathe(null, null));
    return probe.finish();
  }

  /** Between slices: lets others run, sees a cancel, tells how far it is. */
  async #breathe(key: unknown, progress: SegmentProgress | null): Promise<void> {
    this.#tell(key, progress);
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#options.signal?.aborted === true) {
      throw new AppError('CANCELLED', 'The verification was cancelled; nothing was changed.', {
        nextStep: 'Start it again when it suits.',
        retryable: true,
      });
    }
  }

  #tell(key: unknown, progress: SegmentProgress | null): void {
    if (progress !== null) this.#done.set(key, progress);
    const now = this.#clock();
    if (this.#options.onProgress === undefined || now - this.#toldMs < PROGRESS_MS) return;
    this.#toldMs = now;
    const sum = { bytes: 0, receipts: 0, findings: 0 };
    for (const part of this.#done.values()) {
      sum.bytes += part.bytes;
      sum.receipts += part.receipts;
      sum.findings += part.findings;
    }
    this.#options.onProgress({
      bytesDone: Math.min(sum.bytes, this.#bytesTotal),
      bytesTotal: this.#bytesTotal,
      receipts: sum.receipts,
      findings: sum.findings,
      phase: this.#phase,
    });
  }
}

/** Runs `act` on every item, `width` at a time. */
async function eachOf<T>(items: readonly T[], width: number, act: (item: T, i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) await act(items[i]!, i);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
