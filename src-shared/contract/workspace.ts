import { byteCount, count, done, isoTime, label, noInput, reason, startedJob } from './common.ts';
import { command, query, z } from './define.ts';
import { holder } from './host.ts';

const backup = z.strictObject({
  backupId: z.string(),
  takenAt: isoTime,
  kind: z.enum(['manual', 'scheduled', 'pre-migration']),
  bytes: byteCount,
  schemaVersion: count,
  sha256: z.string(),
  /** Facts in it, by table. */
  facts: z.record(z.string(), count),
  state: z.enum(['whole', 'damaged', 'unchecked']),
});
export type Backup = z.infer<typeof backup>;

const disk = z.strictObject({
  state: z.enum(['ok', 'soon', 'short']),
  freeBytes: byteCount,
  workspaceBytes: byteCount,
  growthBytesPerDay: z.number().nullable(),
  daysLeft: z.number().nullable(),
});

const knownWorkspace = z.strictObject({
  workspaceId: z.string(),
  name: z.string(),
  folder: z.string(),
  demo: z.boolean(),
  lastOpenedAt: isoTime,
  present: z.boolean(),
});

export const workspace = {
  'workspace.status': query({
    input: noInput,
    output: z.strictObject({
      workspaceId: z.string(),
      name: z.string(),
      folder: z.string(),
      demo: z.boolean(),
      createdAt: isoTime,
      schemaVersion: count,
      databaseBytes: byteCount,
      readOnly: z.strictObject({ reason: z.string(), holder: holder.nullable() }).nullable(),
      disk,
      lastBackupAt: isoTime.nullable(),
      nextBackupAt: isoTime.nullable(),
      backupPolicy: z.strictObject({
        everyHours: z.int().min(0).max(720),
        keepCount: z.int().min(1).max(365),
        keepDays: z.int().min(1).max(3650),
      }),
      slowQueries: count,
      restores: z.array(z.strictObject({ restoredAt: isoTime, backupTakenAt: isoTime, member: z.string(), reason: z.string() })),
    }),
  }),
  'workspace.known': query({ in: 'both', input: noInput, output: z.strictObject({ workspaces: z.array(knownWorkspace) }) }),
  'workspace.open': command({ in: 'both', input: z.strictObject({ folder: z.string().min(1).max(4096) }), output: done }),
  'workspace.create': command({ in: 'both', input: z.strictObject({ folder: z.string().min(1).max(4096), name: label }), output: done }),
  'workspace.openDemo': command({ in: 'both', input: noInput, output: done }),
  'workspace.rename': command({ roles: ['admin', 'founder'], input: z.strictObject({ name: label }), output: done }),
  'workspace.move': command({
    roles: ['admin', 'founder'],
    input: z.strictObject({ folder: z.string().min(1).max(4096) }),
    output: startedJob,
  }),
  'backup.list': query({ in: 'both', input: noInput, output: z.strictObject({ backups: z.array(backup) }) }),
  'backup.create': command({ input: noInput, output: startedJob }),
  'backup.restore': command({ roles: ['admin', 'founder'], input: z.strictObject({ backupId: z.string(), reason }), output: startedJob }),
  'backup.configure': command({
    roles: ['admin', 'founder'],
    input: z.strictObject({ everyHours: z.int().min(0).max(720), keepCount: z.int().min(1).max(365), keepDays: z.int().min(1).max(3650) }),
    output: done,
  }),
  'recovery.describe': query({
    in: 'both',
    input: noInput,
    output: z.strictObject({
      folder: z.string(),
      name: z.string().nullable(),
      code: z.string(),
      title: z.string(),
      says: z.string(),
      untouched: z.string(),
      foundAt: isoTime,
      requestId: z.string(),
      likelyCause: z.string().nullable(),
      tables: z.array(z.strictObject({ name: z.string(), readable: count, unreadable: count })),
      backups: z.array(z.strictObject({ ...backup.shape, notInIt: z.string() })),
      ways: z.array(
        z.strictObject({
          way: z.enum(['restore', 'read-only', 'export', 'retry', 'other']),
          possible: z.boolean(),
          whyNot: z.string().nullable(),
        }),
      ),
    }),
  }),
  'recovery.restore': command({ in: 'recovery', input: z.strictObject({ backupId: z.string(), reason }), output: startedJob }),
  'recovery.openReadOnly': command({ in: 'recovery', input: noInput, output: done }),
  'recovery.export': command({ in: 'recovery', input: noInput, output: startedJob }),
  'recovery.retry': command({ in: 'recovery', input: noInput, output: done }),
} as const;
