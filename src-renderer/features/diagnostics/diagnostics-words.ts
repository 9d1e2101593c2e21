import type { Answer } from '../../port/use-app.ts';
import { byteSize, decimal, integer } from '../../ui/format.ts';
import { span } from '../../ui/time-format.ts';

export type Diagnostics = Answer<'diagnostics.get'>;
export type Figure = Diagnostics['figures'][number];
export type Series = Diagnostics['series'][number];

/** A figure with its unit, as a person reads it; a dash while it is not known. */
export const figureText = ({ value, unit }: Pick<Figure, 'value' | 'unit'>): string => {
  if (value === null) return '–';
  switch (unit) {
    case 'count':
      return integer(value);
    case 'seconds':
      return value === 0 ? '0 s' : span(value * 1000);
    case 'ms':
      return `${decimal(value, value < 10 ? 1 : 0)} ms`;
    case 'percent':
      return `${decimal(value, 2)}%`;
    case 'hours':
      return `${integer(value)} h`;
    case 'bytes':
      return byteSize(value);
  }
};

/** What somebody sees who looks at a series: where it stands, and between which values it moved. */
export const seriesFinding = ({ title, unit, points }: Series): string => {
  const values = points.map(([, value]) => value);
  const last = values.at(-1);
  if (last === undefined) return `${title}: no reading yet.`;
  return `${title}: ${decimal(last, 0)} ${unit} now, between ${decimal(Math.min(...values), 0)} and ${decimal(
    Math.max(...values),
    0,
  )} over ${integer(values.length)} ${values.length === 1 ? 'reading' : 'readings'}.`;
};

const OUTCOMES = ['accepted', 'duplicate', 'late', 'conflict', 'quarantined'] as const;
export type Outcome = (typeof OUTCOMES)[number];
export { OUTCOMES };

/** What came in over the days, in one sentence. */
export const intakeFinding = (intake: Diagnostics['intake']): string => {
  const sum = (outcome: Outcome): number => intake.reduce((total, day) => total + day[outcome], 0);
  return intake.length === 0
    ? 'Nothing came in during the last 30 days.'
    : `In 30 days ${integer(sum('accepted'))} rows were accepted, ${integer(sum('duplicate'))} were duplicates, ${integer(
        sum('late'),
      )} late, ${integer(sum('conflict'))} conflicts and ${integer(sum('quarantined'))} went to quarantine.`;
};

/** Spans as lines of their traces: what ran inside what, indented by depth; traces newest first, their spans as they began. */
export function traceLines(
  spans: Answer<'diagnostics.traces'>['spans'],
): (Answer<'diagnostics.traces'>['spans'][number] & { depth: number })[] {
  const traces = new Map<string, (typeof spans)[number][]>();
  for (const one of spans) traces.set(one.traceId, [...(traces.get(one.traceId) ?? []), one]);
  return [...traces.values()].flatMap((trace) => {
    const known = new Map(trace.map((one) => [one.spanId, one]));
    const depth = (one: (typeof spans)[number]): number => {
      const parent = one.parentSpanId === null ? undefined : known.get(one.parentSpanId);
      return parent === undefined ? 0 : 1 + depth(parent);
    };
    return trace.map((one) => ({ ...one, depth: depth(one) })).sort((a, b) => a.startedAt.localeCompare(b.startedAt) || a.depth - b.depth);
  });
}
