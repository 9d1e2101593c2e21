import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import type { metering } from '../../src-shared/contract/metering.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { changedBy, type ChangedBy } from '../members/index.ts';
import type { Compute, Store } from '../store/index.ts';
import { readSpec } from './metric-spec.ts';
import type { meteringReads, meteringWrites } from './metering-parts.ts';
import type { meteringTasks } from './rebuild-task.ts';

/** Starts long work and answers at once; progress of the compute threads is passed on as it comes. */
export type StartRebuild = (spec: {
  readonly name: string;
  readonly kind: 'verify';
  readonly requestId: string;
  readonly address: string;
  readonly run: (handle: {
    readonly compute: { readonly signal: AbortSignal; readonly onProgress: (value: unknown) => void };
  }) => Promise<string>;
}) => { readonly jobId: string };

export interface MeteringDeps {
  readonly store: Store<typeof meteringReads, typeof meteringWrites>;
  readonly compute: Compute<typeof meteringTasks>;
  /** The workspace's database. */
  readonly file: string;
  readonly memberName: (memberId: string) => Promise<string>;
  readonly startJob: StartRebuild;
  readonly changed: () => void;
}

/** Tenants whose standing is brought up to date in one write. */
const STANDINGS = 200;

/** The handlers of `usage.*`, `metric.*` and `period.*`. */
export const createMeteringService = ({ store, compute, file, memberName, startJob, changed }: MeteringDeps) => {
  const rebuild = async (by: ChangedBy, signal: AbortSignal, onProgress: (value: unknown) => void): Promise<string> => {
    const start = performance.now();
    const output = await compute.run('usage.rebuild', { file }, { signal, onProgress });
    await store.write('usage.rebuilt', { output, elapsedMs: Math.round(performance.now() - start), by });
    changed();
    return output.differingRows === 0
      ? `${output.events} events make the rollups that stand, byte for byte: ${output.rows} rows, SHA-256 ${output.madeSha256}.`
      : `${output.differingRows} rows were not what ${output.events} events make; they were put right. SHA-256 was ${output.stoodSha256}, is ${output.madeSha256}.`;
  };

  const handlers: Pick<Handlers<Contract>, Extract<keyof typeof metering, keyof Handlers<Contract>>> = {
    'usage.report': ({ tenantId, metric, from, to, by, after }, { now }) =>
      store.read('usage.report', { tenantId: tenantId ?? null, metric: metric ?? null, from, to, by, after: after ?? null, now }),
    'usage.tenant': ({ tenantId, month, days }, { now }) => store.read('usage.tenant', { tenantId, month: month ?? null, days, now }),
    'usage.overview': ({ month }, { now }) => store.read('usage.overview', { month: month ?? null, now }),
    'usage.proof': ({ tenantId, metric, by, periodStart, after }, { now }) =>
      store.read('usage.proof', { tenantId, metric, by, periodStart, after: after ?? null, now }),
    'usage.rebuild': (_input, ctx) => {
      const { jobId } = startJob({
        name: 'Rebuilding usage',
        kind: 'verify',
        requestId: ctx.requestId,
        address: '/usage',
        run: ({ compute: { signal, onProgress } }) => rebuild(changedBy(ctx), signal, onProgress),
      });
      return { jobId };
    },
    'usage.rebuilds': () => store.read('usage.rebuilds', null),
    'usage.conflicts': ({ tenantId, after }) => store.read('usage.conflicts', { tenantId: tenantId ?? null, after: after ?? null }),
    'metric.list': (_input, { now }) => store.read('metric.list', { now }),
    'metric.show': ({ metric }, { now }) => store.read('metric.show', { metric, now }),
    'metric.declare': async (input, ctx) => {
      const reading = readSpec({
        metric: input.metric,
        version: input.version,
        ...(input.title === undefined ? {} : { title: input.title }),
        unit: input.unit,
        spellings: input.spellings,
        aggregation: input.aggregation,
        ...(input.uniqueOf === null ? {} : { unique_of: input.uniqueOf }),
        keeping: input.keeping,
        ...(input.dimensions === null ? {} : { dimensions: input.dimensions }),
        cost_per_unit: input.costPerUnit,
        cost_from: input.costFrom,
      });
      if (!reading.ok)
        throw new AppError('BAD_INPUT', `${reading.says} Nothing was declared.`, {
          nextStep: 'Correct what is named, and declare it again.',
        });
      const result = await store.write('metric.declare', {
        spec: reading.spec,
        member: await memberName(ctx.session.member_id),
        by: changedBy(ctx),
      });
      changed();
      return result;
    },
    'period.list': (_input, { now }) => store.read('period.list', { now }),
    'period.close': async ({ month, reason }, ctx) => {
      const periods = await store.write('period.close', { month, reason, by: changedBy(ctx) });
      changed();
      return periods;
    },
    'metering.configure': async ({ reason, ...settings }, ctx) => {
      await store.write('metering.configure', { settings, reason, by: changedBy(ctx) });
      changed();
      return { done: true };
    },
  };
  return {
    handlers,
    /** Brings the catalogue of tenants up to date with the usage that came in; in short writes. */
    refreshStandings: async (now: string): Promise<void> => {
      while ((await store.write('usage.refreshStandings', { limit: STANDINGS, now }, { priority: 'background' })).left);
    },
  };
};

export type MeteringService = ReturnType<typeof createMeteringService>;
