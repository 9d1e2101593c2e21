// The differential corpus: what the reference verifiers said of cases that this project did not write. Verdict, exit code,
// field, gates and derived values must all be the same, with no deviation.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { optionsOf } from '../../src-main/evidence/option-words.ts';
import { createCli } from '../contract/support/run-cli.ts';
import { caseNames, type ConformanceCase, readCase, statedParts, verifyCase } from '../support/conformance-case.ts';
import { describeShared, hasSharedData, sharedData } from '../support/shared-data.ts';

const ROOT = sharedData('conformance');
const KINDS: Readonly<Record<string, number>> = {
  'finance-guardrails': 209,
  'finance-telemetry': 176,
  'pricing-benchmarks': 162,
  'policy-decisions': 207,
  'monthly-refresh': 84,
  'operational-readiness': 85,
};

describeShared('the conformance corpus of evidence', () => {
  describe.each(Object.keys(KINDS))('%s', (kind) => {
    const names = hasSharedData ? caseNames(ROOT, kind) : [];

    it('is there as a whole', () => {
      expect(names.length).toBe(KINDS[kind]);
    });

    it.each(names)('%s', (name) => {
      const folder = join(ROOT, kind, name);
      const expected = readCase(folder);
      const verdict = verifyCase(folder, expected);
      const { stated, found } = statedParts(expected, verdict);
      expect(found, verdict.message ?? 'it passes').toEqual(stated);
      expect(verdict.message === null).toBe(verdict.verdict === 'pass');
    });
  });

  describe('through the command line', () => {
    vi.setConfig({ testTimeout: 120_000 });
    const cli = createCli('conformance');
    // One case of every category and verdict of every kind is enough: the rules are the same, only the way there differs.
    const chosen = hasSharedData ? sampleCases() : [];

    it('has cases of every kind', () => {
      expect(new Set(chosen.map(({ kind }) => kind)).size).toBe(6);
    });

    it.each(chosen)('$id', async ({ kind, id }) => {
      const folder = join(ROOT, kind, id);
      const expected = readCase(folder);
      const ran = await cli.run('evidence', 'verify', kind, ...wordsOf(folder, expected), '--now', expected.now, '--json');
      expect(ran.code).toBe(expected.exit_code === 0 ? 0 : 2);
      const document = ran.json();
      expect(Object.keys(document).slice(0, 7)).toEqual(['kind', 'verdict', 'label', 'message', 'field', 'gates', 'derived']);
      expect(document).toMatchObject({ kind, verdict: expected.expected });
      if (expected.field !== undefined) expect(document['field']).toBe(expected.field);
      if (expected.gates !== undefined) expect(document['gates']).toEqual(expected.gates);
      if (expected.derived !== undefined) expect(document['derived']).toEqual(expected.derived);
      expect(ran.stderr).toBe(
        expected.expected === 'pass' ? '' : `[${String(document['label'])}] failed: ${String(document['message'])}\n`,
      );
    });
  });
});

/** The first case of each kind and category, and every case whose option is odd: those are the ones that the words decide. */
function sampleCases(): { kind: string; id: string }[] {
  const rows = readFileSync(join(ROOT, 'index.tsv'), 'utf8').trimEnd().split('\n').slice(1);
  const seen = new Set<string>();
  const chosen: { kind: string; id: string }[] = [];
  for (const row of rows) {
    const [id = '', kind = '', expected = '', , category = '', group = ''] = row.split('\t');
    if (!(kind in KINDS)) continue;
    const isOdd = category === 'usage_error' || group === 'flag_value' || group === 'as_of';
    const key = `${kind} ${expected} ${category}`;
    if (seen.has(key) && !isOdd) continue;
    seen.add(key);
    if (isOdd || ['ok', 'stale', 'gate_false', 'invalid_json', 'missing_file', 'requirement_unmet'].includes(category))
      chosen.push({ kind, id });
  }
  return chosen;
}

function wordsOf(folder: string, { kind, inputs, flags }: ConformanceCase): string[] {
  const files = Object.entries(inputs).flatMap(([role, name]) =>
    role === 'artifact' ? [join(folder, name)] : [`--${role}`, join(folder, name)],
  );
  const known = optionsOf(kind).map(({ flag }) => flag);
  const given = Object.entries(flags).flatMap(([flag, value]) => {
    expect(known).toContain(flag);
    return value === true ? [`--${flag}`] : [`--${flag}`, value];
  });
  return [...files, ...given];
}
