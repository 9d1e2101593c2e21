/**
 * Conformance of the actual figures of a receipt with its envelope claim: each of the five must be at most what was
 * claimed, and an actual figure that is missing counts as 0. Figures are compared as the decimals they are spelled as.
 */
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { parseExact } from './exact-json.ts';

export type Conformance = OutputOf<Contract, 'receipt.get'>['conformance'];

interface Bound {
  /** Member of `envelope_claim`. */
  readonly claim: string;
  /** Member of the metrics. */
  readonly actual: string;
  readonly violation: string;
  readonly unit: string;
}

/** The five bounds, in the order of the receipt's schema. */
export const BOUNDS: readonly Bound[] = [
  { claim: 'throughput_req_s', actual: 'throughput_actual', violation: 'throughput_exceeded', unit: 'requests/s' },
  { claim: 'concurrent', actual: 'concurrent_actual', violation: 'concurrent_exceeded', unit: 'connections' },
  { claim: 'queue_depth', actual: 'queue_depth_actual', violation: 'queue_depth_exceeded', unit: 'messages' },
  { claim: 'latency_p99_ms', actual: 'latency_p99_actual', violation: 'latency_exceeded', unit: 'ms' },
  { claim: 'failover_s', actual: 'failover_actual', violation: 'failover_exceeded', unit: 's' },
];

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** Larger exponents are no measurements; comparing them digit by digit would take memory. */
const MAX_EXPONENT = 400;

interface Decimal {
  readonly digits: bigint;
  /** Value = digits · 10^exponent. */
  readonly exponent: number;
}

const parseDecimal = (text: string): Decimal | null => {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  const exponent = Number(power) - fraction.length;
  return Math.abs(exponent) > MAX_EXPONENT ? null : { digits: BigInt(`${sign}${whole}${fraction}`), exponent };
};

/** Whether a ≤ b, for JSON numbers as they are spelled; null where one of them is not such a number. */
export const isAtMost = (a: string, b: string): boolean | null => {
  const [left, right] = [parseDecimal(a), parseDecimal(b)];
  if (left === null || right === null) return null;
  const common = Math.min(left.exponent, right.exponent);
  const scaled = ({ digits, exponent }: Decimal): bigint => digits * 10n ** BigInt(exponent - common);
  return scaled(left) <= scaled(right);
};

const asObject = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;

/**
 * Where the actual figures of a receipt stand: the `metrics` of the last of its `conformance_events` (profile
 * erlmcp-json-0), or `audit_fields.actuals` (jcs-sha256-1). Null where it has none.
 */
const actualsOf = (receipt: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | null => {
  const events = receipt['conformance_events'];
  if (Array.isArray(events)) {
    const metrics = events.map((event) => asObject(asObject(event)?.['metrics'])).findLast((found) => found !== null);
    if (metrics !== undefined && metrics !== null) return metrics;
  }
  return asObject(asObject(receipt['audit_fields'])?.['actuals']);
};

const figure = (value: unknown): string | null => (typeof value === 'string' && DECIMAL.test(value) ? value : null);

/** Holds the actual figures of a receipt (parsed with `parseExact`) against its claim. */
export const conformanceOf = (receipt: Readonly<Record<string, unknown>> | null): Conformance => {
  const claim = receipt === null ? null : asObject(receipt['envelope_claim']);
  const actuals = receipt === null ? null : actualsOf(receipt);
  const violations: string[] = [];
  const lines = BOUNDS.map(({ claim: name, actual: actualName, violation, unit }) => {
    const claimed = figure(claim?.[name]);
    const actual = actuals === null ? null : (figure(actuals[actualName]) ?? '0');
    const holds = actual === null || claimed === null ? null : isAtMost(actual, claimed);
    if (holds === false) violations.push(violation);
    return { name, unit, claim: claimed, actual, holds };
  });
  return { result: actuals === null ? 'no-actuals' : violations.length > 0 ? 'fail' : 'pass', violations, lines };
};

/** Conformance of many receipts, counted. */
export interface ConformanceCounts {
  receipts: number;
  withActuals: number;
  pass: number;
  fail: number;
  readonly violations: Record<string, number>;
}

export const noConformance = (): ConformanceCounts => ({ receipts: 0, withActuals: 0, pass: 0, fail: 0, violations: {} });

/** Most lines have no actual figures, and a search in their bytes says so without taking them apart. */
const mayHaveActuals = (line: Buffer): boolean =>
  line.includes('"actuals"') || line.includes('"conformance_events"') || line.includes('\\u');

/** Counts one more line; null or one that cannot be read is a receipt without actual figures. */
export const addConformance = (counts: ConformanceCounts, line: Buffer | null): void => {
  counts.receipts += 1;
  if (line === null || !mayHaveActuals(line)) return;
  const { result, violations } = conformanceOf(parseExact(line));
  if (result === 'no-actuals') return;
  counts.withActuals += 1;
  counts[result] += 1;
  for (const name of violations) counts.violations[name] = (counts.violations[name] ?? 0) + 1;
};
