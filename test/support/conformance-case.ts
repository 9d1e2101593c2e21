import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readOptionWords } from '../../src-main/evidence/option-words.ts';
import type { VerifiableKind } from '../../src-main/evidence/kinds/index.ts';
import type { EvidenceInputs } from '../../src-main/evidence/kinds/verifier.ts';
import { readInstant } from '../../src-main/evidence/reference/timestamps.ts';
import { publishedVerdict, verifyEvidence } from '../../src-main/evidence/verify-artifact.ts';
import type { EvidenceVerdict } from '../../src-main/evidence/verdict.ts';

/** One case of the differential corpus, as its README describes it. */
export interface ConformanceCase {
  readonly id: string;
  readonly kind: VerifiableKind;
  readonly inputs: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, string | true>>;
  readonly now: string;
  readonly expected: 'pass' | 'fail';
  readonly exit_code: 0 | 1 | 2;
  readonly field?: string;
  readonly gates?: unknown;
  readonly derived?: unknown;
  readonly generated_at?: string;
  readonly remaining_work_item_count?: number;
  readonly capture_spread_days_2dp?: string;
}

export const readCase = (folder: string): ConformanceCase => JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as ConformanceCase;

export const caseNames = (root: string, kind: string): string[] => readdirSync(join(root, kind)).toSorted();

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** The verdict on a case, its flags read as a command line reads them. */
export function verifyCase(folder: string, found: ConformanceCase): EvidenceVerdict {
  const inputs: EvidenceInputs = Object.fromEntries(
    Object.entries(found.inputs).map(([role, name]) => {
      const path = join(folder, name);
      return [role, isFile(path) ? readFileSync(path) : null];
    }),
  );
  const now = readInstant(found.now);
  if (!now.ok) throw new Error(`${found.id} has no clock`);
  return verifyEvidence(found.kind, inputs, () => readOptionWords(found.kind, found.flags), now.at);
}

/** What the published verdict says where the case states something; only what is stated is compared. */
export function statedParts(expected: ConformanceCase, verdict: EvidenceVerdict): { stated: object; found: object } {
  const document: Record<string, unknown> = { ...publishedVerdict(verdict) };
  const derived = verdict.derived as Record<string, unknown>;
  const exitCode = verdict.verdict === 'pass' ? 0 : 2;
  const all = {
    verdict: [expected.expected, verdict.verdict],
    // Where the reference stopped with an unhandled error we refuse.
    exitCode: [expected.exit_code === 1 ? 2 : expected.exit_code, exitCode],
    field: [expected.field, verdict.field],
    gates: [expected.gates, document['gates']],
    derived: [expected.derived, derived],
    generated_at: [expected.generated_at, document['generated_at']],
    remaining_work_item_count: [expected.remaining_work_item_count, document['remaining_work_item_count']],
    capture_spread_days_2dp: [expected.capture_spread_days_2dp, derived['capture_spread_days_2dp']],
  } as const;
  const stated = Object.entries(all).filter(([, [want]]) => want !== undefined);
  return {
    stated: Object.fromEntries(stated.map(([name, [want]]) => [name, want])),
    found: Object.fromEntries(stated.map(([name, [, got]]) => [name, got])),
  };
}
