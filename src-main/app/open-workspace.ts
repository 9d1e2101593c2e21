import { existsSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { AppError, isAppError } from '../../src-shared/kernel/errors.ts';
import {
  DATABASE_NAME,
  describeHolder,
  finishInterruptedRestore,
  forgetPendingRestore,
  type HolderKind,
  isRestoreInterrupted,
  type LockHolder,
  lockWorkspace,
  type LogRecord,
  makePrivateFolder,
  openReadOnlyPool,
  openStorePool,
  pendingRestore,
  type SlotCrash,
  type StateDir,
  storeErrorFrom,
  type WorkspaceLock,
} from '../store/index.ts';
import type { WorkspaceInfo } from '../workspace/index.ts';
import { newRequestId, newUuid } from './ids.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { AppStore } from './queries.ts';
import { VERSION } from './version.ts';
import { STORE_WORKER } from './worker-entries.ts';

export interface OpenOptions {
  readonly folder: string;
  readonly kind: HolderKind;
  /** Make the workspace when the folder holds none. */
  readonly create: boolean;
  /** Opened for reading only, on purpose. */
  readonly readOnly: boolean;
  /** Name of a new workspace; by default its folder's. */
  readonly name?: string;
  readonly ownerName?: string;
  readonly ownerEmail?: string;
  readonly demoSeed?: string;
  readonly now: () => string;
  readonly stateDir: StateDir;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Why this console only reads, and who holds the workspace where that is the reason. */
export interface ReadOnlyBecause {
  readonly reason: string;
  readonly holder: { readonly pid: number; readonly hostName: string; readonly since: string; readonly kind: HolderKind } | null;
}

export interface OpenedStore {
  readonly folder: string;
  readonly info: WorkspaceInfo;
  readonly installId: string;
  readonly schemaVersion: number;
  readonly readOnly: ReadOnlyBecause | null;
  readonly store: AppStore;
  /** Ends the threads, then lets the workspace go. */
  readonly close: () => Promise<void>;
}

const holderOf = (holder: LockHolder | undefined): ReadOnlyBecause['holder'] =>
  holder ? { pid: holder.pid, hostName: holder.host, since: holder.since, kind: holder.kind } : null;

/**
 * Opens a workspace: lock, unfinished restore, upgrade, owner. A workspace that another console holds, or that may not be
 * written, opens read-only and says why.
 * @throws AppError STORE_… with the kind of what is wrong; nothing is changed then.
 */
export async function openWorkspace(options: OpenOptions): Promise<OpenedStore> {
  const { folder, log } = options;
  // Between the two moves of an interrupted restore there is no database, and yet the workspace is not new.
  const isNew = !existsSync(join(folder, DATABASE_NAME)) && !isRestoreInterrupted(folder);
  if (isNew && !options.create) {
    throw new AppError('STORE_MISSING', `There is no workspace in ${folder}. Nothing was made.`, {
      nextStep: 'Check the folder, choose another workspace, or make a new one.',
    });
  }
  if (isNew) prepareFolder(folder);
  const { lock, readOnly } = await decideAccess(options);
  try {
    if (lock) await finishInterruptedRestore(folder);
    const store = await openThreads(options, readOnly, isNew);
    try {
      if (lock) await settle(store, options, isNew);
      const info = await store.read('workspace.info', null);
      if (info === null)
        throw new AppError('STORE_FOREIGN', 'This database holds no workspace. It has not been changed.', {
          nextStep: 'Choose another folder.',
        });
      const installId = await options.stateDir.installId(newUuid);
      await options.stateDir
        .rememberWorkspace({ workspaceId: info.workspaceId, name: info.name, folder, lastOpenedAt: options.now() })
        .catch((error: unknown) => log.warn({ reason: String(error) }, 'The list of known workspaces could not be written'));
      return {
        folder,
        info,
        installId,
        schemaVersion: store.opened.schemaVersion,
        readOnly,
        store,
        close: async () => {
          await store.close();
          await lock?.release();
        },
      };
    } catch (error) {
      await store.close();
      throw error;
    }
  } catch (error) {
    await lock?.release();
    throw error;
  }
}

function prepareFolder(folder: string): void {
  try {
    makePrivateFolder(folder);
  } catch (error) {
    throw storeErrorFrom(error, { file: folder, operation: 'make the workspace folder' }) ?? error;
  }
}

async function decideAccess(
  options: OpenOptions,
): Promise<{ lock: (WorkspaceLock & { held: true }) | null; readOnly: ReadOnlyBecause | null }> {
  if (options.readOnly) return { lock: null, readOnly: { reason: 'It was opened for reading only.', holder: null } };
  try {
    const lock = await lockWorkspace(options.folder, {
      pid: process.pid,
      host: hostname(),
      since: options.now(),
      kind: options.kind,
      instanceId: newUuid(),
    });
    if (lock.held) return { lock, readOnly: null };
    return { lock: null, readOnly: { reason: describeHolder(lock.holder), holder: holderOf(lock.holder) } };
  } catch (error) {
    if (!isAppError(error) || (error.code !== 'STORE_READ_ONLY' && error.code !== 'STORE_PERMISSION')) throw error;
    return { lock: null, readOnly: { reason: error.message, holder: null } };
  }
}

function openThreads(options: OpenOptions, readOnly: ReadOnlyBecause | null, isNew: boolean): Promise<AppStore> {
  const { log, metrics } = options;
  const shared = {
    entry: STORE_WORKER,
    folder: options.folder,
    now: options.now(),
    appVersion: VERSION,
    onLog: ({ level, message, fields }: LogRecord) => {
      log[level]({ ...fields }, message);
      if (message === 'slow query') metrics.slowQuery(String(fields['name']));
    },
    onCrash: (crash: SlotCrash) => log.error({ ...crash }, 'A store thread stopped and was started again'),
  };
  if (readOnly) return openReadOnlyPool({ ...shared, readOnlyBecause: readOnly.reason }, join(options.stateDir.folder, 'scratch'));
  return openStorePool({ ...shared, mode: 'read-write', create: isNew && options.create });
}

/** First facts of a new workspace, and the restore that a restart has yet to record. */
async function settle(store: AppStore, options: OpenOptions, isNew: boolean): Promise<void> {
  const now = options.now();
  if (isNew || (await store.read('workspace.info', null)) === null) {
    await store.write('workspace.create', {
      workspaceId: newUuid(),
      name: options.name ?? basename(options.folder),
      installId: await options.stateDir.installId(newUuid),
      demoSeed: options.demoSeed ?? null,
      now,
    });
  }
  await store.write('members.ensureOwner', {
    member: { memberId: newUuid(), name: options.ownerName ?? personName(), email: options.ownerEmail ?? null },
    requestId: newRequestId(),
    now,
  });
  const note = await pendingRestore(options.folder);
  if (note) {
    const { format: _format, ...restore } = note;
    // A crash may have come between the record and this note's end.
    const known = await store.read('workspace.restores', { limit: 100 });
    if (!known.some(({ restoreId }) => restoreId === restore.restoreId))
      await store.write('workspace.recordRestore', { restore, by: { memberId: null, role: null, requestId: newRequestId(), now } });
    await forgetPendingRestore(options.folder);
  }
}

function personName(): string {
  try {
    return userInfo().username || 'Owner';
  } catch {
    return 'Owner';
  }
}
