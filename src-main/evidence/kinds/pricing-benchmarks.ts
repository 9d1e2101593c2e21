import { checkNumber, type Fields, shortened } from '../reference/fields.ts';
import { isHttpsUrl } from '../reference/https-url.ts';
import { equalRounded, pyRound } from '../reference/round.ts';
import { requiredText } from '../reference/text.ts';
import { instantText, type Micros } from '../reference/timestamps.ts';
import { type DerivedFigure, Refusal } from '../verdict.ts';
import { atMost, type ComputedGate, daysOf, judgeGates } from './rules.ts';
import type { Draft, Verifier } from './verifier.ts';

/** The register of pricing benchmarks (contract A.3). Its age is that of its sources: measured now, not at its capture. */

export interface PricingBenchmarksOptions {
  /** Days, at least 1; the register's own limit where it is absent. */
  readonly maxSourceAgeDays?: number;
}

const CLASSES = ['vendor_pricing_page', 'industry_benchmark_report', 'standards_guidance', 'analyst_report'];
const DEFAULT_CLASSES = CLASSES.slice(0, 3);
const DEFAULT_MINIMUM_COUNT = 5n;
const DEFAULT_MINIMUM_CONFIDENCE = 0.7;

export const pricingBenchmarks: Verifier<PricingBenchmarksOptions> = {
  label: 'pricing-benchmark-register',
  roles: ['artifact'],
  options: [
    {
      name: 'maxSourceAgeDays',
      flag: 'max-source-age-days',
      type: 'number',
      says: "oldest source that counts, in days (at least 1; default: the register's own limit)",
    },
  ],
  verify(files, options, now, draft) {
    const root = files.root('artifact', draft);
    const capturedAt = root.instant('captured_at');
    const policy = readPolicy(root.child('refresh_policy'), options);
    const thresholds = readThresholds(root);
    const sources = readSources(root, capturedAt, now);
    checkSummary(root.child('summary'), sources, draft);
    const stale = sources.filter(({ ageDays }) => ageDays > policy.maxAgeDays);
    const missing = policy.requiredClasses.filter((wanted) => !sources.some((source) => source.sourceClass === wanted));
    const enough = BigInt(sources.length) >= thresholds.minimumCount;
    const gates: readonly ComputedGate[] = [
      { gate: 'pkg_gate_020_register_fresh', holds: stale.length === 0, says: freshnessOf(sources, policy.maxAgeDays) },
      {
        gate: 'pkg_gate_020_required_classes_present',
        holds: missing.length === 0,
        says: missing.length === 0 ? `sources of ${policy.requiredClasses.join(', ')}` : `no source of ${missing.join(', ')}`,
      },
      {
        gate: 'pkg_gate_020_minimum_sources_met',
        holds: enough,
        says: `${sources.length} sources ${enough ? '≥' : '<'} ${thresholds.minimumCount}`,
      },
    ];
    judgeGates(root, gates, draft);
    const doubtful = sources.filter(({ confidence }) => confidence < thresholds.minimumConfidence);
    if (missing.length > 0) throw new Refusal(`sources hold none of the required class ${missing.join(', ')}`);
    if (!enough) throw new Refusal(`sources are too few: ${sources.length}, at least ${thresholds.minimumCount} are required`);
    if (stale.length > 0) throw new Refusal(`sources are older than ${policy.maxAgeDays} days: ${namesOf(stale)}`);
    if (doubtful.length > 0) throw new Refusal(`sources have a confidence below ${thresholds.minimumConfidence}: ${namesOf(doubtful)}`);
  },
};

/** The register's own limit is checked even where the option overrides it. */
function readPolicy(policy: Fields, { maxSourceAgeDays }: PricingBenchmarksOptions) {
  const own = policy.number('max_source_age_days', { min: 1 });
  const maxAgeDays = maxSourceAgeDays === undefined ? own : checkNumber(maxSourceAgeDays, 'max_source_age_days', { min: 1 }).value;
  if (!policy.has('required_source_classes')) return { maxAgeDays, requiredClasses: DEFAULT_CLASSES };
  const requiredClasses = policy.list('required_source_classes', { filled: true }).map(requiredText);
  const unknown = requiredClasses.find((name) => !CLASSES.includes(name));
  if (unknown !== undefined) {
    throw policy.refuse('required_source_classes', `holds “${shortened(unknown)}”, which is none of ${CLASSES.join(', ')}`);
  }
  return { maxAgeDays, requiredClasses: [...new Set(requiredClasses)] };
}

function readThresholds(root: Fields) {
  const thresholds = root.has('thresholds') ? root.child('thresholds') : null;
  const hasConfidence = thresholds?.has('minimum_confidence_score') === true;
  return {
    minimumCount: thresholds?.integer('minimum_source_count', { min: 1n, absent: DEFAULT_MINIMUM_COUNT }) ?? DEFAULT_MINIMUM_COUNT,
    minimumConfidence: hasConfidence ? thresholds.number('minimum_confidence_score', { min: 0, max: 1 }) : DEFAULT_MINIMUM_CONFIDENCE,
  };
}

interface Source {
  readonly id: string;
  readonly sourceClass: string;
  readonly confidence: number;
  readonly crawledAt: Micros;
  readonly pointer: string;
  /** Days before now. */
  readonly ageDays: number;
  /** Days before the register was captured. */
  readonly ageAtCaptureDays: number;
  readonly capturedAt: Micros;
}

function readSources(root: Fields, capturedAt: Micros, now: Micros): readonly Source[] {
  const sources: Source[] = [];
  const ids = new Set<string>();
  for (const fields of root.items('sources', { filled: true })) {
    const id = fields.text('id');
    if (ids.has(id)) throw fields.refuse('id', `stands twice: “${shortened(id)}”`);
    ids.add(id);
    const url = fields.text('url');
    if (!isHttpsUrl(url)) throw fields.refuse('url', `must be an https address with a host, not “${shortened(url)}”`);
    const sourceClass = fields.oneOf('source_class', CLASSES);
    const crawledAt = fields.instant('crawled_at');
    if (crawledAt > capturedAt) throw fields.refuse('crawled_at', 'must not be after captured_at');
    sources.push({
      id,
      sourceClass,
      confidence: fields.number('confidence_score', { min: 0, max: 1 }),
      crawledAt,
      pointer: fields.pointer('crawled_at'),
      ageDays: daysOf(now - crawledAt),
      ageAtCaptureDays: daysOf(capturedAt - crawledAt),
      capturedAt,
    });
  }
  return sources;
}

function checkSummary(summary: Fields, sources: readonly Source[], draft: Draft): void {
  const total = summary.integer('total_sources', { min: 1n });
  draft.figures.push(countFigure(summary, 'total_sources', total, sources));
  if (total !== BigInt(sources.length)) throw summary.refuse('total_sources', `says ${total}, but there are ${sources.length} sources`);
  const counts = summary.child('class_counts');
  for (const sourceClass of new Set(sources.map((source) => source.sourceClass))) {
    const declared = counts.integer(sourceClass, { min: 0n });
    const found = sources.filter((source) => source.sourceClass === sourceClass);
    draft.figures.push(countFigure(counts, sourceClass, declared, found));
    if (declared !== BigInt(found.length)) {
      throw summary.refuse('class_counts', `says ${declared} for ${sourceClass}, but there are ${found.length} such sources`);
    }
  }
  checkOldest(summary, sources, draft);
}

const countFigure = (fields: Fields, key: string, declared: bigint, sources: readonly Source[]): DerivedFigure => ({
  id: key === 'total_sources' ? key : `class_counts.${key}`,
  name: key === 'total_sources' ? 'Sources in the register' : `Sources of the class ${key}`,
  unit: 'count',
  // A count of hundreds of digits is refused; it has no double to be shown as.
  declared: Number.isFinite(Number(declared)) ? Number(declared) : null,
  declaredAt: fields.pointer(key),
  computed: sources.length,
  formula: `rows counted = ${sources.length}`,
  inputs: sources.map((source) => ({ pointer: source.pointer, name: shortened(source.id), value: 1 })),
  rule: 'equal; contract A.3',
  holds: declared === BigInt(sources.length),
});

function checkOldest(summary: Fields, sources: readonly Source[], draft: Draft): void {
  const declared = summary.number('oldest_source_age_days', { min: 0 });
  const oldest = sources.reduce((old, source) => (source.crawledAt < old.crawledAt ? source : old));
  const computed = oldest.ageAtCaptureDays;
  const holds = equalRounded(declared, computed, 2);
  draft.figures.push({
    id: 'oldest_source_age_days',
    name: 'Age of the oldest source when the register was captured',
    unit: 'days',
    declared,
    declaredAt: summary.pointer('oldest_source_age_days'),
    computed: pyRound(computed, 2),
    formula: `${instantText(oldest.capturedAt)} − ${instantText(oldest.crawledAt)} = ${computed} days`,
    inputs: sources.map((source) => ({
      pointer: source.pointer,
      name: `age of ${shortened(source.id)} in days`,
      value: source.ageAtCaptureDays,
    })),
    rule: 'rounded half-even on the binary value to 2 decimals on both sides; contract A.3',
    holds,
  });
  if (!holds) throw summary.refuse('oldest_source_age_days', `says ${declared}, but the sources give ${pyRound(computed, 2)}`);
}

function freshnessOf(sources: readonly Source[], limit: number): string {
  const oldest = sources.reduce((old, source) => (source.ageDays > old.ageDays ? source : old));
  return atMost(`age in days of the oldest source (${shortened(oldest.id)})`, oldest.ageDays, limit);
}

const namesOf = (sources: readonly Source[]): string => sources.map(({ id }) => shortened(id)).join(', ');
