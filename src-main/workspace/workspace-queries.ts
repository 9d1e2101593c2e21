import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { type BackupPolicy, DEFAULT_BACKUP_POLICY, type RestoreFact, type WorkspaceInfo } from './workspace.ts';

const info = (db: StoreDb): WorkspaceInfo | null => {
  const row = db.get<{ workspace_id: string; created_at: string; demo: number; demo_seed: string | null; name: string | null }>(
    `SELECT workspace_id, created_at, demo, demo_seed, (SELECT name FROM workspace_names ORDER BY seq DESC LIMIT 1) AS name FROM workspace`,
  );
  return row
    ? {
        workspaceId: row.workspace_id,
        name: row.name ?? 'Workspace',
        createdAt: row.created_at,
        demo: row.demo === 1,
        demoSeed: row.demo_seed,
      }
    : null;
};

const setting = <T>(db: StoreDb, key: string): T | null => {
  const row = db.get<{ value: string }>('SELECT value FROM settings WHERE key = ?', [key]);
  return row ? (JSON.parse(row.value) as T) : null;
};

const putSetting = (db: StoreDb, key: string, value: unknown, now: string): void => {
  db.run(
    'INSERT INTO settings (key, value, updated_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at',
    [key, JSON.stringify(value), now],
  );
};

export const workspaceReads = {
  'workspace.info': (db: StoreDb, _args: null) => info(db),
  /** Structural problems that SQLite finds; empty when whole. */
  'workspace.quickCheck': (db: StoreDb, _args: null): string[] =>
    db
      .all<{ quick_check: string }>('PRAGMA quick_check(20)')
      .map((row) => row.quick_check)
      .filter((says) => says !== 'ok'),
  'workspace.setting': (db: StoreDb, { key }: { key: string }) => setting<unknown>(db, key),
  'workspace.backupPolicy': (db: StoreDb, _args: null): BackupPolicy => setting<BackupPolicy>(db, 'backup.policy') ?? DEFAULT_BACKUP_POLICY,
  'workspace.restores': (db: StoreDb, { limit }: { limit: number }): RestoreFact[] =>
    db
      .all<{
        restore_id: string;
        restored_at: string;
        backup_name: string;
        backup_taken_at: string;
        backup_sha256: string;
        reason: string;
        member: string;
        from_sizes: string;
        set_aside: string | null;
      }>('SELECT * FROM restores ORDER BY restored_at DESC LIMIT ?', [limit])
      .map((row) => ({
        restoreId: row.restore_id,
        restoredAt: row.restored_at,
        backupName: row.backup_name,
        backupTakenAt: row.backup_taken_at,
        backupSha256: row.backup_sha256,
        reason: row.reason,
        member: row.member,
        fromSizes: JSON.parse(row.from_sizes) as Record<string, number>,
        setAside: row.set_aside,
      })),
  'workspace.sizes': (db: StoreDb, { since }: { since: string }) =>
    db
      .all<{ measured_at: string; folder_bytes: number; free_bytes: number }>(
        'SELECT measured_at, folder_bytes, free_bytes FROM workspace_sizes WHERE measured_at >= ? ORDER BY measured_at',
        [since],
      )
      .map((row) => ({ measuredAt: row.measured_at, bytes: row.folder_bytes, freeBytes: row.free_bytes })),
} satisfies QueryMap;

export const workspaceWrites = {
  'workspace.create': (
    db: StoreDb,
    args: { workspaceId: string; name: string; installId: string; demoSeed: string | null; now: string },
  ) => {
    db.run('INSERT INTO workspace (one, workspace_id, created_at, created_by_install, demo, demo_seed) VALUES (1, ?, ?, ?, ?, ?)', [
      args.workspaceId,
      args.now,
      args.installId,
      args.demoSeed === null ? 0 : 1,
      args.demoSeed,
    ]);
    db.run('INSERT INTO workspace_names (name, named_at) VALUES (?, ?)', [args.name, args.now]);
  },
  'workspace.rename': (db: StoreDb, args: { name: string; by: ChangedBy }) => {
    const before = info(db)?.name ?? null;
    if (before === args.name) return;
    db.run('INSERT INTO workspace_names (name, named_at) VALUES (?, ?)', [args.name, args.by.now]);
    recordChange(db, args.by, { action: 'workspace.rename', subject: args.name, before, after: args.name });
  },
  /** A call refused for the caller's role: what was tried, never with what. */
  'workspace.recordDenial': (db: StoreDb, args: { procedure: string; by: ChangedBy }) => {
    recordChange(db, args.by, { action: 'call.denied', subject: args.procedure, before: null, after: null });
  },
  /** Marks and choices that need no audit entry, such as what a member last saw. */
  'workspace.mark': (db: StoreDb, args: { key: string; value: unknown; now: string }) => putSetting(db, args.key, args.value, args.now),
  'workspace.setBackupPolicy': (db: StoreDb, args: { policy: BackupPolicy; by: ChangedBy }) => {
    const before = setting<BackupPolicy>(db, 'backup.policy') ?? DEFAULT_BACKUP_POLICY;
    putSetting(db, 'backup.policy', args.policy, args.by.now);
    recordChange(db, args.by, { action: 'backup.configure', subject: null, before, after: args.policy });
  },
  'workspace.recordBackup': (db: StoreDb, args: { name: string; sha256: string; bytes: number; by: ChangedBy }) => {
    recordChange(db, args.by, {
      action: 'backup.create',
      subject: args.name,
      before: null,
      after: { sha256: args.sha256, bytes: args.bytes },
    });
  },
  'workspace.recordRestore': (db: StoreDb, args: { restore: RestoreFact; by: ChangedBy }) => {
    const { restore } = args;
    db.run(
      `INSERT INTO restores (restore_id, restored_at, backup_name, backup_taken_at, backup_sha256, reason, member, from_sizes, set_aside)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        restore.restoreId,
        restore.restoredAt,
        restore.backupName,
        restore.backupTakenAt,
        restore.backupSha256,
        restore.reason,
        restore.member,
        JSON.stringify(restore.fromSizes),
        restore.setAside,
      ],
    );
    recordChange(db, args.by, {
      action: 'backup.restore',
      subject: restore.backupName,
      before: { sizes: restore.fromSizes, setAside: restore.setAside },
      after: { takenAt: restore.backupTakenAt, sha256: restore.backupSha256, reason: restore.reason },
    });
  },
  'workspace.recordSize': (db: StoreDb, args: { databaseBytes: number; folderBytes: number; freeBytes: number; now: string }) => {
    db.run('INSERT INTO workspace_sizes (measured_at, database_bytes, folder_bytes, free_bytes) VALUES (?, ?, ?, ?)', [
      args.now,
      args.databaseBytes,
      args.folderBytes,
      args.freeBytes,
    ]);
  },
} satisfies QueryMap;
