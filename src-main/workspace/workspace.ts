/** The workspace's own facts and choices. */

export interface WorkspaceInfo {
  readonly workspaceId: string;
  readonly name: string;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
  readonly demo: boolean;
  readonly demoSeed: string | null;
}

/** When copies are made by themselves and how long they are kept. `everyHours` 0 means never. */
export interface BackupPolicy {
  readonly everyHours: number;
  readonly keepCount: number;
  readonly keepDays: number;
}

export const DEFAULT_BACKUP_POLICY: BackupPolicy = { everyHours: 24, keepCount: 14, keepDays: 60 };

/** A backup that was put back on purpose. */
export interface RestoreFact {
  readonly restoreId: string;
  readonly restoredAt: string;
  readonly backupName: string;
  readonly backupTakenAt: string;
  readonly backupSha256: string;
  readonly reason: string;
  readonly member: string;
  /** Log name → size last seen before the restore. */
  readonly fromSizes: Readonly<Record<string, number>>;
  /** Where the database that was in place is kept, relative to the workspace folder. */
  readonly setAside: string | null;
}

/** When the next scheduled backup is due: now when none was ever made, null when the policy says never. */
export function nextBackupAt(policy: BackupPolicy, lastBackupAt: string | null, now: string): string | null {
  if (policy.everyHours === 0) return null;
  if (lastBackupAt === null) return now;
  const due = new Date(Date.parse(lastBackupAt) + policy.everyHours * 3_600_000).toISOString();
  return due < now ? now : due;
}
