import type { CatalogueGate } from './gate-catalogue.ts';
import type { GateFigures } from './gate-figures.ts';
import { fixed, grouped, listed, monthName, percentText, shownPair, usd } from './gate-numbers.ts';
import { tierShare } from './gate-table.ts';
import { suffixOf } from './gate-words.ts';
import type { GateLine } from './release-gate.ts';

/** A gate's state in plain words, with the figures that decide it. */

type Line = Pick<GateLine, 'id' | 'state' | 'value' | 'threshold' | 'unit' | 'reason'>;

export function gateSays(entry: CatalogueGate, line: Line | null, figures: GateFigures | null, month: string): string {
  if (line === null || line.state === 'no-run')
    return `${entry.explanation} It was not judged for ${monthName(month, true)}: ${lower(line?.reason ?? 'the gates were not run.')}`;
  if (line.state === 'stale') return `It held when it was captured, but by now it is too old. ${line.reason}`;
  const told = figures === null ? null : (SENTENCES[entry.id]?.(line, figures, month) ?? null);
  if (told !== null) return told;
  const { value, threshold } = line;
  if (line.state === 'pass') {
    if (value === null || threshold === null) return `${entry.explanation} ${line.reason}`;
    const pair = shownPair(value, threshold);
    return `${entry.explanation} The figure is ${grouped(pair.value)}${suffixOf(entry)}; the limit is ${grouped(pair.limit)}${suffixOf(entry)}.`;
  }
  return `${line.reason} ${entry.explanation}`;
}

type Sentence = (line: Line, figures: GateFigures, month: string) => string | null;

const SENTENCES: Readonly<Record<string, Sentence>> = {
  fin_gate_1_gross_margin_floor: ({ state, value, threshold }, { closes }, month) => {
    if (value === null || threshold === null) return null;
    const { value: margin, limit } = shownPair(value, threshold);
    const left = `Of each 100 USD of effective revenue ${margin} USD are left after the cost of language models, infrastructure and support.`;
    if (state === 'pass') return `${left} The floor is ${limit}%.`;
    if (value < threshold) return `${left} The floor is ${limit}%.`;
    const low = closes
      .filter((close) => close.blendedGrossMarginPercent < threshold)
      .map((close) => `${close.month} with ${percentText(close.blendedGrossMarginPercent)}`);
    return low.length === 0
      ? null
      : `${monthName(month)} itself holds with ${margin}%, but an earlier close that still counts does not: ${listed(low)}. The floor is ${limit}%.`;
  },
  fin_gate_2_llm_cogs_containment: ({ state, value, threshold }, figures) => {
    if (value === null || threshold === null) return null;
    const { value: share, limit } = shownPair(value, threshold);
    const worst = worstTier(figures);
    // The tier is only named where its own rows give the figure that was judged.
    const tier = worst !== null && fixed(worst.share) === fixed(value) ? worst.tier : null;
    if (tier === null) return `The tenant at the 95th percentile costs ${share}% of what it pays. The limit is ${limit}%.`;
    const what = `${share}% of what ${article(tier)} ${tier} tenant pays. The limit is ${limit}%.`;
    return state === 'pass'
      ? `Five in a hundred ${tier} tenants each cost ${what} No other tier comes nearer.`
      : `Five in a hundred ${tier} tenants each cost more than ${what}`;
  },
  fin_gate_3_annual_discount_impact: ({ value, threshold }, { tiers }) => {
    if (value === null || threshold === null) return null;
    const { value: impact, limit } = shownPair(value, threshold);
    const off = tiers.reduce((sum, row) => sum + row.mrrUsd - row.effectiveMrrUsd, 0);
    return `Paying by the year takes ${impact}% off the list revenue, ${usd(off)} USD a month. The limit is ${limit}%.`;
  },
  fin_gate_4_expansion_signal: (_line, { metrics, declared }) => {
    const pro = delta(metrics.growthToProConversionMomDeltaPercent, declared.minGrowthToProConversionMomDeltaPercent);
    const enterprise = delta(metrics.proToEnterpriseConversionMomDeltaPercent, declared.minProToEnterpriseConversionMomDeltaPercent);
    return `Against the month before, Growth to Pro moved by ${pro.moved} points and Pro to Enterprise by ${enterprise.moved}. Neither may move by less than ${pro.floor === enterprise.floor ? pro.floor : `${pro.floor} and ${enterprise.floor}`}.`;
  },
  fin_gate_5_stress_resilience: ({ value, threshold }, { infraCostMultiplier }) => {
    if (value === null || threshold === null) return null;
    const { value: margin, limit } = shownPair(value, threshold);
    return `With infrastructure at ${grouped(String(infraCostMultiplier))} times its cost the margin would be ${margin}%. The floor is ${limit}%.`;
  },
};

/** The tier whose expensive tenants cost most of what they pay. */
export function worstTier({ tiers }: Pick<GateFigures, 'tiers'>): { readonly tier: string; readonly share: number } | null {
  return tiers.reduce<{ tier: string; share: number } | null>((worst, row) => {
    const share = tierShare(row);
    return share !== null && (worst === null || share > worst.share) ? { tier: row.tier, share } : worst;
  }, null);
}

const delta = (value: number, floor: number): { moved: string; floor: string } => {
  const pair = shownPair(value, floor);
  const sign = value > 0 ? '+' : '';
  return { moved: `${sign}${grouped(pair.value)}`, floor: grouped(pair.limit) };
};

const article = (word: string): string => (/^[aeiou]/.test(word) ? 'an' : 'a');
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
