import { checkNumber, shortened } from '../reference/fields.ts';
import { pyStrip } from '../reference/numbers.ts';
import { pyRound } from '../reference/round.ts';
import { instantText, type Micros, readInstant } from '../reference/timestamps.ts';
import { Refusal } from '../verdict.ts';
import { daysOf, hoursOf } from './rules.ts';
import type { Draft, EvidenceFiles, EvidenceRole, Verifier } from './verifier.ts';

/**
 * Whether the month's three finance artifacts were captured lately and together (contract A.7). Only `captured_at` of each
 * is read: the rest of a file may be anything, and the same file may stand three times.
 */

export interface MonthlyRefreshOptions {
  /** Days, more than 0; 35 where it is absent. */
  readonly maxAgeDays?: number;
  /** Days between the oldest and the newest capture, more than 0; 14 where it is absent. */
  readonly maxCaptureSpreadDays?: number;
  /** Hours that a capture may lie ahead, at least 0; 24 where it is absent. */
  readonly maxFutureSkewHours?: number;
  /** The time to judge by, in place of the clock. */
  readonly asOf?: string;
}

const ARTIFACTS = [
  { role: 'guardrails', name: 'finance_guardrails' },
  { role: 'telemetry', name: 'finance_telemetry_snapshot' },
  { role: 'policy', name: 'pkg_fin_policy_decisions' },
] as const satisfies readonly { role: EvidenceRole; name: string }[];

export const monthlyRefresh: Verifier<MonthlyRefreshOptions> = {
  label: 'monthly-finance-evidence-refresh',
  roles: ['guardrails', 'telemetry', 'policy'],
  options: [
    { name: 'maxAgeDays', flag: 'max-age-days', type: 'number', says: 'oldest capture that counts, in days (default: 35)' },
    {
      name: 'maxCaptureSpreadDays',
      flag: 'max-capture-spread-days',
      type: 'number',
      says: 'most days between the oldest and the newest capture (default: 14)',
    },
    { name: 'maxFutureSkewHours', flag: 'max-future-skew-hours', type: 'number', says: 'hours that a capture may lie ahead (default: 24)' },
    { name: 'asOf', flag: 'as-of', type: 'text', says: 'the time to judge by, in place of the clock' },
  ],
  verify(files, options, now, draft) {
    const limits = readLimits(options);
    const asOf = options.asOf === undefined ? now : readAsOf(options.asOf);
    const captures = ARTIFACTS.map(({ role, name }) => ({ role, name, at: readCapture(files, role, name, draft) }));
    for (const { role, name, at } of captures) {
      const ageDays = daysOf(asOf - at);
      draft.figures.push({
        id: `age_days.${name}`,
        name: `Age of ${name}`,
        unit: 'days',
        declared: null,
        declaredAt: null,
        computed: pyRound(ageDays, 6),
        formula: `${instantText(asOf)} − ${instantText(at)} = ${ageDays} days`,
        inputs: [{ pointer: `${role}#/captured_at`, name: 'captured_at (seconds since 1970)', value: Number(at) / 1e6 }],
        rule: `at most ${limits.ageDays} days old and ${limits.skewHours} hours ahead; contract A.7`,
        holds: ageDays <= limits.ageDays && -hoursOf(asOf - at) <= limits.skewHours,
      });
    }
    for (const { name, at } of captures) {
      const aheadHours = hoursOf(at - asOf);
      if (aheadHours > limits.skewHours) {
        throw new Refusal(
          `${name}.captured_at lies ${aheadHours} hours ahead, at most ${limits.skewHours} are allowed`,
          `${name}.captured_at`,
        );
      }
      const ageDays = daysOf(asOf - at);
      if (ageDays > limits.ageDays) throw new Refusal(`${name} is ${ageDays} days old, at most ${limits.ageDays} are allowed`, name);
    }
    checkSpread(captures, limits.spreadDays, draft);
  },
};

function readLimits({ maxAgeDays = 35, maxCaptureSpreadDays = 14, maxFutureSkewHours = 24 }: MonthlyRefreshOptions) {
  return {
    ageDays: aboveZero(maxAgeDays, 'max_age_days'),
    spreadDays: aboveZero(maxCaptureSpreadDays, 'max_capture_spread_days'),
    skewHours: checkNumber(maxFutureSkewHours, 'max_future_skew_hours', { min: 0 }).value,
  };
}

function aboveZero(given: number, field: string): number {
  const { value } = checkNumber(given, field);
  if (value <= 0) throw new Refusal(`${field} must be more than 0, not ${value}`, field);
  return value;
}

function readAsOf(text: string): Micros {
  const read = readInstant(pyStrip(text));
  if (!read.ok)
    throw new Refusal(`as_of must be an ISO 8601 time with a zone such as 2026-03-01T09:00:00Z, not “${shortened(text)}”`, 'as_of');
  return read.at;
}

function readCapture(files: EvidenceFiles, role: EvidenceRole, name: string, draft: Draft): Micros {
  return draft.within(role, name, (part) => files.root(role, part, name).instant('captured_at'));
}

function checkSpread(captures: readonly { role: EvidenceRole; name: string; at: Micros }[], limitDays: number, draft: Draft): void {
  const oldest = captures.reduce((a, b) => (b.at < a.at ? b : a));
  const newest = captures.reduce((a, b) => (b.at > a.at ? b : a));
  const spreadDays = daysOf(newest.at - oldest.at);
  const holds = spreadDays <= limitDays;
  // The reference prints it with two decimals, so it is a text.
  draft.derived['capture_spread_days_2dp'] = pyRound(spreadDays, 2).toFixed(2);
  draft.figures.push({
    id: 'capture_spread_days',
    name: 'Days between the oldest and the newest capture',
    unit: 'days',
    declared: null,
    declaredAt: null,
    computed: pyRound(spreadDays, 2),
    formula: `${instantText(newest.at)} (${newest.name}) − ${instantText(oldest.at)} (${oldest.name}) = ${spreadDays} days`,
    inputs: captures.map(({ role, at }) => ({
      pointer: `${role}#/captured_at`,
      name: 'captured_at (seconds since 1970)',
      value: Number(at) / 1e6,
    })),
    rule: `at most ${limitDays} days; contract A.7`,
    holds,
  });
  if (!holds)
    throw new Refusal(`the captures lie ${spreadDays} days apart (${oldest.name} to ${newest.name}), at most ${limitDays} are allowed`);
}
