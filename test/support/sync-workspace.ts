import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { newUuid } from '../../src-main/app/ids.ts';
import { auditReads, auditWrites, createAuditService } from '../../src-main/audit/index.ts';
import { createMembersService, membersReads, membersWrites } from '../../src-main/members/index.ts';
import { receiptFeed, receiptStoreReads } from '../../src-main/receipts/index.ts';
import {
  createSourcesService,
  createSyncEngine,
  createSyncReads,
  createSyncWrites,
  type FeedModule,
  type FeedRun,
  sourcesReads,
  sourcesWrites,
  type StartJob,
  type SyncEngineOptions,
} from '../../src-main/sources/index.ts';
import type { HandlerContext, Handlers, ProcedureName } from '../../src-shared/contract/define.ts';
import { type Contract, procedures } from '../../src-shared/contract/index.ts';
import { openPlainStore, type PlainStore } from './plain-store.ts';

/** Handlers as the router calls them in tests: always with the context of the call, their answers held against the contract. */
const asCalled = <N extends ProcedureName<Contract>>(handlers: Pick<Handlers<Contract>, N>): Pick<Handlers<Contract>, N> => {
  type AnyHandler = (input: unknown, ctx: HandlerContext) => unknown;
  const checked = Object.entries(handlers).map(([name, handler]) => [
    name,
    async (input: unknown, ctx: HandlerContext) => {
      const answer = await (handler as AnyHandler)(input, ctx);
      procedures[name as ProcedureName<Contract>].output.parse(JSON.parse(JSON.stringify(answer)));
      return answer;
    },
  ]);
  return Object.fromEntries(checked) as Pick<Handlers<Contract>, N>;
};

/** The rooms from audit to receipts over a real database file, as `app/` puts them together. */

const readsOf = (modules: readonly FeedModule[]) =>
  ({ ...auditReads, ...membersReads, ...sourcesReads, ...createSyncReads(modules), ...receiptStoreReads }) as const;
const writesOf = (modules: readonly FeedModule[]) =>
  ({ ...auditWrites, ...membersWrites, ...sourcesWrites, ...createSyncWrites(modules) }) as const;

export type SyncTestStore = PlainStore<ReturnType<typeof readsOf>, ReturnType<typeof writesOf>>;

export interface SyncWorkspaceOptions extends Partial<Pick<SyncEngineOptions, 'chunkBytes' | 'http' | 'pageItems' | 'onFault'>> {
  readonly modules?: readonly FeedModule[];
  readonly folder?: string;
  readonly now?: () => Date;
}

export const openSyncWorkspace = async (options: SyncWorkspaceOptions = {}) => {
  const modules = options.modules ?? [receiptFeed];
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'countersign-sync-'));
  const store = await openPlainStore(join(folder, 'countersign.db'), readsOf(modules), writesOf(modules));
  const secrets = new Map<string, string>();
  const tokens = {
    get: (name: string) => Promise.resolve(secrets.get(name) ?? null),
    set: (name: string, value: string) => {
      secrets.set(name, value);
      return Promise.resolve();
    },
    delete: (name: string) => {
      secrets.delete(name);
      return Promise.resolve();
    },
  };
  const now = options.now ?? (() => new Date('2026-03-01T12:00:00.000Z'));
  const newId = () => newUuid(now().getTime());
  const ended: FeedRun[] = [];
  const faults: unknown[] = [];
  const engine = createSyncEngine({
    store,
    modules,
    tokens,
    now,
    newId,
    onRunEnded: (run) => ended.push(run),
    onFault: options.onFault ?? ((error) => faults.push(error)),
    ...(options.chunkBytes === undefined ? {} : { chunkBytes: options.chunkBytes }),
    ...(options.http === undefined ? {} : { http: options.http }),
    ...(options.pageItems === undefined ? {} : { pageItems: options.pageItems }),
  });
  const jobs: Promise<string>[] = [];
  const startJob: StartJob = (spec) => {
    const job = spec.run({ signal: new AbortController().signal, progress: () => undefined });
    job.catch(() => undefined);
    jobs.push(job);
    return { jobId: `job-${jobs.length}` };
  };
  const sources = createSourcesService({
    store,
    modules,
    engine,
    tokens,
    startJob,
    newId,
    ...(options.http === undefined ? {} : { http: options.http }),
  });
  const members = createMembersService({ store, newId });
  const audit = createAuditService({ store });
  const owner = await members.ensureOwner('Ada', 'req_start', now().toISOString());
  const ctx: HandlerContext = {
    session: { member_id: owner.memberId, role: owner.role },
    requestId: 'req_test',
    now: now().toISOString(),
    signal: new AbortController().signal,
    progress: () => undefined,
  };
  return {
    folder,
    store,
    engine,
    sources: asCalled(sources.handlers),
    findSource: sources.find,
    members: { ...members, handlers: asCalled(members.handlers) },
    audit: { ...audit, handlers: asCalled(audit.handlers) },
    owner,
    ctx,
    ended,
    faults,
    jobs,
    secrets,
    /** The bytes of a chain's lines as stored, of its current or a named generation. */
    storedBytes: async (chainNo: number, generation?: number): Promise<Buffer> => {
      const streams = await store.read('receiptStore.streams', { chainNo });
      const stream = generation === undefined ? streams.at(-1) : streams.find((one) => one.generation === generation);
      if (!stream) throw new Error('no such generation');
      const parts: Uint8Array[] = [];
      let at: { line: number; piece: number } | null = { line: 0, piece: 0 };
      while (at !== null) {
        const chunk: { bytes: Uint8Array; next: { line: number; piece: number } | null } = (await store.read('receiptStore.bytes', {
          streamNo: stream.streamNo,
          at,
          maxBytes: 100_000,
        }))!;
        parts.push(chunk.bytes);
        at = chunk.next;
      }
      return Buffer.concat(parts);
    },
    close: async () => {
      await engine.close();
      store.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
};

export type SyncWorkspace = Awaited<ReturnType<typeof openSyncWorkspace>>;

/** A folder of its own under the system's temporary folder; the caller removes it. */
export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'countersign-source-'));

/** Writes a file and the folders above it. */
export const put = (file: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
};

/** A line that is a receipt in form; hashes and links are another room's business. */
export const receiptLine = (n: number, filler = ''): string =>
  `{"audit_fields":{"machine_id":"m@host","note":"${filler}"},"current_hash":"${n.toString(16).padStart(64, '0')}","envelope_claim":{"concurrent":5,"failover_s":30,"latency_p99_ms":1000,"queue_depth":10,"throughput_req_s":10},"plan_id":"free","previous_receipt_hash":${n === 0 ? 'null' : `"${(n - 1).toString(16).padStart(64, '0')}"`},"receipt_id":"${String(n).padStart(8, '0')}-0000-4000-8000-000000000000","timestamp":"2026-01-01T00:00:00.000Z","version":"1.0"}`;

export const receiptLines = (from: number, to: number, filler = ''): string => {
  let text = '';
  for (let n = from; n < to; n += 1) text += `${receiptLine(n, filler)}\n`;
  return text;
};
