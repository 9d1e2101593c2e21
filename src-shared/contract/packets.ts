import { address, count, done, download, hex64, isoTime, noInput, reason, role } from './common.ts';
import { command, query, z } from './define.ts';
import {
  month,
  decimal,
  figureId,
  packetId,
  revision,
  paidTier,
  pointer,
  inputRole,
  unit,
  limit,
  figure,
  provenFigure,
  inputArtifact,
  thresholds,
  packetDocument,
} from './packet-document.ts';

/** Building, reading, trying, reviewing and exporting a month's packet; what it says is in packet-document.ts. */
export const packetState = z.enum(['draft', 'in-review', 'accepted', 'sent-back']);
export type PacketState = z.infer<typeof packetState>;

const head = z.strictObject({
  packetId,
  month,
  revision,
  /** All revisions of the month. */
  revisions: z.array(z.strictObject({ packetId, revision, builtAt: isoTime, builtBy: z.string(), reason: z.string().nullable() })),
  state: packetState,
  stateSince: isoTime,
  builtAt: isoTime,
  builtBy: z.string(),
  reason: z.string().nullable(),
  ruleVersion: z.string(),
  documentSha256: hex64,
  /** When it must be accepted. */
  dueAt: isoTime,
  overdue: z.boolean(),
  /** The newer revision that replaces it; null for the newest. */
  supersededBy: revision.nullable(),
  referenceFiles: z.array(z.strictObject({ name: z.string(), sha256: hex64 })),
  address,
});
export type PacketHead = z.infer<typeof head>;

const reviewEvent = z.strictObject({
  eventNo: count,
  kind: z.enum(['submitted', 'comment', 'question', 'answer', 'withdrawn', 'checked', 'unchecked', 'accepted', 'sent-back', 'verified']),
  at: isoTime,
  who: z.string(),
  role: role.nullable(),
  figure: figureId.nullable(),
  /** Title of the figure, for people. */
  figureTitle: z.string().nullable(),
  /** The question that is answered or withdrawn. */
  about: count.nullable(),
  /** What was written; for a check the item's label, for a verification what it found. */
  text: z.string(),
});
export type PacketEvent = z.infer<typeof reviewEvent>;

/** What stands in the way of accepting: "Question of Tomás Reyes is not answered". */
const openItem = z.strictObject({ code: z.string(), says: z.string(), figure: figureId.nullable() });

const checkItem = z.strictObject({
  item: z.string(),
  role,
  label: z.string(),
  says: z.string(),
  checked: z.boolean(),
  /** Follows from the record (all questions answered) and cannot be ticked by hand. */
  automatic: z.boolean(),
  /** Accepting waits for it. */
  needed: z.boolean(),
  /** Whether the asking member may tick it. */
  mine: z.boolean(),
  by: z.string().nullable(),
  at: isoTime.nullable(),
});
export type PacketCheckItem = z.infer<typeof checkItem>;

const allowed = z.strictObject({ allowed: z.boolean(), says: z.string() });

export const packetReview = z.strictObject({
  events: z.array(reviewEvent),
  questions: z.array(
    z.strictObject({
      question: reviewEvent,
      state: z.enum(['open', 'answered', 'withdrawn']),
      answers: z.array(reviewEvent),
    }),
  ),
  comments: z.array(reviewEvent),
  checklist: z.array(checkItem),
  /** Exactly what accepting waits for; empty where nothing does. */
  open: z.array(openItem),
  /** The worst fact that whoever accepts must name: a gate that fails, an error among the findings, the reference's refusal. */
  worst: z.strictObject({ code: z.string(), says: z.string() }).nullable(),
  /** What the asking member may do now, and why not. */
  may: z.strictObject({ submit: allowed, comment: allowed, accept: allowed, sendBack: allowed, correct: allowed }),
  decided: z.strictObject({ kind: z.enum(['accepted', 'sent-back']), at: isoTime, who: z.string(), text: z.string() }).nullable(),
  lastVerified: z.strictObject({ at: isoTime, who: z.string(), holds: z.boolean(), says: z.string() }).nullable(),
});
export type PacketReview = z.infer<typeof packetReview>;

/** An assumption that may be corrected or tried: where it stands, what it says. */
const assumption = z.strictObject({
  pointer,
  title: z.string(),
  unit: z.string(),
  value: z.string(),
  min: z.number().nullable(),
  max: z.number().nullable(),
});

const row = z.strictObject({
  packetId,
  month,
  revision,
  state: packetState,
  stateSince: isoTime,
  builtAt: isoTime,
  openQuestions: count,
  decision: z.enum(['pass', 'fail', 'cannot-decide', 'no-run']),
  /** Names of the gates that fail: "FIN 2". */
  failing: z.array(z.string()),
  referenceRefused: z.boolean(),
  mrr: decimal.nullable(),
  effectiveMrr: decimal.nullable(),
  blendedMargin: decimal.nullable(),
  stressMargin: decimal.nullable(),
  p95Envelope: decimal.nullable(),
  discountImpact: decimal.nullable(),
  /** Those of the packet's own thresholds that stand beside its figures in a list. */
  bounds: thresholds.pick({ minBlendedMargin: true, minStressMargin: true, maxP95Envelope: true }),
  dueAt: isoTime,
  overdue: z.boolean(),
  address,
});
export type PacketRow = z.infer<typeof row>;

const monthToBuild = z.strictObject({
  month,
  /** From this time on it is built, by itself where the schedule says so. */
  buildAt: isoTime,
  due: z.boolean(),
  ready: z.boolean(),
  says: z.string(),
  address,
});

const schedule = z.strictObject({
  /** Day of the following month. */
  buildOnDay: z.int().min(1).max(28),
  acceptWithinDays: z.int().min(1).max(60),
  automatic: z.boolean(),
});
export type PacketSchedule = z.infer<typeof schedule>;

const inputState = z.strictObject({
  role: inputRole,
  title: z.string(),
  /** Without a required one there is no packet; the others are shown in it. */
  required: z.boolean(),
  state: z.enum(['there', 'missing', 'stale', 'fails', 'other-month']),
  says: z.string(),
  artifact: inputArtifact.nullable(),
  sourceName: z.string().nullable(),
  arrivedAt: isoTime.nullable(),
  nextStep: z.strictObject({ says: z.string(), address: address.nullable() }).nullable(),
});
export type PacketInputState = z.infer<typeof inputState>;

const factor = z.number().min(0).max(1000);
const byTier = z.partialRecord(paidTier, factor);
/** A JSON number or text, as it will stand in the file. */
const change = z.strictObject({ pointer: pointer.min(2), value: z.union([z.number(), z.string().max(200)]) });

const trialRow = z.strictObject({
  id: figureId,
  title: z.string(),
  unit,
  record: decimal.nullable(),
  trial: decimal.nullable(),
  change: decimal.nullable(),
  limit: limit.nullable(),
});
export type PacketTrialRow = z.infer<typeof trialRow>;

const difference = z.strictObject({
  /** `document`, or the name of one of the reference's files. */
  what: z.string(),
  pointer: pointer.nullable(),
  stored: z.string().nullable(),
  recomputed: z.string().nullable(),
  says: z.string(),
});

const REVIEWERS = ['admin', 'founder', 'finance', 'leadership', 'engineering', 'platform', 'auditor'] as const;
const DECIDERS = ['admin', 'founder', 'finance'] as const;
const text = z.string().trim().min(1).max(5000);
/** What a step of the review answers: how the packet stands after it. */
const stepped = z.strictObject({ packetId, eventNo: count, state: packetState, openQuestions: count });
const packetOnly = z.strictObject({ packetId });

export const packets = {
  'packet.list': query({
    input: z.strictObject({ before: month.optional(), limit: z.int().min(1).max(120).default(36) }),
    output: z.strictObject({
      /** Newest month first, one row a month: its newest revision. */
      packets: z.array(row),
      next: month.nullable(),
      total: count,
      /** Months with evidence and no packet yet, newest first. */
      toBuild: z.array(monthToBuild),
      schedule,
    }),
  }),
  /** The newest revision where none is named. NOT_FOUND where the month has no packet. */
  'packet.get': query({
    errors: ['NOT_FOUND'],
    input: z.strictObject({ month, revision: revision.optional() }),
    output: z.strictObject({
      head,
      window: packetDocument.shape.window,
      figures: z.record(figureId, figure),
      /** Ids of the figures in the row at the top. */
      headline: z.array(figureId),
      tiers: z.array(z.strictObject({ tier: paidTier, title: z.string() })),
      gates: packetDocument.shape.gates,
      findings: packetDocument.shape.findings,
      inputs: packetDocument.shape.inputs,
      thresholds,
      thresholdsVersion: packetDocument.shape.thresholdsVersion,
      closeHistory: packetDocument.shape.closeHistory,
      history: packetDocument.shape.history,
      scenarios: packetDocument.shape.scenarios,
      infraCostMultiplier: decimal,
      comparison: packetDocument.shape.comparison,
      movement: packetDocument.shape.movement,
      referenceRefusal: packetDocument.shape.referenceRefusal,
      assumptions: z.array(assumption),
      review: packetReview,
      /** Inputs that changed since it was built: a rebuild makes a new revision. */
      changedSince: z.array(z.string()),
      command: z.string(),
    }),
  }),
  'packet.proof': query({
    errors: ['NOT_FOUND'],
    input: z.strictObject({ packetId, figure: figureId }),
    output: z.strictObject({
      packetId,
      month,
      revision,
      figure: provenFigure,
      /** Input artifacts that the figure rests on. */
      artifacts: z.array(inputArtifact.extend({ address })),
      /** In the common shape of every proof (`ProofPanel`). */
      proof: z.strictObject({
        says: z.string(),
        /** When the packet was last recomputed. */
        checkedAt: isoTime.nullable(),
        rule: z.strictObject({ name: z.string(), version: z.string(), source: z.string() }),
        formula: z.array(z.strictObject({ says: z.string(), figure: z.string(), holds: z.boolean().nullable() })),
        inputs: z.array(z.strictObject({ name: z.string(), says: z.string(), sha256: hex64.nullable(), address: address.nullable() })),
        resultSha256: hex64.nullable(),
        command: z.string(),
        changedSince: z.string().nullable(),
      }),
      /** Whether the last recomputation held; null where there was none. */
      holds: z.boolean().nullable(),
      comments: z.array(reviewEvent),
    }),
  }),
  /** What is there for a month's packet, what is missing or stale, and the next step for each. */
  'packet.inputs': query({
    input: z.strictObject({ month }),
    output: z.strictObject({
      month,
      ready: z.boolean(),
      says: z.string(),
      inputs: z.array(inputState),
      packet: z.strictObject({ packetId, revision, state: packetState, changed: z.array(z.string()) }).nullable(),
      buildAt: isoTime,
      dueAt: isoTime,
    }),
  }),
  /** `nothing-new`: the newest revision already says all of it, unless a reason asks for another one. */
  'packet.build': command({
    roles: DECIDERS,
    errors: ['CONFLICT', 'NOT_FOUND'],
    input: z.strictObject({ month, reason: reason.optional() }),
    output: z.strictObject({
      packetId,
      month,
      revision,
      outcome: z.enum(['built', 'nothing-new']),
      says: z.string(),
      documentSha256: hex64,
      referenceRefusal: packetDocument.shape.referenceRefusal,
      address,
    }),
  }),
  /** The month under other numbers, beside the record. Nothing is stored. Multipliers that are left out are 1. */
  'packet.trial': query({
    errors: ['NOT_FOUND', 'BAD_INPUT'],
    input: z.strictObject({
      packetId,
      subscriptionsByTier: byTier.optional(),
      monthlyPricesByTier: byTier.optional(),
      infraCostMultiplier: z.number().min(1).max(1000).optional(),
      thresholds: z
        .strictObject({
          minBlendedMargin: z.number().min(0).max(100),
          maxP95Envelope: z.number().min(0).max(100_000),
          maxDiscountImpact: z.number().min(0).max(100),
          minStressMargin: z.number().min(0).max(100),
        })
        .partial()
        .optional(),
      /** Overrides of assumptions by pointer (`packet.get` lists them). */
      assumptions: z.array(change).max(100).optional(),
    }),
    output: z.strictObject({
      packetId,
      rows: z.array(trialRow),
      tiers: z.array(z.strictObject({ tier: paidTier, rows: z.array(trialRow) })),
      gates: z.array(z.strictObject({ gate: z.string(), name: z.string(), record: z.boolean(), trial: z.boolean(), says: z.string() })),
      says: z.string(),
    }),
  }),
  /** Recomputes document and reference files from the stored inputs and compares bytes. Recorded in the packet's events. */
  'packet.verify': command({
    errors: ['NOT_FOUND'],
    input: packetOnly,
    output: z.strictObject({
      packetId,
      month,
      revision,
      holds: z.boolean(),
      says: z.string(),
      at: isoTime,
      elapsedMs: z.number(),
      documentSha256: hex64,
      recomputedSha256: hex64.nullable(),
      files: z.array(z.strictObject({ name: z.string(), sha256: hex64, recomputedSha256: hex64.nullable(), equal: z.boolean() })),
      differences: z.array(difference),
    }),
  }),
  'packet.submit': command({ roles: DECIDERS, errors: ['CONFLICT'], input: packetOnly, output: stepped }),
  'packet.comment': command({
    roles: REVIEWERS,
    errors: ['CONFLICT'],
    input: z.strictObject({ packetId, figure: figureId.optional(), text }),
    output: stepped,
  }),
  /** A question must be answered or withdrawn before the packet can be accepted. */
  'packet.ask': command({
    roles: REVIEWERS,
    errors: ['CONFLICT'],
    input: z.strictObject({ packetId, figure: figureId.optional(), text }),
    output: stepped,
  }),
  'packet.answer': command({
    roles: REVIEWERS,
    errors: ['CONFLICT'],
    input: z.strictObject({ packetId, question: z.int().min(1), text }),
    output: stepped,
  }),
  /** Only who asked, or an admin. */
  'packet.withdraw': command({
    roles: REVIEWERS,
    errors: ['CONFLICT'],
    input: z.strictObject({ packetId, question: z.int().min(1), text: text.optional() }),
    output: stepped,
  }),
  'packet.check': command({
    roles: REVIEWERS,
    errors: ['CONFLICT'],
    input: z.strictObject({ packetId, item: z.string().min(1).max(120), checked: z.boolean() }),
    output: stepped,
  }),
  /**
   * Refused with `details.open`, the list of what is open. Where a gate fails, a finding is an error or the reference refuses
   * the month, `knowing` must name the worst of it: the code that `review.worst` says.
   */
  'packet.accept': command({
    roles: DECIDERS,
    errors: ['CONFLICT'],
    input: z.strictObject({ packetId, knowing: z.string().max(200).optional(), text: text.optional() }),
    output: stepped,
  }),
  'packet.sendBack': command({ roles: DECIDERS, errors: ['CONFLICT'], input: z.strictObject({ packetId, reason }), output: stepped }),
  /** A new version of the assumptions and a new revision in draft, which supersedes this one. */
  'packet.correctAssumption': command({
    roles: DECIDERS,
    errors: ['CONFLICT', 'BAD_INPUT'],
    input: z.strictObject({ packetId, changes: z.array(change).min(1).max(100), reason }),
    output: z.strictObject({ packetId, month, revision, artifactId: z.string(), sha256: hex64, says: z.string(), address }),
  }),
  'packet.export': command({
    errors: ['NOT_FOUND'],
    input: z.strictObject({ packetId, format: z.enum(['pdf', 'csv', 'json', 'zip']) }),
    output: download,
  }),
  'packet.schedule': query({ input: noInput, output: schedule }),
  'packet.setSchedule': command({ roles: DECIDERS, input: schedule, output: done }),
} as const;
