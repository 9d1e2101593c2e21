import {
  type LimitState,
  type RiskReason,
  type RiskWord,
  TENANT_THRESHOLDS,
  type TenantStatus,
} from '../../src-shared/contract/tenants.ts';

/**
 * How likely it is that a tenant needs a call: points from 0 to 100, each with its reason, so that the figure can be argued
 * with (docs/formats/tenants.md gives the table). Pure: the same facts on the same day give the same points.
 */
export const RISK_RULE = 'countersign.risk/1';

export interface RiskFacts {
  readonly status: TenantStatus;
  /** Nearest limit; null where nothing is limited. */
  readonly limit: { readonly metric: string; readonly ratioBp: number; readonly state: LimitState } | null;
  /** Margins of the last closes in basis points, oldest first. */
  readonly marginsBp: readonly number[];
  readonly openIncidents: number;
  /** ISO 8601; null before any activity. */
  readonly lastActivityAt: string | null;
  /** Of its subscriptions that run. */
  readonly lastDunningAt: string | null;
  readonly needsAttention: boolean;
  readonly nonRenewing: boolean;
  /** How the source rates it, 0 to 100. */
  readonly sourceRisk: number | null;
}

export interface Risk {
  readonly points: number;
  /** Most points first; their points add up to the risk. */
  readonly reasons: readonly RiskReason[];
}

export const riskWordOf = (points: number): RiskWord =>
  points >= TENANT_THRESHOLDS.riskHigh ? 'high' : points >= TENANT_THRESHOLDS.riskRaised ? 'raised' : 'low';

const COUNT_WORDS = ['', 'one close', 'two closes', 'three closes', 'four closes', 'five closes'] as const;
const DAY_MS = 86_400_000;

/** Whole days from one day to another; both begin with YYYY-MM-DD. */
const daysBetween = (from: string, to: string): number =>
  Math.floor((Date.parse(`${to.slice(0, 10)}T00:00:00Z`) - Date.parse(`${from.slice(0, 10)}T00:00:00Z`)) / DAY_MS);

/** Hundredths of a percent as whole percent, cut: 99.99% is not yet 100%. */
const wholePercent = (bp: number): number => Math.floor(bp / 100);

function limitReason({ limit }: RiskFacts): RiskReason | null {
  if (limit === null || limit.ratioBp < 8000) return null;
  const points = limit.ratioBp >= 10_000 ? 40 : limit.ratioBp >= 9000 ? 30 : 20;
  return { points, says: `${limit.metric} at ${wholePercent(limit.ratioBp)}% of its limit` };
}

/** The trend or the level, whichever says more: they are one trouble. */
function marginReason({ marginsBp }: RiskFacts): RiskReason | null {
  const last = marginsBp.at(-1);
  if (last === undefined) return null;
  let falls = 0;
  for (let at = marginsBp.length - 1; at > 0 && marginsBp[at]! < marginsBp[at - 1]!; at -= 1) falls += 1;
  const counted = Math.min(falls, 5);
  const trend = [0, 0, 6, 12, 18, 24][counted]!;
  const level = last < 5000 ? 24 : last < 6000 ? 18 : last < TENANT_THRESHOLDS.marginFloorPercent * 100 ? 10 : 0;
  if (trend === 0 && level === 0) return null;
  return trend >= level
    ? { points: trend, says: `margin fell ${COUNT_WORDS[counted]} running` }
    : {
        points: level,
        says: `margin ${tenths(last)}% is under ${last < 5000 ? 50 : last < 6000 ? 60 : TENANT_THRESHOLDS.marginFloorPercent}%`,
      };
}

/** Basis points as percent with one place, half away from zero. */
export const tenths = (bp: number): string => {
  const rounded = Math.round(Math.abs(bp) / 10);
  return `${bp < 0 && rounded > 0 ? '-' : ''}${Math.floor(rounded / 10)}.${rounded % 10}`;
};

function incidentReason({ openIncidents }: RiskFacts): RiskReason | null {
  if (openIncidents === 0) return null;
  return { points: Math.min(14 + (openIncidents - 1) * 4, 26), says: `${openIncidents} open incident${openIncidents === 1 ? '' : 's'}` };
}

function dunningReason({ lastDunningAt, needsAttention }: RiskFacts, day: string): RiskReason | null {
  const days = lastDunningAt === null ? null : daysBetween(lastDunningAt, day);
  if (days !== null && days >= 0 && days <= 30)
    return { points: 10, says: days === 0 ? 'an invoice was dunned today' : `last invoice ${days} day${days === 1 ? '' : 's'} late` };
  return needsAttention ? { points: 10, says: 'a subscription needs attention' } : null;
}

/** A tenant without any known activity gets none: whether it is idle or not measured, nobody here can tell. */
function activityReason({ lastActivityAt, status }: RiskFacts, day: string): RiskReason | null {
  if (lastActivityAt === null || status === 'canceled' || status === 'deleted' || status === 'suspended') return null;
  const days = daysBetween(lastActivityAt, day);
  return days < 14 ? null : { points: days >= 30 ? 16 : 8, says: `no activity for ${days} days` };
}

const STATUS_REASONS: Partial<Readonly<Record<TenantStatus, RiskReason>>> = {
  grace: { points: 12, says: 'in its grace period' },
  expired: { points: 16, says: 'its subscription expired' },
  suspended: { points: 10, says: 'suspended' },
};

/** @param now ISO 8601 UTC; only its day counts */
export function riskOf(facts: RiskFacts, now: string): Risk {
  const day = now.slice(0, 10);
  // What is gone needs no call.
  if (facts.status === 'deleted') return { points: 0, reasons: [] };
  const source = facts.sourceRisk ?? 0;
  const found: readonly (RiskReason | null)[] = [
    limitReason(facts),
    marginReason(facts),
    incidentReason(facts),
    dunningReason(facts, day),
    activityReason(facts, day),
    facts.nonRenewing ? { points: 14, says: 'a subscription does not renew' } : null,
    STATUS_REASONS[facts.status] ?? null,
    source >= 50 ? { points: Math.floor(source / 5), says: `its source rates the risk ${source} of 100` } : null,
  ];
  // Sorting is stable: what has the same points stays in the order above.
  const reasons = found.filter((reason) => reason !== null).sort((a, b) => b.points - a.points);
  const sum = reasons.reduce((total, { points }) => total + points, 0);
  if (sum <= 100) return { points: sum, reasons };
  return { points: 100, reasons: [...reasons, { points: 100 - sum, says: 'the scale ends at 100' }] };
}
