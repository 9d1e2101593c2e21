/** `gate`, `freeze` and `motion` over a workspace: facts, exit codes, the one JSON document. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { GateRole } from '../../src-main/gates/index.ts';
import type { GateRun, Motion } from '../../src-shared/contract/gates.ts';
import { ownRelease, RELEASE_NOW, releaseBytes } from '../support/own-release.ts';
import { createCli } from './support/run-cli.ts';

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const cli = createCli('gate-workspace');
const workspace = join(cli.folder, 'ws');
const run = (...words: readonly string[]) => cli.run(...words, '--workspace', workspace, '--now', RELEASE_NOW);
const BREACH = [
  { op: 'set' as const, pointer: '/metrics/p95_tenant_llm_cogs_pct_mrr', value: 8.32 },
  { op: 'set' as const, pointer: '/gate_results/fin_gate_2_llm_cogs_containment', value: false },
];

const put = async (role: GateRole, bytes: Uint8Array): Promise<void> => {
  const file = join(cli.folder, `${role}.json`);
  writeFileSync(file, bytes);
  const added = await run('evidence', 'add', file);
  if (added.code !== 0 && added.code !== 1) throw new Error(`${role}: ${added.stderr}${added.stdout}`);
};

beforeAll(async () => {
  const files = Object.entries(ownRelease({ 'finance-guardrails': BREACH })).map(([role, { bytes }]) => {
    const file = join(cli.folder, `${role}.json`);
    writeFileSync(file, bytes);
    return file;
  });
  await run('evidence', 'add', ...files);
});

describe('gate over a workspace', () => {
  it('never makes one to read from', async () => {
    const ran = await cli.run('gate', 'list', '--workspace', join(cli.folder, 'nowhere'));
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('There is no workspace');
  });

  it('fails with 1 on a breach, which freezes motions; a dry run keeps nothing', async () => {
    const dry = await run('gate', 'run', '--dry-run', '--json');
    expect(dry.code).toBe(0);
    expect(dry.json()).toMatchObject({ dryRun: true, runNo: 0, failing: ['FIN 2'] });
    const ran = await run('gate', 'run', '--json');
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    const made = ran.json<GateRun & { freeze: string }>();
    expect(made).toMatchObject({ month: '2026-05', decision: 'fail', failing: ['FIN 2'] });
    expect(made.inputs).toHaveLength(8);
    expect(ran.stdout).not.toContain(cli.folder);
    const frozen = await run('freeze', 'show', '--json');
    expect(frozen.code).toBe(1);
    expect(frozen.json()).toMatchObject({ frozen: { says: 'FIN 2 failed at the May close: 8.32% > 8.00%.' } });
  });

  it('a plan answers it, the guard refuses with what is missing, and the refusal is kept', async () => {
    const { members } = await cli.ask<{ members: { name: string }[] }>(workspace, 'member', 'list');
    const planned = await run(
      'freeze',
      'plan',
      '--owner',
      members[0]!.name,
      '--steps',
      'Lower the limit.',
      '--due',
      '2026-07-01',
      '--json',
    );
    expect(planned.json()).toMatchObject({ plan: { dueOn: '2026-07-01' } });
    expect((await run('freeze', 'plan', '--owner', 'Nobody', '--steps', 'Lower it.', '--due', '2026-07-01')).code).toBe(2);
    const guard = await run('motion', 'guard', '--json');
    expect(guard.code).toBe(1);
    expect(guard.json<{ missing: { code: string }[] }>().missing.map(({ code }) => code)).toContain('FROZEN');
    const refused = await run('motion', 'propose', 'Starter up', '--kind', 'price', '--changes', '40 to 45 USD', '--json');
    expect(refused.code).toBe(1);
    expect(refused.json<Motion>()).toMatchObject({ outcome: 'refused', title: 'Starter up' });
    expect((await run('motion', 'propose', 'x', '--kind', 'other', '--changes', 'abc')).code).toBe(2);
    expect((await run('motion', 'list')).stdout).toContain('refused');
  });

  it('passes with 0 when the figures hold again, and lifts the freeze', async () => {
    await put('finance-guardrails', releaseBytes('finance-guardrails'));
    const ran = await run('gate', 'run');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toContain('PASS: gates of 2026-05');
    // Adding the evidence ran the gates of its month by itself, and lifted the freeze then.
    expect((await run('freeze', 'show')).stdout).toMatch(/^Motions are not frozen\./);
    const { runs } = (await run('gate', 'list', '--json')).json<{ runs: { runNo: number; decision: string }[] }>();
    expect(runs[0]?.decision).toBe('pass');
    const failed = runs.find(({ decision }) => decision === 'fail')!;
    const compared = await run('gate', 'compare', String(failed.runNo), String(runs[0]!.runNo), '--json');
    expect(compared.json<{ gates: { short: string; a: string; b: string }[] }>().gates).toContainEqual(
      expect.objectContaining({ short: 'FIN 2', a: 'fail', b: 'pass', difference: '−1.92' }),
    );
    expect((await run('gate', 'show', '0')).code).toBe(2);
    expect((await run('gate', 'matrix')).stdout).toMatch(/FIN 2 +LLM cost containment, p95 +≤ 8\.00% +6\.40/);
  });

  it('thresholds are shown, tried and changed with a reason', async () => {
    expect((await run('gate', 'thresholds')).stdout).toContain('max-p95-envelope');
    const tried = await run('gate', 'thresholds', '--set', 'max-p95-envelope=6', '--preview', '--json');
    expect(tried.json()).toMatchObject({ says: 'Would have failed: May 2026 (FIN 2).' });
    expect((await run('gate', 'thresholds', '--set', 'max-p95-envelope=6')).code).toBe(2);
    expect((await run('gate', 'thresholds', '--set', 'no-such=6', '--reason', 'why')).code).toBe(2);
    const changed = await run(
      ...['gate', 'thresholds', '--set', 'max-p95-envelope=7.5', '--set', 'band.pro=15'],
      ...['--reason', 'Two quiet quarters.', '--json'],
    );
    expect(changed).toMatchObject({ code: 0, stderr: '' });
    expect(changed.json()).toMatchObject({
      version: 2,
      effectiveFrom: '2026-06',
      changes: ['p95 LLM cost of MRR, at most: 8.00% → 7.50%', 'discount band of pro: none of its own → 15.00%'],
    });
  });

  it('still runs over files where files are named', async () => {
    const ran = await run(
      ...['gate', 'run', '--json', '--stress-evidence-path', join(cli.folder, 'stress.json')],
      ...['--failure-evidence-path', join(cli.folder, 'failure-injection.json')],
    );
    expect(ran.code).toBe(0);
    expect(ran.json()).toMatchObject({ decision: 'pass', exitCode: 0 });
  });
});
