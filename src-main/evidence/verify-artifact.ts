import { VERIFIERS, type VerifiableKind } from './kinds/index.ts';
import { readinessGates } from './kinds/operational-readiness.ts';
import { Draft, EvidenceFiles, type EvidenceInputs, type Verifier } from './kinds/verifier.ts';
import type { Micros } from './reference/timestamps.ts';
import { type EvidenceVerdict, Refusal } from './verdict.ts';

type OptionsOf<V> = V extends Verifier<infer Options> ? Options : never;
export type EvidenceOptions<K extends VerifiableKind> = OptionsOf<(typeof VERIFIERS)[K]>;

/**
 * Verifies one artifact, or the three of a composed kind, as the reference verifier of that kind does. Never throws for
 * what stands in the files: a rejected artifact is a verdict with the reason and the field.
 * @param inputs the bytes by role (`artifact`, or `guardrails`, `telemetry` and `policy`); null for a file that is absent.
 *   `EvidenceFiles` where the same files are judged several times, so that they are read once
 * @param options of this kind; a function where they must be read first and may be refused like the artifact
 * @param now the clock by which ages are measured, in microseconds since 1970
 */
export function verifyEvidence<K extends VerifiableKind>(
  kind: K,
  inputs: EvidenceInputs | EvidenceFiles,
  options: EvidenceOptions<K> | (() => EvidenceOptions<K>),
  now: Micros,
): EvidenceVerdict {
  // Of a union of kinds TypeScript cannot see that the options belong to the verifier.
  const verifier = VERIFIERS[kind] as unknown as Verifier<EvidenceOptions<K>>;
  const draft = new Draft();
  const refusal = refusalOf(() => {
    const given = typeof options === 'function' ? options() : options;
    verifier.verify(inputs instanceof EvidenceFiles ? inputs : new EvidenceFiles(inputs), given, now, draft);
  });
  return {
    kind,
    verdict: refusal === null ? 'pass' : 'fail',
    label: verifier.label,
    message: refusal === null ? null : refusal.message,
    field: refusal === null ? null : refusal.field,
    gates: draft.gates,
    derived: draft.derived,
    report: draft.report,
    gateResults: draft.gateResults,
    figures: draft.figures,
    strictness: draft.strictness,
  };
}

function refusalOf(verify: () => void): Refusal | null {
  try {
    verify();
    return null;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The document of `evidence verify --json`: the verdict without its proof (docs/formats/evidence.md). */
export const publishedVerdict = ({ kind, verdict, label, message, field, gates, derived, report }: EvidenceVerdict) => ({
  kind,
  verdict,
  label,
  message,
  field,
  gates: kind === 'operational-readiness' && Object.keys(gates).length > 0 ? readinessGates(gates) : gates,
  derived,
  ...report,
});
