import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { RiskReason, TenantProof, TenantRecordVersion, TenantRow, TenantSubscription } from '../../src-shared/contract/tenants.ts';
import { formatMinor } from '../../src-shared/kernel/money.ts';
import { featuresOf, planAddress, planVersion } from '../plans/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { catalogueRow, otherMoney } from './catalogue-queries.ts';
import { connectionsOf, type Connections } from './connections.ts';
import { MRR_CURRENCY, MRR_RULE, mrrOfSubscription, mrrOfTenant } from './mrr.ts';
import { shownTime } from './record-fields.ts';
import { shownVersions, sinceWhen, tenantVersions } from './record-queries.ts';
import { RISK_RULE, riskWordOf } from './risk.ts';
import { tenantAddress, visibleTenant } from './scope.ts';
import { normalNow, subscriptionsOf } from './standing.ts';
import type { TenantContact, TenantRecord } from './tenant-record.ts';

/** One tenant: who it is, how it stands, and what each figure is made of. */

interface DetailRow {
  readonly created_at: string;
  readonly updated_at: string;
  readonly records: number;
  readonly conflicts: number;
  readonly contacts: string;
  readonly reasons: string;
  readonly body: string;
  readonly sha256: string;
}

const detail = (db: StoreDb, tenantNo: number): DetailRow =>
  db.get<DetailRow>(
    `SELECT t.created_at, t.updated_at, t.records, t.conflicts, d.contacts, d.reasons, r.body, r.sha256
     FROM tenants t JOIN tenant_details d USING (tenant_no) JOIN tenant_records r ON r.record_no = t.record_no WHERE t.tenant_no = ?`,
    [tenantNo],
  )!;

interface SubscriptionSource {
  readonly subscription_id: string;
  readonly source: string | null;
  readonly sha256: string;
}

const subscriptionSources = (db: StoreDb, tenantId: string): ReadonlyMap<string, SubscriptionSource> =>
  new Map(
    db
      .all<SubscriptionSource>(
        `SELECT c.subscription_id, s.name AS source, r.sha256 FROM subscriptions c JOIN subscription_records r ON r.record_no = c.record_no
         LEFT JOIN sources s USING (source_no) WHERE c.tenant_id = ?`,
        [tenantId],
      )
      .map((row) => [row.subscription_id, row]),
  );

function shownSubscriptions(db: StoreDb, tenantId: string, now: string): TenantSubscription[] {
  const at = normalNow(now);
  const sources = subscriptionSources(db, tenantId);
  return subscriptionsOf(db, tenantId).map((record): TenantSubscription => {
    const mrr = mrrOfSubscription(record, at);
    return {
      subscriptionId: record.subscription_id,
      tier: record.tier,
      status: record.status,
      quantity: record.quantity,
      unitAmount: { amount: record.unit_amount, currency: record.currency },
      interval: record.interval,
      discountPercent: record.discount_percent,
      startedAt: shownTime(record.started_at),
      endedAt: record.ended_at === null ? null : shownTime(record.ended_at),
      lastDunningAt: record.last_dunning_at === null ? null : shownTime(record.last_dunning_at),
      updatedAt: shownTime(record.updated_at),
      mrr: mrr.minor === null ? null : { amount: formatMinor(mrr.minor, mrr.currency), currency: mrr.currency },
      says: mrr.says,
      sourceName: sources.get(record.subscription_id)?.source ?? null,
    };
  });
}

export interface ShownTenant {
  readonly tenant: TenantRow;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly planSince: string;
  readonly statusSince: string;
  readonly planName: string;
  readonly planAddress: string | null;
  readonly contacts: TenantContact[];
  readonly riskReasons: RiskReason[];
  readonly entitlements: { key: string; name: string; included: boolean }[];
  readonly subscriptions: TenantSubscription[];
  readonly sourceTags: string[];
  readonly records: number;
  readonly conflicts: number;
}

const sha256 = (value: unknown): string => createHash('sha256').update(canonicalize(value)!, 'utf8').digest('hex');

export interface TenantProofAnswer {
  readonly name: string;
  readonly value: string;
  readonly holds: boolean;
  readonly proof: TenantProof;
}

/** MRR recomputed from the records that stand, held against what the catalogue shows. */
function mrrProof(db: StoreDb, tenantNo: number, tenantId: string, now: string): TenantProofAnswer {
  const at = normalNow(now);
  const records = subscriptionsOf(db, tenantId);
  const sources = subscriptionSources(db, tenantId);
  const row = catalogueRow(db, tenantNo);
  const again = mrrOfTenant(records, at);
  const amount = formatMinor(again.minor, MRR_CURRENCY);
  const holds = amount === row.mrr.amount;
  const others = otherMoney(JSON.stringify(again.other));
  return {
    name: `MRR of ${row.name}`,
    value: `${row.mrr.amount} ${MRR_CURRENCY}`,
    holds,
    proof: {
      says: holds
        ? `Recomputed from ${records.length} subscription${records.length === 1 ? '' : 's'}: ${amount} ${MRR_CURRENCY} a month.`
        : `Recomputed it is ${amount} ${MRR_CURRENCY} a month, and ${row.mrr.amount} is shown: a subscription began or ended since the standing was derived.`,
      checkedAt: now,
      rule: {
        name: 'Monthly recurring revenue',
        version: MRR_RULE,
        source:
          'quantity × unit amount × (1 − discount), a twelfth where paid by the year; half-even to cents; trials and ended ones add nothing',
      },
      formula: [
        ...records.map((record) => {
          const { minor, currency, says } = mrrOfSubscription(record, at);
          return {
            says: `${record.subscription_id}: ${says}${currency === MRR_CURRENCY ? '' : '; another currency is never added'}`,
            figure: minor === null ? '–' : `${formatMinor(minor, currency)} ${currency}`,
            holds: null,
          };
        }),
        { says: `Sum in ${MRR_CURRENCY}`, figure: `${amount} ${MRR_CURRENCY}`, holds },
        ...others.map((other) => ({ says: `Sum in ${other.currency}, apart`, figure: `${other.amount} ${other.currency}`, holds: null })),
      ],
      inputs: records.map((record) => ({
        name: record.subscription_id,
        says: `${record.status}, updated ${shownTime(record.updated_at)}${sources.get(record.subscription_id)?.source ? `, from ${sources.get(record.subscription_id)!.source}` : ''}`,
        sha256: sources.get(record.subscription_id)?.sha256 ?? null,
        address: null,
      })),
      resultSha256: sha256({ amount, currency: MRR_CURRENCY, other: others, rule: MRR_RULE }),
      command: `countersign tenant show ${tenantId} --json`,
      changedSince: null,
    },
  };
}

/** The reasons with their points; their sum is held against the risk that is shown. */
function riskProof(db: StoreDb, tenantNo: number, tenantId: string, now: string): TenantProofAnswer {
  const row = catalogueRow(db, tenantNo);
  const facts = detail(db, tenantNo);
  const reasons = JSON.parse(facts.reasons) as RiskReason[];
  const sum = reasons.reduce((total, { points }) => total + points, 0);
  const signed = (points: number): string => (points < 0 ? `−${-points}` : `+${points}`);
  return {
    name: `Risk of ${row.name}`,
    value: `${row.risk} ${riskWordOf(row.risk)}`,
    holds: sum === row.risk,
    proof: {
      says:
        reasons.length === 0
          ? 'Nothing that is known of it speaks of a risk.'
          : `${reasons.length} reason${reasons.length === 1 ? '' : 's'}; their points add up to ${sum}.`,
      checkedAt: now,
      rule: { name: 'Risk', version: RISK_RULE, source: 'points by reason, at most 100; from 60 raised, from 75 high' },
      formula: [
        ...reasons.map(({ points, says }) => ({ says, figure: signed(points), holds: null })),
        { says: 'Sum', figure: String(sum), holds: sum === row.risk },
      ],
      inputs: [
        {
          name: `record of ${tenantId}`,
          says: `updated ${shownTime(facts.updated_at)}`,
          sha256: facts.sha256,
          address: tenantAddress(tenantId),
        },
        ...[...subscriptionSources(db, tenantId).values()].map((source) => ({
          name: source.subscription_id,
          says: 'subscription',
          sha256: source.sha256,
          address: null,
        })),
      ],
      resultSha256: sha256({ reasons, risk: row.risk, rule: RISK_RULE }),
      command: `countersign tenant show ${tenantId} --json`,
      changedSince: null,
    },
  };
}

export const tenantReads = {
  'tenants.show': (db: StoreDb, { tenantId, now }: { tenantId: string; now: string }): ShownTenant => {
    const { tenantNo, planId, planVersion: version } = visibleTenant(db, tenantId);
    const facts = detail(db, tenantNo);
    const record = JSON.parse(facts.body) as TenantRecord;
    const since = sinceWhen(tenantVersions(db, tenantNo));
    const plan = planVersion(db, planId, version);
    return {
      tenant: catalogueRow(db, tenantNo),
      createdAt: shownTime(facts.created_at),
      updatedAt: shownTime(facts.updated_at),
      planSince: since.plan,
      statusSince: since.status,
      planName: plan?.spec.name ?? planId,
      planAddress: plan === null ? null : planAddress(planId, version),
      contacts: JSON.parse(facts.contacts) as TenantContact[],
      riskReasons: JSON.parse(facts.reasons) as RiskReason[],
      entitlements: plan === null ? [] : featuresOf(plan.spec),
      subscriptions: shownSubscriptions(db, tenantId, now),
      sourceTags: [...record.tags],
      records: facts.records,
      conflicts: facts.conflicts,
    };
  },
  'tenants.records': (db: StoreDb, { tenantId }: { tenantId: string }): TenantRecordVersion[] =>
    shownVersions(tenantVersions(db, visibleTenant(db, tenantId).tenantNo)),
  'tenants.connections': (db: StoreDb, { tenantId, now }: { tenantId: string; now: string }): Connections => {
    const tenant = visibleTenant(db, tenantId);
    return connectionsOf(db, tenant, shownSubscriptions(db, tenantId, now));
  },
  'tenants.proof': (
    db: StoreDb,
    { tenantId, figure, now }: { tenantId: string; figure: 'mrr' | 'risk'; now: string },
  ): TenantProofAnswer => {
    const { tenantNo } = visibleTenant(db, tenantId);
    return figure === 'mrr' ? mrrProof(db, tenantNo, tenantId, now) : riskProof(db, tenantNo, tenantId, now);
  },
} satisfies QueryMap;
