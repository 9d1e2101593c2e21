import { readAssumptions, readScenarioModels, readTcoInputs } from './finance/assumptions.ts';
import { EvidenceFiles, Draft } from './kinds/verifier.ts';
import { Refusal, type StrictnessFinding } from './verdict.ts';

/** What a reading of the assumptions gives. The reference has no verifier of them: its generator reads them, or stops. */
export interface AssumptionsVerdict {
  readonly verdict: 'pass' | 'fail';
  readonly label: string;
  readonly message: string | null;
  readonly field: string | null;
  readonly strictness: readonly StrictnessFinding[];
}

/** Passes when the packet generator could take every figure from the file (contract A.5). Time does not matter to it. */
export function verifyAssumptions(bytes: Uint8Array): AssumptionsVerdict {
  const draft = new Draft();
  const answer = (refusal: Refusal | null): AssumptionsVerdict => ({
    verdict: refusal === null ? 'pass' : 'fail',
    label: 'finance-assumptions',
    message: refusal?.message ?? null,
    field: refusal?.field ?? null,
    strictness: draft.strictness,
  });
  try {
    const root = new EvidenceFiles({ artifact: bytes }).root('artifact', draft);
    root.instant('captured_at');
    readAssumptions(root);
    readScenarioModels(root);
    readTcoInputs(root);
    return answer(null);
  } catch (error) {
    if (error instanceof Refusal) return answer(error);
    throw error;
  }
}
