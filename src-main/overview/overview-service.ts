import { Cron } from 'croner';
import type { AuditEntry } from '../../src-shared/contract/audit.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers, OutputOf } from '../../src-shared/contract/define.ts';
import type { Member } from '../../src-shared/contract/host.ts';
import type { ChainRow } from '../../src-shared/contract/receipts.ts';
import type { Source } from '../../src-shared/contract/sources.ts';
import type { Store } from '../store/index.ts';
import type { workspaceReads, workspaceWrites } from '../workspace/index.ts';
import { sayActivity } from './activity-words.ts';
import { judgeFreshness } from './freshness.ts';
import type { GateStanding } from './gate-needs.ts';
import type { PacketStanding } from './packet-needs.ts';
import { listNeeds, type NeedsInput } from './needs.ts';
import type { overviewReads } from './overview-queries.ts';

/** What the overview asks of the rooms before it. */
export interface OverviewDeps {
  readonly store: Store<typeof overviewReads & typeof workspaceReads, typeof workspaceWrites>;
  /** Whether marks can be kept: not while the workspace is only readable. */
  readonly writable: boolean;
  readonly sources: () => Promise<readonly Source[]>;
  readonly quarantineOpen: () => Promise<number>;
  /** Chains that do not hold, worst first, and how many wait for verification. */
  readonly chainsInNeed: () => Promise<{ readonly chains: readonly ChainRow[]; readonly notVerified: number }>;
  readonly trustedLogs: () => Promise<number>;
  readonly newestAudit: (limit: number) => Promise<readonly AuditEntry[]>;
  readonly members: () => Promise<readonly Member[]>;
  readonly findChains: (text: string, limit: number) => Promise<readonly ChainRow[]>;
  readonly findReceipts: (text: string, limit: number) => Promise<OutputOf<Contract, 'receipt.find'>['matches']>;
  readonly gates: (now: string) => Promise<GateStanding>;
  readonly packets: (now: string) => Promise<PacketStanding>;
  readonly house: () => Promise<Pick<NeedsInput, 'disk' | 'backup' | 'readOnly'>>;
}

const DAYS = 14;
const DAY_MS = 86_400_000;
const ACTIVITY = 12;
/** A hash or id is looked up from this many characters on. */
const SHORTEST_HASH = 6;

type OverviewProcedures = Pick<Handlers<Contract>, 'overview.get' | 'overview.seen' | 'search.find'>;

/** The handlers of the overview and of the search: they read from every room and are read by none. */
export function createOverviewService(deps: OverviewDeps): { readonly handlers: OverviewProcedures } {
  const { store } = deps;
  const seenKey = (memberId: string) => `overview.seen:${memberId}`;

  const handlers: OverviewProcedures = {
    'overview.get': async (_input, { session, now }) => {
      const [sources, quarantineOpen, inNeed, trustedLogs, audit, house, gates, packets, successes, seen] = await Promise.all([
        deps.sources(),
        deps.quarantineOpen(),
        deps.chainsInNeed(),
        deps.trustedLogs(),
        deps.newestAudit(ACTIVITY),
        deps.house(),
        deps.gates(now),
        deps.packets(now),
        store.read('overview.successes', { since: new Date(Date.parse(now) - (DAYS + 30) * DAY_MS).toISOString() }),
        store.read('workspace.setting', { key: seenKey(session.member_id) }),
      ]);
      return {
        needs: listNeeds({ ...inNeed, sources, quarantineOpen, trustedLogs, gates, packets, role: session.role, now, ...house }),
        freshness: freshnessOf(sources, successes, now),
        changes: await changesSince(typeof seen === 'string' ? seen : null),
        activity: audit.map((entry) => ({
          seq: entry.seq,
          at: entry.at,
          who: entry.actor.name,
          ...sayActivity(entry),
          hash: entry.hash,
          address: entry.address,
        })),
        empty: sources.length === 0,
      };
    },
    'overview.seen': async (_input, { session, now }) => {
      if (deps.writable)
        await store.write('workspace.mark', { key: seenKey(session.member_id), value: now, now }, { priority: 'background' });
      return { done: true };
    },
    'search.find': async ({ text, limit }) => {
      const wanted = text.trim().toLowerCase();
      if (wanted === '') return { hits: [] };
      const looksLikeHash = wanted.replace(/^#/, '').length >= SHORTEST_HASH && /^#?[0-9a-f-]+$/.test(wanted);
      const [chains, sources, members, receipts] = await Promise.all([
        deps.findChains(wanted, limit),
        deps.sources(),
        deps.members(),
        looksLikeHash ? deps.findReceipts(wanted.replace(/^#/, ''), limit) : Promise.resolve([]),
      ]);
      const hits: OutputOf<Contract, 'search.find'>['hits'] = [
        ...chains.map((chain) => ({
          kind: 'chain' as const,
          title: chain.chainKey,
          note: `${chain.verdict ?? 'not verified yet'}, ${chain.receipts} receipts`,
          address: chain.address,
        })),
        ...receipts.map((match) => ({
          kind: 'receipt' as const,
          title: `#${match.index} of ${match.chainKey}`,
          note: match.receiptId ?? match.hash ?? '',
          address: match.address,
        })),
        ...sources
          .filter(({ name, location }) => name.includes(wanted) || location.toLowerCase().includes(wanted))
          .map(({ name, kind, location }) => ({
            kind: 'source' as const,
            title: name,
            note: `${kind} ${location}`,
            address: `/settings/sources/${name}`,
          })),
        ...members
          .filter(({ name }) => name.toLowerCase().includes(wanted))
          .map(({ name, role }) => ({ kind: 'member' as const, title: name, note: role, address: '/settings/members' })),
      ];
      return { hits: hits.slice(0, limit) };
    },
  };

  async function changesSince(since: string | null): Promise<OutputOf<Contract, 'overview.get'>['changes']> {
    if (since === null) return { since: null, items: [] };
    const { accepted, quarantined, changed, entries } = await store.read('overview.since', { since });
    const items = [
      { says: 'receipts came in', count: accepted, address: '/receipts' },
      { says: 'rows went to quarantine', count: quarantined, address: '/quarantine' },
      { says: 'times a source changed its past', count: changed, address: '/receipts' },
      { says: 'entries in the audit log', count: entries, address: '/audit' },
    ];
    return { since, items: items.filter(({ count }) => count > 0) };
  }

  return { handlers };
}

function freshnessOf(
  sources: readonly Source[],
  successes: readonly { source_id: string; feed: string; at: string }[],
  now: string,
): OutputOf<Contract, 'overview.get'>['freshness'] {
  return sources
    .filter(({ state }) => state !== 'removed')
    .flatMap((source) =>
      source.feeds.map(({ feed, lastSuccessAt }) => {
        const judged = judgeFreshness({
          now,
          addedAt: source.addedAt,
          successes: successes.filter((success) => success.source_id === source.sourceId && success.feed === feed).map(({ at }) => at),
          promiseHours: promiseHours(source.schedule, now),
          days: DAYS,
        });
        return {
          sourceName: source.name,
          feed,
          days: judged.days.map((day) => ({ ...day })),
          lastSuccessAt,
          hoursSince: judged.hoursSince,
          state: source.state === 'paused' ? ('paused' as const) : judged.state,
        };
      }),
    );
}

/** Hours between two runs by a schedule; null when it is read by hand. */
function promiseHours(schedule: string, now: string): number | null {
  if (schedule === 'manual') return null;
  const [first, second] = new Cron(schedule, { timezone: 'UTC', paused: true }).nextRuns(2, new Date(now));
  return first && second ? (second.getTime() - first.getTime()) / 3_600_000 : null;
}
