/** Verification of the workspace's chains: which, against which trust and memory, and what is told and remembered of it. */
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { ChangedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import { type Verdict, VERDICTS_BY_WEIGHT, worstVerdict } from '../trust/chain-verifier.ts';
import { grouped } from '../trust/explain.ts';
import { parseTrustFile } from '../trust/trust-file.ts';
import type { workspaceReads } from '../workspace/index.ts';
import { chainKeyOf } from './chain-address.ts';
import type { ChainProblem } from './chain-folder.ts';
import { lastSeenFor, type LastSeenStore, type SeenHead } from './last-seen.ts';
import type { trustedLogReads } from './trusted-log-queries.ts';
import type { VerifyDocument } from './verify-files.ts';
import type { VerifiableChain } from './verification-queries.ts';
import { type RunDeps, SourceRun, type VerificationStore, type VerifiedChain } from './verification-run.ts';

export interface VerifyChainsOptions {
  /** Only these; all when left out. */
  readonly chainKeys?: readonly string[];
  /** Trust no state of an earlier verification. */
  readonly fromZero: boolean;
  /** ISO 8601 UTC. */
  readonly now: string;
  /** Who asked; `memberId` null: the console by itself. */
  readonly by: ChangedBy;
  /** Content of a trust file in place of the workspace's trusted logs: then everything is verified from zero and nothing is recorded. */
  readonly trustFile?: Uint8Array;
  readonly signal?: AbortSignal;
  /** Receipts that are done, of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface VerifyChainsReport {
  /** One sentence. */
  readonly says: string;
  /** In the form of `verify --json`. */
  readonly document: VerifyDocument;
  readonly chains: readonly {
    readonly chainKey: string;
    readonly verdict: Verdict;
    readonly receipts: number;
    readonly newReceipts: number;
  }[];
  /** Chains that were not verified, and why. */
  readonly skipped: readonly { readonly chainKey: string; readonly because: string }[];
}

export interface VerificationDeps extends Omit<RunDeps, 'store'> {
  readonly store: VerificationStore &
    Store<typeof trustedLogReads & Pick<typeof workspaceReads, 'workspace.restores'>, Record<never, never>>;
  readonly lastSeen: LastSeenStore;
  /** Whether the workspace may be written; otherwise nothing is recorded. */
  readonly writable: boolean;
  readonly onVerified?: (chain: { readonly verdict: Verdict; readonly receipts: number; readonly elapsedMs: number }) => void;
}

/** Restores that are looked at; older ones explain nothing that is still missing. */
const RESTORES = 200;

export const createVerification = (deps: VerificationDeps) => {
  const { store, clock } = deps;

  const chosen = (all: readonly VerifiableChain[], chainKeys: readonly string[] | undefined): readonly VerifiableChain[] => {
    if (chainKeys === undefined) return all;
    const wanted = new Set(chainKeys);
    const found = all.filter(({ sourceName, folder }) => wanted.delete(chainKeyOf(sourceName, folder)));
    const [missing] = wanted;
    if (missing !== undefined)
      throw new AppError('NOT_FOUND', `There is no chain ${missing} in this workspace.`, {
        nextStep: 'Look in the list of chains.',
        details: { chainKey: missing },
      });
    return found;
  };

  const verify = async (options: VerifyChainsOptions): Promise<VerifyChainsReport> => {
    const startedMs = clock();
    const chains = await store.read('receipts.verifiable', null);
    const wanted = chosen(chains, options.chainKeys);
    const vkeys = options.trustFile === undefined ? await store.read('trustedLogs.vkeys', null) : trustOf(options.trustFile);
    const [seen, restores] = await Promise.all([deps.lastSeen.read(), store.read('workspace.restores', { limit: RESTORES })]);
    const records = deps.writable && options.trustFile === undefined;
    const by = records ? options.by : null;
    const progress = createProgress(wanted, options.onProgress);

    const verified: VerifiedChain[] = [];
    const sound = new Map<string, SeenHead>();
    const skipped: { chainKey: string; because: string }[] = [];
    let unchanged = 0;
    const verifySource = async (ofSource: readonly VerifiableChain[]): Promise<void> => {
      const run = new SourceRun(
        { ...deps, store },
        {
          vkeys,
          nowMs: Date.parse(options.now),
          by,
          lastSeenOf: (chain) => lastSeenFor(seen.get(chainKeyOf(chain.sourceName, chain.folder)), chain.lines, restores),
          signal: options.signal ?? null,
          // What nobody asked for is not recorded again when nothing has changed.
          skipUnchanged: by !== null && by.memberId === null,
          tell: progress,
        },
        chains.filter(({ sourceId }) => sourceId === ofSource[0]!.sourceId),
      );
      const done = await run.verify(new Set(ofSource.map(({ chainNo }) => chainNo)), options.fromZero);
      for (const [key, head] of soundHeads(done, options.now)) sound.set(key, head);
      for (const { outcome, elapsedMs } of done) {
        const { verdict, receipts } = outcome.result;
        deps.onVerified?.({ verdict, receipts: receipts - outcome.verifiedFrom, elapsedMs });
      }
      verified.push(...done);
      unchanged += run.unchanged.length;
      skipped.push(
        ...run.incomplete.map((chain) => ({
          chainKey: keyOf(chain),
          because: 'Its copy is not finished: sync its source to the end first.',
        })),
      );
    };
    try {
      for (const ofSource of bySource(wanted)) await verifySource(ofSource);
    } finally {
      // A verification that was stopped has recorded what it finished; that much was seen.
      if (records) await deps.lastSeen.remember(sound);
    }
    return {
      says: sayRun(verified, unchanged, skipped.length),
      document: documentOf(verified, Math.round(clock() - startedMs)),
      chains: verified.map(({ chain, outcome }) => ({
        chainKey: keyOf(chain),
        verdict: outcome.result.verdict,
        receipts: outcome.result.receipts,
        newReceipts: outcome.result.receipts - outcome.verifiedFrom,
      })),
      skipped,
    };
  };

  let running: Promise<unknown> = Promise.resolve();
  return {
    /**
     * Verifies chains of the workspace and records what came out: only new receipts where the state of the last
     * verification fits, everything otherwise. One verification runs at a time. Rejects with AppError: NOT_FOUND,
     * TRUST_FILE, CANCELLED, STORE_….
     */
    verifyChains: (options: VerifyChainsOptions): Promise<VerifyChainsReport> => {
      const next = running.then(() => verify(options));
      running = next.catch(() => undefined);
      return next;
    },
    /** Size of each chain as it was last seen sound, by its key: what a restore goes back from. */
    logSizes: async (): Promise<Record<string, number>> =>
      Object.fromEntries([...(await deps.lastSeen.read())].map(([key, { size }]) => [key, size])),
  };
};

const keyOf = ({ sourceName, folder }: VerifiableChain): string => chainKeyOf(sourceName, folder);

const bySource = (chains: readonly VerifiableChain[]): VerifiableChain[][] => [...Map.groupBy(chains, ({ sourceId }) => sourceId).values()];

function trustOf(bytes: Uint8Array): string[] {
  const { keys, problems } = parseTrustFile(bytes);
  const [first] = problems;
  if (first !== undefined)
    throw new AppError('TRUST_FILE', `Line ${first.line} of the trust file is not a verifier key: ${first.reason}. Nothing was verified.`, {
      nextStep: 'Correct or remove the line; a key that is silently skipped would be trust silently withdrawn.',
      details: { line: first.line, problems: problems.length },
    });
  return keys.map(({ vkey }) => vkey);
}

/** Only sound chains are remembered: what is broken is told already, and must not be held against its repair. */
function soundHeads(verified: readonly VerifiedChain[], now: string): Map<string, SeenHead> {
  const heads = new Map<string, SeenHead>();
  for (const { chain, outcome } of verified) {
    const { verdict, receipts: size, root } = outcome.result;
    if (root !== null && (verdict === 'VERIFIED' || verdict === 'VERIFIED_UNANCHORED')) heads.set(keyOf(chain), { size, root, at: now });
  }
  return heads;
}

const createProgress = (chains: readonly VerifiableChain[], onProgress: VerifyChainsOptions['onProgress']) => {
  const total = chains.reduce((sum, { lines }) => sum + lines, 0);
  const done = new Map<number, number>();
  return (chainNo: number, lines: number): void => {
    done.set(chainNo, lines);
    onProgress?.(
      Math.min(
        total,
        [...done.values()].reduce((sum, each) => sum + each, 0),
      ),
      total,
    );
  };
};

function documentOf(verified: readonly VerifiedChain[], elapsedMs: number): VerifyDocument {
  const readable = verified.filter(({ prepared }) => prepared.problem === null);
  const problems = verified.flatMap(({ prepared }): ChainProblem[] =>
    prepared.problem === null
      ? []
      : [{ file: `${prepared.chain.folder}chain.json`, message: prepared.problem.message, next_step: prepared.problem.nextStep }],
  );
  const chains = readable.map(({ outcome }) => outcome.result);
  return {
    verdict: worstVerdict(chains.map(({ verdict }) => verdict)),
    chains,
    ...(problems.length === 0 ? {} : { problems }),
    elapsed_ms: elapsedMs,
  };
}

const plural = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

function sayRun(verified: readonly VerifiedChain[], unchanged: number, skipped: number): string {
  const receipts = verified.reduce((sum, { outcome }) => sum + outcome.result.receipts - outcome.verifiedFrom, 0);
  const parts = VERDICTS_BY_WEIGHT.flatMap((verdict) => {
    const count = verified.filter(({ outcome }) => outcome.result.verdict === verdict).length;
    return count === 0 ? [] : [`${grouped(count)} ${verdict}`];
  });
  const same = unchanged === 0 ? '' : ` ${plural(unchanged, 'chain')} unchanged.`;
  const rest = `${same}${skipped === 0 ? '' : ` ${plural(skipped, 'chain')} not verified: the copy is not finished.`}`;
  if (verified.length === 0) return `${unchanged > 0 ? 'Nothing new.' : 'No chain was verified.'}${rest}`;
  return `${plural(verified.length, 'chain')}, ${plural(receipts, 'receipt')} read: ${parts.join(', ')}.${rest}`;
}
