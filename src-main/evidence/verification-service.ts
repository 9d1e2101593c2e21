import type { Compute, Store } from '../store/index.ts';
import type { verificationReads, verificationWrites } from './verification-queries.ts';
import type { verificationTasks } from './verification-tasks.ts';

export interface EvidenceVerificationDeps {
  readonly store: Store<typeof verificationReads, typeof verificationWrites>;
  readonly compute: Compute<typeof verificationTasks>;
  /** The database file, which the compute threads open for themselves. */
  readonly file: string;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  readonly writable: boolean;
}

export interface VerifiedEvidence {
  readonly verified: number;
  /** How many verdicts are others than before. */
  readonly changed: number;
  /** Months (YYYY-MM) of those. */
  readonly months: readonly string[];
}

export interface VerifyOptions {
  /** These, whether due or not; all that are due when left out. */
  readonly artifactIds?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** One batch: some 20 ms of a compute thread and a few of the writer, so that interactive writes come in between. */
const BATCH_ARTIFACTS = 64;
const BATCH_BYTES = 512 * 1024;
const DUE_AT_A_TIME = 500;

/** Verifies artifacts on the compute threads and has the verdicts written, in batches, behind interactive writes. */
export const createEvidenceVerification = ({ store, compute, file, now, writable }: EvidenceVerificationDeps) => {
  let running: Promise<unknown> = Promise.resolve();

  const run = async ({ artifactIds, signal, onProgress }: VerifyOptions): Promise<VerifiedEvidence> => {
    let verified = 0;
    let changed = 0;
    const months = new Set<string>();
    for (;;) {
      const judgedAt = now();
      const due = await store.read('evidence.due', { now: judgedAt, artifactIds: artifactIds ?? null, limit: DUE_AT_A_TIME });
      for (let from = 0; from < due.length;) {
        let to = from;
        for (let bytes = 0; to < due.length && to - from < BATCH_ARTIFACTS && (to === from || bytes < BATCH_BYTES); to += 1)
          bytes += due[to]!.byteLength;
        const contentNos = due.slice(from, to).map(({ contentNo }) => contentNo);
        const found = await compute.run('evidence.judge', { file, contentNos, now: judgedAt }, signal === undefined ? {} : { signal });
        const recorded = await store.write('evidence.record', { found, judgedAt }, { priority: 'background' });
        verified += found.length;
        changed += recorded.changed;
        for (const month of recorded.months) months.add(month);
        from = to;
        onProgress?.(verified, Math.max(verified, due.length));
      }
      if (artifactIds !== undefined || due.length < DUE_AT_A_TIME) break;
    }
    return { verified, changed, months: [...months].sort() };
  };

  return {
    /**
     * One verification at a time; a second call waits for the first. In a workspace that is open read-only nothing is
     * verified: its verdicts are those of the console that holds it.
     */
    verify: (options: VerifyOptions = {}): Promise<VerifiedEvidence> => {
      if (!writable) return Promise.resolve({ verified: 0, changed: 0, months: [] });
      const turn = running.then(() => run(options));
      running = turn.catch(() => undefined);
      return turn;
    },
    /** When the next verdict changes by time alone: ISO 8601 UTC, or null. */
    nextDue: (): Promise<string | null> => store.read('evidence.nextDue', null),
    settled: (): Promise<unknown> => running,
  };
};

export type EvidenceVerification = ReturnType<typeof createEvidenceVerification>;

/** Longer waits are cut, so that a machine that slept is not trusted with its timer. */
const LONGEST_WAIT_MS = 15 * 60_000;
const SHORTEST_WAIT_MS = 1_000;

export interface EvidenceClockDeps {
  readonly verification: Pick<EvidenceVerification, 'verify' | 'nextDue'>;
  /** ms since 1970. */
  readonly nowMs: () => number;
  readonly onVerified: (verified: VerifiedEvidence) => void;
  readonly onError: (error: unknown) => void;
}

/** Verifies again when time alone changes a verdict, for as long as the console is open. */
export const createEvidenceClock = ({ verification, nowMs, onVerified, onError }: EvidenceClockDeps) => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = true;
  let tick: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    try {
      const found = await verification.verify();
      if (found.verified > 0) onVerified(found);
      const due = await verification.nextDue();
      const wait = due === null ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, Date.parse(due) - nowMs()));
      plan(wait);
    } catch (error) {
      onError(error);
      plan(LONGEST_WAIT_MS);
    }
  };
  const plan = (waitMs: number): void => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      tick = look();
    }, waitMs);
    timer.unref();
  };

  return {
    /** Looks at once, then whenever something is due. */
    start: (): void => {
      stopped = false;
      tick = look();
    },
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await tick;
    },
  };
};
