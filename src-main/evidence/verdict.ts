/** What a verifier of evidence answers. The published form is that of `evidence verify --json` (docs/formats/evidence.md). */

export const EVIDENCE_KINDS = [
  'finance-guardrails',
  'finance-telemetry',
  'pricing-benchmarks',
  'policy-decisions',
  'monthly-refresh',
  'operational-readiness',
  'stress',
  'failure-injection',
  'disposition-register',
  'key-rotation-drill',
] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** The kinds that are one file each; the other two judge guardrails, telemetry and decisions together. */
export const ARTIFACT_KINDS = [
  'finance-guardrails',
  'finance-telemetry',
  'pricing-benchmarks',
  'policy-decisions',
  'stress',
  'failure-injection',
  'disposition-register',
  'key-rotation-drill',
] as const satisfies readonly EvidenceKind[];
export type ArtifactKind = (typeof ARTIFACT_KINDS)[number];

/** A number that the verifier computed from the artifact, so that a person can open its proof. */
export interface DerivedFigure {
  /** Stable within a kind: `blended_gross_margin_percent`, `tier_margin_percent.starter`. */
  readonly id: string;
  readonly name: string;
  /** `percent`, `usd`, `days`, `count`, `ratio`. */
  readonly unit: string;
  /** What the artifact says, and where (JSON pointer); null where it declares nothing. */
  readonly declared: number | null;
  readonly declaredAt: string | null;
  /** What the rule gives; null where it cannot be computed from this artifact alone. */
  readonly computed: number | null;
  /** The formula with the numbers in it. */
  readonly formula: string;
  /** The rows that went in: JSON pointer, name and value. */
  readonly inputs: readonly { readonly pointer: string; readonly name: string; readonly value: number }[];
  /** Rounding and source of the rule. */
  readonly rule: string;
  readonly holds: boolean;
}

/** One gate of the artifact: what it declares and what follows from its figures. */
export interface GateResult {
  readonly gate: string;
  readonly declared: boolean | null;
  readonly computed: boolean;
  /** The comparison with its figures: `8.32 ≤ 8.00`. */
  readonly says: string;
}

/** Something odd that the reference lets pass: its verdict stands, this stands beside it. */
export interface StrictnessFinding {
  /** `JSON_DUPLICATE_KEY`, `JSON_NON_FINITE`, `COERCED_NUMBER`, … */
  readonly code: string;
  readonly pointer: string;
  readonly says: string;
}

export interface EvidenceVerdict {
  readonly kind: EvidenceKind;
  readonly verdict: 'pass' | 'fail';
  /** The reference's name of the verifier, as it stands in `[label] failed: message`. */
  readonly label: string;
  /** Why it fails, in the reference's terms; null when it passes. */
  readonly message: string | null;
  /** Path of the offending field (`metrics.stress_margin_percent`); null where there is none. */
  readonly field: string | null;
  /** Computed gates; empty where the verifier stopped before it came to them. */
  readonly gates: Readonly<Record<string, boolean>>;
  /** Named results beside the gates (JSON values): the readiness summary, the capture spread. */
  readonly derived: Readonly<Record<string, unknown>>;
  /** What the reference prints beside gates and derived values when it passes (readiness: `generated_at`, `remaining_work_items`). */
  readonly report: Readonly<Record<string, unknown>>;
  readonly gateResults: readonly GateResult[];
  readonly figures: readonly DerivedFigure[];
  readonly strictness: readonly StrictnessFinding[];
}

/** Ends a verification: the artifact is rejected. `field` is the path of what is wrong, as the reference writes it. */
export class Refusal extends Error {
  readonly field: string | null;
  constructor(message: string, field: string | null = null) {
    // An answer, not a fault: nobody asks where it was thrown, and taking the stack costs as much as a verification.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'Refusal';
    this.field = field;
  }
}
