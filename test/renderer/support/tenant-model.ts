/** 1,842 tenants of three partners, from a seed: the same list on every start. */
import { TENANT_THRESHOLDS, type TenantRow } from '../../../src-shared/contract/tenants.ts';

const FIRST =
  'Alder Ashby Beacon Birch Bright Calder Cobalt Copper Dunmore Eastgate Elm Fairway Fenwick Glen Granite Harbour Hazel Holm Ivy Juniper Keel Kings Larch Linden Marlow Mill Northfield Oak Orchard Osprey Pine Quay Raven Ridge Rowan Sable Selkirk Stone Tern Thorn Vale Wick Willow'.split(
    ' ',
  );
const SECOND =
  'Analytics Freight Dental Studios Logistics Foods Energy Legal Robotics Textiles Health Insurance Media Travel Motors Schools Homes Water Labs Marine'.split(
    ' ',
  );
const REGIONS = ['eu-west-1', 'eu-central-1', 'us-east-1', 'ap-southeast-2'] as const;
const METRICS = ['llm_token', 'ingest_unit', 'query_credit', 'storage_gb_month', 'seat'] as const;
const PARTNERS = ['northwind', 'meridian', 'kestrel'] as const;
const PRICE = { free: 0, starter: 49, growth: 149, pro: 299, enterprise: 799 } as const;
const VERSION = { free: '1.0.0', starter: '2.3.0', growth: '2.1.4', pro: '2.1.4', enterprise: '1.9.2' } as const;
const CLOSES = ['2025-12', '2026-01', '2026-02', '2026-03', '2026-04', '2026-05'] as const;
const TENANTS = 1842;
const HOUR_MS = 3_600_000;

export const HERO_ID = 'tn_9k4w2c';

const chance = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
};
const pick = <T>(list: readonly T[], at: number): T => list[Math.floor(at * list.length)] as T;
const usd = (amount: number) => ({ amount: amount.toFixed(2), currency: 'USD' });
const riskWord = (risk: number): TenantRow['riskWord'] =>
  risk >= TENANT_THRESHOLDS.riskHigh ? 'high' : risk >= TENANT_THRESHOLDS.riskRaised ? 'raised' : 'low';
const limitState = (percent: number) => (percent >= 100 ? 'over' : percent >= TENANT_THRESHOLDS.limitSoftPercent ? 'soft' : 'ok');
const marginsOf = (values: readonly number[]): TenantRow['margins'] =>
  values.map((value, i) => ({ month: CLOSES[i + CLOSES.length - values.length] ?? '', percent: value.toFixed(1) }));

const HERO: TenantRow = {
  tenantId: HERO_ID,
  name: 'Harrow & Finch Freight',
  partnerId: 'northwind',
  planId: 'pro',
  planVersion: '2.1.4',
  planKnown: true,
  tier: 'pro',
  status: 'active',
  region: 'eu-west-1',
  mrr: usd(299),
  mrrOther: [],
  usageCost: usd(84.9),
  limit: { metric: 'llm_token', percent: '93.02', state: 'soft' },
  risk: 78,
  riskWord: 'high',
  margin: '71.6',
  margins: marginsOf([84.1, 83.6, 82.9, 79.8, 76.2, 71.6]),
  lastActivityAt: '2026-06-03T09:40:12.000Z',
  openIncidents: 1,
  tags: ['logistics', 'renewal in July'],
  address: `/tenants/${HERO_ID}`,
};

export const makeTenants = (now: string): TenantRow[] => {
  const next = chance(20260603);
  const rows: TenantRow[] = [HERO];
  for (let i = 1; i < TENANTS; i += 1) {
    const p = next();
    const planId = p < 0.5 ? 'free' : p < 0.74 ? 'starter' : p < 0.88 ? 'growth' : p < 0.97 ? 'pro' : 'enterprise';
    const name = `${pick(FIRST, next())} ${pick(SECOND, next())}`;
    const heat = next() ** 3;
    const percent = heat * 96 + next() * 20;
    const base = 88 - heat * 22 - next() * 6;
    const margins = CLOSES.map((_, k) => base + (next() - 0.5) * 4 - heat * k * 1.6);
    const s = next();
    const risk = Math.min(97, Math.round(heat * 62 + (percent > 80 ? 18 : 0) + next() * 16));
    const tenantId = `tn_${(i * 7919 + 100003).toString(36)}`;
    const paid = PRICE[planId] > 0;
    rows.push({
      tenantId,
      name,
      partnerId: pick(PARTNERS, next()),
      planId,
      planVersion: VERSION[planId],
      planKnown: true,
      tier: planId,
      status: s < 0.03 ? 'trial' : s < 0.045 ? 'grace' : s < 0.052 ? 'suspended' : 'active',
      region: pick(REGIONS, next()),
      mrr: usd(PRICE[planId]),
      mrrOther: i % 311 === 0 ? [{ amount: '120.00', currency: 'EUR' }] : [],
      usageCost: usd((heat * 42 + next() * 6) * (paid ? 1 + PRICE[planId] / 120 : 0.2)),
      limit: { metric: pick(METRICS, next()), percent: percent.toFixed(2), state: limitState(percent) },
      risk,
      riskWord: riskWord(risk),
      margin: paid ? (margins.at(-1) ?? 0).toFixed(1) : null,
      margins: paid ? marginsOf(margins) : [],
      lastActivityAt: new Date(Date.parse(now) - next() * 96 * HOUR_MS).toISOString(),
      openIncidents: heat > 0.85 ? 1 : 0,
      tags: i % 17 === 0 ? ['pilot'] : [],
      address: `/tenants/${tenantId}`,
    });
  }
  return rows;
};
