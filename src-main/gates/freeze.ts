import { gateById } from './gate-catalogue.ts';
import { lineText } from './gate-words.ts';
import { listed, monthName } from './gate-numbers.ts';
import type { GateLine } from './release-gate.ts';

/**
 * What a run does to price and packaging motions (decision memo: breach behaviour is defined in advance). A finance gate, a
 * PKG/FIN decision gate or a gate of the pricing register that fails in the newest month freezes them; the first later run
 * of the newest month in which all of them pass lifts the freeze.
 */

const FREEZING_GROUPS: readonly GateLine['group'][] = ['finance', 'policy-decisions', 'pricing-register'];

export const freezesMotions = (gate: string): boolean => {
  const group = gateById(gate)?.group;
  return group !== undefined && FREEZING_GROUPS.includes(group);
};

export type FreezeAct = 'none' | 'opened' | 'failed-again' | 'lifted' | 'holds';

export interface FreezeDecision {
  readonly act: FreezeAct;
  /** The gates that fail, in the order of the run. */
  readonly failing: readonly string[];
}

/**
 * @param frozen the gates for which motions are frozen now; null where they are not
 * @param results of a run of the newest month, by the contract's limits
 *
 * A gate that is only stale freezes nothing: what was measured holds, it is the artifact that is old. It lifts nothing
 * either, and neither does a gate that was not judged.
 */
export function decideFreeze(frozen: readonly string[] | null, results: readonly Pick<GateLine, 'id' | 'state'>[]): FreezeDecision {
  const relevant = results.filter(({ id }) => freezesMotions(id));
  const failing = relevant.filter(({ state }) => state === 'fail').map(({ id }) => id);
  if (frozen === null) return { act: failing.length > 0 ? 'opened' : 'none', failing };
  if (failing.length > 0) return { act: 'failed-again', failing };
  const passes = (gate: string): boolean => relevant.some(({ id, state }) => id === gate && state === 'pass');
  return { act: frozen.every(passes) ? 'lifted' : 'holds', failing };
}

/** `FIN 2 failed at the May close: p95 LLM cost of MRR 8.32% > 8.00%.` */
export function freezeSays(month: string, lines: readonly GateLine[]): string {
  const names = listed(lines.map(({ shortId }) => shortId));
  const figures = lines.map((line) => (lines.length === 1 ? lineText(line) : `${line.shortId} ${lineText(line)}`)).join('; ');
  return `${names} failed at the ${monthName(month)} close: ${figures}.`;
}

/** What lifts a freeze, in words. */
export const liftSays = (shorts: readonly string[]): string =>
  shorts.length === 0
    ? ''
    : `The freeze lifts with the first gate run of the newest month in which ${listed(shorts)} ${shorts.length === 1 ? 'passes' : 'pass'}.`;
