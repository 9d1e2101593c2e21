import { address, byteCount, count, cursor, hex64, isoTime, label, noInput, pageLimit, startedJob } from './common.ts';
import { command, query, z } from './define.ts';

/** By shape: the kinds that a verifier judges, what a packet is computed from, and packets that were made elsewhere. */
export const EVIDENCE_STORED_KINDS = [
  'finance-guardrails',
  'finance-telemetry',
  'pricing-benchmarks',
  'policy-decisions',
  'stress',
  'failure-injection',
  'disposition-register',
  'key-rotation-drill',
  'finance-assumptions',
  'committee-packet',
] as const;
const storedKind = z.enum(EVIDENCE_STORED_KINDS);
export type EvidenceStoredKind = z.infer<typeof storedKind>;

/** What can be made here. `governance` is the approvals of the policy decisions, with a short form of its own. */
export const MAKER_KINDS = ['pricing-benchmarks', 'policy-decisions', 'finance-assumptions', 'governance'] as const;
const makerKind = z.enum(MAKER_KINDS);
export type MakerKind = z.infer<typeof makerKind>;

const artifactId = z.string().regex(/^[0-9a-f]{32}$/);
const month = z.string().regex(/^\d{4}-(?:0[1-9]|1[0-2])$/);
const versionNo = z.int().min(1);
/** `stale`: it passed when it was captured, time alone makes it fail. `none`: there is nothing to verify, or it waits to be. */
const artifactState = z.enum(['pass', 'fail', 'stale', 'none']);
export type ArtifactState = z.infer<typeof artifactState>;

const artifact = z.strictObject({
  artifactId,
  kind: storedKind,
  /** Path below the source's evidence folder, or the file name of what was made or added here. */
  name: z.string(),
  origin: z.enum(['source', 'made', 'imported']),
  sourceName: z.string().nullable(),
  month: month.nullable(),
  windowLabel: z.string().nullable(),
  capturedAt: isoTime.nullable(),
  arrivedAt: isoTime,
  sha256: hex64,
  bytes: byteCount,
  versions: count,
  state: artifactState,
  /** Why it fails, in the verifier's terms. */
  message: z.string().nullable(),
  judgedAt: isoTime.nullable(),
  /** From when time alone gives another verdict. */
  holdsUntil: isoTime.nullable(),
  strictness: count,
  address,
});
export type EvidenceArtifact = z.infer<typeof artifact>;

const gate = z.strictObject({ gate: z.string(), declared: z.boolean().nullable(), computed: z.boolean(), says: z.string() });

const figure = z.strictObject({
  figure: z.string(),
  name: z.string(),
  unit: z.string(),
  /** Decimal texts, as the artifact says it and as the rule gives it. */
  declared: z.string().nullable(),
  computed: z.string().nullable(),
  declaredAt: z.string().nullable(),
  holds: z.boolean(),
});

const strictness = z.strictObject({ code: z.string(), pointer: z.string(), says: z.string() });
export type EvidenceStrictness = z.infer<typeof strictness>;

const artifactVersion = z.strictObject({
  versionNo,
  /** Counts from 1 within the artifact. */
  position: count,
  sha256: hex64,
  bytes: byteCount,
  kind: storedKind,
  month: month.nullable(),
  capturedAt: isoTime.nullable(),
  arrivedAt: isoTime,
  /** Who made it, or the source that delivered it. */
  by: z.string(),
  state: artifactState,
});

const field = z.strictObject({
  pointer: z.string(),
  /** The value as JSON writes it; null where the version no longer has the field. */
  value: z.string().nullable(),
  before: z.string().nullable(),
  change: z.enum(['same', 'changed', 'added', 'removed']),
});
export type EvidenceField = z.infer<typeof field>;

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

/** A value with the place where it stands, or with the formula that it follows from. */
const comparedValue = z.strictObject({
  value: z.string(),
  artifact: z.strictObject({ name: z.string(), sha256: hex64, pointer: z.string(), address: address.nullable() }).nullable(),
  formula: z.string().nullable(),
});

const inconsistency = z.strictObject({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'note']),
  title: z.string(),
  says: z.string(),
  nextStep: z.string(),
  figures: z.array(z.strictObject({ name: z.string(), left: comparedValue, right: comparedValue, difference: z.string().nullable() })),
});
export type Inconsistency = z.infer<typeof inconsistency>;

const document = z.record(z.string(), z.unknown());
const missing = z.strictObject({ pointer: z.string(), says: z.string() });
export type MissingField = z.infer<typeof missing>;
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,119}\.json$/);
const artifactChecked = {
  /** With what is computed filled in: summary, gates, time of capture. */
  document,
  missing: z.array(missing),
  passes: z.boolean(),
  message: z.string().nullable(),
  field: z.string().nullable(),
  gates: z.array(gate),
  strictness: z.array(strictness),
};

const MAKERS = ['admin', 'founder', 'finance', 'engineering', 'platform'] as const;

export const evidence = {
  'evidence.list': query({
    input: z.strictObject({
      kind: storedKind.optional(),
      month: month.optional(),
      state: artifactState.optional(),
      search: z.string().max(200).optional(),
      after: cursor.optional(),
      limit: pageLimit,
    }),
    output: z.strictObject({ artifacts: z.array(artifact), next: cursor.nullable(), total: count, shown: count }),
  }),
  /** For each kind and month what counts, and until when it holds. */
  'evidence.months': query({
    input: noInput,
    output: z.strictObject({
      asOf: isoTime,
      months: z.array(month),
      kinds: z.array(
        z.strictObject({
          kind: storedKind,
          name: z.string(),
          /** Age limit in words: "31 days after capture"; null where time does not matter. */
          limit: z.string().nullable(),
          cells: z.array(
            z.strictObject({
              month,
              artifacts: count,
              artifactId,
              artifactName: z.string(),
              state: artifactState,
              capturedAt: isoTime.nullable(),
              holdsUntil: isoTime.nullable(),
              message: z.string().nullable(),
              address,
            }),
          ),
        }),
      ),
    }),
  }),
  'evidence.artifact': query({
    input: z.strictObject({
      artifactId,
      /** The newest when left out. */
      versionNo: versionNo.optional(),
      /** Compare with this version; the one before when left out. */
      against: versionNo.optional(),
    }),
    output: z.strictObject({
      artifact,
      version: artifactVersion,
      versions: z.array(artifactVersion),
      against: versionNo.nullable(),
      fields: z.array(field),
      /** A larger document shows only its first fields. */
      fieldsTotal: count,
      changed: count,
      verification: z
        .strictObject({
          state: artifactState,
          label: z.string(),
          message: z.string().nullable(),
          field: z.string().nullable(),
          judgedAt: isoTime,
          ruleVersion: z.string(),
          /** The options that the verifier ran with, in words. */
          limits: z.array(z.string()),
          holdsUntil: isoTime.nullable(),
        })
        .nullable(),
      gates: z.array(gate),
      figures: z.array(figure),
      derived: z.array(z.strictObject({ name: z.string(), value: z.string() })),
      strictness: z.array(strictness),
      /** The first 256 KB, where it is text. */
      raw: z.strictObject({ text: z.string(), cut: z.boolean() }).nullable(),
      verifyCommand: z.string().nullable(),
    }),
  }),
  'evidence.figureProof': query({
    input: z.strictObject({ artifactId, versionNo: versionNo.optional(), figure: z.string().min(1).max(200) }),
    output: z.strictObject({ name: z.string(), unit: z.string(), value: z.string(), holds: z.boolean(), proof }),
  }),
  /** What the artifacts of one month say against each other. Findings never change a verifier's verdict. */
  'evidence.consistency': query({
    input: z.strictObject({ month: month.optional() }),
    output: z.strictObject({
      month: month.nullable(),
      months: z.array(month),
      compared: z.array(z.strictObject({ role: z.string(), name: z.string(), sha256: hex64, address })),
      findings: z.array(inconsistency),
      errors: count,
      warnings: count,
    }),
  }),
  'evidence.add': command({
    roles: MAKERS,
    input: z.strictObject({
      name: z.string().trim().min(1).max(200),
      /** JSON text of an artifact; its kind is recognised by shape. */
      text: z.string().max(900_000),
    }),
    output: z.strictObject({ artifact, isNew: z.boolean() }),
  }),
  'evidence.verify': command({
    roles: ['admin', 'founder', 'finance', 'engineering', 'platform', 'auditor'],
    input: z.strictObject({ artifactIds: z.array(artifactId).max(500).optional() }),
    output: startedJob,
  }),
  'evidence.makeStart': query({
    input: z.strictObject({ kind: makerKind, month: month.optional() }),
    output: z.strictObject({
      ...artifactChecked,
      kind: makerKind,
      name: z.string(),
      basedOn: z.strictObject({ artifactId, versionNo, name: z.string(), address }).nullable(),
      /** What was filled in from elsewhere, in words. */
      notes: z.array(z.string()),
    }),
  }),
  'evidence.makeCheck': query({
    input: z.strictObject({ kind: makerKind, document }),
    output: z.strictObject({ ...artifactChecked, kind: makerKind, name: z.string() }),
  }),
  'evidence.make': command({
    roles: MAKERS,
    input: z.strictObject({ kind: makerKind, document, name: fileName.optional(), note: label.optional() }),
    output: z.strictObject({ artifact, isNew: z.boolean(), passes: z.boolean(), missing: z.array(missing) }),
  }),
} as const;
