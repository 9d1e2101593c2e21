export { type BackupPolicy, DEFAULT_BACKUP_POLICY, nextBackupAt, type RestoreFact, type WorkspaceInfo } from './workspace.ts';
export { workspaceReads, workspaceWrites } from './workspace-queries.ts';
