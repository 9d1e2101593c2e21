import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { AppError, type ErrorCode } from '../../src-shared/kernel/errors.ts';
import {
  DATABASE_NAME,
  type Diagnosis,
  fileStamp,
  lockedByOther,
  lockWorkspace,
  salvageDatabase,
  type SalvageManifest,
  stateFolder,
} from '../store/index.ts';
import type { Console } from './console-state.ts';
import type { AppContext } from './app-context.ts';
import { newUuid } from './ids.ts';
import type { JobHandle } from './jobs.ts';

/** What can be done when a workspace does not open. Nothing here deletes anything. */

export type Way = 'restore' | 'read-only' | 'export' | 'retry' | 'other';

/** Codes after which a second look is worth it without changing anything. */
const MAY_PASS: ReadonlySet<ErrorCode> = new Set([
  'STORE_LOCKED',
  'STORE_FULL',
  'STORE_PERMISSION',
  'STORE_READ_ONLY',
  'STORE_IO',
  'STORE_MISSING',
]);

/** Which ways lead on from a failure, and why the others do not. */
export function waysOn(
  code: ErrorCode,
  diagnosis: Pick<Diagnosis, 'readThrough' | 'tables'> | null,
  wholeBackups: number,
): { way: Way; possible: boolean; whyNot: string | null }[] {
  const way = (name: Way, whyNot: string | null) => ({ way: name, possible: whyNot === null, whyNot });
  const readable = (diagnosis?.readThrough ?? null) !== null;
  const newer = code === 'STORE_NEWER' ? 'A newer version made this workspace; only that version may open or replace it.' : null;
  return [
    way('restore', newer ?? (wholeBackups === 0 ? 'There is no whole backup of this workspace.' : null)),
    way('read-only', newer ?? (readable ? null : 'Its tables cannot be read.')),
    way('export', readable ? null : 'Nothing in the file can be read.'),
    way('retry', MAY_PASS.has(code) ? null : 'The file stays as it is until something is restored.'),
    way('other', null),
  ];
}

export interface RestoreRequest {
  readonly folder: string;
  readonly backupId: string;
  readonly reason: string;
  readonly member: string;
  readonly damaged: boolean;
}

/**
 * Closes the workspace, puts the backup in place (what was there is kept beside it) and opens it again. The restore is
 * recorded with its reason as an acknowledged rollback.
 */
export async function restoreInto(context: AppContext, console: Console, request: RestoreRequest, handle: JobHandle): Promise<string> {
  const state = console.state();
  const fromSizes = state.kind === 'open' ? await state.open.services.logSizes() : {};
  await console.reopen({ folder: request.folder, create: false, readOnly: false }, async () => {
    const lock = await lockWorkspace(request.folder, {
      pid: process.pid,
      host: 'restore',
      since: context.now(),
      kind: context.options.kind,
      instanceId: newUuid(),
    });
    if (!lock.held) throw lockedByOther(lock.holder);
    try {
      await context.compute.run(
        'store.restore',
        {
          folder: request.folder,
          backupName: request.backupId,
          restoreId: newUuid(),
          restoredAt: context.now(),
          reason: request.reason,
          member: request.member,
          fromSizes,
          damaged: request.damaged,
        },
        handle.compute,
      );
    } finally {
      await lock.release();
    }
  });
  const after = console.state();
  if (after.kind !== 'open') throw after.error;
  context.hub.changed('workspace', 'sources', 'receipts', 'quarantine', 'audit', 'members', 'trust');
  return 'The backup is in place and open. The database that was there is kept beside it; the next sync brings back what came after.';
}

export interface Salvaged {
  readonly folder: string;
  readonly readable: number;
  readonly unreadable: number;
  readonly tables: SalvageManifest['tables'];
  readonly says: string;
}

/** Exports what is readable of a workspace, damaged or not. */
export async function salvageWorkspace(folder: string, target: string, now: string = new Date().toISOString()): Promise<Salvaged> {
  const file = join(folder, DATABASE_NAME);
  if (!existsSync(file)) {
    throw new AppError('STORE_MISSING', `There is no workspace in ${folder}.`, { nextStep: 'Check the folder.' });
  }
  return summarise(target, await salvageDatabase(file, target, { madeAt: now, scratch: join(stateFolder(), 'scratch') }));
}

export function summarise(folder: string, manifest: SalvageManifest): Salvaged {
  const readable = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  const unreadable = manifest.tables.reduce((sum, table) => sum + (table.unreadable ?? 0), 0);
  const damaged = manifest.tables.filter((table) => table.damaged);
  const lost =
    damaged.length === 0
      ? 'Everything could be read.'
      : `${unreadable > 0 ? `${unreadable} rows` : 'Some rows'} of ${damaged.map(({ table }) => table).join(', ')} could not be read; manifest.json names them.`;
  return {
    folder,
    readable,
    unreadable,
    tables: manifest.tables,
    says: `Exported ${readable} rows of ${manifest.tables.length} tables to ${basename(folder)}. ${lost}`,
  };
}

/** A new folder for an export, beside the workspace where that can be written, else in the person's home. */
export const exportFolder = (workspace: string, now: string, writable: boolean): string =>
  join(writable ? workspace : homedir(), `${writable ? '' : `${basename(workspace)}-`}readable-${fileStamp(now)}`);
