import { count, done, download, isoTime, label, noInput, role } from './common.ts';
import { command, query, z } from './define.ts';

/** What the host can do, who acts, and how the machine under it is doing. */
const member = z.strictObject({
  memberId: z.string(),
  name: z.string(),
  role,
  email: z.string().nullable(),
  addedAt: isoTime,
  owner: z.boolean(),
});

export const holder = z.strictObject({
  pid: z.int(),
  hostName: z.string(),
  since: isoTime,
  kind: z.enum(['electron', 'loopback', 'cli']),
});

const check = z.strictObject({
  name: z.string(),
  state: z.enum(['ok', 'warn', 'bad', 'unknown']),
  /** One plain sentence with the figure in it. */
  says: z.string(),
  nextStep: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type DoctorCheck = z.infer<typeof check>;

/** Long work, as the jobs drawer shows it. */
export const job = z.strictObject({
  jobId: z.string(),
  name: z.string(),
  kind: z.enum(['sync', 'verify', 'backup', 'restore', 'export', 'move', 'recovery', 'demo']),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  startedAt: isoTime,
  endedAt: isoTime.nullable(),
  /** null while the amount of work is not known. */
  progress: z
    .strictObject({ done: count, total: count.nullable(), unit: z.enum(['bytes', 'receipts', 'items', 'pages', 'chains']) })
    .nullable(),
  says: z.string(),
  error: z.strictObject({ code: z.string(), message: z.string(), nextStep: z.string(), requestId: z.string() }).nullable(),
  /** Where the result can be seen. */
  address: z.string().nullable(),
});

export const host = {
  'host.describe': query({
    in: 'both',
    input: noInput,
    output: z.strictObject({
      host: z.enum(['electron', 'loopback', 'cli', 'memory']),
      product: z.string(),
      version: z.string(),
      platform: z.string(),
      now: isoTime,
      /** True while the workspace could not be opened: only `recovery.*` and `workspace.*` answer. */
      inRecovery: z.boolean(),
      capabilities: z.strictObject({
        pickFolder: z.boolean(),
        revealFile: z.boolean(),
        secretStore: z.enum(['system', 'session', 'none']),
      }),
    }),
  }),
  'session.describe': query({
    input: noInput,
    output: z.strictObject({
      member,
      workspace: z.strictObject({
        workspaceId: z.string(),
        name: z.string(),
        folder: z.string(),
        demo: z.boolean(),
        readOnly: z.strictObject({ reason: z.string(), holder: holder.nullable() }).nullable(),
      }),
      /** Names of the procedures that this role may call. */
      allowed: z.array(z.string()),
    }),
  }),
  'session.actAs': command({ input: z.strictObject({ memberId: z.string() }), output: done }),
  'host.pickFolder': command({
    in: 'both',
    input: z.strictObject({ title: label }),
    output: z.strictObject({ folder: z.string().nullable() }),
  }),
  'host.revealFolder': command({ input: z.strictObject({ what: z.enum(['workspace', 'backups', 'log']) }), output: done, in: 'both' }),
  'member.list': query({ input: noInput, output: z.strictObject({ members: z.array(member) }) }),
  'member.add': command({
    roles: ['admin', 'founder'],
    input: z.strictObject({ name: label, role, email: z.email().optional() }),
    output: member,
  }),
  'system.doctor': query({
    in: 'both',
    input: z.strictObject({ sanity: z.boolean().default(false) }),
    output: z.strictObject({ checks: z.array(check), elapsedMs: z.number() }),
  }),
  'system.supportBundle': command({ in: 'both', input: noInput, output: download }),
  'system.log': query({
    in: 'both',
    input: z.strictObject({ limit: z.int().min(1).max(500).default(100) }),
    output: z.strictObject({
      lines: z.array(z.strictObject({ at: isoTime, level: z.string(), text: z.string(), requestId: z.string().nullable() })),
    }),
  }),
  'system.metrics': query({ input: noInput, output: z.strictObject({ text: z.string() }) }),
  'job.list': query({ in: 'both', input: noInput, output: z.strictObject({ jobs: z.array(job) }) }),
  'job.cancel': command({ in: 'both', input: z.strictObject({ jobId: z.string() }), output: done }),
} as const;

export type Job = z.infer<typeof job>;
export type Member = z.infer<typeof member>;
