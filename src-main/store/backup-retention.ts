import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type BackupRecord, listBackups } from './backup.ts';
import { syncFolder } from './file-work.ts';

/** How many scheduled backups stay. Backups that a person asked for stay until that person removes them. */
export interface RetentionPolicy {
  /** No more scheduled backups than this, however young. */
  readonly keepCount: number;
  /** None older than this, however few. */
  readonly keepDays: number;
}

/** Backups from before an upgrade that stay. */
export const KEPT_PRE_MIGRATION = 3;

const KEEP_ALL: RetentionPolicy = { keepCount: Number.POSITIVE_INFINITY, keepDays: Number.POSITIVE_INFINITY };
const DAY_MS = 86_400_000;

/**
 * Decides which backups may go. Never the newest good one of all, never one of the newest three from before an upgrade,
 * never one made by hand.
 *
 * @param backups in any order
 * @param now ISO 8601 UTC
 */
export const decidePrune = (backups: readonly BackupRecord[], now: string, policy: RetentionPolicy): BackupRecord[] => {
  const newestFirst = [...backups].sort((a, b) => b.taken_at.localeCompare(a.taken_at) || b.name.localeCompare(a.name));
  const lastGood = newestFirst.find(({ integrity }) => integrity === 'ok');
  const oldest = Date.parse(now) - policy.keepDays * DAY_MS;
  let scheduled = 0;
  let preMigration = 0;
  return newestFirst.filter((backup) => {
    if (backup.kind === 'manual') return false;
    if (backup.kind === 'pre-migration') return ++preMigration > KEPT_PRE_MIGRATION && backup !== lastGood;
    scheduled += 1;
    return backup !== lastGood && (scheduled > policy.keepCount || Date.parse(backup.taken_at) < oldest);
  });
};

/**
 * Removes the backups that `decidePrune` lets go, and returns their names. Without a policy only those from before an
 * upgrade are thinned out.
 */
export const pruneBackups = async (folder: string, now: string, policy: RetentionPolicy = KEEP_ALL): Promise<string[]> => {
  const gone = decidePrune(await listBackups(folder), now, policy);
  for (const { name } of gone) {
    // The description goes last: a backup without one would be invisible, one without its file is not listed.
    await rm(join(folder, name), { force: true });
    await rm(join(folder, `${basename(name, '.db')}.json`), { force: true });
  }
  if (gone.length > 0) await syncFolder(folder);
  return gone.map(({ name }) => name);
};
