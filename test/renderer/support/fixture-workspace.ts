/** The workspace Switchboard: backups, disk, members, and the damaged twin that the recovery screen is about. */
import { createHash } from 'node:crypto';
import type { Backup } from '../../../src-shared/contract/workspace.ts';
import { hoursBefore } from './fixture-sources.ts';
import type { Answered, Scenario } from './fixture-types.ts';

export const makeBackups = (now: string): Backup[] =>
  [3.7, 27.7, 59.7].map((hours, i) => ({
    backupId: `backup-${i + 1}`,
    takenAt: hoursBefore(now, hours),
    kind: i === 2 ? 'pre-migration' : 'scheduled',
    bytes: 217_481_216 - i * 3_411_968,
    schemaVersion: i === 2 ? 5 : 6,
    sha256: createHash('sha256').update(`backup ${i}`).digest('hex'),
    facts: { receipts: 96_656 - i * 610, audit: 2418 - i * 27, quarantine: 7 },
    state: 'whole',
  }));

export const makeStatus = (now: string, scenario: Scenario): Answered<'workspace.status'> => ({
  workspaceId: 'ws-switchboard',
  name: scenario === 'demo' ? 'Demo' : 'Switchboard',
  folder: scenario === 'demo' ? '/home/amara/.local/share/countersign/demo' : '/home/amara/switchboard',
  demo: scenario === 'demo',
  createdAt: '2026-01-06T08:31:00.000Z',
  schemaVersion: 6,
  databaseBytes: 219_152_384,
  readOnly: readOnlyOf(now, scenario),
  disk: { state: 'ok', freeBytes: 184_230_000_000, workspaceBytes: 871_000_000, growthBytesPerDay: 4_300_000, daysLeft: null },
  lastBackupAt: scenario === 'empty' ? null : hoursBefore(now, 3.7),
  nextBackupAt: hoursBefore(now, -20.3),
  backupPolicy: { everyHours: 24, keepCount: 7, keepDays: 30 },
  slowQueries: 0,
  restores:
    scenario === 'ready'
      ? [
          {
            restoredAt: '2026-04-11T07:20:00.000Z',
            backupTakenAt: '2026-04-10T22:00:00.000Z',
            member: 'Amara Okafor',
            reason: 'The disk of the old laptop failed; moved to this one.',
          },
        ]
      : [],
});

export const readOnlyOf = (now: string, scenario: Scenario): Answered<'workspace.status'>['readOnly'] =>
  scenario === 'read-only'
    ? {
        reason: 'Another console has this workspace open.',
        holder: { pid: 41_207, hostName: 'amara-laptop', since: hoursBefore(now, 1.6), kind: 'electron' },
      }
    : null;

export const MEMBERS: Answered<'member.list'>['members'] = [
  {
    memberId: 'mem-amara',
    name: 'Amara Okafor',
    role: 'founder',
    email: 'amara@switchboard.example',
    addedAt: '2026-01-06T08:31:00.000Z',
    owner: true,
  },
  {
    memberId: 'mem-lena',
    name: 'Lena Brandt',
    role: 'finance',
    email: 'lena@switchboard.example',
    addedAt: '2026-01-06T08:36:00.000Z',
    owner: false,
  },
  {
    memberId: 'mem-priya',
    name: 'Priya Raman',
    role: 'auditor',
    email: 'priya@halden-audit.example',
    addedAt: '2026-01-20T10:05:00.000Z',
    owner: false,
  },
  { memberId: 'mem-jonas', name: 'Jonas Weil', role: 'partner_operator', email: null, addedAt: '2026-02-02T14:00:00.000Z', owner: false },
];

export const makeRecovery = (now: string, folder: string): Answered<'recovery.describe'> => ({
  folder,
  name: 'Switchboard',
  code: 'STORE_CORRUPT',
  title: 'Part of the workspace Switchboard is damaged',
  says: '12 of 41,870 pages of its database do not read back as they were written, in receipts.',
  untouched: 'Nothing has been changed or deleted. Your sources are not touched.',
  foundAt: hoursBefore(now, 0.03),
  requestId: 'req_7f3a91c2',
  likelyCause: 'A disk error, or a program that wrote into the file.',
  tables: [
    { name: 'receipts', readable: 95_449, unreadable: 1207 },
    { name: 'sources', readable: 3, unreadable: 0 },
    { name: 'quarantine', readable: 7, unreadable: 0 },
    { name: 'audit', readable: 2418, unreadable: 0 },
  ],
  backups: makeBackups(now).map((backup, i) => ({
    ...backup,
    notInIt: ['610 receipts', '1,220 receipts, 27 audit entries', '1,830 receipts, 54 audit entries'][i] ?? '',
  })),
  ways: [
    { way: 'restore', possible: true, whyNot: null },
    { way: 'read-only', possible: true, whyNot: null },
    { way: 'export', possible: true, whyNot: null },
    { way: 'retry', possible: true, whyNot: null },
    { way: 'other', possible: true, whyNot: null },
  ],
});

const check = (name: string, state: 'ok' | 'warn' | 'bad' | 'unknown', says: string, nextStep: string | null = null) => ({
  name,
  state,
  says,
  nextStep,
  details: {},
});

export const makeDoctor = (sanity: boolean): Answered<'system.doctor'> => ({
  checks: [
    check('versions', 'ok', 'Countersign 0.1.0 on Node 24.21.0, SQLite 3.51.1.'),
    check('workspace', 'ok', 'The database is whole: 53,504 pages, schema 6.'),
    check('disk', 'ok', '184 GB free; the workspace takes 871 MB.'),
    check('hosts', 'ok', 'Loopback, bound to 127.0.0.1 alone.'),
    check('trusted logs', 'ok', '2 keys, 11 of 16 chains anchored by them.'),
    check('sources', 'warn', 'kestrel has failed 9 times in a row.', 'Look at kestrel in Settings → Sources.'),
    ...(sanity
      ? [
          check('concurrency', 'ok', '2 readers and 1 writer: 400 interleaved reads saw whole transactions.'),
          check('observability', 'ok', 'Every call of this check stands in the log with its request id.'),
          check('deterministic replay', 'ok', 'Two verifications of 268 receipts gave the same bytes.'),
          check('snapshot stability', 'ok', 'A reader kept its view through 20 writes.'),
          check('export integrity', 'ok', 'An export read back to the same 268 hashes.'),
          check('failure modes', 'ok', 'A full disk, a lock and a damaged file were each recognised.'),
          check(
            'operational misconfiguration',
            'warn',
            'The backup folder is on the same disk as the workspace.',
            'Copy backups to another disk.',
          ),
        ]
      : []),
  ],
  elapsedMs: sanity ? 812 : 34,
});
