import {
  type Fields,
  isArray,
  isObject,
  type ObjectValue,
  p95PercentOfMrr,
  Refusal,
  stressMarginPercent,
  type Value,
} from '../evidence/index.ts';
import { attemptFields, type GateFigures, type TierFigures } from './gate-figures.ts';
import { capital, fixed, grouped, percentText, usd } from './gate-numbers.ts';

/** The rows behind a gate: by tier where it is about tiers, else what it counts. Cells are texts, ready to be shown. */

export interface GateTable {
  readonly columns: readonly { readonly title: string; readonly numeric: boolean }[];
  readonly rows: readonly { readonly cells: readonly string[]; readonly holds: boolean }[];
}

const columns = (...titles: readonly string[]): GateTable['columns'] => titles.map((title, at) => ({ title, numeric: at > 0 }));

/** What a tier's expensive tenant costs in percent of what an average one pays, rounded to two places; null where nobody pays. */
export function tierShare(row: TierFigures): number | null {
  if (row.activeSubscriptions === null || row.p95CostUsd === null) return null;
  const share = p95PercentOfMrr({
    tier: row.tier,
    effectiveMrrUsd: row.effectiveMrrUsd,
    activeSubscriptions: row.activeSubscriptions,
    p95CostUsd: row.p95CostUsd,
  });
  return share === null ? null : Number(fixed(share));
}

const marginOf = (row: TierFigures, infraTimes = 1): string =>
  row.effectiveMrrUsd > 0
    ? percentText(
        stressMarginPercent(
          {
            mrrUsd: row.mrrUsd,
            effectiveMrrUsd: row.effectiveMrrUsd,
            llmCogsUsd: row.llmCogsUsd,
            infraCogsUsd: row.infraCogsUsd,
            supportCogsUsd: row.supportCogsUsd,
          },
          infraTimes,
        ),
      )
    : '–';

/** @param limit of the gate, percent; rows beyond it are marked */
export function financeTable(gate: string, figures: GateFigures, limit: number | null): GateTable | null {
  const { tiers } = figures;
  if (tiers.length === 0) return null;
  switch (gate) {
    case 'fin_gate_1_gross_margin_floor':
      return {
        columns: columns('Tier', 'Effective MRR, USD', 'COGS, USD', 'Margin'),
        rows: tiers.map((row) => ({
          cells: [capital(row.tier), usd(row.effectiveMrrUsd), usd(row.llmCogsUsd + row.infraCogsUsd + row.supportCogsUsd), marginOf(row)],
          holds: true,
        })),
      };
    case 'fin_gate_2_llm_cogs_containment':
      if (tiers.every((row) => tierShare(row) === null)) return null;
      return {
        columns: columns('Tier', 'p95 cost, USD', 'MRR each, USD', 'Share'),
        rows: tiers.map((row) => {
          const share = tierShare(row);
          const each =
            row.activeSubscriptions !== null && row.activeSubscriptions > 0 ? row.effectiveMrrUsd / row.activeSubscriptions : null;
          return {
            cells: [
              capital(row.tier),
              row.p95CostUsd === null ? '–' : usd(row.p95CostUsd),
              each === null ? '–' : usd(each),
              share === null ? '–' : percentText(share),
            ],
            holds: share === null || limit === null || share <= limit,
          };
        }),
      };
    case 'fin_gate_3_annual_discount_impact':
      return {
        columns: columns('Tier', 'MRR, USD', 'Effective MRR, USD', 'Discount'),
        rows: tiers.map((row) => ({
          cells: [
            capital(row.tier),
            usd(row.mrrUsd),
            usd(row.effectiveMrrUsd),
            row.mrrUsd > 0 ? percentText(((row.mrrUsd - row.effectiveMrrUsd) / row.mrrUsd) * 100) : '–',
          ],
          holds: true,
        })),
      };
    case 'fin_gate_5_stress_resilience':
      return {
        columns: columns(
          'Tier',
          'Infrastructure, USD',
          `At ${grouped(String(figures.infraCostMultiplier))} times`,
          'Margin',
          'Stress margin',
        ),
        rows: tiers.map((row) => ({
          cells: [
            capital(row.tier),
            usd(row.infraCogsUsd),
            usd(row.infraCogsUsd * figures.infraCostMultiplier),
            marginOf(row),
            marginOf(row, figures.infraCostMultiplier),
          ],
          holds: true,
        })),
      };
    default:
      return null;
  }
}

const MOST_ROWS = 40;

/** Rows of the gates that are not about money. */
export function documentTable(gate: string, root: ObjectValue): GateTable | null {
  switch (gate) {
    case 'telemetry_gate_free_tier_guardrails_bounded':
      return readRows(root, ['free_tier_compute_guardrails', 'limits'], columns('Limit', 'Free', 'Starter'), (row) => {
        const [free, starter] = [row.integer('free_limit', { min: 0n }), row.integer('starter_limit', { min: 0n })];
        return {
          cells: [row.text('limit_name').replaceAll('_', ' '), grouped(String(free)), grouped(String(starter))],
          holds: free <= starter,
        };
      });
    case 'telemetry_gate_percentiles_valid':
      return readRows(root, ['tier_llm_usage'], columns('Tier', 'p50, USD', 'p95, USD', 'p99, USD'), (row) => {
        const cost = row.child('tenant_monthly_cost_percentiles_usd');
        const [p50, p95, p99] = [cost.number('p50'), cost.number('p95'), cost.number('p99')];
        return { cells: [capital(row.text('tier')), usd(p50), usd(p95), usd(p99)], holds: p50 <= p95 && p95 <= p99 };
      });
    case 'pkg_gate_020_register_fresh':
    case 'pkg_gate_020_required_classes_present':
    case 'pkg_gate_020_minimum_sources_met':
      return readRows(
        root,
        ['sources'],
        [
          { title: 'Source', numeric: false },
          { title: 'Class', numeric: false },
          { title: 'Read on', numeric: true },
          { title: 'Confidence', numeric: true },
        ],
        (row) => ({
          cells: [
            row.text('id'),
            row.text('source_class').replaceAll('_', ' '),
            row.text('crawled_at').slice(0, 10),
            fixed(row.number('confidence_score')),
          ],
          holds: true,
        }),
      );
    case 'pkg_fin_gate_launch_blockers_resolved':
    case 'pkg_fin_gate_postlaunch_commitments_scheduled':
      return readRows(
        root,
        ['decision_backlog', 'decision_items'],
        [
          { title: 'Decision', numeric: false },
          { title: 'Owner', numeric: false },
          { title: 'Resolution', numeric: false },
          { title: 'Blocks', numeric: false },
        ],
        (row) => {
          const resolution = row.text('resolution').toLowerCase();
          const blocking = row.boolean('launch_blocking');
          return {
            cells: [row.text('id').toUpperCase(), row.text('owner'), resolution.replaceAll('_', ' '), blocking ? 'launch' : '–'],
            holds: !blocking || resolution === 'locked_prelaunch',
          };
        },
      );
    default:
      return null;
  }
}

function readRows(
  root: ObjectValue,
  path: readonly string[],
  heads: GateTable['columns'],
  read: (row: Fields) => { readonly cells: readonly string[]; readonly holds: boolean },
): GateTable | null {
  let found: Value | undefined = root;
  for (const step of path) found = found !== undefined && isObject(found) ? found.get(step) : undefined;
  if (found === undefined || !isArray(found)) return null;
  const rows = found.flatMap((row) => {
    const fields = attemptFields(row);
    if (fields === null) return [];
    try {
      return [read(fields)];
    } catch (error) {
      if (error instanceof Refusal) return [];
      throw error;
    }
  });
  // What does not hold is what somebody looks for.
  return { columns: heads, rows: rows.toSorted((a, b) => Number(a.holds) - Number(b.holds)).slice(0, MOST_ROWS) };
}
