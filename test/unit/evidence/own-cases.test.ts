import { describe, expect, it } from 'vitest';
import { VERIFIERS } from '../../../src-main/evidence/kinds/index.ts';
import type { EvidenceOptions } from '../../../src-main/evidence/verify-artifact.ts';
import { verifyEvidence } from '../../../src-main/evidence/verify-artifact.ts';
import { floatOfText } from '../../../src-main/evidence/reference/numbers.ts';
import { readInstant } from '../../../src-main/evidence/reference/timestamps.ts';
import type { EvidenceVerdict } from '../../../src-main/evidence/verdict.ts';
import { OWN_KINDS, type OwnCase, ownCases, ownInputs, type OwnKind } from '../../support/own-evidence.ts';

/** The options as the command line hands them on; a number that is none stands for NaN. */
function optionsOf(kind: OwnKind, given: OwnCase['options']): Record<string, unknown> {
  const known = VERIFIERS[kind].options as readonly { name: string; flag: string; type: string }[];
  return Object.fromEntries(
    Object.entries(given).map(([flag, value]) => {
      const option = known.find((each) => each.flag === flag);
      if (option === undefined) throw new Error(`${kind} has no option ${flag}`);
      return [option.name, option.type === 'number' ? (floatOfText(String(value)) ?? NaN) : value];
    }),
  );
}

function verdictOf(kind: OwnKind, spec: OwnCase): EvidenceVerdict {
  const now = readInstant(spec.now);
  if (!now.ok) throw new Error(`the case's clock is no time: ${spec.now}`);
  return verifyEvidence(kind, ownInputs(kind, spec), optionsOf(kind, spec.options) as EvidenceOptions<OwnKind>, now.at);
}

describe.each(OWN_KINDS)('%s', (kind) => {
  const cases = ownCases(kind);

  it('has at least forty cases, each with a name of its own, both ways', () => {
    expect(cases.length).toBeGreaterThanOrEqual(40);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    expect(cases.filter(({ expected }) => expected === 'pass').length).toBeGreaterThanOrEqual(10);
  });

  it.each(cases.map((spec) => [spec.id, spec] as const))('%s', (_id, spec) => {
    const verdict = verdictOf(kind, spec);
    const { expected, field = null } = spec;
    expect({ verdict: verdict.verdict, field: verdict.field, message: verdict.message }).toEqual({
      verdict: expected,
      field: expected === 'pass' ? null : field,
      message: expected === 'pass' ? null : (expect.stringMatching(/\S/) as string),
    });
    if (spec.gates) expect(verdict.gates).toEqual(spec.gates);
    if (spec.derived) expect(verdict.derived).toEqual(spec.derived);
    if (spec.remaining !== undefined) expect(verdict.report['remaining_work_item_count']).toBe(spec.remaining);
    if (expected === 'pass' && kind !== 'operational-readiness') expect(Object.values(verdict.gates)).not.toContain(false);
    expect(verdict.label).toBe(VERIFIERS[kind].label);
  });
});
