import { document } from './demo-months.ts';
import { type Metric, METRICS, UNIT_COST, UNITS } from './demo-plans.ts';

/** The company's own metric catalogue: what a unit costs it, and a newer price list of two months ago. */

export interface CatalogueFile {
  /** The month (YYYY-MM) in which the source first has it. */
  readonly month: string;
  readonly path: string;
  readonly text: string;
}

const TITLES: Readonly<Record<Metric, string>> = {
  llm_token: 'LLM tokens',
  api_request: 'API requests',
  ingest_unit: 'Ingest units',
  query_credit: 'Query credits',
  storage_gb_month: 'Storage, GB months',
  seat: 'Seats',
};
const LEVELS: readonly Metric[] = ['storage_gb_month', 'seat'];

/** Version 1 of each metric comes with the program. */
const entry = (metric: Metric, version: 2 | 3, month: string) => ({
  metric,
  version,
  title: TITLES[metric],
  unit: UNITS[metric],
  aggregation: LEVELS.includes(metric) ? 'TIME_WEIGHTED' : 'SUM',
  cost_per_unit: UNIT_COST[metric][version - 2]!,
  cost_from: month,
});

/** @param months with usage, oldest first; the last one still runs */
export function catalogueFiles(months: readonly string[]): readonly CatalogueFile[] {
  const first = months[0]!;
  const newer = months.at(-3) ?? first;
  const changed = METRICS.filter((metric) => UNIT_COST[metric][0] !== UNIT_COST[metric][1]);
  return [
    { month: first, path: 'catalogue/base.metrics.json', text: document({ metrics: METRICS.map((metric) => entry(metric, 2, first)) }) },
    {
      month: newer,
      path: `catalogue/prices-${newer}.metrics.json`,
      text: document({ metrics: changed.map((metric) => entry(metric, 3, newer)) }),
    },
  ];
}
