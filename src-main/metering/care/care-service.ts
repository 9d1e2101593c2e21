import type { Contract } from '../../../src-shared/contract/index.ts';
import type { Handlers } from '../../../src-shared/contract/define.ts';
import type { Job } from '../../../src-shared/contract/host.ts';
import type { Conservation } from '../../../src-shared/contract/sources.ts';
import { BATCH_TYPE, type FetchLike } from '../../../src-shared/emitter/index.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { readExact } from '../../../src-shared/kernel/quantity.ts';
import { type ChangedBy, changedBy } from '../../members/index.ts';
import { checkSchedule } from '../../sources/index.ts';
import type { Compute, Store } from '../../store/index.ts';
import type { careReads, careTasks, careWrites } from './care-parts.ts';
import { percentToBp } from './deviation.ts';
import { createPostTaker, type EventPost, type EventPostAnswer } from './intake-post.ts';
import { answerDocument, countOutcomes, type PostedOutcome } from './intake-rules.ts';
import { tokenOf } from './intake-token.ts';
import { createReconcileClock } from './reconcile-clock.ts';
import { createSelfMetering, SELF_METERING, SELF_METERING_OFF, type SelfMeteringSetting } from './self-metering.ts';
import { splitEvents } from './split-events.ts';

type Topic = 'usage' | 'incidents' | 'tenants' | 'audit' | 'quarantine';

export interface CareJob {
  readonly name: string;
  readonly kind: 'verify';
  readonly address?: string;
  readonly requestId: string;
  readonly run: (handle: {
    readonly signal: AbortSignal;
    readonly progress: (value: NonNullable<Job['progress']>, says?: string) => void;
  }) => Promise<string>;
}

export interface CareServiceOptions {
  readonly store: Store<typeof careReads, typeof careWrites>;
  readonly compute: Compute<typeof careTasks>;
  /** The database file, which the compute threads open for themselves. */
  readonly file: string;
  readonly writable: boolean;
  readonly newId: () => string;
  readonly newRequestId: () => string;
  /** So many bytes of the machine's own chance. */
  readonly randomBytes: (size: number) => Uint8Array;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  /** A steady clock. */
  readonly steadyMs: () => number;
  readonly startJob: (spec: CareJob) => { readonly jobId: string; readonly ended: Promise<unknown> };
  readonly changed: (...topics: Topic[]) => void;
  /** Where emitters post to on this host; null where it has no address. */
  readonly intakePath: string | null;
  readonly maxIntakeBytes: number;
  readonly setting: (key: string) => Promise<unknown>;
  readonly keepSetting: (key: string, value: unknown, by: ChangedBy) => Promise<unknown>;
  readonly tenantExists: (tenantId: string) => Promise<boolean>;
  readonly onError: (error: unknown, says: string) => void;
  /** For the counters of operations. */
  readonly onTaken: (counts: Conservation) => void;
  readonly onValidated: (worstBp: number) => void;
  readonly onBackfilled: (rows: number, seconds: number) => void;
  readonly onCrossed: (metric: string, level: 'soft' | 'hard') => void;
}

type CareHandlers = Pick<
  Handlers<Contract>,
  | 'limit.list'
  | 'limit.tenant'
  | 'limit.crossings'
  | 'limit.check'
  | 'usage.validate'
  | 'usage.validations'
  | 'usage.validation'
  | 'usage.backfills'
  | 'usage.backfill'
  | 'usage.backfillStart'
  | 'usage.backfillAdd'
  | 'usage.backfillPreview'
  | 'usage.backfillApply'
  | 'usage.backfillReverse'
  | 'usage.backfillDiscard'
  | 'reconciliation.run'
  | 'reconciliation.list'
  | 'reconciliation.show'
  | 'reconciliation.setSchedule'
  | 'intake.state'
  | 'intake.createToken'
  | 'intake.endToken'
  | 'intake.setSelfMetering'
>;

const TENANTS_A_PAGE = 200;

/** The handlers around metering: limits, validation, backfill, reconciliation, intake. */
export function createCareService(options: CareServiceOptions) {
  const { store, compute, newId, now } = options;

  const takePost = createPostTaker({
    tokenNo: (token) => store.read('intake.tokenNo', { token }),
    take: ({ tokenNo, items, bytes }) => take(tokenNo, items, bytes),
    maxBytes: options.maxIntakeBytes,
    nowMs: options.steadyMs,
  });

  async function take(tokenNo: number | null, items: readonly Uint8Array[], bytes: number): Promise<readonly PostedOutcome[]> {
    // Each event owns its memory: it crosses to the store's thread.
    const own = items.map((item) => Uint8Array.from(item));
    const outcomes = await store.write('intake.take', { tokenNo, items: own, bytes, now: now() }, { priority: 'background' });
    options.onTaken(countOutcomes(outcomes));
    await tellCrossings();
    options.changed(
      'usage',
      'tenants',
      'incidents',
      ...(outcomes.some(({ outcome }) => outcome === 'quarantined') ? (['quarantine'] as const) : []),
    );
    return outcomes;
  }

  /** The intake as the console's own emitter sees it: the same answers, without a socket. */
  const ownIntake: FetchLike = async (_url, { headers, body }) => {
    const bytes = Buffer.from(body, 'utf8');
    const items = splitEvents(headers['Content-Type'] === BATCH_TYPE ? 'batch' : 'event', bytes) ?? [];
    const text = JSON.stringify(answerDocument(await take(null, items, bytes.length)));
    return { status: 200, headers: { get: () => null }, text: () => Promise.resolve(text) };
  };
  const selfMetering = createSelfMetering({
    fetch: ownIntake,
    nowMs: () => Date.parse(now()),
    newId,
    later: (work, delayMs) => {
      setTimeout(work, delayMs).unref();
    },
  });
  const selfSetting = async (): Promise<SelfMeteringSetting> =>
    ((await options.setting(SELF_METERING)) as SelfMeteringSetting | null) ?? SELF_METERING_OFF;
  async function selfShown() {
    const { on, tenantId } = await selfSetting();
    const state = selfMetering.state();
    return {
      on,
      tenantId,
      state: state?.state ?? ('off' as const),
      says: state?.says ?? (on ? 'It starts when the workspace is opened for writing.' : 'The console does not count its own operations.'),
      sent: state?.sent ?? 0,
      waiting: state?.waiting ?? 0,
    };
  }

  interface SampleRequest {
    readonly from: string | null;
    readonly to: string | null;
    readonly sample: number;
    readonly seed: string;
    readonly confidencePercent: number;
    readonly limitBp: number;
    readonly secondEngine: boolean;
  }
  type Progress = Parameters<CareJob['run']>[0];

  async function recompute(validationId: string, request: SampleRequest, by: ChangedBy, { signal, progress }: Progress) {
    const { from, to, sample, seed, confidencePercent, limitBp, secondEngine } = request;
    const found = await compute.run(
      'usage.validate',
      { file: options.file, from, to, sample, seed, confidencePercent, secondEngine },
      {
        signal,
        onProgress: (value) => {
          const { step, done } = value as { step: string; done: number };
          progress({ done, total: null, unit: 'items' }, step);
        },
      },
    );
    options.onValidated(found.worstBp);
    return { validationId, seed, confidencePercent, limitBp, found, by };
  }

  function startValidation(request: SampleRequest, by: ChangedBy): { jobId: string; validationId: string } {
    const validationId = newId();
    const { jobId } = options.startJob({
      name: 'Validating usage',
      kind: 'verify',
      requestId: by.requestId,
      address: `/usage/validation/${validationId}`,
      run: async (handle) => {
        const recorded = await store.write('usage.recordValidation', await recompute(validationId, request, by, handle));
        options.changed('usage', 'incidents', 'audit');
        return recorded.says;
      },
    });
    return { jobId, validationId };
  }

  function startReconciliation(by: ChangedBy) {
    const runId = newId();
    const job = options.startJob({
      name: 'Reconciling usage',
      kind: 'verify',
      requestId: by.requestId,
      address: `/usage/reconciliation/${runId}`,
      run: async (handle) => {
        const { sample, limitPercent } = await store.read('reconciliation.schedule', null);
        const limitBp = percentToBp(limitPercent);
        const validation = await recompute(
          newId(),
          // The seed is of the run: whoever knows the run can draw its sample again.
          { from: null, to: null, sample, seed: runId, confidencePercent: 95, limitBp, secondEngine: false },
          by,
          handle,
        );
        const run = await store.write('reconciliation.record', {
          runId,
          limitBp,
          validation: validation.found.population === 0 ? null : validation,
          by,
        });
        options.changed('usage', 'incidents', 'audit');
        return run.says;
      },
    });
    return { jobId: job.jobId, runId, ended: job.ended };
  }

  /** Up to which crossing the counters were told; null before the first look. */
  let toldCrossing: number | null = null;
  async function tellCrossings(): Promise<void> {
    const { last, crossings } = await store.read('limit.crossingsAfter', { after: toldCrossing });
    toldCrossing = last;
    for (const { metric, threshold } of crossings) options.onCrossed(metric, threshold);
  }

  async function refreshLimits(): Promise<void> {
    if (!options.writable) return;
    for (let after: number | null = 0; after !== null;) {
      after = await store.write('usage.refreshLimits', { after, limit: TENANTS_A_PAGE, now: now() }, { priority: 'background' });
    }
    options.changed('usage', 'tenants', 'incidents');
  }

  const console = (): ChangedBy => ({ memberId: null, role: null, requestId: options.newRequestId(), now: now() });
  const clock = createReconcileClock({
    now,
    schedule: () => store.read('reconciliation.schedule', null),
    reconcile: () => startReconciliation(console()).ended,
    newDay: refreshLimits,
    onError: (error) => options.onError(error, 'The reconciliation of usage could not be kept'),
  });

  const usageChanged = <T>(value: T): T => {
    options.changed('usage', 'tenants', 'incidents', 'audit');
    return value;
  };

  const handlers: CareHandlers = {
    'limit.list': ({ state, metric, tenantId, after, limit }, ctx) =>
      store.read('limit.list', { state, metric: metric ?? null, tenantId: tenantId ?? null, after: after ?? null, limit, now: ctx.now }),
    'limit.tenant': ({ tenantId }, ctx) => store.read('limit.tenant', { tenantId, now: ctx.now }),
    'limit.crossings': ({ tenantId, metric, threshold, after, limit }) =>
      store.read('limit.crossings', {
        tenantId: tenantId ?? null,
        metric: metric ?? null,
        threshold: threshold ?? null,
        after: after ?? null,
        limit,
      }),
    'limit.check': ({ tenantId, metric, amount }, ctx) => {
      const exact = readExact(amount);
      if (typeof exact !== 'bigint' || exact < 0n)
        throw new AppError('BAD_INPUT', 'The amount is no exact quantity from 0 on. Nothing was looked up.', {
          nextStep: 'Give it as decimal text, such as "1".',
        });
      return store.read('limit.check', { tenantId, metric, amount, now: ctx.now });
    },
    'usage.validate': ({ from, to, sample, seed, confidencePercent, limitPercent, secondEngine }, ctx) => {
      if (from !== undefined && to !== undefined && to <= from)
        throw new AppError('BAD_INPUT', `From ${from} to ${to} are no days; nothing was looked at.`, {
          nextStep: 'Name two days, the second after the first.',
        });
      return startValidation(
        {
          from: from ?? null,
          to: to ?? null,
          sample,
          seed: seed ?? newId(),
          confidencePercent,
          limitBp: percentToBp(limitPercent),
          secondEngine,
        },
        changedBy(ctx),
      );
    },
    'usage.validations': ({ before, limit }) => store.read('usage.validations', { before: before ?? null, limit }),
    'usage.validation': ({ validationId }) => store.read('usage.validation', { validationId }),
    'usage.backfills': ({ before, limit }) => store.read('usage.backfills', { before: before ?? null, limit }),
    'usage.backfill': ({ backfillId }) => store.read('usage.backfill', { backfillId }),
    'usage.backfillStart': async ({ from, to, reason }, ctx) =>
      usageChanged(await store.write('usage.backfillStart', { backfillId: newId(), from, to, reason, by: changedBy(ctx) })),
    'usage.backfillAdd': async ({ backfillId, name, text }, ctx) =>
      usageChanged(
        await store.write('usage.backfillAdd', { backfillId, name, bytes: Uint8Array.from(Buffer.from(text, 'utf8')), by: changedBy(ctx) }),
      ),
    'usage.backfillPreview': async ({ backfillId }, ctx) =>
      usageChanged(await store.write('usage.backfillPreview', { backfillId, by: changedBy(ctx) })),
    'usage.backfillApply': async ({ backfillId, sha256 }, ctx) => {
      const began = options.steadyMs();
      const applied = await store.write('usage.backfillApply', { backfillId, sha256, by: changedBy(ctx) });
      options.onBackfilled(
        applied.files.reduce((sum, { lines }) => sum + lines, 0),
        (options.steadyMs() - began) / 1000,
      );
      return usageChanged(applied);
    },
    'usage.backfillReverse': async ({ backfillId, reason }, ctx) =>
      usageChanged(await store.write('usage.backfillReverse', { backfillId, reason, by: changedBy(ctx) })),
    'usage.backfillDiscard': async ({ backfillId }, ctx) => {
      await store.write('usage.backfillDiscard', { backfillId, by: changedBy(ctx) });
      return usageChanged({ done: true as const });
    },
    'reconciliation.run': (_input, ctx) => {
      const { jobId, runId } = startReconciliation(changedBy(ctx));
      return { jobId, runId };
    },
    'reconciliation.list': async ({ before, limit }) => ({
      ...(await store.read('reconciliation.list', { before: before ?? null, limit })),
      nextRunAt: clock.nextRunAt(),
    }),
    'reconciliation.show': ({ runId }) => store.read('reconciliation.show', { runId }),
    'reconciliation.setSchedule': async (schedule, ctx) => {
      checkSchedule(schedule.schedule);
      await store.write('reconciliation.setSchedule', { schedule, by: changedBy(ctx) });
      return usageChanged({ done: true as const });
    },
    'intake.state': async () => ({
      tokens: await store.read('intake.tokens', null),
      path: options.intakePath,
      selfMetering: await selfShown(),
    }),
    'intake.createToken': async ({ name }, ctx) => {
      const [tokenId, token] = [newId(), tokenOf(options.randomBytes(32))];
      await store.write('intake.createToken', { tokenId, name, token, by: changedBy(ctx) });
      return usageChanged({ tokenId, name, token });
    },
    'intake.endToken': async ({ tokenId, reason }, ctx) => {
      await store.write('intake.endToken', { tokenId, reason, by: changedBy(ctx) });
      return usageChanged({ done: true as const });
    },
    'intake.setSelfMetering': async ({ on, tenantId }, ctx) => {
      if (on && tenantId === null)
        throw new AppError('BAD_INPUT', 'The console’s own use needs a tenant it is counted for. Nothing was changed.', {
          nextStep: 'Name a tenant.',
        });
      if (tenantId !== null && !(await options.tenantExists(tenantId)))
        throw new AppError('NOT_FOUND', 'There is no such tenant. Nothing was changed.', {
          nextStep: 'Deliver its record in a feed of tenants first.',
          details: { tenantId },
        });
      await options.keepSetting(SELF_METERING, { on, tenantId }, changedBy(ctx));
      await selfMetering.configure({ on, tenantId });
      return usageChanged(await selfShown());
    },
  };

  return {
    handlers,
    /** What an emitter posted. Never throws for what the emitter did. */
    takeEvents: async (post: EventPost): Promise<EventPostAnswer> => {
      if (options.writable) return takePost(post);
      const error = {
        code: 'READ_ONLY',
        message: 'The workspace is open for reading only; nothing was taken.',
        nextStep: 'Send it again when it can be written.',
      };
      return { status: 503, retryAfterSeconds: 60, document: { error } };
    },
    /** An operation of the console that succeeded, for its own metering. */
    note: selfMetering.note,
    flushOwn: selfMetering.flush,
    refreshLimits,
    tellCrossings,
    reconcile: () => startReconciliation(console()),
    start: async (): Promise<void> => {
      if (!options.writable) return;
      await selfMetering.configure(await selfSetting());
      await tellCrossings();
      clock.start();
    },
    stop: async (): Promise<void> => {
      await clock.stop();
      await selfMetering.close();
    },
  };
}

export type CareService = ReturnType<typeof createCareService>;
