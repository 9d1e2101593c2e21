import { type Fields, shortened } from '../reference/fields.ts';
import { equalRounded } from '../reference/round.ts';
import { pyStr, requiredText } from '../reference/text.ts';
import type { Value } from '../reference/value.ts';
import { Refusal } from '../verdict.ts';
import { addGate, checkCapturedAt, DRILL_AGE_OPTION, type DrillAgeOptions, lowered, NO_LEAST, positiveOption } from './drill-parts.ts';
import { atLeast, atMost } from './rules.ts';
import type { Draft, Verifier } from './verifier.ts';

/**
 * The load test of the enforcement service (contract A.10). The rules and their order are the reference's; where it takes
 * any value for true, we want a JSON boolean, because `"passed": "false"` must not pass. Declared figures are compared
 * after rounding to four digits. The gates are ours: the reference only passes or fails.
 */
export const STRESS_LIMITS = { maxP95Seconds: 2, maxErrorRatePercent: 1, minThroughputRps: 0.5, minRounds: 3 } as const;
export const STRESS_DEFAULTS = { minDurationSeconds: 30, minConcurrentUsers: 10, requiredDatabaseEngine: 'postgresql' } as const;

const RUNNER = 'scripts/load_test_api.py';
const ENDPOINTS = [
  '/api/v1/enforcement/exports/parity?limit=50',
  '/api/v1/enforcement/ledger?limit=50',
  '/api/v1/enforcement/policies',
] as const;

export interface StressOptions extends DrillAgeOptions {
  /** Seconds; 30 where it is absent. */
  readonly minDurationSeconds?: number;
  /** 10 where it is absent. */
  readonly minConcurrentUsers?: number;
  /** `postgresql` where it is absent. */
  readonly requiredDatabaseEngine?: string;
}

export const stress: Verifier<StressOptions> = {
  label: 'enforcement-stress',
  roles: ['artifact'],
  options: [
    DRILL_AGE_OPTION,
    { name: 'minDurationSeconds', flag: 'min-duration-seconds', type: 'number', says: 'shortest run that counts, in seconds (30)' },
    { name: 'minConcurrentUsers', flag: 'min-concurrent-users', type: 'number', says: 'fewest concurrent users that count (10)' },
    { name: 'requiredDatabaseEngine', flag: 'required-database-engine', type: 'text', says: 'the engine that must have run (postgresql)' },
  ],
  verify(files, options, now, draft) {
    const root = files.root('artifact', draft);
    if (lowered(root.raw('profile')) !== 'enforcement') throw root.refuse('profile', 'must be enforcement');
    if (requiredText(root.raw('runner')) !== RUNNER) throw root.refuse('runner', `must be ${RUNNER}`);
    checkEngine(root.child('runtime'), options);
    checkCapturedAt(root, options, now);
    checkEndpoints(root);
    const rounds = checkLoad(root, options);
    const runs = root.list('runs');
    if (BigInt(runs.length) < rounds) throw root.refuse('runs', `must hold ${rounds} runs, one a round, not ${runs.length}`);
    checkPreflight(root.child('preflight'));
    addGate(draft, 'enforcement_gate_stress_load', true, `${rounds} rounds, long and busy enough, after a preflight that passed`);

    const results = root.child('results');
    const declared = readResults(root, results, draft);
    compareWithRuns(root, results, runs.slice(0, Number(rounds)), declared);
    checkErrorRate(results, declared.counts, draft);
    checkThresholds(root.child('thresholds'));
    checkEvaluation(root, declared, rounds);
  },
};

function checkEngine(runtime: Fields, options: StressOptions): void {
  const actual = engineOf(runtime.raw('database_engine'), runtime.at('database_engine'));
  const wanted = engineOf(options.requiredDatabaseEngine ?? STRESS_DEFAULTS.requiredDatabaseEngine, 'required_database_engine');
  if (actual !== wanted) throw runtime.refuse('database_engine', `must be ${wanted}, not ${shortened(actual)}`);
}

/** `postgresql+asyncpg://…`, `Postgres` and `postgresql` are one engine. */
function engineOf(given: Value, field: string): string {
  const text = lowered(given);
  if (text === '') throw new Refusal(`${field} must be a text that is not empty`, field);
  const base = text.split('://', 1)[0]!.split('+', 1)[0]!;
  if (base.startsWith('postgres')) return 'postgresql';
  return base.startsWith('sqlite') ? 'sqlite' : base;
}

function checkEndpoints(root: Fields): void {
  const named = new Set(root.list('endpoints', { filled: true }).map(pyStr));
  const missing = ENDPOINTS.filter((endpoint) => !named.has(endpoint));
  if (missing.length > 0) throw root.refuse('endpoints', `must include ${missing.join(', ')}`);
}

function checkLoad(root: Fields, options: StressOptions): bigint {
  const { minDurationSeconds, minConcurrentUsers } = { ...STRESS_DEFAULTS, ...options };
  const read = (key: string, limit: number, unit = ''): bigint => {
    const value = root.integer(key, { min: 0n });
    if (Number(value) < limit) throw root.refuse(key, `must be at least ${limit}${unit}, not ${value}`);
    return value;
  };
  const rounds = read('rounds', STRESS_LIMITS.minRounds);
  read('duration_seconds', positiveOption(minDurationSeconds, 'min_duration_seconds'), ' s');
  read('concurrent_users', positiveOption(minConcurrentUsers, 'min_concurrent_users'));
  return rounds;
}

function checkPreflight(preflight: Fields): void {
  for (const key of ['enabled', 'passed']) {
    if (!preflight.boolean(key)) throw preflight.refuse(key, 'must be true: a run without its preflight proves nothing');
  }
  const failures = preflight.raw('failures');
  if (Array.isArray(failures) && failures.length > 0) throw preflight.refuse('failures', 'must be empty when the preflight passed');
}

interface Counts {
  readonly total: bigint;
  readonly failed: bigint;
  readonly successful: bigint;
}

function readCounts(results: Fields): Counts {
  const total = results.integer('total_requests', { min: 0n });
  const failed = results.integer('failed_requests', { min: 0n });
  if (total <= 0n) throw results.refuse('total_requests', 'must be above 0');
  if (failed > total) throw results.refuse('failed_requests', `must be at most the ${total} requests in all, not ${failed}`);
  const successful = results.integer('successful_requests', { min: 0n });
  if (successful !== total - failed) {
    throw results.refuse('successful_requests', `must be ${total} − ${failed} = ${total - failed}, not ${successful}`);
  }
  return { total, failed, successful };
}

interface Declared {
  readonly counts: Counts;
  readonly p95: number;
  readonly throughput: number;
  readonly slowest: number;
}

/** What the file declares over all runs, within the limits of the gate. */
function readResults(root: Fields, results: Fields, draft: Draft): Declared {
  const { maxP95Seconds, minThroughputRps } = STRESS_LIMITS;
  const counts = readCounts(results);
  const p95 = results.number('p95_response_time');
  const quick = p95 <= maxP95Seconds;
  addGate(draft, 'enforcement_gate_stress_p95', quick, atMost('p95 response time in seconds', p95, maxP95Seconds));
  if (!quick) throw results.refuse('p95_response_time', `is ${p95} s, above the limit of ${maxP95Seconds} s`);
  const throughput = results.number('throughput_rps');
  if (throughput <= 0) throw results.refuse('throughput_rps', `must be above 0, not ${throughput}`);
  const slowest = root.number('min_throughput_rps');
  const enough = slowest >= minThroughputRps;
  addGate(draft, 'enforcement_gate_stress_throughput', enough, atLeast('slowest round in requests a second', slowest, minThroughputRps));
  if (!enough) throw root.refuse('min_throughput_rps', `is ${slowest}, below the limit of ${minThroughputRps}`);
  return { counts, p95, throughput, slowest };
}

/** The share of failed requests, in percent, computed from the counts: the file declares none. */
function checkErrorRate(results: Fields, { failed, total }: Counts, draft: Draft): void {
  const { maxErrorRatePercent } = STRESS_LIMITS;
  const rate = (Number(failed) / Number(total)) * 100;
  const holds = rate <= maxErrorRatePercent;
  draft.derived['error_rate_percent'] = rate;
  draft.figures.push({
    id: 'error_rate_percent',
    name: 'Failed requests',
    unit: 'percent',
    declared: null,
    declaredAt: null,
    computed: rate,
    formula: `${failed} / ${total} × 100 = ${rate}`,
    inputs: ['failed_requests', 'total_requests'].map((name) => ({
      pointer: results.pointer(name),
      name,
      value: Number(name === 'total_requests' ? total : failed),
    })),
    rule: 'not rounded; contract A.10',
    holds,
  });
  addGate(draft, 'enforcement_gate_stress_error_rate', holds, atMost('failed requests in percent', rate, maxErrorRatePercent));
  if (!holds) throw results.refuse('failed_requests', `is ${rate} % of ${total}, above the limit of ${maxErrorRatePercent} %`);
}

/** The declared results are those of the runs: sums, the worst percentiles, the slowest and the mean throughput. */
function compareWithRuns(root: Fields, results: Fields, runs: readonly Value[], declared: Declared): void {
  const read = runs.map((run, index) => readRun(root.item('runs', run, index), index));
  for (const [key, name] of [
    ['total_requests', 'total'],
    ['successful_requests', 'successful'],
    ['failed_requests', 'failed'],
  ] as const) {
    const sum = read.reduce((all, run) => all + run.counts[name], 0n);
    if (sum !== declared.counts[name]) {
      throw results.refuse(key, `must be the sum over the runs, ${sum}, not ${declared.counts[name]}`);
    }
  }
  const same = (fields: Fields, key: string, given: number, computed: number, what: string): void => {
    if (!equalRounded(given, computed, 4)) throw fields.refuse(key, `must be ${what} of the runs, ${computed}, not ${given}`);
  };
  same(results, 'p95_response_time', declared.p95, Math.max(...read.map(({ p95 }) => p95)), 'the highest');
  const worstP99 = Math.max(...read.map(({ p99 }) => p99));
  same(results, 'p99_response_time', results.number('p99_response_time'), worstP99, 'the highest');
  const rates = read.map(({ throughput }) => throughput);
  same(root, 'min_throughput_rps', declared.slowest, Math.min(...rates), 'the lowest throughput');
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  same(results, 'throughput_rps', declared.throughput, mean, 'the mean');
}

function readRun(run: Fields, index: number): { counts: Counts; p95: number; p99: number; throughput: number } {
  const runIndex = run.integer('run_index', { min: NO_LEAST });
  if (runIndex !== BigInt(index + 1)) throw run.refuse('run_index', `must be ${index + 1}, not ${shortened(String(runIndex))}`);
  run.instant('captured_at');
  const results = run.child('results');
  return {
    counts: readCounts(results),
    p95: results.number('p95_response_time'),
    p99: results.number('p99_response_time'),
    throughput: results.number('throughput_rps'),
  };
}

function checkThresholds(thresholds: Fields): void {
  for (const [key, limit] of [
    ['max_p95_seconds', STRESS_LIMITS.maxP95Seconds],
    ['max_error_rate_percent', STRESS_LIMITS.maxErrorRatePercent],
    ['min_throughput_rps', STRESS_LIMITS.minThroughputRps],
  ] as const) {
    const declared = thresholds.number(key);
    if (!equalRounded(declared, limit, 4)) throw thresholds.refuse(key, `must be the limit of this gate, ${limit}, not ${declared}`);
  }
}

function checkEvaluation(root: Fields, { p95, slowest }: Declared, rounds: bigint): void {
  const evaluation = root.child('evaluation');
  const worst = evaluation.number('worst_p95_seconds');
  const least = evaluation.number('min_throughput_rps');
  if (!equalRounded(worst, p95, 4)) throw evaluation.refuse('worst_p95_seconds', `must be that of the results, ${p95}, not ${worst}`);
  if (!equalRounded(least, slowest, 4)) throw evaluation.refuse('min_throughput_rps', `must be ${slowest} as above, not ${least}`);
  const judged = evaluation.list('rounds');
  if (BigInt(judged.length) !== rounds) throw evaluation.refuse('rounds', `must hold ${rounds} rounds, not ${judged.length}`);
  const allMeet = judged.map((round, index) => evaluation.item('rounds', round, index).boolean('meets_targets')).every(Boolean);
  const overall = evaluation.boolean('overall_meets_targets');
  if (overall !== allMeet) throw evaluation.refuse('overall_meets_targets', `must be ${allMeet}, as the rounds say`);
  if (!overall) throw evaluation.refuse('overall_meets_targets', 'must be true: a round missed its targets');
  if (root.has('meets_targets') && !root.boolean('meets_targets')) {
    throw root.refuse('meets_targets', 'must be true when all rounds meet their targets');
  }
}
