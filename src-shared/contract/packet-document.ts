import { count, hex64 } from './common.ts';
import { z } from './define.ts';

/**
 * The monthly finance packet: built from the month's evidence, read figure by figure, reviewed, exported.
 *
 * Figures have ids that stay the same over months; screens, comments, exports and the command line name them alike:
 * `blended_margin`, `stress_margin`, `p95_envelope`, `discount_impact`, `arr`, `tco`, `hosting_delta`,
 * `growth_to_pro_delta`, `pro_to_enterprise_delta`;
 * `total.COLUMN` and `tier.TIER.COLUMN` where COLUMN is `active`, `mrr`, `effective_mrr`, `llm`, `infra`, `support`, `cogs`,
 * `gross_profit`, and for a tier also `margin`, `discount`, `stress_margin`, `dunning`, `p50`, `p95`, `p99`, `p50_of_mrr`,
 * `p95_of_mrr`, `p99_of_mrr`; `scenario.N.effective_mrr` and `scenario.N.margin`, N from 1.
 */
export const month = z.string().regex(/^[0-9]{4}-(0[1-9]|1[0-2])$/);
/** Exact decimal text: `-1234.50`. Amounts are USD to cents, percentages and points to 2 places unless the figure says otherwise. */
export const decimal = z.string().regex(/^-?[0-9]+(\.[0-9]+)?$/);
export const figureId = z
  .string()
  .max(120)
  .regex(/^[a-z0-9_]+(\.[a-z0-9_]+)*$/);
export const packetId = z.string().min(1).max(64);
export const revision = z.int().min(1);
export const paidTier = z.enum(['starter', 'growth', 'pro', 'enterprise']);
export const pointer = z.string().max(500);

/** The artifacts that a month's packet is made of or shown beside. */
export const inputRole = z.string().min(1).max(60);

export const unit = z.enum(['USD', 'percent', 'points', 'count']);

/** A figure against its bound, as it is shown: "8.32% > 8.00%". */
export const limit = z.strictObject({
  kind: z.enum(['min', 'max']),
  value: decimal,
  holds: z.boolean(),
  says: z.string(),
  /** The gate that compares them: `fin_gate_2_llm_cogs_containment`. */
  gate: z.string(),
});

/** Against the same figure of the packet before. `change` is the difference of the two as shown. */
const previous = z.strictObject({
  month,
  revision,
  value: decimal.nullable(),
  change: decimal.nullable(),
});

export const figure = z.strictObject({
  id: figureId,
  title: z.string(),
  unit,
  /** null: it has none this month (no subscriptions, no revenue); `says` tells why. */
  value: decimal.nullable(),
  says: z.string(),
  limit: limit.nullable(),
  previous: previous.nullable(),
});
export type PacketFigure = z.infer<typeof figure>;

const sumLine = z.strictObject({
  sign: z.enum(['+', '-', '×', '=', '']),
  label: z.string(),
  value: decimal.nullable(),
  unit,
  note: z.string(),
  figure: figureId.nullable(),
});

const move = z.strictObject({ id: z.string(), label: z.string(), value: decimal, says: z.string() });
export type PacketMove = z.infer<typeof move>;

/** A figure with all that it follows from. It is stored so; what a proof panel shows is made of nothing else. */
export const provenFigure = figure.extend({
  formula: z.strictObject({
    /** In words: "(effective MRR − COGS) / effective MRR × 100". */
    words: z.string(),
    /** With the numbers in it: "(296413.47 − 53127.85) / 296413.47 × 100 = 82.08". */
    numbers: z.string(),
    /** Where it is a fraction, its parts, to be set as one. */
    fraction: z.strictObject({ over: z.string(), under: z.string(), times: z.string().nullable(), result: z.string() }).nullable(),
  }),
  lines: z.array(sumLine),
  /** The input rows: where in which artifact, and what stands there. */
  inputs: z.array(z.strictObject({ role: inputRole, pointer, label: z.string(), value: z.string() })),
  rule: z.strictObject({ name: z.string(), version: z.string(), source: z.string() }),
  rounding: z.string(),
  /** Reasons for the change since the packet before; they add up to `previous.change` exactly. */
  moves: z.array(move),
});
export type ProvenFigure = z.infer<typeof provenFigure>;

const gateResult = z.strictObject({
  gate: z.string(),
  /** Short, as people say it: "FIN 2". */
  name: z.string(),
  title: z.string(),
  state: z.enum(['pass', 'fail', 'stale', 'no-run']),
  says: z.string(),
  figure: figureId.nullable(),
});

const consistencyFinding = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'note']),
  says: z.string(),
  figure: figureId.nullable(),
  artifacts: z.array(inputRole),
});

const historyMonth = z.strictObject({
  month,
  /** `close`: only the close that the assumptions state is known. */
  from: z.enum(['packet', 'close']),
  revision: revision.nullable(),
  blendedMargin: decimal.nullable(),
  stressMargin: decimal.nullable(),
  p95Envelope: decimal.nullable(),
  discountImpact: decimal.nullable(),
  mrr: decimal.nullable(),
  effectiveMrr: decimal.nullable(),
});
export type PacketHistoryMonth = z.infer<typeof historyMonth>;

const scenario = z.strictObject({
  name: z.string(),
  subscriptionsByTier: z.record(paidTier, decimal),
  monthlyPricesByTier: z.record(paidTier, decimal),
  effectiveMrr: decimal,
  margin: decimal,
});

/** MRR from the packet before to this one: what telemetry gives, tier by tier, volume and price. The steps add up exactly. */
const movement = z.strictObject({
  from: decimal,
  to: decimal,
  fromMonth: month,
  steps: z.array(
    z.strictObject({
      id: z.string(),
      tier: paidTier,
      kind: z.enum(['volume', 'price']),
      label: z.string(),
      value: decimal,
      says: z.string(),
    }),
  ),
  /** What the movement rests on, and which kinds of movement the inputs do not hold. */
  says: z.string(),
});

const comparison = z.strictObject({
  month,
  revision,
  packetId,
  documentSha256: hex64,
  /** The largest moves of revenue and costs by tier, the largest first. */
  largest: z.array(z.strictObject({ figure: figureId, title: z.string(), unit, change: decimal, says: z.string() })),
  /** The change of the blended margin taken apart: LLM, infrastructure, support, mix. They add up to it exactly. */
  margin: z.array(move),
});

export const inputArtifact = z.strictObject({
  role: inputRole,
  title: z.string(),
  artifactId: z.string(),
  name: z.string(),
  sha256: hex64,
  capturedAt: z.string().nullable(),
});

export const thresholds = z.strictObject({
  minBlendedMargin: decimal,
  maxP95Envelope: decimal,
  maxDiscountImpact: decimal,
  minGrowthToProDelta: decimal,
  minProToEnterpriseDelta: decimal,
  minStressMargin: decimal,
  requiredCloses: count,
});

/**
 * The packet for people. Stored as canonical JSON; a pure function of its inputs: no clock, no ids of its own, so that it is
 * recomputed to the same bytes.
 */
export const packetDocument = z.strictObject({
  format: z.literal('urn:countersign:packet:v1'),
  ruleVersion: z.string(),
  month,
  window: z.strictObject({ start: z.string(), end: z.string(), label: z.string() }),
  currency: z.literal('USD'),
  inputs: z.array(inputArtifact),
  /** Those of the assumptions: what the reference judges by. */
  thresholds,
  /** Version of the workspace's thresholds; null where none are set. */
  thresholdsVersion: z.int().nullable(),
  /** In the order in which they are read. */
  figures: z.array(provenFigure),
  gates: z.strictObject({
    /** The gate run of the month; null where there was none. `fin_gate_*` are then computed from this packet alone. */
    runId: z.string().nullable(),
    decision: z.enum(['pass', 'fail', 'cannot-decide', 'no-run']),
    results: z.array(gateResult),
  }),
  findings: z.array(consistencyFinding),
  closeHistory: z.array(z.strictObject({ month: z.string(), blendedMargin: decimal })),
  /** Oldest first, this month last; at most 36. */
  history: z.array(historyMonth),
  scenarios: z.array(scenario),
  infraCostMultiplier: decimal,
  comparison: comparison.nullable(),
  movement: movement.nullable(),
  /** Why the reference writes no files for the month; null where it does. */
  referenceRefusal: z.strictObject({ part: z.string(), says: z.string(), field: z.string().nullable() }).nullable(),
});
export type PacketDocument = z.infer<typeof packetDocument>;
