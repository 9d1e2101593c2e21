import type { TenantStatus, TimelineEntry } from '../../src-shared/contract/tenants.ts';
import { minorPlaces } from '../../src-shared/kernel/money.ts';
import { shownTime } from './record-fields.ts';
import type { SubscriptionRecord } from './subscription-record.ts';
import type { TenantRecord } from './tenant-record.ts';

/** What changed from one version of a record to the next, in words and as entries of the timeline. Pure. */

export interface Version<Record> {
  readonly record: Record;
  readonly sha256: string;
  readonly origin: 'source' | 'console';
  readonly sourceName: string | null;
  readonly by: string | null;
  readonly reason: string | null;
  readonly receivedAt: string;
}

/** Oldest first; of one updated_at the one that stands comes last. */
export const inOrder = <R extends { readonly updated_at: string }>(versions: readonly Version<R>[]): Version<R>[] =>
  [...versions].sort((a, b) =>
    a.record.updated_at < b.record.updated_at ? -1 : a.record.updated_at > b.record.updated_at ? 1 : a.sha256 < b.sha256 ? 1 : -1,
  );

/** The versions that stood at their time: without those that lost to another content with the same updated_at. */
export const standing = <R extends { readonly updated_at: string }>(versions: readonly Version<R>[]): Version<R>[] => {
  const sorted = inOrder(versions);
  return sorted.filter((version, at) => sorted[at + 1]?.record.updated_at !== version.record.updated_at);
};

const list = (values: readonly string[]): string => (values.length === 0 ? 'none' : values.join(', '));
const contacts = (record: TenantRecord): string => list(record.contacts.map(({ name }) => name));

export function tenantChanges(before: TenantRecord, after: TenantRecord): string[] {
  const found: string[] = [];
  const add = (what: string, old: string, now: string): void => {
    if (old !== now) found.push(`${what}: ${old} → ${now}`);
  };
  add('Name', before.name, after.name);
  add('Partner', before.partner_id, after.partner_id);
  add('Plan', `${before.plan_id} ${before.plan_version}`, `${after.plan_id} ${after.plan_version}`);
  add('Tier', before.tier, after.tier);
  add('Status', before.status, after.status);
  add('Region', before.region, after.region);
  add('Contacts', contacts(before), contacts(after));
  add('Tags', list(before.tags), list(after.tags));
  add('Risk by the source', String(before.risk ?? 'none'), String(after.risk ?? 'none'));
  add('Created', shownTime(before.created_at), shownTime(after.created_at));
  if (found.length === 0 && JSON.stringify(before.contacts) !== JSON.stringify(after.contacts)) found.push('Details of contacts');
  return found;
}

const STATUS_TONE: Readonly<Record<TenantStatus, TimelineEntry['status']>> = {
  trial: 'idle',
  active: 'ok',
  grace: 'warn',
  expired: 'bad',
  suspended: 'bad',
  canceled: 'idle',
  deleted: 'idle',
};

const from = (version: Version<unknown>): string =>
  version.origin === 'source'
    ? `told by ${version.sourceName ?? 'a source'}`
    : `by ${version.by ?? 'the console'}${version.reason === null ? '' : `, reason: ${version.reason}`}`;

/** Entries that follow from the versions of a tenant's own record. Keys are its own, so that they never meet another's. */
export function recordEntries(tenantId: string, versions: readonly Version<TenantRecord>[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let before: TenantRecord | null = null;
  for (const version of standing(versions)) {
    const { record } = version;
    const at = shownTime(record.updated_at);
    const key = (what: string) => `record/${tenantId}/${record.updated_at}/${what}`;
    if (before === null) {
      entries.push({
        key: key('first'),
        at,
        kind: 'sync',
        status: 'idle',
        title: 'First record of this tenant',
        says: `${record.plan_id} ${record.plan_version}, ${record.status}; ${from(version)}`,
        address: null,
      });
    } else {
      if (before.plan_id !== record.plan_id || before.plan_version !== record.plan_version)
        entries.push({
          key: key('plan'),
          at,
          kind: 'plan',
          status: 'idle',
          title:
            before.plan_id === record.plan_id
              ? `Plan version ${before.plan_version} to ${record.plan_version}`
              : `Plan ${before.plan_id} to ${record.plan_id} ${record.plan_version}`,
          says: from(version),
          address: `/plans/${encodeURIComponent(record.plan_id)}/${encodeURIComponent(record.plan_version)}`,
        });
      if (before.status !== record.status)
        entries.push({
          key: key('status'),
          at,
          kind: 'status',
          status: STATUS_TONE[record.status],
          title: `Status ${before.status} to ${record.status}`,
          says: from(version),
          address: null,
        });
      const rest = tenantChanges(before, record).filter((change) => !change.startsWith('Plan: ') && !change.startsWith('Status: '));
      if (rest.length > 0)
        entries.push({
          key: key('sync'),
          at,
          kind: 'sync',
          status: 'idle',
          title: 'Record changed',
          says: `${rest.join('; ')}; ${from(version)}`,
          address: null,
        });
    }
    before = record;
  }
  return entries;
}

const priceText = (record: SubscriptionRecord): string =>
  `${record.quantity} × ${Number.isInteger(Number(record.unit_amount)) || minorPlaces(record.currency) === 0 ? record.unit_amount.replace(/\.0+$/, '') : record.unit_amount} ${record.currency} a ${record.interval}${record.discount_percent === '0' ? '' : `, less ${record.discount_percent}%`}`;

/** Entries that follow from the versions of one subscription. */
export function subscriptionEntries(subscriptionId: string, versions: readonly Version<SubscriptionRecord>[]): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  let before: SubscriptionRecord | null = null;
  for (const version of standing(versions)) {
    const { record } = version;
    const at = shownTime(record.updated_at);
    const key = (what: string) => `subscription/${subscriptionId}/${record.updated_at}/${what}`;
    const add = (what: string, status: TimelineEntry['status'], title: string, says: string): void => {
      entries.push({ key: key(what), at, kind: 'plan', status, title, says: `${says}; ${from(version)}`, address: null });
    };
    if (before === null) add('first', 'idle', `Subscription ${subscriptionId}`, `${priceText(record)}, ${record.status}`);
    else {
      if (priceText(before) !== priceText(record))
        add('price', 'idle', `Subscription ${subscriptionId} changed`, `${priceText(before)} → ${priceText(record)}`);
      if (before.status !== record.status)
        add(
          'status',
          record.status === 'attention' ? 'warn' : 'idle',
          `Subscription ${subscriptionId}: ${before.status} to ${record.status}`,
          priceText(record),
        );
      if (record.last_dunning_at !== null && record.last_dunning_at !== before.last_dunning_at)
        add('dunning', 'warn', `Subscription ${subscriptionId}: an invoice was dunned`, `on ${record.last_dunning_at.slice(0, 10)}`);
    }
    before = record;
  }
  return entries;
}
