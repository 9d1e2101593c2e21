import { Readable } from 'node:stream';
import type { AlertBoundsDocument } from '../../../src-shared/contract/diagnostics.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { Handlers, OutputOf } from '../../../src-shared/contract/define.ts';
import { type ChangedBy, changedBy } from '../../members/index.ts';
import { type Alert, decideAlerts, DEFAULT_BOUNDS, type Readings } from './alert-rules.ts';
import type { Latencies } from './latencies.ts';
import { otlpJson } from './otlp-json.ts';
import type { Traces } from './traces.ts';

/** What the console reads of itself at one moment. */
export interface Pulse extends Readings {
  readonly incidentsOpen: number;
  readonly freeDiskBytes: number;
}

/** An alert that stands open, as its incident says it. */
export interface OpenAlert {
  readonly key: string;
  readonly title: string;
  readonly says: string;
  readonly severity: 'warn' | 'bad';
  readonly since: string;
  readonly address: string;
}

export type IntakeDay = OutputOf<Contract, 'diagnostics.get'>['intake'][number];

export interface ObserveDeps {
  readonly calls: Latencies;
  readonly queries: Latencies;
  readonly traces: Traces;
  readonly metricsText: () => Promise<string>;
  readonly downloads: { issue(file: { fileName: string; contentType: string; open: () => Readable }): string };
  readonly pulse: () => Promise<Pulse>;
  /** What the feeds brought since a moment, by day. */
  readonly intake: (since: string) => Promise<readonly IntakeDay[]>;
  readonly openAlerts: () => Promise<readonly OpenAlert[]>;
  readonly decide: (decision: { raise: readonly Alert[]; clear: readonly { key: string; says: string }[]; now: string }) => Promise<void>;
  readonly bounds: () => Promise<AlertBoundsDocument | null>;
  readonly setBounds: (bounds: AlertBoundsDocument, by: ChangedBy) => Promise<void>;
  /** Whether incidents can be opened here. */
  readonly writable: boolean;
  readonly version: string;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  readonly changed: () => void;
  readonly onError: (error: unknown) => void;
}

const EVERY_MS = 60_000;
const KEPT_SAMPLES = 24 * 60;
const INTAKE_DAYS = 30;
const LISTED = 25;

interface Sample {
  readonly at: string;
  readonly quarantine: number;
  readonly lag: number;
  readonly p95: number;
  readonly memory: number;
}

type DiagnosticsProcedures = Extract<keyof Handlers<Contract>, `diagnostics.${string}`>;

/** Looks at the console once a minute, raises and ends alerts, and answers `diagnostics.*`. */
export function createObserveService(deps: ObserveDeps) {
  const startedAt = deps.now();
  const samples: Sample[] = [];
  let timer: NodeJS.Timeout | null = null;
  let looking: Promise<void> = Promise.resolve();

  const lookNow = async (): Promise<void> => {
    const now = deps.now();
    const pulse = await deps.pulse();
    samples.push({
      at: now,
      quarantine: pulse.quarantineOpen,
      lag: pulse.aggregationLagSeconds,
      p95: deps.calls.p95() ?? 0,
      memory: process.memoryUsage.rss(),
    });
    if (samples.length > KEPT_SAMPLES) samples.shift();
    if (!deps.writable) return;
    const open = new Set((await deps.openAlerts()).map(({ key }) => key));
    const { raise, clear } = decideAlerts(pulse, (await deps.bounds()) ?? DEFAULT_BOUNDS, open);
    // What stands open already is said once; it is opened again only after it ended.
    const fresh = raise.filter(({ key }) => !open.has(key));
    if (fresh.length + clear.length === 0) return;
    await deps.decide({ raise: fresh, clear, now });
    deps.changed();
  };
  /** One after another; a failed look must not end the watch. */
  const look = (): Promise<void> => (looking = looking.then(lookNow).catch(deps.onError));

  const file = (fileName: string, contentType: string, text: string) => {
    const ticket = deps.downloads.issue({ fileName, contentType, open: () => Readable.from([text]) });
    return { ticket, fileName, bytes: Buffer.byteLength(text) };
  };
  const stamp = (): string => deps.now().slice(0, 19).replaceAll(':', '-');

  const handlers: Pick<Handlers<Contract>, DiagnosticsProcedures> = {
    'diagnostics.get': async (_input, { now }) => {
      const since = new Date(Date.parse(now) - INTAKE_DAYS * 86_400_000).toISOString();
      const [pulse, intake, alerts, bounds] = await Promise.all([deps.pulse(), deps.intake(since), deps.openAlerts(), deps.bounds()]);
      return {
        since: startedAt,
        figures: figuresOf(pulse, bounds ?? DEFAULT_BOUNDS, deps.calls.p95()),
        series: seriesOf(samples),
        intake: [...intake],
        calls: deps.calls.list(LISTED).map((each) => ({ ...each })),
        queries: deps.queries.list(LISTED).map((each) => ({ ...each })),
        alerts: alerts.map((each) => ({ ...each })),
        bounds: bounds ?? { ...DEFAULT_BOUNDS },
      };
    },
    'diagnostics.setBounds': async (bounds, ctx) => {
      await deps.setBounds(bounds, changedBy(ctx));
      await look();
      return { done: true };
    },
    'diagnostics.traces': ({ limit }) => ({
      spans: deps.traces.recent(limit).map(({ startedAtMs, durationMs, attributes, ...span }) => ({
        ...span,
        startedAt: new Date(startedAtMs).toISOString(),
        durationMs: Math.round(durationMs * 1000) / 1000,
        attributes: { ...attributes },
      })),
    }),
    'diagnostics.saveTraces': () =>
      file(`countersign-traces-${stamp()}.json`, 'application/json', otlpJson(deps.traces.recent(Number.MAX_SAFE_INTEGER), deps.version)),
    'diagnostics.saveMetrics': async () =>
      file(`countersign-metrics-${stamp()}.txt`, 'text/plain; version=0.0.4', await deps.metricsText()),
  };

  return {
    handlers,
    look,
    start: (): void => {
      void look();
      timer = setInterval(() => void look(), EVERY_MS);
      timer.unref();
    },
    stop: async (): Promise<void> => {
      if (timer !== null) clearInterval(timer);
      await looking;
    },
  };
}

type Figures = OutputOf<Contract, 'diagnostics.get'>['figures'];

function figuresOf(pulse: Pulse, bounds: AlertBoundsDocument, p95Ms: number | null): Figures {
  const growth = Math.max(0, pulse.quarantineOpen - pulse.quarantineOpenDayAgo);
  const worst = pulse.lateFeeds.reduce((most, { hoursLate }) => Math.max(most, hoursLate), 0);
  return [
    {
      id: 'lag',
      title: 'Aggregation lag',
      value: pulse.aggregationLagSeconds,
      unit: 'seconds',
      status: pulse.aggregationLagSeconds > bounds.aggregationLagSeconds ? 'bad' : 'ok',
      says: `alert above ${bounds.aggregationLagSeconds} s`,
      address: '/usage',
    },
    {
      id: 'quarantine',
      title: 'In quarantine',
      value: pulse.quarantineOpen,
      unit: 'count',
      status: growth > bounds.quarantineGrowth ? 'warn' : 'ok',
      says: `${growth} more than a day ago; alert above ${bounds.quarantineGrowth}`,
      address: '/quarantine',
    },
    {
      id: 'mismatch',
      title: 'Recount deviates by',
      value: pulse.mismatchPercent,
      unit: 'percent',
      status: pulse.mismatchPercent === null ? 'idle' : pulse.mismatchPercent > bounds.mismatchPercent ? 'bad' : 'ok',
      says: pulse.mismatchPercent === null ? 'no recount was made yet' : `alert above ${bounds.mismatchPercent}%`,
      address: '/usage?tab=reconciliation',
    },
    {
      id: 'late',
      title: 'Feeds past their promise',
      value: pulse.lateFeeds.length,
      unit: 'count',
      status: worst > bounds.hoursLate ? 'warn' : 'ok',
      says: pulse.lateFeeds.length === 0 ? 'all keep it' : `worst by ${Math.round(worst)} h; alert above ${bounds.hoursLate} h`,
      address: '/settings/sources',
    },
    {
      id: 'calls',
      title: 'Calls, 95th percentile',
      value: p95Ms,
      unit: 'ms',
      status: p95Ms === null ? 'idle' : 'ok',
      says: 'of the newest 512',
      address: null,
    },
    {
      id: 'incidents',
      title: 'Open incidents',
      value: pulse.incidentsOpen,
      unit: 'count',
      status: pulse.incidentsOpen > 0 ? 'warn' : 'ok',
      says: pulse.incidentsOpen === 0 ? 'none waits' : 'they wait for an owner or an end',
      address: '/incidents',
    },
    {
      id: 'disk',
      title: 'Free on the disk',
      value: pulse.freeDiskBytes,
      unit: 'bytes',
      status: 'ok',
      says: 'where the workspace lies',
      address: '/settings/workspace',
    },
  ];
}

const seriesOf = (samples: readonly Sample[]): OutputOf<Contract, 'diagnostics.get'>['series'] => {
  const points = (pick: (sample: Sample) => number): [string, number][] => samples.map((sample) => [sample.at, pick(sample)]);
  return [
    { id: 'quarantine', title: 'In quarantine', unit: 'rows', points: points(({ quarantine }) => quarantine) },
    { id: 'lag', title: 'Aggregation lag', unit: 's', points: points(({ lag }) => lag) },
    { id: 'p95', title: 'Calls, 95th percentile', unit: 'ms', points: points(({ p95 }) => p95) },
    { id: 'memory', title: 'Memory of this process', unit: 'MB', points: points(({ memory }) => Math.round(memory / 1_048_576)) },
  ];
};
