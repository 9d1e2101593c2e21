/** An audit log that is a real hash chain: each entry's hash covers its content and the hash before it. */
import { createHash } from 'node:crypto';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { hoursBefore } from './fixture-sources.ts';
import type { Part } from './fixture-types.ts';

const AMARA = { memberId: 'mem-amara', name: 'Amara Okafor', role: 'founder' } as const;
const PRIYA = { memberId: 'mem-priya', name: 'Priya Raman', role: 'auditor' } as const;
const SCHEDULER = { memberId: 'system', name: 'Scheduler', role: 'platform' } as const;

const ACTS: readonly (readonly [
  actor: AuditEntry['actor'],
  action: string,
  subject: string | null,
  before: unknown,
  after: unknown,
  address: string | null,
])[] = [
  [SCHEDULER, 'sync.run', 'northwind', null, { received: 14, accepted: 14 }, '/settings/sources'],
  [SCHEDULER, 'receipt.verify', 'northwind/pro@1.4', { verdict: 'VERIFIED' }, { verdict: 'BROKEN' }, '/receipts/northwind/pro@1.4'],
  [PRIYA, 'trustedLog.add', 'halden-audit.example', null, { kind: 'witness' }, '/settings/trust'],
  [AMARA, 'backup.create', 'backup 2026-06-02', null, { bytes: 217_481_216 }, '/settings/backups'],
  [AMARA, 'source.configure', 'kestrel', { schedule: '0 */6 * * *' }, { schedule: '7 * * * *' }, '/settings/sources'],
  [
    AMARA,
    'quarantine.dismiss',
    'q-0007',
    { state: 'open' },
    { state: 'dismissed', reason: 'Empty line at the end of an export' },
    '/quarantine',
  ],
  [SCHEDULER, 'sync.run', 'meridian', null, { received: 31, accepted: 25, duplicate: 6 }, '/settings/sources'],
  [AMARA, 'member.add', 'Priya Raman', null, { role: 'auditor' }, '/settings/members'],
];

const TOTAL = 2418;

export const makeAudit = (
  now: string,
): { readonly entries: readonly AuditEntry[]; readonly handlers: Part<'audit.page' | 'audit.entry' | 'audit.verify'> } => {
  const entries: AuditEntry[] = [];
  let previousHash: string | null = null;
  for (let seq = 1; seq <= TOTAL; seq += 1) {
    const [actor, action, subject, before, after, address] = ACTS[(TOTAL - seq) % ACTS.length] as (typeof ACTS)[number];
    const at = hoursBefore(now, 0.07 + (TOTAL - seq) * 0.9);
    const hash: string = createHash('sha256')
      .update(JSON.stringify([seq, at, actor, action, subject, before, after, previousHash]))
      .digest('hex');
    entries.push({ seq, at, actor, action, subject, before, after, requestId: `req_${hash.slice(0, 8)}`, hash, previousHash, address });
    previousHash = hash;
  }
  const newest = [...entries].reverse();
  return {
    entries,
    handlers: {
      'audit.page': ({ before, limit, action, actor }) => {
        const found = newest.filter(
          (entry) => (action === undefined || entry.action.startsWith(action)) && (actor === undefined || entry.actor.memberId === actor),
        );
        const from = before === undefined ? 0 : found.findIndex((entry) => entry.seq < Number(before));
        const page = found.slice(from, from + limit);
        const last = page.at(-1);
        return { entries: page, next: last === undefined || from + limit >= found.length ? null : String(last.seq), total: found.length };
      },
      'audit.entry': ({ seq }) => {
        const entry = entries[seq - 1];
        if (entry === undefined)
          throw new AppError('NOT_FOUND', `There is no audit entry ${seq}.`, { nextStep: 'Look for it in the list.' });
        return entry;
      },
      'audit.verify': () => ({
        verdict: 'VERIFIED',
        entries: TOTAL,
        head: previousHash,
        brokenAt: null,
        says: 'Every entry hashes to what the next one names.',
        elapsedMs: 11,
      }),
    },
  };
};
