import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { formatMinor } from '../../src-shared/kernel/money.ts';
import { formatExact } from '../../src-shared/kernel/quantity.ts';
import { metricCatalogue, monthTotals } from '../metering/index.ts';
import type { StoreDb } from '../store/index.ts';
import { scopeSql, visibleTenant } from '../tenants/index.ts';
import { closeOfMonth, closesOfTenant, computeMonth, rowsOf, standingCloses, TIERS } from './closes.ts';
import { COST_MODEL } from './cost-model.ts';
import { moneyOrNull, percent, perTenant, shownCosts, shownTenant, shownTier, twoPlaces, usd } from './economics-view.ts';
import { monthNow } from './month-data.ts';
import {
  byMargin,
  type Costs,
  ECONOMICS_RULE,
  perSeat,
  summed,
  type TenantEconomics,
  type TierEconomics,
  tierRows,
} from './unit-economics.ts';

/** Reads of unit economics: what a month came to, by tenant and tier. */

export type MonthState = 'closed' | 'running';
/** Closes that the trend shows. */
const TREND = 12;
const MOST_NAMED = 5;

export interface ReadMonth {
  readonly month: string;
  readonly state: MonthState;
  readonly asOf: string;
  readonly rows: readonly TenantEconomics[];
  readonly rule: string;
  readonly costModel: string;
  readonly sha256: string;
}

/** Months that can be asked for, newest first: those that run or wait for their close, then the closed ones. */
export function knownMonths(db: StoreDb, now: string): { month: string; state: MonthState }[] {
  const closed = standingCloses(db, 120).map(({ month }) => ({ month, state: 'closed' as const }));
  const newest = closed[0]?.month ?? '';
  const [year, at] = monthNow(now).split('-').map(Number);
  const before = new Date(Date.UTC(year!, at! - 2, 1)).toISOString().slice(0, 7);
  const running = [monthNow(now), before].filter((month) => month > newest).map((month) => ({ month, state: 'running' as const }));
  return [...running, ...closed];
}

/** A month as it was closed, else as it stands now. Without one named: the newest closed month, else the present one. */
export function readMonth(db: StoreDb, month: string | null, now: string): ReadMonth {
  const asked = month ?? standingCloses(db, 1)[0]?.month ?? monthNow(now);
  const close = closeOfMonth(db, asked);
  if (close !== null)
    return {
      month: asked,
      state: 'closed',
      asOf: close.closedAt,
      rows: rowsOf(db, close.closeNo, scopeSql(db, 't')),
      rule: close.rule,
      costModel: close.costModel,
      sha256: close.sha256,
    };
  if (asked > monthNow(now)) throw new AppError('NOT_FOUND', `${asked} has not begun.`, { nextStep: 'Choose a month that has.' });
  const { rows, sha256 } = computeMonth(db, asked, now);
  const { partnerId, tenantId } = db.scope;
  return {
    month: asked,
    state: 'running',
    asOf: now,
    rows: rows.filter((row) => (partnerId === null || row.partnerId === partnerId) && (tenantId === null || row.tenantId === tenantId)),
    rule: ECONOMICS_RULE,
    costModel: COST_MODEL.version,
    sha256,
  };
}

const signed = (minor: bigint): string => formatMinor(minor, 'USD');

interface Summary {
  readonly tiers: readonly TierEconomics[];
  readonly total: Costs & { readonly tenants: number };
}

const summary = (rows: readonly TenantEconomics[]): Summary => {
  const counted = rows.filter(({ otherCurrency }) => !otherCurrency);
  return { tiers: tierRows(counted, TIERS), total: { tenants: counted.length, ...summed(counted) } };
};

type Overview = OutputOf<Contract, 'economics.overview'>;

export function overview(db: StoreDb, month: string | null, now: string): Omit<Overview, 'filterCache'> {
  const read = readMonth(db, month, now);
  const { tiers, total } = summary(read.rows);
  const counted = read.rows.filter(({ otherCurrency }) => !otherCurrency);
  const seats = counted.reduce((sum, row) => sum + row.seats, 0n);
  const trend = standingCloses(db, TREND)
    .reverse()
    .map((close) => ({ month: close.month, ...summary(rowsOf(db, close.closeNo, scopeSql(db, 't'))) }));
  const before = trend.filter((close) => close.month < read.month).at(-1);
  return {
    month: read.month,
    state: read.state,
    asOf: read.asOf,
    months: knownMonths(db, now),
    total: {
      tenants: total.tenants,
      ...shownCosts(total),
      cogsPerTenant: moneyOrNull(perTenant(total.cogsMinor, total.tenants)),
      cogsPerSeat: moneyOrNull(perSeat(total.cogsMinor, seats)),
      seats: twoPlaces(seats),
    },
    change:
      before === undefined
        ? null
        : {
            month: before.month,
            mrr: signed(total.mrrMinor - before.total.mrrMinor),
            cogs: signed(total.cogsMinor - before.total.cogsMinor),
            marginPoints:
              total.marginBp === null || before.total.marginBp === null ? null : percent(total.marginBp - before.total.marginBp),
          },
    tiers: tiers.map(shownTier),
    top: byMargin(counted, MOST_NAMED, 'top').map(shownTenant),
    bottom: byMargin(counted, MOST_NAMED, 'bottom').map(shownTenant),
    trend: trend.map((close) => ({
      month: close.month,
      margin: percent(close.total.marginBp),
      mrr: usd(close.total.mrrMinor),
      cogs: usd(close.total.cogsMinor),
      tiers: close.tiers.map((tier) => ({ tier: tier.tier, margin: percent(tier.marginBp) })),
    })),
    leftOut: read.rows.length - counted.length,
    rule: read.rule,
    costModel: read.costModel,
  };
}

/** All tenants of a month, lowest margin first; those without a margin follow by their costs, highest first. */
export function tenantRows(
  db: StoreDb,
  args: { readonly month: string | null; readonly tier: string | null; readonly limit: number; readonly now: string },
): OutputOf<Contract, 'economics.tenants'> {
  const { month, rows } = readMonth(db, args.month, args.now);
  const own = rows.filter(({ tier }) => args.tier === null || tier === args.tier);
  const without = own
    .filter(({ marginBp }) => marginBp === null)
    .sort((a, b) => (a.cogsMinor === b.cogsMinor ? (a.tenantId < b.tenantId ? -1 : 1) : a.cogsMinor > b.cogsMinor ? -1 : 1));
  const ordered = [...byMargin(own, own.length, 'bottom'), ...without];
  return { month, rows: ordered.slice(0, args.limit).map(shownTenant), total: own.length };
}

export function tenantMonth(
  db: StoreDb,
  args: { readonly tenantId: string; readonly month: string | null; readonly now: string },
): Omit<OutputOf<Contract, 'economics.tenant'>, 'suggestions'> {
  const { tenantNo } = visibleTenant(db, args.tenantId);
  const { month, state, rows } = readMonth(db, args.month, args.now);
  const row = rows.find(({ tenantId }) => tenantId === args.tenantId);
  if (row === undefined)
    throw new AppError('NOT_FOUND', `The tenant neither used nor paid for anything in ${month}.`, {
      nextStep: 'Choose another month.',
      details: { month },
    });
  const catalogue = metricCatalogue(db);
  return {
    month,
    state,
    row: shownTenant(row),
    metrics: monthTotals(db, month)
      .filter((total) => total.tenantNo === tenantNo)
      .map(({ metric, quantity, costEstimate }) => ({
        metric,
        unit: catalogue.byName.get(metric)?.newest.unit ?? '',
        quantity: formatExact(quantity),
        cost: { amount: formatExact(costEstimate), currency: 'USD' },
      })),
    history: closesOfTenant(db, tenantNo, TREND).map(({ month: closed, marginBp, mrrMinor, cogsMinor }) => ({
      month: closed,
      margin: percent(marginBp),
      mrr: usd(mrrMinor),
      cogs: usd(cogsMinor),
    })),
  };
}
