import type { Answer } from '../../port/use-app.ts';
import { integer } from '../../ui/format.ts';
import type { Proof } from '../../ui/proof.tsx';
import { compactQuantity, wholeQuantity } from '../../ui/quantity-format.ts';
import { metricName } from './usage-words.ts';

/** What the Usage tab computes of the answer it shows. Pure. */

export type UsageOverview = Answer<'usage.overview'>;
export type OverviewMetric = UsageOverview['metrics'][number];

export const conserved = ({ conservation: c }: Pick<UsageOverview, 'conservation'>): boolean =>
  c.received === c.accepted + c.duplicate + c.conflict + c.late + c.quarantined && c.accepted + c.late === c.aggregated;

export const stepMonth = (month: string, by: 1 | -1): string => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const at = year * 12 + number - 1 + by;
  return `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}`;
};

/** The days of a metric for its line; a day that is still to come breaks it. */
export const dayValues = ({ days }: Pick<OverviewMetric, 'days'>, today: string): readonly (number | null)[] =>
  days.map(({ day, quantity }) => (day > today || quantity === null ? null : Number(quantity)));

/** The finding of the chart, in one sentence. */
export function daysFinding({ metric, unit, days }: Pick<OverviewMetric, 'metric' | 'unit' | 'days'>, month: string): string {
  const known = days.filter(({ quantity }) => quantity !== null);
  const most = known.reduce<(typeof known)[number] | null>(
    (best, day) => (best === null || Number(day.quantity) > Number(best.quantity) ? day : best),
    null,
  );
  return most === null || Number(most.quantity) === 0
    ? `${metricName(metric)} in ${month}: no use.`
    : `${metricName(metric)} by day in ${month}: most on ${most.day} with ${compactQuantity(most.quantity ?? '0')} ${unit}.`;
}

/** The proof of a total over all tenants: where it comes from, and that nothing is missing in it. */
export function totalProof(
  overview: UsageOverview,
  metric: OverviewMetric,
  rebuild: { readonly at: string; readonly same: boolean; readonly madeSha256: string } | null,
): Proof {
  const { conservation: c, month } = overview;
  const next = stepMonth(month, 1);
  const isSum = metric.aggregation === 'SUM' || metric.aggregation === 'COUNT';
  return {
    says: `${isSum ? 'The sum' : 'The mean over the month, added'} over ${integer(metric.tenants)} tenants, from their rollups of ${month}; each was written in the transaction of its events.`,
    checkedAt: rebuild?.at ?? null,
    rule: { name: `usage, ${metric.aggregation}`, version: '1', source: 'docs/metering.md' },
    formula: [
      { says: `Events in ${month}`, figure: integer(metric.events), holds: null },
      {
        says: `${metricName(metric.metric)}, ${metric.unit}`,
        figure: metric.quantity === null ? 'none' : wholeQuantity(metric.quantity),
        holds: null,
      },
      {
        says: 'Received = accepted + duplicate + conflict + late + quarantined',
        figure: integer(c.received),
        holds: c.received === c.accepted + c.duplicate + c.conflict + c.late + c.quarantined,
      },
      { says: 'Accepted and late = in aggregates', figure: integer(c.aggregated), holds: c.accepted + c.late === c.aggregated },
      ...(rebuild === null
        ? []
        : [{ says: 'Rebuilt from nothing but events: the same bytes', figure: rebuild.at.slice(0, 10), holds: rebuild.same }]),
    ],
    inputs: [
      {
        name: 'Tenants',
        says: `${integer(metric.tenants)} with use of ${metricName(metric.metric)}`,
        sha256: null,
        address: '/tenants?sort=usage',
      },
      { name: 'Events', says: `${integer(metric.events)} of ${month}`, sha256: null, address: `/usage?month=${month}` },
    ],
    resultSha256: rebuild?.same === true ? rebuild.madeSha256 : null,
    command: `countersign usage report --metric ${metric.metric} --from ${month} --to ${next} --by month`,
    changedSince: null,
  };
}
