import { join } from 'node:path';
import type { ChangedBy } from '../members/index.ts';
import { BACKUPS_FOLDER, type BackupKind, type BackupRecord, folderBytes, freeBytesAt, listBackups, pruneBackups } from '../store/index.ts';
import { nextBackupAt } from '../workspace/index.ts';
import type { AppStore } from './queries.ts';
import type { AppContext } from './app-context.ts';
import { newRequestId } from './ids.ts';
import type { JobHandle } from './jobs.ts';
import { VERSION } from './version.ts';

/** The open workspace, as far as a backup needs it. */
export interface BackupTarget {
  readonly store: AppStore;
  readonly folder: string;
  /** Facts by kind, for the record beside the copy. */
  readonly factCounts: () => Promise<Record<string, number>>;
}

export interface BackupRequest {
  readonly kind: BackupKind;
  readonly by: ChangedBy;
  readonly handle: JobHandle;
}

/** Makes a backup, records it and prunes older ones by the workspace's policy. */
export async function takeBackup(context: AppContext, open: BackupTarget, request: BackupRequest): Promise<BackupRecord> {
  const { store, folder } = open;
  const backups = join(folder, BACKUPS_FOLDER);
  const record = await context.compute.run(
    'store.backup',
    {
      folder,
      backupsFolder: backups,
      kind: request.kind,
      takenAt: context.now(),
      appVersion: VERSION,
      counts: await open.factCounts(),
    },
    request.handle.compute,
  );
  await store.write('workspace.recordBackup', { name: record.name, sha256: record.sha256, bytes: record.bytes, by: request.by });
  const policy = await store.read('workspace.backupPolicy', null);
  await pruneBackups(backups, context.now(), policy);
  context.hub.changed('workspace', 'audit');
  return record;
}

const LOOK_EVERY_MS = 10 * 60_000;

/**
 * Backups by themselves and a size sample a day for the disk forecast. Looks every ten minutes rather than at one hour, so
 * that a laptop which slept through it catches up.
 */
export function startBackupSchedule(context: AppContext, open: () => BackupTarget): { stop: () => void } {
  let running = false;
  const look = async () => {
    if (running) return;
    running = true;
    try {
      const { store, folder } = open();
      const now = context.now();
      const samples = await store.read('workspace.sizes', { since: new Date(Date.parse(now) - 20 * 3_600_000).toISOString() });
      if (samples.length === 0) {
        const bytes = await folderBytes(folder);
        await store.write(
          'workspace.recordSize',
          { databaseBytes: bytes, folderBytes: bytes, freeBytes: await freeBytesAt(folder), now },
          { priority: 'background' },
        );
      }
      const last = (await listBackups(join(folder, BACKUPS_FOLDER)))[0]?.taken_at ?? null;
      const due = nextBackupAt(await store.read('workspace.backupPolicy', null), last, now);
      if (due === null || due > now) return;
      const requestId = newRequestId();
      await context.jobs.start({
        name: 'Scheduled backup',
        kind: 'backup',
        requestId,
        address: '/settings/workspace',
        run: async (handle) => {
          const record = await takeBackup(context, open(), {
            kind: 'scheduled',
            by: { memberId: null, role: null, requestId, now },
            handle,
          });
          return `The backup ${record.name} is whole.`;
        },
      }).ended;
    } catch (error) {
      context.log.warn({ reason: String(error) }, 'The backup schedule could not be kept');
    } finally {
      running = false;
    }
  };
  // Not at once: the first minute belongs to the person who opened the console.
  const first = setTimeout(() => void look(), 60_000);
  const every = setInterval(() => void look(), LOOK_EVERY_MS);
  first.unref();
  every.unref();
  return {
    stop: () => {
      clearTimeout(first);
      clearInterval(every);
    },
  };
}
