import { pyRound } from '../reference/round.ts';
import { Gaps, msOr } from './gaps.ts';
import type { Maker } from './maker.ts';
import { isPlainObject, listAt, objectAt, type PlainObject, textAt, without } from './plain-document.ts';

/** The register of pricing benchmarks (contract A.3). */

export const SOURCE_CLASSES = ['vendor_pricing_page', 'industry_benchmark_report', 'standards_guidance', 'analyst_report'] as const;

const DAY_MS = 86_400_000;
/** What the verifier takes where a register says nothing of it. */
const POLICY: PlainObject = {
  max_source_age_days: 120,
  required_source_classes: ['vendor_pricing_page', 'industry_benchmark_report', 'standards_guidance'],
  refresh_cadence: 'quarterly',
};
const THRESHOLDS: PlainObject = { minimum_source_count: 5, minimum_confidence_score: 0.7 };

const numberOr = (value: unknown, fallback: number): number => (typeof value === 'number' && Number.isFinite(value) ? value : fallback);
const maxAgeOf = (document: PlainObject): number => numberOr(objectAt(document, 'refresh_policy')['max_source_age_days'], 120);
const sourcesOf = (document: PlainObject): readonly PlainObject[] => listAt(document, 'sources').filter(isPlainObject);

export const pricingBenchmarksMaker: Maker = {
  kind: 'pricing-benchmarks',
  stores: 'pricing-benchmarks',
  hasGates: true,
  start: (newest) => {
    const base = newest === null ? {} : without(newest, 'captured_at', 'summary', 'gate_results');
    return {
      document: {
        sources: [],
        ...base,
        refresh_policy: { ...POLICY, ...objectAt(base, 'refresh_policy') },
        thresholds: { ...THRESHOLDS, ...objectAt(base, 'thresholds') },
      },
      notes: newest === null ? [] : ['Sources, limits and thresholds come from the newest register. Say when each source was read last.'],
    };
  },
  complete: (draft, now) => {
    const capturedAt = textAt(draft, 'captured_at') || now;
    const capturedMs = msOr(capturedAt, now);
    const maxAge = maxAgeOf(draft);
    const sources = sourcesOf(draft).map((source): PlainObject => {
      const crawled = textAt(source, 'crawled_at');
      // Of use to people; the verifier computes the age itself.
      return crawled === ''
        ? without(source, 'expires_at')
        : { ...source, expires_at: new Date(msOr(crawled, now) + maxAge * DAY_MS).toISOString() };
    });
    const counts: Record<string, number> = {};
    for (const source of sources) counts[textAt(source, 'source_class')] = (counts[textAt(source, 'source_class')] ?? 0) + 1;
    const oldest = Math.max(0, ...sources.map((source) => (capturedMs - msOr(textAt(source, 'crawled_at'), now)) / DAY_MS));
    return {
      ...without(draft, 'gate_results'),
      captured_at: capturedAt,
      sources,
      summary: { total_sources: sources.length, class_counts: counts, oldest_source_age_days: pyRound(oldest, 2) },
    };
  },
  missing: (document, now) => {
    const gaps = new Gaps(document);
    const captured = gaps.time(['captured_at'], 'Time of capture') ?? Date.parse(now);
    const maxAge = gaps.number(['refresh_policy', 'max_source_age_days'], 'Oldest age of a source, in days', { min: 1 }) ?? 120;
    const minimum = gaps.number(['thresholds', 'minimum_source_count'], 'Least number of sources', { min: 1, whole: true }) ?? 5;
    const confidence = gaps.number(['thresholds', 'minimum_confidence_score'], 'Least confidence', { min: 0, max: 1 }) ?? 0.7;
    const sources = listAt(document, 'sources');
    const seen = new Set<string>();
    const classes = new Set<string>();
    for (const [index] of sources.entries()) {
      const at = ['sources', index] as const;
      const named = `Source ${index + 1}`;
      const id = gaps.text([...at, 'id'], `${named}: its id`);
      if (id !== '' && seen.has(id)) gaps.add([...at, 'id'], `${named}: the id “${id}” stands twice.`);
      seen.add(id);
      gaps.httpsUrl([...at, 'url'], `${named}: its address`);
      classes.add(gaps.oneOf([...at, 'source_class'], `${named}: its class`, SOURCE_CLASSES));
      const score = gaps.number([...at, 'confidence_score'], `${named}: its confidence`, { min: 0, max: 1 });
      if (score !== null && score >= 0 && score < confidence)
        gaps.add([...at, 'confidence_score'], `${named}: its confidence ${score} is below the least one, ${confidence}.`);
      const crawled = gaps.time([...at, 'crawled_at'], `${named}: when it was read`, { ms: captured, says: 'the time of capture' });
      if (crawled !== null && (Date.parse(now) - crawled) / DAY_MS > maxAge)
        gaps.add([...at, 'crawled_at'], `${named}: it was read more than ${maxAge} days ago. Read it again.`);
    }
    if (sources.length < minimum) gaps.add(['sources'], `${sources.length} sources; at least ${minimum} are needed.`);
    for (const wanted of listAt({ ...POLICY, ...objectAt(document, 'refresh_policy') }, 'required_source_classes'))
      if (typeof wanted === 'string' && !classes.has(wanted)) gaps.add(['sources'], `No source of the required class ${wanted}.`);
    return gaps.found;
  },
  fileName: () => 'pricing_benchmark_register.json',
};
