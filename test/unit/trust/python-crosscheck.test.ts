// The product's verifier and the Python one over the attack folders: same verdict, same exit code, and the same error
// codes, or at least codes that the case expects of either.
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { exitCodeOf } from '../../../src-main/receipts/verify-report.ts';
import { attackNames, attackWords, departures, readAttack } from '../../support/attack-case.ts';
import { describePython, type PythonResult, verifyManyWithPython } from '../../support/python-verifier.ts';
import { verifyAttack } from '../../support/verify-attack.ts';

const FOLDERS = join(import.meta.dirname, '../../fixtures/attacks');
const NAMES = attackNames(FOLDERS);

/** Codes of severity error, once each, sorted. */
const errorCodes = (findings: readonly { readonly code: string; readonly severity: string }[]): string[] =>
  [...new Set(findings.filter((finding) => finding.severity === 'error').map((finding) => finding.code))].sort();

describePython('both verifiers on an attack folder', () => {
  const outcomes = new Map<string, PythonResult>();
  beforeAll(async () => {
    const results = await verifyManyWithPython(NAMES.map((name) => attackWords(FOLDERS, name)));
    NAMES.forEach((name, at) => outcomes.set(name, results[at] as PythonResult));
  }, 120_000);

  it('has folders to judge', () => {
    expect(NAMES.length).toBeGreaterThan(90);
  });

  it.each(NAMES)('%s', async (name) => {
    const { args, expect: expected } = readAttack(FOLDERS, name);
    const python = outcomes.get(name) as PythonResult;
    const pythonFindings = python.document.chains.flatMap((chain) => chain.findings);
    const { document } = await verifyAttack(FOLDERS, name);
    const findings = document.chains.flatMap((chain) => chain.findings);
    const exitCode = exitCodeOf(document, { requireAnchor: args.includes('--require-anchor') });

    expect({ verdict: python.document.verdict, exitCode: python.exitCode }).toEqual({ verdict: document.verdict, exitCode });
    const mine = departures(expected, { verdict: document.verdict, exitCode, findings });
    const theirs = departures(expected, { verdict: python.document.verdict, exitCode: python.exitCode, findings: pythonFindings });
    if (mine.length + theirs.length > 0) expect(errorCodes(pythonFindings)).toEqual(errorCodes(findings));
    expect(theirs).toEqual([]);
  });

  it('print the same fields', async () => {
    const name = 'good';
    const { document } = await verifyAttack(FOLDERS, 'delete');
    const [python] = await verifyManyWithPython([attackWords(FOLDERS, 'delete')]);
    const fields = (value: object | undefined): string[] => Object.keys(value ?? {}).sort();
    expect(fields(python?.document)).toEqual(fields(document));
    expect(fields(python?.document.chains[0])).toEqual(fields(document.chains[0]));
    expect(fields(python?.document.chains[0]?.findings[0])).toEqual(fields(document.chains[0]?.findings[0]));
    expect(outcomes.get(name)?.document.chains[0]?.findings).toEqual([]);
  });
});
