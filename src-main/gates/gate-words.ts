import type { CatalogueGate } from './gate-catalogue.ts';
import { grouped, shownPair, fixed } from './gate-numbers.ts';
import type { GateLine } from './release-gate.ts';

/** How a gate's figure reads: with its unit, its limit and the sign that really holds between them. */

const SUFFIX: Readonly<Record<NonNullable<CatalogueGate['unit']>, string>> = {
  percent: '%',
  hours: ' h',
  days: ' d',
  months: ' months',
  seconds: ' s',
  'requests/s': ' requests/s',
  count: '',
};
const WHOLE: ReadonlySet<CatalogueGate['unit']> = new Set(['months', 'count']);

export const unitSuffix = (unit: CatalogueGate['unit']): string => (unit === null ? '' : SUFFIX[unit]);

/** Deltas of conversion are differences of percentages: points. */
export const suffixOf = ({ id, unit }: { readonly id: string; readonly unit: CatalogueGate['unit'] }): string =>
  id === 'fin_gate_4_expansion_signal' ? ' pt' : unitSuffix(unit);

/** Figure and limit as decimal texts, with as few places as tell them apart; null where there is none. */
export function lineFigures(line: Pick<GateLine, 'value' | 'threshold' | 'unit'>): {
  readonly value: string | null;
  readonly threshold: string | null;
} {
  const { value, threshold, unit } = line;
  if (WHOLE.has(unit))
    return { value: value === null ? null : fixed(value, 0), threshold: threshold === null ? null : fixed(threshold, 0) };
  if (value !== null && threshold !== null) {
    const pair = shownPair(value, threshold);
    return { value: pair.value, threshold: pair.limit };
  }
  return { value: value === null ? null : fixed(value), threshold: threshold === null ? null : fixed(threshold) };
}

/** `8.32% > 8.00%`; the reason where the gate has no figure, or its figure alone does not decide. */
export function lineText(line: Pick<GateLine, 'id' | 'value' | 'threshold' | 'unit' | 'comparison' | 'state' | 'reason'>): string {
  const { value, threshold } = lineFigures(line);
  if (value === null || threshold === null || line.comparison === null) return plainReason(line.reason);
  const within = line.comparison === '≥' ? Number(line.value) >= Number(line.threshold) : Number(line.value) <= Number(line.threshold);
  if (within !== (line.state === 'pass')) return plainReason(line.reason);
  const sign = within ? line.comparison : line.comparison === '≥' ? '<' : '>';
  const suffix = suffixOf(line);
  return `${grouped(value)}${suffix} ${sign} ${grouped(threshold)}${suffix}`;
}

const plainReason = (reason: string): string => reason.replace(/\.$/, '');

/** `≥ 80.00%`: what the gate asks for. */
export function ruleText(gate: Pick<CatalogueGate, 'id' | 'comparison' | 'unit'>, threshold: string | null): string {
  if (gate.comparison === null || threshold === null) return '';
  // Limits of time and counts are whole: only a percentage is always shown to two places.
  const shown = gate.unit === 'percent' ? threshold : threshold.replace(/\.0+$/, '');
  return `${gate.comparison} ${grouped(shown)}${suffixOf(gate)}`;
}

/** What a whole run says in one sentence. */
export function runSays(results: readonly GateLine[], decision: 'pass' | 'fail' | 'cannot-decide', missing: readonly string[]): string {
  const failing = results.filter(({ decides, state }) => decides && state === 'fail');
  const stale = results.filter(({ decides, state }) => decides && state === 'stale');
  if (decision === 'pass') return 'Every gate that decides passes.';
  const parts = [
    failing.length === 0 ? '' : `${failing.map(({ shortId }) => shortId).join(', ')} ${failing.length === 1 ? 'fails' : 'fail'}.`,
    stale.length === 0 ? '' : `${stale.map(({ shortId }) => shortId).join(', ')} ${stale.length === 1 ? 'is' : 'are'} stale.`,
    missing.length === 0 ? '' : `Required and not there: ${missing.join(', ')}.`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'It cannot be decided.' : parts.join(' ');
}
