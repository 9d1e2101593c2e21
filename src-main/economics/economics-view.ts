import type { EconomicsTenant, EconomicsTier } from '../../src-shared/contract/economics.ts';
import type { Money } from '../../src-shared/contract/plans.ts';
import { formatMinor } from '../../src-shared/kernel/money.ts';
import { ONE, roundHalfEven } from '../../src-shared/kernel/quantity.ts';
import { tenantAddress } from '../tenants/index.ts';
import type { Costs, TenantEconomics, TierEconomics } from './unit-economics.ts';

/** Figures of this room as faces show them. */

export const usd = (minor: bigint): Money => ({ amount: formatMinor(minor, 'USD'), currency: 'USD' });

/** Percent with two places; null stays. */
export const percent = (bp: number | null): string | null => (bp === null ? null : (bp / 100).toFixed(2));

/** A quantity with two places, half to even. */
export const twoPlaces = (exact: bigint): string => formatMinor(roundHalfEven(exact, ONE / 100n), 'USD');

export const shownCosts = (costs: Costs) => ({
  mrr: usd(costs.mrrMinor),
  llm: usd(costs.llmMinor),
  infra: usd(costs.infraMinor),
  support: usd(costs.supportMinor),
  cogs: usd(costs.cogsMinor),
  margin: percent(costs.marginBp),
});

export const shownTenant = (row: TenantEconomics): EconomicsTenant => ({
  tenantId: row.tenantId,
  name: row.name,
  partnerId: row.partnerId,
  tier: row.tier,
  ...shownCosts(row),
  seats: twoPlaces(row.seats),
  cogsPerSeat: row.cogsPerSeatMinor === null ? null : usd(row.cogsPerSeatMinor),
  otherCurrency: row.otherCurrency,
  address: tenantAddress(row.tenantId),
});

/** USD cents for each tenant, half to even; null without one. */
export const perTenant = (cogsMinor: bigint, tenants: number): bigint | null =>
  tenants === 0 ? null : roundHalfEven(cogsMinor, BigInt(tenants));

export const moneyOrNull = (minor: bigint | null): Money | null => (minor === null ? null : usd(minor));

export const shownTier = (row: TierEconomics): EconomicsTier => ({
  tier: row.tier,
  tenants: row.tenants,
  ...shownCosts(row),
  cogsPerTenant: moneyOrNull(perTenant(row.cogsMinor, row.tenants)),
});
