import type { GateChange } from '../../src-shared/contract/gates.ts';
import type { Value } from '../evidence/index.ts';
import { nameOfPlace, nameOfRow, type Named, type Topic } from './change-words.ts';
import { type Leaf, leavesOf } from './document-values.ts';
import { fixed, grouped, signedDifference } from './gate-numbers.ts';

/** What is another thing in the inputs of two runs, in words with old and new, the weightiest for a gate first. */

export interface ComparedDocuments {
  readonly role: string;
  readonly before: Value;
  readonly after: Value;
}

/** How much a topic has to do with a gate; what is not named counts for little. */
const WEIGHTS: readonly (readonly [gates: RegExp, weights: Partial<Record<Topic, number>>])[] = [
  [/^fin_gate_1_/, { margin: 6, llm: 5, infra: 4, support: 4, revenue: 3, price: 5, annual: 3, late: 2, people: 2, threshold: 9 }],
  [/^fin_gate_2_/, { p95: 8, limit: 9, price: 6, annual: 4, revenue: 1, llm: 2, people: 1, threshold: 9 }],
  [/^fin_gate_3_/, { annual: 8, price: 6, revenue: 3, people: 2, threshold: 9 }],
  [/^fin_gate_4_/, { conversion: 9, people: 3, price: 4, threshold: 9 }],
  [/^fin_gate_5_/, { stress: 9, infra: 8, llm: 3, support: 2, revenue: 2, margin: 3, price: 3, threshold: 9 }],
  [/^telemetry_gate_/, { free: 7, limit: 9, people: 1, p95: 2, llm: 2 }],
  [/^pkg_gate_020_/, { source: 8, threshold: 9 }],
  [/^pkg_fin_gate_/, { decision: 9, approval: 8 }],
];
const LITTLE = 0.5;
/** Where no gate is asked about: what people decide and what tenants cost, before what merely grew. */
const OF_NO_GATE: Partial<Record<Topic, number>> = {
  threshold: 9,
  limit: 9,
  decision: 8,
  approval: 8,
  price: 6,
  p95: 6,
  annual: 4,
  margin: 3,
};

const weightOf = (gate: string | null, topic: Topic): number =>
  (gate === null ? OF_NO_GATE : WEIGHTS.find(([gates]) => gates.test(gate))?.[1])?.[topic] ?? LITTLE;

interface Weighed {
  readonly change: GateChange;
  readonly weight: number;
}

/**
 * @param gate whose weights count; null for none
 * @param tiers that fail, so that what concerns them comes first
 */
export function inputChanges(documents: readonly ComparedDocuments[], gate: string | null, tiers: readonly string[] = []): GateChange[] {
  const found: Weighed[] = [];
  for (const document of documents) found.push(...changesIn(document, gate, tiers));
  return found.toSorted((a, b) => b.weight - a.weight || (a.change.what < b.change.what ? -1 : 1)).map(({ change }) => change);
}

function changesIn({ role, before, after }: ComparedDocuments, gate: string | null, tiers: readonly string[]): Weighed[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const found: Weighed[] = [];
  const add = (named: Named, size: number, rest: Pick<GateChange, 'before' | 'after' | 'difference' | 'pointer'>): void => {
    const concerned = named.tier !== null && tiers.includes(named.tier) ? 2 : 1;
    const weight = weightOf(gate, named.topic) * concerned * Math.min(1, Math.max(0.01, size));
    found.push({ change: { kind: named.kind, what: named.what, role, ...rest }, weight });
  };
  const whole = (path: string, rows: ReadonlySet<string>): boolean => [...rows].some((row) => path.startsWith(`${row}/`));
  const came = new Set([...now.rows].filter((row) => !old.rows.has(row) && !PASSED_ROWS.test(row)));
  const went = new Set([...old.rows].filter((row) => !now.rows.has(row) && !PASSED_ROWS.test(row)));
  for (const row of came) add(nameOfRow(row), 1, { before: null, after: 'added', difference: null, pointer: `/${row}` });
  for (const row of went) add(nameOfRow(row), 1, { before: 'was there', after: null, difference: null, pointer: `/${row}` });
  for (const path of new Set([...old.values.keys(), ...now.values.keys()])) {
    const [a, b] = [old.values.get(path), now.values.get(path)];
    if (a === b || whole(path, came) || whole(path, went)) continue;
    const named = nameOfPlace(path);
    if (named === null) continue;
    const pointer = now.pointers.get(path) ?? old.pointers.get(path) ?? '';
    const numbers = typeof a === 'number' && typeof b === 'number';
    const size = numbers ? Math.abs(b - a) / Math.max(Math.abs(a), Math.abs(b), Number.MIN_VALUE) : 1;
    const pair = numbers ? numberPair(a, b) : null;
    add(named, size, {
      before: a === undefined ? null : (pair?.before ?? leafText(a)),
      after: b === undefined ? null : (pair?.after ?? leafText(b)),
      difference: pair?.difference ?? null,
      pointer,
    });
  }
  return found;
}

/** Months that came to a history, rows that are told elsewhere. */
const PASSED_ROWS = /^(?:close_history|scenario_models|tier_revenue_inputs|runs|telemetry)\//;

/** Both with the same places: none where both are whole, else two, and more where two would hide the difference. */
function numberPair(a: number, b: number): { before: string; after: string; difference: string } {
  for (const places of Number.isInteger(a) && Number.isInteger(b) ? [0] : [2, 4, 6]) {
    const [before, after] = [fixed(a, places), fixed(b, places)];
    if (before !== after || places === 6)
      return { before: grouped(before), after: grouped(after), difference: grouping(signedDifference(after, before)) };
  }
  return { before: grouped(fixed(a, 0)), after: grouped(fixed(b, 0)), difference: grouping(signedDifference(fixed(b, 0), fixed(a, 0))) };
}

const grouping = (signed: string): string => `${signed.charAt(0)}${grouped(signed.slice(1))}`;

const LONGEST = 120;
function leafText(leaf: Leaf): string {
  if (leaf === null) return 'nothing';
  if (typeof leaf === 'boolean') return leaf ? 'yes' : 'no';
  const text = typeof leaf === 'number' ? grouped(String(leaf)) : leaf;
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
