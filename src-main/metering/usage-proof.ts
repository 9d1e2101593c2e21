import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { metering } from '../../src-shared/contract/metering.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { formatExact, fromLimbs } from '../../src-shared/kernel/quantity.ts';
import { grouped, plural } from '../sources/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { visibleTenant } from '../tenants/index.ts';
import { type CatalogueMetric, costVersion, metricCatalogue } from './catalogue.ts';
import { type FigureOf, makeAgain, type MadeAgain, pageOfEvents } from './figure-events.ts';
import { figuresOf, type UsageFigure } from './usage-figures.ts';
import { bucketAt, reportRow } from './usage-queries.ts';
import { BUCKETS, type Grain, isoSecond, momentText, monthOf, monthText } from './usage-time.ts';

/** What a figure of usage follows from: its events, the metric and the price that counted. Made again while one looks. */

type UsageProof = OutputOf<typeof metering, 'usage.proof'>;

const PAGE = 200;

const HOW: Readonly<Record<CatalogueMetric['aggregation'], (events: string) => string>> = {
  SUM: (events) => `Sum of the quantities of ${events}`,
  COUNT: (events) => `Number of ${events}`,
  MAX: (events) => `Largest quantity of ${events}`,
  LATEST: (events) => `Quantity of the last of ${events} by time, source and id`,
  UNIQUE_COUNT: (events) => `Different values in ${events}`,
  TIME_WEIGHTED: (events) => `Mean of the level over the period: area under the steps of ${events} and of what stood before, by its length`,
};

export const proofReads = {
  /** Fails with NOT_FOUND where there is no such figure, BAD_INPUT where no period begins there. */
  'usage.proof': (
    db: StoreDb,
    args: { tenantId: string; metric: string; by: Grain; periodStart: string; after: number | null; now: string },
  ): UsageProof => {
    const tenant = visibleTenant(db, args.tenantId);
    const catalogue = metricCatalogue(db);
    const metric = catalogue.byName.get(args.metric);
    const bucket = bucketAt(args.by, args.periodStart);
    const figure =
      metric === undefined
        ? undefined
        : figuresOf(db, catalogue, {
            tenantNo: tenant.tenantNo,
            grain: args.by,
            from: bucket,
            to: bucket + 1,
            metricNo: metric.metricNo,
            now: args.now,
          })[0];
    if (metric === undefined || figure === undefined)
      throw new AppError('NOT_FOUND', `${args.tenantId} has no ${args.metric} in the ${args.by} that begins at ${args.periodStart}.`, {
        nextStep: 'Look for the figure in the usage report.',
      });
    const of: FigureOf = {
      tenantNo: tenant.tenantNo,
      metric,
      grain: args.by,
      bucket,
      firstNo: figure.firstNo,
      lastNo: figure.lastNo,
    };
    const again = metric.keeping === 'raw' ? makeAgain(db, of) : null;
    const holds = again === null || (again.quantity === figure.quantity && again.events === figure.events);
    const rows = again === null ? [] : pageOfEvents(db, of, args.after ?? 0, PAGE);
    const takenOf = db.raw.prepare<[number, number], { path: string; at: string }>(
      'SELECT path, at FROM usage_batches WHERE first_no <= ? AND last_no >= ? ORDER BY first_no DESC LIMIT 1',
    );
    return {
      name: `${metric.newest.title}, ${tenant.name}`,
      value: `${formatExact(figure.quantity)} ${metric.newest.unit}`,
      holds,
      proof: proofOf(tenant.tenantId, figure, args, again, holds),
      events: rows.map((row) => {
        const ingestNo = Number(row.ingest_no);
        const taken = takenOf.get(ingestNo, ingestNo);
        return {
          ingestNo,
          source: row.emitter,
          id: row.event_id,
          at: momentText(Number(row.at_ms), Number(row.at_ns)),
          quantity: formatExact(fromLimbs(row)),
          dimensions: JSON.parse(row.dimensions) as Record<string, string>,
          adjusts: row.adjusts === null ? null : monthText(Number(row.adjusts)),
          path: taken?.path ?? '',
          takenAt: taken?.at ?? args.now,
        };
      }),
      nextEvent: rows.length === PAGE ? Number(rows.at(-1)!.ingest_no) : null,
    };
  },
} satisfies QueryMap;

function proofOf(
  tenantId: string,
  figure: UsageFigure,
  args: { readonly by: Grain; readonly now: string },
  again: MadeAgain | null,
  holds: boolean,
): UsageProof['proof'] {
  const { metric, bucket } = figure;
  const { newest } = metric;
  const startMs = BUCKETS[args.by].startMs(bucket);
  const cost = costVersion(metric, monthOf(startMs));
  const quantity = formatExact(figure.quantity);
  const row = reportRow(tenantId, args.by, figure);
  const formula: UsageProof['proof']['formula'] = [
    {
      says: HOW[metric.aggregation](plural(figure.events, 'event')),
      figure: `${quantity} ${newest.unit}`,
      holds: again === null ? null : holds,
    },
    {
      says:
        cost === null
          ? 'No price counts for this month yet'
          : `${quantity} ${newest.unit} × ${cost.version.costPerUnit} USD a ${newest.unit}`,
      figure: `${formatExact(figure.cost)} USD`,
      holds: null,
    },
    ...figure.adjustments.map(({ original, quantity: more, cost: dearer, events }) => ({
      says: `Adjustment of ${monthText(original)}, which was closed: ${plural(events, 'event')}`,
      figure: `${formatExact(more)} ${newest.unit}, ${formatExact(dearer)} USD`,
      holds: null,
    })),
  ];
  const says =
    again === null
      ? `${metric.metric} keeps no events: the figure was added up as they came, and each event is known by its key.`
      : holds
        ? `Made again from ${plural(again.events, 'event')} just now, with the same result.`
        : `Made again from its events it is ${formatExact(again.quantity)} of ${plural(again.events, 'event')}, which is not what stands. Rebuild usage.`;
  return {
    says,
    checkedAt: again === null ? null : args.now,
    rule: { name: `Metering, ${metric.aggregation}`, version: `${metric.metric} ${newest.version}`, source: 'docs/metering.md' },
    formula,
    inputs: [
      ...(again === null
        ? []
        : [
            {
              name: 'Events',
              says: `Ingest numbers ${grouped(figure.firstNo ?? 0)} to ${grouped(figure.lastNo ?? 0)}`,
              sha256: again.sha256,
              address: null,
            },
            ...again.files.map(({ path, events, takenAt }) => ({
              name: path,
              says: `${plural(events, 'event')}, taken first ${takenAt}`,
              sha256: null,
              address: null,
            })),
            ...(again.moreFiles > 0 ? [{ name: 'More files', says: plural(again.moreFiles, 'file'), sha256: null, address: null }] : []),
          ]),
      {
        name: `${metric.metric} ${newest.version}`,
        says: `${metric.aggregation} of ${newest.unit}, declared by ${newest.declaredBy}`,
        sha256: newest.sha256,
        address: null,
      },
      ...(cost === null
        ? []
        : [
            {
              name: `Price: ${metric.metric} ${cost.version.version}`,
              says: `${cost.version.costPerUnit} USD a ${newest.unit} from ${monthText(cost.version.costFrom)} on`,
              sha256: cost.version.sha256,
              address: null,
            },
          ]),
    ],
    resultSha256: createHash('sha256').update(canonicalize(row)!, 'utf8').digest('hex'),
    command: `countersign usage report --json --tenant ${shellWord(tenantId)} --metric ${metric.metric} --from ${isoSecond(startMs)} --to ${isoSecond(BUCKETS[args.by].startMs(bucket + 1))} --by ${args.by}`,
    changedSince: null,
  };
}

/** One word of a shell command. */
const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
