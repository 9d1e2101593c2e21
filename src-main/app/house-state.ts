import { join } from 'node:path';
import { BACKUPS_FOLDER, forecastDisk, freeBytesAt, listBackups } from '../store/index.ts';
import type { AppContext } from './app-context.ts';
import type { OpenedStore } from './open-workspace.ts';

const DAY_MS = 86_400_000;

/** How the workspace itself is doing, for the overview: disk, backups, why it is read-only. */
export async function houseState(context: AppContext, { store, folder, readOnly }: OpenedStore) {
  const now = context.now();
  const [freeBytes, sizes, backups, policy] = await Promise.all([
    freeBytesAt(folder),
    store.read('workspace.sizes', { since: new Date(Date.parse(now) - 60 * DAY_MS).toISOString() }),
    listBackups(join(folder, BACKUPS_FOLDER)),
    store.read('workspace.backupPolicy', null),
  ]);
  const forecast = forecastDisk(
    sizes.map(({ measuredAt, bytes }) => ({ measuredAt, folderBytes: bytes })),
    freeBytes,
  );
  const lastAt = backups.find(({ integrity }) => integrity === 'ok')?.taken_at ?? null;
  const age = lastAt === null ? Infinity : Date.parse(now) - Date.parse(lastAt);
  return {
    disk: { state: forecast.state, freeBytes, daysLeft: forecast.daysLeft },
    backup: { lastAt, overdue: policy.everyHours > 0 && age > 2 * policy.everyHours * 3_600_000 },
    readOnly: readOnly?.reason ?? null,
  };
}
