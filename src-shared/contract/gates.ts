import { address, count, cursor, hex64, isoTime, label, noInput, reason } from './common.ts';
import { command, query, z } from './define.ts';

/** A closed month, `2026-05`. */
const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
const day = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])-\d{2}$/);
const runNo = z.int().min(1);
const gateId = z.string().regex(/^[a-z0-9_-]{1,100}$/);
/** Decimal text, as it is shown: "8.32". */
const figure = z.string().regex(/^-?\d+(\.\d+)?$/);
const tier = z.enum(['starter', 'growth', 'pro', 'enterprise']);
const severity = z.enum(['error', 'warning', 'note']);

/** `stale`: it failed, and only because of its age. `no-run`: nothing was there to judge. */
const state = z.enum(['pass', 'fail', 'stale', 'no-run']);
export type GateState = z.infer<typeof state>;

const decision = z.enum(['pass', 'fail', 'cannot-decide']);
export type GateDecision = z.infer<typeof decision>;

const percent = z.number().min(0).max(100);
/**
 * The thresholds of the guardrails contract with the policy's discount cap; percent, and the two deltas in points. A band is
 * what a tier's discount impact may be where that differs from the cap.
 */
export const gateThresholds = z.strictObject({
  minBlendedGrossMarginPercent: percent,
  maxP95TenantLlmCogsPctMrr: z.number().min(0).max(1000),
  maxAnnualDiscountImpactPercent: percent,
  minGrowthToProConversionMomDeltaPercent: z.number().min(-100).max(100),
  minProToEnterpriseConversionMomDeltaPercent: z.number().min(-100).max(100),
  minStressMarginPercent: percent,
  requiredConsecutiveMarginCloses: z.int().min(1).max(36),
  maxAnnualDiscountPercent: percent,
  discountBands: z.partialRecord(tier, percent),
});
export type GateThresholds = z.infer<typeof gateThresholds>;

const thresholdsVersion = z.strictObject({
  version: count,
  effectiveFrom: month,
  body: gateThresholds,
  reviewBy: day,
  reason: z.string(),
  /** Null for the product's default. */
  changedBy: z.string().nullable(),
  changedAt: isoTime,
  /** What it changed against the version before, in words with old and new. */
  changes: z.array(z.string()),
});
export type GateThresholdsVersion = z.infer<typeof thresholdsVersion>;

const input = z.strictObject({
  role: z.string(),
  /** What the role is, for people: "Finance telemetry". */
  title: z.string(),
  artifactId: z.string(),
  name: z.string(),
  sha256: hex64,
  capturedAt: isoTime.nullable(),
  month: month.nullable(),
  address,
});
export type GateInput = z.infer<typeof input>;

const finding = z.strictObject({
  code: z.string(),
  severity,
  title: z.string(),
  says: z.string(),
  /** Whether it comes from the workspace's own policy or from comparing the artifacts. */
  from: z.enum(['policy', 'consistency']),
  gate: gateId.nullable(),
});
export type GateFinding = z.infer<typeof finding>;

const result = z.strictObject({
  gate: gateId,
  /** As people call it: "FIN 2". */
  short: z.string(),
  name: z.string(),
  group: z.string(),
  state,
  required: z.boolean(),
  /** Whether its failing fails the run: what is only shown decides nothing. */
  decides: z.boolean(),
  value: figure.nullable(),
  threshold: figure.nullable(),
  unit: z.string(),
  /** The comparison or the reason, with its figures. */
  says: z.string(),
});
export type GateResult = z.infer<typeof result>;

const runRow = z.strictObject({
  runNo: count,
  runId: z.string(),
  month,
  ranAt: isoTime,
  /** The time ages were judged by: for an earlier month the time of its last capture. */
  judgedAt: isoTime,
  decision,
  failing: z.array(z.string()),
  gates: count,
  passing: count,
  findings: count,
  thresholdsVersion: count,
  /** Null for a run after a sync. */
  by: z.string().nullable(),
  resultSha256: hex64,
  address,
});
export type GateRunRow = z.infer<typeof runRow>;

const run = runRow.extend({
  ruleVersion: z.string(),
  says: z.string(),
  results: z.array(result),
  inputs: z.array(input),
  /** Roles that had no artifact. */
  missing: z.array(z.strictObject({ role: z.string(), title: z.string(), required: z.boolean() })),
  notes: z.array(finding),
  limits: z.array(z.strictObject({ says: z.string(), value: z.string() })),
  /** By the contract's limits: only such a run fills the matrix, freezes and lifts. */
  standard: z.boolean(),
  command: z.string(),
});
export type GateRun = z.infer<typeof run>;

const change = z.strictObject({
  /** What it is about, for the sign before it. */
  kind: z.enum(['figure', 'limit', 'people', 'price', 'decision', 'source', 'threshold', 'other']),
  what: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** The difference with its sign, where both are numbers. */
  difference: z.string().nullable(),
  pointer: z.string(),
  role: z.string(),
});
export type GateChange = z.infer<typeof change>;

const plan = z.strictObject({
  ownerId: z.string(),
  owner: z.string(),
  steps: z.string(),
  dueOn: day,
  at: isoTime,
  by: z.string().nullable(),
});
export type FreezePlan = z.infer<typeof plan>;

const freeze = z.strictObject({
  freezeNo: count,
  frozenAt: isoTime,
  /** Month of the run that froze. */
  month,
  runNo: count,
  gates: z.array(z.strictObject({ gate: gateId, short: z.string(), name: z.string(), says: z.string() })),
  /** The first cause. */
  says: z.string(),
  /** What the newest run said that failed again. */
  latest: z.string().nullable(),
  plan: plan.nullable(),
  failedAgain: count,
  liftedAt: isoTime.nullable(),
  liftedByRun: count.nullable(),
});
export type Freeze = z.infer<typeof freeze>;

const missing = z.strictObject({ code: z.string(), says: z.string(), nextStep: z.string(), address: address.nullable() });
export type MotionMissing = z.infer<typeof missing>;

const motion = z.strictObject({
  motionId: z.string(),
  motionNo: count,
  proposedAt: isoTime,
  proposedBy: z.string(),
  kind: z.enum(['price', 'packaging']),
  title: z.string(),
  changes: z.string(),
  outcome: z.enum(['proposed', 'refused']),
  missing: z.array(missing),
  runNo: count.nullable(),
});
export type Motion = z.infer<typeof motion>;

const previewGate = z.strictObject({ gate: gateId, short: z.string(), now: state, then: state, says: z.string() });
const previewMonth = z.strictObject({
  month,
  /** What was judged; null where the month has no figures. */
  gates: z.array(previewGate),
  bands: z.array(z.strictObject({ tier, percent: figure, limit: figure, holds: z.boolean() })),
  /** How many gates would be another. */
  changed: count,
});
export type ThresholdsPreviewMonth = z.infer<typeof previewMonth>;

/**
 * Limits other than the contract's, named as on the command line: `stress-max-age-hours`. Such a run is kept as a fact, but
 * fills no matrix, and neither freezes nor lifts.
 */
const flags = z
  .record(z.string().regex(/^[a-z0-9-]{1,80}$/), z.union([z.string().max(200), z.number(), z.boolean()]))
  .refine((given) => Object.keys(given).length <= 40)
  .optional();

/** In the common shape of every proof. */
const proof = z.strictObject({
  says: z.string(),
  checkedAt: isoTime.nullable(),
  rule: z.strictObject({ name: z.string(), version: z.string(), source: z.string() }),
  formula: z.array(z.strictObject({ says: z.string(), figure: z.string(), holds: z.boolean().nullable() })),
  inputs: z.array(z.strictObject({ name: z.string(), says: z.string(), sha256: hex64.nullable(), address: address.nullable() })),
  resultSha256: hex64.nullable(),
  command: z.string(),
  changedSince: z.string().nullable(),
});

const RUNNERS = ['admin', 'founder', 'finance', 'engineering', 'platform', 'auditor'] as const;
const DECIDERS = ['admin', 'founder', 'finance'] as const;

export const gates = {
  'gate.run': command({
    roles: RUNNERS,
    errors: ['NOT_FOUND', 'READ_ONLY'],
    input: z.strictObject({
      /** The newest month with evidence when left out. */
      month: month.optional(),
      flags,
    }),
    output: z.strictObject({ run, freeze: z.enum(['none', 'opened', 'failed-again', 'lifted', 'holds']) }),
  }),
  /** The same without a record: nothing is stored, nothing is frozen or lifted. Its run number is 0. */
  'gate.dryRun': query({
    errors: ['NOT_FOUND'],
    input: z.strictObject({ month: month.optional(), flags }),
    output: z.strictObject({ run }),
  }),
  'gate.runs': query({
    input: z.strictObject({ month: month.optional(), after: cursor.optional(), limit: z.int().min(1).max(200).default(50) }),
    output: z.strictObject({ runs: z.array(runRow), next: cursor.nullable(), total: count }),
  }),
  'gate.runDetail': query({ errors: ['NOT_FOUND'], input: z.strictObject({ runNo }), output: z.strictObject({ run }) }),
  'gate.compare': query({
    errors: ['NOT_FOUND'],
    input: z.strictObject({ a: runNo, b: runNo }),
    output: z.strictObject({
      a: runRow,
      b: runRow,
      gates: z.array(
        z.strictObject({
          gate: gateId,
          short: z.string(),
          name: z.string(),
          a: state,
          b: state,
          valueA: figure.nullable(),
          valueB: figure.nullable(),
          thresholdA: figure.nullable(),
          thresholdB: figure.nullable(),
          difference: z.string().nullable(),
          unit: z.string(),
        }),
      ),
      /** How many gates say the same in both. */
      same: count,
      inputs: z.array(
        z.strictObject({ role: z.string(), title: z.string(), a: input.nullable(), b: input.nullable(), changes: z.array(change) }),
      ),
      thresholds: z.array(z.string()),
    }),
  }),
  'gate.matrix': query({
    input: z.strictObject({ months: z.int().min(1).max(36).default(12) }),
    output: z.strictObject({
      months: z.array(month),
      /** Newest month with evidence, whether it was run or not. */
      newest: month.nullable(),
      lastRun: runRow.nullable(),
      thresholdsVersion: count,
      reviewBy: day,
      reviewDue: z.boolean(),
      groups: z.array(
        z.strictObject({
          name: z.string(),
          gates: z.array(
            z.strictObject({
              gate: gateId,
              short: z.string(),
              name: z.string(),
              /** "≥ 80.00%"; empty where the gate has no figure to compare with. */
              rule: z.string(),
              showsFigure: z.boolean(),
              decides: z.boolean(),
              unit: z.string(),
              cells: z.array(
                z.strictObject({
                  month,
                  state,
                  value: figure.nullable(),
                  threshold: figure.nullable(),
                  runNo: count.nullable(),
                }),
              ),
            }),
          ),
        }),
      ),
      /** Of the newest month that was run. */
      totals: z.strictObject({ month: month.nullable(), gates: count, failing: count, stale: count }),
      notes: z.array(z.string()),
    }),
  }),
  'gate.detail': query({
    errors: ['NOT_FOUND'],
    input: z.strictObject({ gate: gateId, month }),
    output: z.strictObject({
      gate: gateId,
      month,
      short: z.string(),
      name: z.string(),
      group: z.string(),
      state,
      decides: z.boolean(),
      /** In plain words, with its figures. */
      says: z.string(),
      reason: z.string(),
      unit: z.string(),
      /** The side on which it holds: at least or at most the limit. */
      sense: z.enum(['at-least', 'at-most']).nullable(),
      value: figure.nullable(),
      threshold: figure.nullable(),
      /** Over or under the limit, of the figures as shown, with its sign. */
      distance: z.string().nullable(),
      previous: z.strictObject({ month, state, value: figure.nullable() }).nullable(),
      trend: z.array(z.strictObject({ month, state, value: figure.nullable(), threshold: figure.nullable() })),
      table: z
        .strictObject({
          columns: z.array(z.strictObject({ title: z.string(), numeric: z.boolean() })),
          rows: z.array(z.strictObject({ cells: z.array(z.string()), holds: z.boolean() })),
        })
        .nullable(),
      /** The run that the changes are counted from: the last in which it passed, else that of the month before. */
      comparedWith: z.strictObject({ month, runNo: count, passed: z.boolean() }).nullable(),
      changes: z.array(change),
      /** How many more there are. */
      moreChanges: count,
      findings: z.array(finding),
      inputs: z.array(input),
      run: runRow.nullable(),
      nextStep: z.string(),
      /** Whether its failing in the newest month freezes price and packaging motions. */
      freezes: z.boolean(),
      command: z.string(),
    }),
  }),
  'gate.proof': query({
    errors: ['NOT_FOUND'],
    input: z.strictObject({ gate: gateId, month }),
    output: z.strictObject({ name: z.string(), value: z.string(), holds: z.boolean(), proof }),
  }),
  'gate.thresholds': query({
    input: noInput,
    output: z.strictObject({
      current: thresholdsVersion,
      versions: z.array(thresholdsVersion),
      reviewDue: z.boolean(),
      /** The month from which a change would count: the one after the newest that is closed. */
      nextMonth: month,
      defaults: gateThresholds,
    }),
  }),
  'gate.thresholdsPreview': query({
    input: z.strictObject({ body: gateThresholds, months: z.int().min(1).max(36).default(12) }),
    output: z.strictObject({ months: z.array(previewMonth), says: z.string(), changes: z.array(z.string()) }),
  }),
  'gate.thresholdsChange': command({
    roles: DECIDERS,
    errors: ['CONFLICT', 'BAD_INPUT'],
    input: z.strictObject({
      /** The version that was looked at: another change in between is a conflict. */
      version: count,
      body: gateThresholds,
      effectiveFrom: month,
      /** At most a quarter after the change. */
      reviewBy: day.optional(),
      reason,
    }),
    output: thresholdsVersion,
  }),
  'freeze.get': query({
    input: noInput,
    output: z.strictObject({
      frozen: freeze.nullable(),
      /** What lifts it. */
      lifts: z.string(),
      history: z.array(freeze),
    }),
  }),
  'freeze.plan': command({
    roles: DECIDERS,
    errors: ['CONFLICT', 'NOT_FOUND'],
    input: z.strictObject({ freezeNo: runNo, ownerId: z.string().min(1).max(100), steps: z.string().trim().min(3).max(5000), dueOn: day }),
    output: freeze,
  }),
  'freeze.history': query({
    errors: ['NOT_FOUND'],
    input: z.strictObject({ freezeNo: runNo }),
    output: z.strictObject({
      freeze,
      events: z.array(
        z.strictObject({
          at: isoTime,
          kind: z.enum(['frozen', 'plan', 'failed-again', 'lifted']),
          by: z.string().nullable(),
          runNo: count.nullable(),
          says: z.string(),
        }),
      ),
    }),
  }),
  'motion.guard': query({
    input: noInput,
    output: z.strictObject({
      allowed: z.boolean(),
      says: z.string(),
      missing: z.array(missing),
      /** What was looked at and holds. */
      holds: z.array(z.string()),
    }),
  }),
  /** Refused where the guard says no: the refusal is recorded, and is an answer. */
  'motion.propose': command({
    roles: DECIDERS,
    input: z.strictObject({ kind: z.enum(['price', 'packaging']), title: label, changes: z.string().trim().min(3).max(5000) }),
    output: motion,
  }),
  'motion.list': query({
    input: z.strictObject({ after: cursor.optional(), limit: z.int().min(1).max(200).default(50) }),
    output: z.strictObject({ motions: z.array(motion), next: cursor.nullable(), total: count }),
  }),
} as const;
