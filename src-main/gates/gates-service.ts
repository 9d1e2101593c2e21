import type { Contract } from '../../src-shared/contract/index.ts';
import type { GateRun } from '../../src-shared/contract/gates.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import type { Member } from '../../src-shared/contract/host.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type ChangedBy, changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import { type FreezeAct, liftSays } from './freeze.ts';
import { monthAfter } from './gate-numbers.ts';
import type { gatesReads, gatesWrites } from './gates-parts.ts';
import { guardMotion } from './motion-guard.ts';
import { shownRun } from './run-queries.ts';
import { DEFAULT_THRESHOLDS, isReviewDue } from './thresholds.ts';

export interface GatesServiceOptions {
  readonly store: Store<typeof gatesReads, typeof gatesWrites>;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly members: () => Promise<readonly Member[]>;
  /** Months (YYYY-MM) that closed on production telemetry, oldest first; what the runs say where it is left out. */
  readonly productionCloses?: () => Promise<readonly string[]>;
  /** Facts changed: the faces ask again. */
  readonly changed: () => void;
  /** After each run that was stored. */
  readonly onRun?: (run: GateRun, freeze: FreezeAct) => void;
}

type GateProcedures = Pick<
  Handlers<Contract>,
  | 'gate.run'
  | 'gate.dryRun'
  | 'gate.runs'
  | 'gate.runDetail'
  | 'gate.compare'
  | 'gate.matrix'
  | 'gate.detail'
  | 'gate.proof'
  | 'gate.thresholds'
  | 'gate.thresholdsPreview'
  | 'gate.thresholdsChange'
  | 'freeze.get'
  | 'freeze.plan'
  | 'freeze.history'
  | 'motion.guard'
  | 'motion.propose'
  | 'motion.list'
>;

const FREEZES_SHOWN = 50;

/** Gate runs, thresholds, freezes and motions of an open workspace. */
export function createGatesService(options: GatesServiceOptions) {
  const { store, newId } = options;
  const numberAfter = (cursor: string | undefined): number | null => {
    if (cursor === undefined) return null;
    if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
    throw new AppError('BAD_INPUT', 'That is not the beginning of a page.', { nextStep: 'Ask for the first page again.' });
  };

  /**
   * Judges a month and keeps the run: the newest month that has evidence where none is named.
   * @param by null for the console itself, as after a sync
   */
  async function runGates(args: {
    readonly month?: string | undefined;
    readonly flags?: Readonly<Record<string, string | number | boolean>> | undefined;
    readonly by: ChangedBy;
  }): Promise<{ run: GateRun; freeze: FreezeAct }> {
    const { month = null, flags = {}, by } = args;
    const draft = await store.read('gates.judge', { month, now: by.now, flags });
    const stored = await store.write('gates.storeRun', { draft, runId: newId(), by });
    options.changed();
    options.onRun?.(stored.run, stored.freeze);
    return stored;
  }

  /** Runs the months whose evidence is another than the one their newest run judged, oldest first. */
  async function runTouchedMonths(by: ChangedBy, signal?: AbortSignal): Promise<GateRun[]> {
    const runs: GateRun[] = [];
    for (const month of await store.read('gates.monthsToRun', { now: by.now })) {
      if (signal?.aborted === true) break;
      runs.push((await runGates({ month, by })).run);
    }
    return runs;
  }

  async function guard(now: string) {
    const [facts, closes, members] = await Promise.all([
      store.read('gates.guardFacts', { now }),
      options.productionCloses?.() ?? store.read('gates.productionCloses', null),
      options.members(),
    ]);
    return guardMotion({ ...facts, productionCloses: closes, members });
  }

  const handlers: GateProcedures = {
    'gate.run': ({ month, flags }, ctx) => runGates({ month, flags, by: changedBy(ctx) }),
    'gate.dryRun': async ({ month, flags = {} }, { now }) => {
      const draft = await store.read('gates.judge', { month: month ?? null, now, flags });
      return { run: shownRun({ ...draft, runNo: 0, runId: '', ranAt: now, memberId: null, by: null }) };
    },
    'gate.runs': async ({ month, after, limit }) => {
      const page = await store.read('gates.runs', { month: month ?? null, before: numberAfter(after), limit });
      return { ...page, next: page.next === null ? null : String(page.next) };
    },
    'gate.runDetail': async ({ runNo }) => ({ run: await store.read('gates.run', { runNo }) }),
    'gate.compare': ({ a, b }, { now }) => store.read('gates.compare', { a, b, now }),
    'gate.matrix': ({ months }, { now }) => store.read('gates.matrix', { months, now }),
    'gate.detail': async (input) => {
      const { table, ...rest } = await store.read('gates.detail', input);
      return {
        ...rest,
        table:
          table === null
            ? null
            : {
                columns: table.columns.map((column) => ({ ...column })),
                rows: table.rows.map(({ cells, holds }) => ({ cells: [...cells], holds })),
              },
      };
    },
    'gate.proof': (input) => store.read('gates.proof', input),
    'gate.thresholds': async (_input, { now }) => {
      const [versions, { newest }] = await Promise.all([
        store.read('gates.thresholds', { now }),
        store.read('gates.matrix', { months: 1, now }),
      ]);
      const current = versions.at(-1);
      if (current === undefined) throw new TypeError('there is always a version');
      return {
        current,
        versions: versions.toReversed(),
        reviewDue: isReviewDue(current.reviewBy, now),
        nextMonth: monthAfter(newest ?? now.slice(0, 7)),
        defaults: DEFAULT_THRESHOLDS,
      };
    },
    'gate.thresholdsPreview': ({ body, months }, { now }) => store.read('gates.preview', { body, months, now }),
    'gate.thresholdsChange': async ({ version, body, effectiveFrom, reviewBy, reason }, ctx) => {
      const change = { version, body, effectiveFrom, reviewBy: reviewBy ?? null, reason };
      const changed = await store.write('gates.changeThresholds', { change, by: changedBy(ctx) });
      options.changed();
      return changed;
    },
    'freeze.get': async () => {
      const [frozen, history] = await Promise.all([
        store.read('gates.freeze', null),
        store.read('gates.freezes', { limit: FREEZES_SHOWN }),
      ]);
      return { frozen, lifts: frozen === null ? '' : liftSays(frozen.gates.map(({ short }) => short)), history };
    },
    'freeze.plan': async (input, ctx) => {
      const freeze = await store.write('gates.planFreeze', { ...input, by: changedBy(ctx) });
      options.changed();
      return freeze;
    },
    'freeze.history': (input) => store.read('gates.freezeHistory', input),
    'motion.guard': async (_input, { now }) => {
      const { missing, holds, ...rest } = await guard(now);
      return { ...rest, missing: missing.map((one) => ({ ...one })), holds: [...holds] };
    },
    'motion.propose': async ({ kind, title, changes }, ctx) => {
      const answer = await guard(ctx.now);
      const motion = await store.write('gates.propose', { motionId: newId(), kind, title, changes, guard: answer, by: changedBy(ctx) });
      options.changed();
      return motion;
    },
    'motion.list': async ({ after, limit }) => {
      const page = await store.read('gates.motions', { before: numberAfter(after), limit });
      return { ...page, next: page.next === null ? null : String(page.next) };
    },
  };

  return {
    handlers,
    runGates,
    runTouchedMonths,
    /** What the overview says of gates: the freeze that stands, and whether the thresholds are due. */
    standing: async (now: string) => {
      const [freeze, review, matrix] = await Promise.all([
        store.read('gates.freeze', null),
        store.read('gates.thresholdsReview', { now }),
        store.read('gates.matrix', { months: 1, now }),
      ]);
      return { freeze, review, lastRun: matrix.lastRun, totals: matrix.totals, newest: matrix.newest };
    },
  };
}

export type GatesService = ReturnType<typeof createGatesService>;
