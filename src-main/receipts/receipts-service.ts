/** The handlers of `receipt.*` and `trustedLog.*`, and what the console asks of this room by itself. */
import type { ChainRow } from '../../src-shared/contract/receipts.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers, OutputOf } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { join } from 'node:path';
import { DATABASE_NAME, type StateDir, type Store } from '../store/index.ts';
import type { workspaceReads } from '../workspace/index.ts';
import { chainKeyOf, parseChainKey } from './chain-address.ts';
import type { ChainArgs, chainReads } from './chain-queries.ts';
import type { ConformanceCounts } from './conformance.ts';
import { acknowledgedBy, createLastSeenStore } from './last-seen.ts';
import { createExport, type ExportFile, type ExportStore } from './receipt-export.ts';
import type { PlanArgs } from './receipt-export-queries.ts';
import { noChain, type receiptReads } from './receipt-queries.ts';
import { requestText } from './request-text.ts';
import { createTrustedLogs } from './trusted-logs.ts';
import type { trustedLogReads, trustedLogWrites } from './trusted-log-queries.ts';
import type { proofReads } from './proof-queries.ts';
import { createVerification, type VerificationDeps } from './verification-service.ts';
import type { VerificationCompute, VerificationStore } from './verification-run.ts';

type ReceiptReads = typeof chainReads &
  typeof receiptReads &
  typeof proofReads &
  typeof trustedLogReads &
  Pick<typeof workspaceReads, 'workspace.restores'>;

export type ReceiptsStore = Store<ReceiptReads, typeof trustedLogWrites> & ExportStore & VerificationStore;

export interface ReceiptsDeps {
  readonly store: ReceiptsStore;
  readonly compute: VerificationCompute;
  /** Hands a file to the host, to be fetched once with the ticket. */
  readonly downloads: { issue(file: ExportFile): string };
  readonly stateDir: Pick<StateDir, 'readJson' | 'writeJson'>;
  readonly installId: string;
  readonly workspaceId: string;
  /** The workspace folder. */
  readonly folder: string;
  /** Whether the workspace may be written; otherwise verifications are told and not recorded. */
  readonly writable: boolean;
  /** UUIDv7. */
  readonly newId: () => string;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
  readonly onVerified?: VerificationDeps['onVerified'];
  readonly trustChanged?: () => void;
}

type ReceiptHandlers = Pick<
  Handlers<Contract>,
  | 'receipt.seal'
  | 'receipt.chains'
  | 'receipt.chain'
  | 'receipt.findings'
  | 'receipt.page'
  | 'receipt.get'
  | 'receipt.proof'
  | 'receipt.verdictProof'
  | 'receipt.export'
  | 'receipt.find'
  | 'receipt.ask'
  | 'trustedLog.list'
  | 'trustedLog.add'
  | 'trustedLog.remove'
>;

/** A hash or an id is looked up from this many characters on. */
const SHORTEST_PREFIX = 6;
const NEEDS_SHOWN = 50;

const placeOf = (chainKey: string, generation?: number): ChainArgs => {
  const place = parseChainKey(chainKey);
  if (place === null)
    throw new AppError('BAD_INPUT', `“${chainKey}” does not name a chain.`, {
      nextStep: 'Name it as source/folder, as the list of chains does.',
    });
  return { ...place, generation: generation ?? null };
};

/** Where a page of findings goes on: its last place, as an opaque text. */
const afterOf = (cursor: string | undefined): number => {
  if (cursor === undefined) return -1;
  if (/^\d{1,9}$/.test(cursor)) return Number(cursor);
  throw new AppError('BAD_INPUT', 'This page cannot be continued: the cursor is not one of ours.', {
    nextStep: 'Ask for the first page again.',
  });
};

/** One word of a shell command. */
const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

export const createReceiptsService = (deps: ReceiptsDeps) => {
  const { store, compute } = deps;
  const file = join(deps.folder, DATABASE_NAME);
  const lastSeen = createLastSeenStore(deps.stateDir, deps.installId, deps.workspaceId);
  const verification = createVerification({
    store,
    compute,
    file,
    newId: deps.newId,
    clock: deps.clock ?? (() => performance.now()),
    lastSeen,
    writable: deps.writable,
    ...(deps.onVerified === undefined ? {} : { onVerified: deps.onVerified }),
  });

  const vkeys = () => store.read('trustedLogs.vkeys', null);

  const acknowledgedRollback = async (chain: ChainRow): Promise<OutputOf<Contract, 'receipt.chain'>['acknowledgedRollback']> => {
    const [seen, restores] = await Promise.all([lastSeen.read(), store.read('workspace.restores', { limit: 200 })]);
    const restore = acknowledgedBy(seen.get(chain.chainKey), chain.receipts, restores);
    return restore === null ? null : { at: restore.restoredAt, reason: restore.reason, member: restore.member };
  };

  const exportPlan = (args: PlanArgs) => store.read('receiptExport.plan', args);

  const findReceipts = async (text: string, limit: number): Promise<OutputOf<Contract, 'receipt.find'>['matches']> => {
    const wanted = text.trim();
    return wanted.length < SHORTEST_PREFIX ? [] : store.read('receipts.find', { text: wanted, limit });
  };

  const listChains = (search: string | null, limit: number) =>
    store.read('receipts.chains', { search, verdict: null, sourceName: null, after: null, limit });

  const handlers: ReceiptHandlers = {
    ...createTrustedLogs({ store, ...(deps.trustChanged === undefined ? {} : { changed: deps.trustChanged }) }),
    'receipt.seal': () => store.read('receipts.seal', null),
    'receipt.chains': ({ search, verdict, sourceName, after, limit }) =>
      store
        .read('receipts.chains', {
          search: search === undefined || search.trim() === '' ? null : search.trim(),
          verdict: verdict ?? null,
          sourceName: sourceName ?? null,
          after: after === undefined ? null : decodeCursor(after),
          limit,
        })
        .then(({ next, ...page }) => ({ ...page, next: next === null ? null : encodeCursor(next) })),
    'receipt.chain': async ({ chainKey, generation }) => {
      const args = placeOf(chainKey, generation);
      const answer = await store.read('receipts.chain', { ...args, vkeys: await vkeys() });
      if (answer === null) throw noChain(args);
      return {
        ...answer,
        acknowledgedRollback: await acknowledgedRollback(answer.chain),
        verifyCommand: `countersign verify --workspace ${shellWord(deps.folder)} --from-zero`,
        pythonCommand: `python3 verify_chain.py ${shellWord(`${args.sourceName}/receipts/${args.folder}`)} --trust trust.vkeys`,
      };
    },
    'receipt.findings': async ({ chainKey, generation, after, limit }) => {
      const args = placeOf(chainKey, generation);
      const page = await store.read('receipts.findings', { ...args, after: afterOf(after), limit });
      if (page === null) throw noChain(args);
      return { findings: page.findings, next: page.next === null ? null : String(page.next), total: page.total };
    },
    'receipt.page': ({ chainKey, generation, from, limit }) =>
      store.read('receipts.page', { ...placeOf(chainKey, generation), from, limit }),
    'receipt.get': ({ chainKey, generation, index }) => store.read('receipts.get', { ...placeOf(chainKey, generation), index }),
    'receipt.proof': async ({ chainKey, index, checkpointName }) => {
      const args = placeOf(chainKey);
      const keys = await vkeys();
      const { checkpointName: name, ...proof } = await store.read('receipts.proof', {
        ...args,
        index,
        checkpointName: checkpointName ?? null,
        vkeys: keys,
      });
      const answer = name === null ? null : await store.read('receipts.chain', { ...args, vkeys: keys });
      return { ...proof, checkpoint: answer?.checkpoints.find((checkpoint) => checkpoint.name === name) ?? null };
    },
    'receipt.verdictProof': async ({ chainKey, generation }) => {
      const args = placeOf(chainKey, generation);
      const proof = await store.read('receipts.verdictProof', args);
      if (proof === null) throw noChain(args);
      return { ...proof, command: `countersign verify --workspace ${shellWord(deps.folder)} --from-zero --json` };
    },
    'receipt.export': async ({ chainKeys, format, fromIndex, toIndex }) => {
      const plan = await exportPlan({ chainKeys: chainKeys ?? null, format, fromIndex: fromIndex ?? null, toIndex: toIndex ?? null });
      const exported = createExport(store, plan);
      return { ticket: deps.downloads.issue(exported), fileName: exported.fileName, bytes: null };
    },
    'receipt.find': async ({ text, limit }) => ({ matches: await findReceipts(text, limit) }),
    'receipt.ask': async ({ chainKey, findingIndex }) => {
      const args = placeOf(chainKey);
      const [answer, page] = await Promise.all([
        store.read('receipts.chain', { ...args, vkeys: await vkeys() }),
        store.read('receipts.findings', { ...args, after: findingIndex - 1, limit: 1 }),
      ]);
      const finding = page?.findings[0];
      if (answer === null || finding === undefined)
        throw new AppError('NOT_FOUND', `The chain ${chainKey} has no finding ${findingIndex}.`, {
          nextStep: 'Look in the list of its findings.',
        });
      const missing = finding.code === 'CHAIN_DELETED' && typeof finding.actual === 'string' ? finding.actual : null;
      return requestText({
        chainKey,
        chainId: answer.chain.chainId,
        source: typeof answer.manifest?.['source'] === 'string' ? answer.manifest['source'] : null,
        receipts: answer.chain.receipts,
        root: answer.root,
        anchoredSize: answer.chain.anchoredSize,
        checkpoints: answer.checkpoints.filter(({ state }) => state !== 'malformed').sort((a, b) => (b.size ?? 0) - (a.size ?? 0)),
        finding,
        heldElsewhere: missing === null ? [] : await store.read('receipts.whereHash', { hash: missing }),
      });
    },
  };

  return {
    handlers,
    ...verification,
    seal: () => store.read('receipts.seal', null),
    trustedCount: async (): Promise<number> => (await vkeys()).length,
    /** Chains whose verdict is not sound, worst first, and how many have receipts that were not verified yet. */
    chainsInNeed: () => store.read('receipts.inNeed', { limit: NEEDS_SHOWN }),
    findChains: async (text: string, limit: number): Promise<ChainRow[]> => (await listChains(text, limit)).chains,
    findReceipts,
    /** Actual figures against the envelope claim over whole chains. */
    conformance: async (chainKeys: readonly string[], signal?: AbortSignal): Promise<(ConformanceCounts & { chainKey: string })[]> => {
      const results: (ConformanceCounts & { chainKey: string })[] = [];
      for (const chainKey of chainKeys) {
        const args = placeOf(chainKey);
        const chain = await store.read('receipts.standing', args);
        if (chain === null) throw noChain(args);
        const { streamNo, lines } = chain;
        const counts =
          streamNo === null
            ? { receipts: 0, withActuals: 0, pass: 0, fail: 0, violations: {} }
            : await compute.run('receipts.conformance', { file, streamNo, lines }, signal === undefined ? {} : { signal });
        results.push({ chainKey: chainKeyOf(args.sourceName, args.folder), ...counts });
      }
      return results;
    },
    /** An export without a ticket, for the terminal. */
    exportReceipts: async (args: PlanArgs): Promise<ExportFile> => createExport(store, await exportPlan(args)),
  };
};

export type ReceiptsService = ReturnType<typeof createReceiptsService>;

/** Cursors are opaque to the caller, so that nobody builds one. */
const encodeCursor = (key: string): string => Buffer.from(key, 'utf8').toString('base64url');
const decodeCursor = (cursor: string): string => Buffer.from(cursor, 'base64url').toString('utf8');
