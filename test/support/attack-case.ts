import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `case.json` of an attack folder: what was done to the chain, and what a verifier must find. */
export interface AttackCase {
  readonly id: string;
  /** Words for the command line besides the folder and `--trust`. */
  readonly args: readonly string[];
  readonly expect: {
    readonly verdict: string;
    readonly exit_code: number;
    /** Each must appear. */
    readonly codes_required: readonly string[];
    /** When not empty, at least one must appear. */
    readonly codes_any_of: readonly string[];
    /** May appear as well; any further code is a false finding. */
    readonly codes_allowed_extra: readonly string[];
    /** Line, from 0, of a finding with a required (or any-of) code; null where no line can be named. */
    readonly index: number | null;
    readonly locate_tolerance: number;
    readonly locations?: readonly { readonly codes_any_of: readonly string[]; readonly index: number }[];
  };
}

/** Names of the cases below a folder of attacks, sorted. */
export const attackNames = (root: string): string[] =>
  existsSync(root)
    ? readdirSync(root)
        .filter((name) => existsSync(join(root, name, 'case.json')))
        .sort()
    : [];

export const readAttack = (root: string, name: string): AttackCase =>
  JSON.parse(readFileSync(join(root, name, 'case.json'), 'utf8')) as AttackCase;

/** The words for a verifier of this case: its folder, its trust file where it has one, and its own words. */
export const attackWords = (root: string, name: string): string[] => {
  const trust = join(root, name, 'trust.vkeys');
  return [join(root, name), ...(existsSync(trust) ? ['--trust', trust] : []), ...readAttack(root, name).args];
};

/** Everything in which an outcome departs from the expectation, in words; empty when it agrees. */
export const departures = (
  expected: AttackCase['expect'],
  outcome: { verdict: string | null; exitCode: number; findings: readonly { code: string; index: number | null }[] },
): string[] => {
  const wrong: string[] = [];
  const { codes_required: required, codes_any_of: anyOf, codes_allowed_extra: extra } = expected;
  const codes = new Set(outcome.findings.map((finding) => finding.code));
  if (outcome.verdict !== expected.verdict) wrong.push(`verdict ${String(outcome.verdict)}, not ${expected.verdict}`);
  if (outcome.exitCode !== expected.exit_code) wrong.push(`exit code ${String(outcome.exitCode)}, not ${String(expected.exit_code)}`);
  for (const code of required) if (!codes.has(code)) wrong.push(`${code} is missing`);
  if (anyOf.length > 0 && !anyOf.some((code) => codes.has(code))) wrong.push(`none of ${anyOf.join(', ')}`);
  const known = new Set([...required, ...anyOf, ...extra]);
  for (const code of codes) if (!known.has(code)) wrong.push(`${code} is a false finding`);
  const stands = (wanted: readonly string[], index: number, tolerance: number): boolean =>
    outcome.findings.some((f) => wanted.includes(f.code) && f.index !== null && Math.abs(f.index - index) <= tolerance);
  if (expected.index !== null && !stands([...required, ...anyOf], expected.index, expected.locate_tolerance))
    wrong.push(`nothing found at index ${String(expected.index)}`);
  for (const place of expected.locations ?? [])
    if (!stands(place.codes_any_of, place.index, 0)) wrong.push(`none of ${place.codes_any_of.join(', ')} at index ${String(place.index)}`);
  return wrong;
};
