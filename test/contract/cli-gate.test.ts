/** `gate run` over files: options, variables, exit codes and the one JSON document. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { GATE_CATALOGUE, GATE_ROLES, type GateRole, type GateRun } from '../../src-main/gates/index.ts';
import { PATH_FLAGS } from '../../src-main/gates/gate-flags.ts';
import { ownRelease, RELEASE_NOW, releaseBytes } from '../support/own-release.ts';
import { createCli } from './support/run-cli.ts';

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000 });

const cli = createCli('gate');
const at = (name: string): string => join(cli.folder, name);
const path = (role: GateRole): string => at(`${role}.json`);
const BREACH = [
  { op: 'set' as const, pointer: '/metrics/p95_tenant_llm_cogs_pct_mrr', value: 8.32 },
  { op: 'set' as const, pointer: '/gate_results/fin_gate_2_llm_cogs_containment', value: false },
];

beforeAll(() => {
  for (const [role, { bytes }] of Object.entries(ownRelease())) writeFileSync(path(role as GateRole), bytes);
  writeFileSync(at('breach.json'), releaseBytes('finance-guardrails', BREACH));
  writeFileSync(at('cut.json'), releaseBytes('stress').subarray(0, 100));
  mkdirSync(at('a-folder'));
});
afterEach(() => vi.unstubAllEnvs());

/** The flags that name the files of these roles. */
const files = (...roles: readonly GateRole[]): string[] =>
  PATH_FLAGS.filter(({ role }) => roles.includes(role)).flatMap(({ role, flag }) => [`--${flag}-path`, path(role)]);
const NEEDED = files('stress', 'failure-injection');
const gate = (...words: readonly string[]) => cli.run('gate', 'run', ...words, '--now', RELEASE_NOW);
const stateOf = (run: GateRun, shortId: string) => run.gates.find((each) => each.shortId === shortId)?.state;

describe('gate run', () => {
  it('0: every artifact is there and holds; the document has every gate and every digest', async () => {
    const ran = await gate(...files(...GATE_ROLES), '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const run = ran.json<GateRun>();
    expect(run).toMatchObject({ decision: 'pass', dryRun: false, exitCode: 0, judgedAt: RELEASE_NOW, missing: [] });
    expect(run.gates.map(({ id }) => id)).toEqual(GATE_CATALOGUE.map(({ id }) => id));
    expect(run.gates.every(({ reason }) => reason.endsWith('.'))).toBe(true);
    expect(run.artifacts.map(({ role, name, sha256 }) => [role, name, sha256])).toEqual(
      GATE_ROLES.map((role) => [role, `${role}.json`, createHash('sha256').update(releaseBytes(role)).digest('hex')]),
    );
    expect(run.artifacts[0]?.verdict).toMatchObject({ kind: 'stress', verdict: 'pass', label: 'enforcement-stress', message: null });
    expect(ran.stdout).not.toContain(cli.folder);
  });

  it('1: a gate does not hold; people read which, by how much, and what to do', async () => {
    const ran = await gate(...NEEDED, '--finance-evidence-path', at('breach.json'));
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(ran.stdout).toContain('FAIL: not every gate holds.');
    expect(ran.stdout).toMatch(/✕ fail +FIN 2 +LLM cost containment, p95 +8\.32 % \(≤ 8\)/);
    expect(ran.stdout).toContain('FIN 2 LLM cost containment, p95: p95 of LLM cost in percent of MRR 8.32 > 8.\n  Next: ');
  });

  it('1: what is too old is stale', async () => {
    const ran = await gate(...NEEDED, '--stress-max-age-hours', '14', '--json');
    expect(ran.code).toBe(1);
    expect(stateOf(ran.json(), 'ENF 1')).toBe('stale');
  });

  it('2: a file cannot be read, and nothing fails; 1 where something fails beside it', async () => {
    const cut = ['--stress-evidence-path', at('cut.json'), ...files('failure-injection')];
    const ran = await gate(...cut, '--json');
    expect(ran.code).toBe(2);
    expect(ran.json<GateRun>()).toMatchObject({ decision: 'cannot-decide', exitCode: 2 });
    expect((await gate(...cut, '--failure-max-age-hours', '1')).code).toBe(1);
  });

  it.each([
    ['no file', ['--stress-evidence-path', 'nowhere.json'], '--stress-evidence-path: nowhere.json does not exist'],
    ['a folder', ['--finance-evidence-path', at('a-folder')], 'is not a file'],
    ['a required artifact without its path', ['--finance-evidence-required'], '--finance-evidence-path was not given'],
    ['zero', ['--finance-max-age-hours', '0'], '--finance-max-age-hours must be a number above 0'],
    ['a negative number', ['--stress-min-concurrent-users=-1'], '--stress-min-concurrent-users must be a whole number above 0'],
    ['runtime evidence only, with less', ['--runtime-evidence-only'], 'ENFORCEMENT_RUNTIME_EVIDENCE_ONLY is set'],
    ['an unknown option', ['--finance-path', 'x'], 'unknown option'],
  ])('2: %s', async (_name, words, says) => {
    const ran = await gate(...NEEDED, ...words);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(says);
    expect(ran.stdout).toBe('');
  });

  it('2: without the two that every run needs', async () => {
    const ran = await gate(...files('stress'), '--json');
    expect(ran.code).toBe(2);
    expect(ran.json<{ error: { code: string } }>().error.code).toBe('BAD_INPUT');
    expect(ran.stderr).toContain('--failure-evidence-path was not given');
  });

  it('reads the variables, and flags win over them', async () => {
    vi.stubEnv('ENFORCEMENT_STRESS_EVIDENCE_PATH', path('stress'));
    vi.stubEnv('ENFORCEMENT_FAILURE_INJECTION_EVIDENCE_PATH', path('failure-injection'));
    vi.stubEnv('ENFORCEMENT_KEY_ROTATION_DRILL_PATH', path('key-rotation-drill'));
    vi.stubEnv('ENFORCEMENT_KEY_ROTATION_DRILL_MAX_AGE_DAYS', '1');
    const byVariables = await gate('--json');
    expect(byVariables.code).toBe(1);
    expect(stateOf(byVariables.json(), 'KEY 1')).toBe('stale');
    const byFlag = await gate('--key-rotation-drill-max-age-days', '60', '--json');
    expect(byFlag.code).toBe(0);
    expect(stateOf(byFlag.json(), 'KEY 1')).toBe('pass');
    vi.stubEnv('ENFORCEMENT_PKG_FIN_POLICY_DECISIONS_REQUIRED', 'yes');
    expect((await gate()).stderr).toContain('ENFORCEMENT_PKG_FIN_POLICY_DECISIONS_REQUIRED is set');
  });

  it('a dry run looks at options and files, and says that it is one', async () => {
    const breach = [...NEEDED, '--finance-evidence-path', at('breach.json'), '--dry-run'];
    expect((await gate(...breach, '--json')).json<GateRun>()).toMatchObject({ dryRun: true, decision: 'fail', exitCode: 0 });
    const ran = await gate(...breach);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^DRY RUN, no verdict of record\. FAIL/);
    expect((await gate(...NEEDED, '--finance-evidence-path', 'nowhere.json', '--dry-run')).code).toBe(2);
  });

  it('explains its exit codes and names the variable of every option', async () => {
    const ran = await cli.run('gate', 'run', '--help');
    expect(ran.code).toBe(0);
    for (const { env } of PATH_FLAGS) expect(ran.stdout.replace(/\s+/g, '')).toContain(`${env}_PATH`);
    expect(ran.stdout).toContain('Ends with 0 when every gate holds that decides');
  });
});
