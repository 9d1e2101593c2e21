import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { inspect } from 'node:util';
import { type Client, createClient } from '../../src-shared/contract/client.ts';
import { contract, type Contract } from '../../src-shared/contract/index.ts';
import { createMemoryPortPair } from '../../src-shared/contract/memory-port.ts';
import type { Port } from '../../src-shared/contract/port.ts';
import { createRouter, type Router } from '../../src-shared/contract/router.ts';
import { AppError, isAppError } from '../../src-shared/kernel/errors.ts';
import type { EvidenceService } from '../evidence/index.ts';
import type { ReceiptsService, VerifyDocument } from '../receipts/index.ts';
import { createComputePool, openStateDir } from '../store/index.ts';
import type { AppContext, AppOptions } from './app-context.ts';
import { createConsole } from './console.ts';
import type { ConsoleState } from './console-state.ts';
import { createDownloads } from './downloads.ts';
import { createForwarders } from './forward.ts';
import { createSessionSecrets, type HostCapabilities } from './host-capabilities.ts';
import type { HostedApp } from './hosted-app.ts';
import { createHub } from './hub.ts';
import { newRequestId, newTicket, newUuid } from './ids.ts';
import { createJobs } from './jobs.ts';
import { createLog } from './log.ts';
import { createMetrics } from './metrics.ts';
import type { AppCompute } from './queries.ts';
import { COMPUTE_WORKER } from './worker-entries.ts';

export interface App extends HostedApp {
  /** A client in this process: the terminal's way to the contract. */
  readonly connect: () => Client<Contract>;
  /** @throws AppError with the reason when the workspace is not open, or only readable where it must be writable. */
  readonly requireOpen: (need: { readonly writable: boolean }) => void;
  readonly state: () => ConsoleState;
  readonly context: AppContext;
  /** Verifies what was synced and answers with the whole document of `verify --json`. */
  readonly verifyWorkspace: (request: WorkspaceVerification) => Promise<VerifyDocument>;
  /** Actual figures against the envelope claim, chain by chain. */
  /** Evidence for the terminal: an artifact by name or id, and the bytes of a version as they came. */
  readonly evidence: Pick<EvidenceService, 'find' | 'bytes'>;
  readonly conformance: (chainKeys: readonly string[]) => ReturnType<ReceiptsService['conformance']>;
  /** For hosts: what they refuse and what fails in them. */
  readonly logHost: (entry: {
    readonly level: 'warn' | 'error';
    readonly text: string;
    readonly status?: number;
    readonly error?: unknown;
  }) => void;
}

export interface WorkspaceVerification {
  readonly fromZero: boolean;
  /** A trust file in place of the workspace's trusted logs; then nothing is recorded. */
  readonly trustFile?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** The composition root: rooms, store, jobs and events behind one contract, for whichever host brings ports. */
export async function createApp(options: AppOptions): Promise<App> {
  const { now = () => new Date().toISOString() } = options;
  const clock = () => new Date(typeof now === 'string' ? now : now());
  const stateDir = options.stateDir ?? openStateDir();
  const log = createLog({ folder: options.kind === 'cli' ? null : stateDir.folder });
  const metrics = createMetrics();
  const hub = createHub();
  let router: Router<Contract> | null = null;
  const jobs = createJobs({
    now: () => new Date(),
    newId: newUuid,
    changed: (job) => router?.publish('job.changed', job),
    failed: (job, error) => log.error({ jobId: job.jobId, requestId: job.error?.requestId, ...faultOf(error) }, `Job failed: ${job.name}`),
  });
  const compute: AppCompute = createComputePool({
    entry: COMPUTE_WORKER,
    ...(options.computeSize === undefined ? {} : { size: options.computeSize }),
    onLog: ({ level, message, fields }) => log[level]({ ...fields }, message),
    onCrash: (crash) => log.error({ ...crash }, 'A compute thread stopped and was started again'),
  });
  const context: AppContext = {
    openAnother: createApp,
    compute,
    options,
    capabilities: options.capabilities ?? headless(options.kind),
    stateDir,
    now: () => clock().toISOString(),
    log,
    metrics,
    hub,
    jobs,
    downloads: createDownloads({ newTicket, now: () => new Date() }),
  };
  const console = await createConsole(context, {
    reopened: (inRecovery) => router?.publish('workspace.reopened', { inRecovery }),
  });
  router = createRouter<Contract>({
    contract,
    handlers: createForwarders(console),
    session: () => console.session(),
    phase: () => (console.state().kind === 'open' ? 'workspace' : 'recovery'),
    now: context.now,
    newRequestId,
    monotonicMs: () => performance.now(),
    log: ({ level, name, outcome, durationMs, requestId, memberId, error }) => {
      metrics.call(name ?? 'unreadable', outcome, durationMs / 1000);
      if (level !== 'info')
        log[level]({ requestId, memberId, outcome, durationMs, ...faultOf(error) }, name ?? 'A frame could not be read');
    },
    onDenied: ({ name, session, requestId }) => {
      metrics.denied(name, session.role);
      console.recordDenial(name, requestId);
    },
    // A terminal shows a person their own paths; a page gets none but what was typed into it.
    ...(options.kind === 'cli' ? {} : { redact: (text: string) => withoutPlaces(text, console.state(), stateDir.folder) }),
    ...(options.checkOutputs === undefined ? {} : { checkOutputs: options.checkOutputs }),
  });
  hub.onChanged((topics) => router?.publish('facts.changed', { topics }));

  let closing: Promise<void> | null = null;
  const close = () =>
    (closing ??= (async () => {
      await jobs.close();
      router?.close();
      await console.close();
      await compute.close();
      await log.close();
    })());

  return {
    context,
    state: console.state,
    serve: (port: Port) => router?.serve(port),
    connect: () => {
      const [ours, theirs] = createMemoryPortPair();
      router?.serve(theirs);
      return createClient(ours, contract, { newKey: () => newUuid() });
    },
    requireOpen: ({ writable }) => {
      const state = console.state();
      if (state.kind !== 'open') throw state.error;
      if (writable && state.open.readOnly) {
        throw new AppError('STORE_LOCKED', `${state.open.readOnly.reason} Nothing was changed.`, {
          nextStep: state.open.readOnly.holder
            ? 'Do it in that console, or close it and run this again.'
            : 'Make the folder writable, or use another workspace.',
          retryable: true,
          details: state.open.readOnly.holder ? { holder: state.open.readOnly.holder } : {},
        });
      }
    },
    verifyWorkspace: async ({ fromZero, trustFile, signal, onProgress }) => {
      const { services } = console.open();
      const { document } = await services.receipts.verifyChains({
        fromZero,
        now: context.now(),
        by: { memberId: console.member().memberId, role: console.member().role, requestId: newRequestId(), now: context.now() },
        ...(trustFile === undefined ? {} : { trustFile: await readTrustBytes(trustFile) }),
        ...(signal === undefined ? {} : { signal }),
        ...(onProgress === undefined ? {} : { onProgress }),
      });
      return document;
    },
    evidence: {
      find: (text) => console.open().services.evidence.find(text),
      bytes: (artifactId, versionNo) => console.open().services.evidence.bytes(artifactId, versionNo),
    },
    conformance: (chainKeys) => console.open().services.receipts.conformance(chainKeys),
    openDownload: async (ticket) => {
      const download = context.downloads.take(ticket);
      if (download === null) return null;
      return { fileName: download.fileName, contentType: download.contentType, stream: await download.open() };
    },
    // Nothing is imported through the browser yet: no upload ticket is ever issued.
    acceptUpload: () => Promise.resolve(false),
    logHost: ({ level, text, status, error }) => log[level]({ ...(status === undefined ? {} : { status }), ...faultOf(error) }, text),
    close,
  };
}

async function readTrustBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw new AppError('TRUST_FILE', `The trust file ${file} cannot be read; nothing was verified.`, {
      nextStep: 'Check its path.',
      cause: error,
    });
  }
}

/** A fault for the log: kind and place for us; an expected failure only by its code. */
const faultOf = (error: unknown): Record<string, unknown> => {
  if (error === undefined) return {};
  if (isAppError(error)) return { code: error.code, reason: error.message, details: error.details };
  return error instanceof Error ? { fault: error.message, stack: error.stack } : { fault: inspect(error, { depth: 1 }) };
};

/** Takes the places of this machine out of a text that leaves the app. */
const withoutPlaces = (text: string, state: ConsoleState, stateFolder: string): string => {
  const workspace = state.kind === 'open' ? state.open.folder : state.folder;
  let out = text;
  if (workspace !== null) out = out.replaceAll(workspace, 'the workspace folder');
  return out.replaceAll(stateFolder, 'the state folder').replaceAll(homedir(), '~');
};

const headless = (host: AppOptions['kind']): HostCapabilities => ({
  host,
  secrets: createSessionSecrets(),
  pickFolder: null,
  chooseSaveFile: null,
  revealFile: null,
  openLink: null,
  isOnline: () => true,
});
