// A workspace with the receipts room over real threads and files: put chains in, verify them, ask for what screens show.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HandlerContext } from '../../../src-shared/contract/define.ts';
import type { Role } from '../../../src-shared/contract/roles.ts';
import { createReceiptsService, type ReceiptsService, type receiptsTasks } from '../../../src-main/receipts/index.ts';
import type { ExportFile } from '../../../src-main/receipts/receipt-export.ts';
import type { Delivery } from '../../../src-main/sources/index.ts';
import {
  type Compute,
  createComputePool,
  DATABASE_NAME,
  openStateDir,
  openStorePool,
  type StorePool,
} from '../../../src-main/store/index.ts';
import type { TestReads, TestWrites } from './receipts-queries.ts';

const STORE_WORKER = new URL('./receipts-store-worker.ts', import.meta.url);
const COMPUTE_WORKER = new URL('./receipts-compute-worker.ts', import.meta.url);

export const NOW = '2026-06-07T06:00:00.000Z';

export interface ReceiptsWorkspace {
  readonly folder: string;
  readonly file: string;
  readonly pool: StorePool<TestReads, TestWrites>;
  readonly compute: Compute<typeof receiptsTasks>;
  readonly service: ReceiptsService;
  readonly context: HandlerContext;
  /** Files that were issued for download, in order. */
  readonly issued: ExportFile[];
  readonly addSource: (name: string) => Promise<void>;
  /** Puts the chain folders below `root` in, all bytes of them. */
  readonly importChains: (source: string, root: string) => Promise<void>;
  readonly deliver: (
    source: string,
    path: string,
    bytes: Uint8Array,
    append?: { readonly offset: number; readonly restart?: string },
  ) => Promise<void>;
  readonly verify: (options?: {
    fromZero?: boolean;
    chainKeys?: readonly string[];
    now?: string;
    console?: boolean;
    signal?: AbortSignal;
  }) => ReturnType<ReceiptsService['verifyChains']>;
  readonly trust: (text: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface OpenOptions {
  readonly stateFolder: string;
  readonly computeSize?: number;
  readonly readOnly?: boolean;
  readonly now?: string;
}

const CHAIN_FILES = ['chain.json', 'receipts.jsonl'];

export const openReceiptsWorkspace = async (folder: string, options: OpenOptions): Promise<ReceiptsWorkspace> => {
  const now = options.now ?? NOW;
  const isNew = !existsSync(join(folder, DATABASE_NAME));
  const pool = await openStorePool<TestReads, TestWrites>({
    entry: STORE_WORKER,
    folder,
    mode: options.readOnly === true ? 'read-only' : 'read-write',
    create: isNew,
    now,
    appVersion: 'test',
  });
  const compute = createComputePool<typeof receiptsTasks>({ entry: COMPUTE_WORKER, size: options.computeSize ?? 2 });
  if (isNew) {
    await pool.write('workspace.create', {
      workspaceId: '0190a000-0000-7000-8000-000000000001',
      name: 'Test',
      installId: 'install',
      demoSeed: null,
      now,
    });
    await pool.write('members.ensureOwner', {
      member: { memberId: '0190a000-0000-7000-8000-00000000000a', name: 'Amara', email: null },
      requestId: 'req',
      now,
    });
  }
  const owner = await pool.read('members.owner', null);
  const issued: ExportFile[] = [];
  let ids = 0;
  const service = createReceiptsService({
    store: pool,
    compute,
    downloads: { issue: (file) => `ticket-${issued.push(file)}` },
    stateDir: openStateDir(options.stateFolder),
    installId: 'install',
    workspaceId: '0190a000-0000-7000-8000-000000000001',
    folder,
    writable: options.readOnly !== true,
    newId: () => `id-${process.pid}-${Date.now()}-${(ids += 1)}`,
  });
  const role: Role = 'admin';
  const context: HandlerContext = {
    session: { member_id: owner?.memberId ?? '', role },
    requestId: 'req_test',
    now,
    signal: new AbortController().signal,
    progress: () => undefined,
  };
  const deliver: ReceiptsWorkspace['deliver'] = async (source, path, bytes, append) => {
    const base = { sourceId: `id-${source}`, sourceName: source, runId: 'run', path, now, bytes: Uint8Array.from(bytes) };
    const delivery: Delivery = path.endsWith('/receipts.jsonl')
      ? {
          ...base,
          kind: 'appended',
          mode: append?.restart === undefined ? 'append' : 'restart',
          because: append?.restart ?? null,
          offset: append?.offset ?? 0,
          atEnd: true,
        }
      : { ...base, kind: 'whole' };
    await pool.write('test.deliver', { deliveries: [delivery] });
  };
  return {
    folder,
    file: join(folder, DATABASE_NAME),
    pool,
    compute,
    service,
    context,
    issued,
    deliver,
    addSource: (name) => pool.write('test.addSource', { name, now }),
    importChains: async (source, root) => {
      for (const chain of readdirSync(root).sort()) {
        if (!statSync(join(root, chain)).isDirectory()) continue;
        for (const file of CHAIN_FILES) {
          const path = join(root, chain, file);
          if (existsSync(path)) await deliver(source, `${chain}/${file}`, readFileSync(path));
        }
        const checkpoints = join(root, chain, 'checkpoints');
        if (!existsSync(checkpoints)) continue;
        for (const name of readdirSync(checkpoints).sort()) {
          if (name.endsWith('.note')) await deliver(source, `${chain}/checkpoints/${name}`, readFileSync(join(checkpoints, name)));
        }
      }
    },
    trust: async (text) => {
      await service.handlers['trustedLog.add']({ text }, context);
    },
    verify: ({ fromZero = false, chainKeys, now: at = now, console: byConsole = false, signal } = {}) =>
      service.verifyChains({
        fromZero,
        now: at,
        by: { memberId: byConsole ? null : (owner?.memberId ?? null), role: byConsole ? null : role, requestId: 'req_test', now: at },
        ...(chainKeys === undefined ? {} : { chainKeys }),
        ...(signal === undefined ? {} : { signal }),
      }),
    close: async () => {
      await compute.close();
      await pool.close();
    },
  };
};
