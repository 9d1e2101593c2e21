// The rooms from audit to evidence over a real database file, with a clock that the test moves.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newUuid } from '../../src-main/app/ids.ts';
import { auditReads, auditWrites } from '../../src-main/audit/index.ts';
import {
  createEvidenceService,
  evidenceFeed,
  evidenceReads,
  evidenceTasks,
  evidenceWrites,
  type VerifiedEvidence,
} from '../../src-main/evidence/index.ts';
import { createMembersService, membersReads, membersWrites } from '../../src-main/members/index.ts';
import {
  createSourcesService,
  createSyncEngine,
  createSyncReads,
  createSyncWrites,
  type FeedModule,
  sourcesReads,
  sourcesWrites,
} from '../../src-main/sources/index.ts';
import type { HandlerContext, InputOf, OutputOf } from '../../src-shared/contract/define.ts';
import { type Contract, contract } from '../../src-shared/contract/index.ts';
import type { Compute } from '../../src-main/store/index.ts';
import { openPlainStore } from './plain-store.ts';

const FEEDS: readonly FeedModule[] = [evidenceFeed];
const reads = { ...auditReads, ...membersReads, ...sourcesReads, ...createSyncReads(FEEDS), ...evidenceReads } as const;
const writes = { ...auditWrites, ...membersWrites, ...sourcesWrites, ...createSyncWrites(FEEDS), ...evidenceWrites } as const;

/** The tasks as a compute thread runs them, on this one. */
const compute: Compute<typeof evidenceTasks> = {
  size: 1,
  run: ((name: keyof typeof evidenceTasks, input: never) =>
    Promise.resolve(structuredClone(evidenceTasks[name](input, { cancelled: () => false, progress: () => undefined })))) as never,
  close: () => Promise.resolve(),
};

export const openEvidenceWorkspace = async (at: string, given?: string) => {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'countersign-evidence-'));
  const store = await openPlainStore(join(folder, 'countersign.db'), reads, writes);
  let now = at;
  let counter = 0;
  const newId = () => newUuid(Date.parse(now) + (counter += 1));
  const secrets = { get: () => Promise.resolve(null), set: () => Promise.resolve(), delete: () => Promise.resolve() };
  const faults: unknown[] = [];
  const engine = createSyncEngine({
    store,
    modules: FEEDS,
    tokens: secrets,
    now: () => new Date(now),
    newId,
    onFault: (error) => faults.push(error),
  });
  const jobs: Promise<string>[] = [];
  const startJob = (spec: { run: (handle: { signal: AbortSignal; progress: () => void }) => Promise<string> }) => {
    jobs.push(spec.run({ signal: new AbortController().signal, progress: () => undefined }));
    return { jobId: `job-${jobs.length}` };
  };
  const sources = createSourcesService({ store, modules: FEEDS, engine, tokens: secrets, startJob, newId });
  const members = createMembersService({ store, newId });
  const owner = await members.ensureOwner('Ada', 'req_start', now);
  const announced: VerifiedEvidence[] = [];
  const evidence = createEvidenceService({
    store,
    compute,
    folder,
    writable: true,
    now: () => now,
    startJob,
    changed: () => undefined,
    onVerified: (verified) => announced.push(verified),
  });
  const context = (): HandlerContext => ({
    session: { member_id: owner.memberId, role: owner.role },
    requestId: 'req_test',
    now,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  type Handlers = typeof evidence.handlers & typeof sources.handlers;
  const handlers = { ...evidence.handlers, ...sources.handlers } as Handlers;
  return {
    folder,
    store,
    engine,
    evidence,
    announced,
    faults,
    jobs,
    setNow: (next: string): void => {
      now = next;
    },
    /** As the router calls it: input and answer are held to the contract. */
    ask: async <N extends keyof Handlers & keyof Contract>(name: N, input: InputOf<Contract, N>): Promise<OutputOf<Contract, N>> => {
      const { input: accepts, output } = contract[name] as {
        input: { parse: (v: unknown) => unknown };
        output: { parse: (v: unknown) => unknown };
      };
      const handler = handlers[name] as (parsed: unknown, ctx: HandlerContext) => unknown;
      const answer = await handler(accepts.parse(input), context());
      return output.parse(JSON.parse(JSON.stringify(answer))) as OutputOf<Contract, N>;
    },
    /** A sync and what follows it. */
    sync: async (options: { full?: boolean } = {}) => {
      const { feeds } = await engine.run(options);
      await evidence.verifyDue();
      return feeds[0]!;
    },
    close: async (): Promise<void> => {
      await engine.close();
      store.close();
      if (given === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type EvidenceWorkspace = Awaited<ReturnType<typeof openEvidenceWorkspace>>;
