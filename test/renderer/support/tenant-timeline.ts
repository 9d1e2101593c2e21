/** What happened to a tenant: ten things that tell a story, and the daily syncs of half a year before them. */
import type { TenantRow, TimelineEntry } from '../../../src-shared/contract/tenants.ts';
import { HERO_ID } from './tenant-model.ts';

const DAY_MS = 86_400_000;
const SYNCS = 204;

type Told = Omit<TimelineEntry, 'key'>;
const HERO: readonly Told[] = [
  {
    at: '2026-06-03T09:12:00.000Z',
    kind: 'limit',
    status: 'warn',
    title: 'llm_token passed 90% of its limit',
    says: '55.8 M of 60 M; at this rate the limit is reached on 5 June',
    address: '/usage?tab=limits',
  },
  {
    at: '2026-06-03T06:12:00.000Z',
    kind: 'receipt',
    status: 'bad',
    title: 'Receipts chain northwind/pro@1.4 broke',
    says: '3 missing receipts; 2 of them may concern this tenant',
    address: '/receipts/northwind/pro@1.4',
  },
  {
    at: '2026-06-02T15:20:00.000Z',
    kind: 'approval',
    status: 'idle',
    title: 'Plan change asked: pro to enterprise',
    says: 'by Jonas Weil; waits for a partner admin',
    address: '/approvals/APR-0192',
  },
  {
    at: '2026-06-02T00:04:00.000Z',
    kind: 'period',
    status: 'idle',
    title: 'May closed: 1.12 M ingest units, margin 71.6%',
    says: '2 late events became June adjustments',
    address: null,
  },
  {
    at: '2026-05-28T11:47:00.000Z',
    kind: 'incident',
    status: 'ok',
    title: 'Incident INC-2207 resolved',
    says: 'Duplicate webhook retries; restored in 3 h 12 min',
    address: '/incidents/2207',
  },
  {
    at: '2026-05-28T08:35:00.000Z',
    kind: 'incident',
    status: 'bad',
    title: 'Incident INC-2207 opened',
    says: 'query_credit 4.1% above the sampled recount (limit 1%)',
    address: '/incidents/2207',
  },
  {
    at: '2026-05-21T14:02:00.000Z',
    kind: 'limit',
    status: 'warn',
    title: 'llm_token passed 80% of its limit',
    says: 'soft limit; the contact was told by email',
    address: null,
  },
  {
    at: '2026-05-14T10:26:00.000Z',
    kind: 'action',
    status: 'idle',
    title: 'Viewed as tenant for 12 min',
    says: 'by Jonas Weil, read only, reason: ticket 8812',
    address: null,
  },
  {
    at: '2026-05-11T16:40:00.000Z',
    kind: 'approval',
    status: 'ok',
    title: 'Approval APR-0177: soft limit raised for 7 days',
    says: 'asked by Jonas Weil, confirmed by Mara Lind',
    address: '/approvals/APR-0177',
  },
  {
    at: '2026-05-09T09:00:00.000Z',
    kind: 'plan',
    status: 'idle',
    title: 'Plan version 2.1.3 to 2.1.4',
    says: 'prompt input limit 12,288 to 32,768 tokens',
    address: '/plans/pro/2.1.4',
  },
];

export const timelineOf = (row: TenantRow, now: string): TimelineEntry[] => {
  const story = row.tenantId === HERO_ID ? HERO : HERO.slice(6, 8);
  const oldest = Math.min(Date.parse(story.at(-1)?.at ?? now), Date.parse(now));
  const syncs = Array.from({ length: SYNCS }, (_, i): Told => ({
    at: new Date(oldest - (i + 1) * DAY_MS + 3_600_000).toISOString(),
    kind: 'sync',
    status: 'idle',
    title: `${1200 + ((i * 37) % 400)} events came in`,
    says: `from ${row.partnerId}, all of them accepted`,
    address: null,
  }));
  return [...story, ...syncs].map((entry, i) => ({ ...entry, key: `${row.tenantId}:${i}` }));
};
