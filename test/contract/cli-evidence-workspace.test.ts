import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvidenceArtifact } from '../../src-shared/contract/evidence.ts';
import { benchmarksArtifact, decisionsArtifact, guardrailsArtifact, telemetryArtifact } from '../support/evidence-artifacts.ts';
import { createCli } from './support/run-cli.ts';

const cli = createCli('evidence-workspace');
const NOW = ['--now', '2026-03-05T09:00:00Z'] as const;
const file = (name: string, content: unknown): string => {
  const path = join(cli.folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

describe('evidence of a workspace in the terminal', () => {
  const workspace = join(cli.folder, 'w');

  it('is verified by sync, listed, shown and given back byte for byte', async () => {
    const source = join(cli.folder, 'source');
    mkdirSync(join(source, 'evidence'), { recursive: true });
    const text = `${JSON.stringify(guardrailsArtifact(), null, 2)}\n`;
    writeFileSync(join(source, 'evidence', 'guardrails.json'), text);
    writeFileSync(join(source, 'evidence', 'broken.json'), '{');
    await cli.ask(workspace, 'source', 'add', 'folder', source, '--name', 'alpha');
    const { feeds } = await cli.ask<{ feeds: Record<string, unknown>[] }>(workspace, 'sync', ...NOW);
    expect(feeds).toMatchObject([{ feed: 'evidence', received: 2, accepted: 1, quarantined: 1 }]);
    const { artifacts } = await cli.ask<{ artifacts: EvidenceArtifact[] }>(workspace, 'evidence', 'list');
    expect(artifacts).toMatchObject([{ name: 'guardrails.json', kind: 'finance-guardrails', state: 'pass', month: '2026-02' }]);
    const raw = await cli.run('evidence', 'show', 'guardrails.json', '--raw', '--workspace', workspace);
    expect([raw.code, raw.stdout]).toEqual([0, text]);
    const shown = await cli.run('evidence', 'show', artifacts[0]!.artifactId.slice(0, 8), '--workspace', workspace);
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('holds  fin_gate_1_gross_margin_floor');
    expect((await cli.run('evidence', 'show', 'nothing.json', '--workspace', workspace)).code).toBe(2);
  });

  it('is added from files: 0 when it passes, 1 when it is kept and does not, 2 when it is no evidence', async () => {
    expect((await cli.run('evidence', 'add', file('telemetry.json', telemetryArtifact()), '--workspace', workspace, ...NOW)).code).toBe(0);
    const { metrics: _metrics, ...bad } = guardrailsArtifact();
    expect((await cli.run('evidence', 'add', file('bad.json', bad), '--workspace', workspace, ...NOW)).code).toBe(1);
    const refused = await cli.run('evidence', 'add', file('other.json', { a: 1 }), '--workspace', workspace);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('Nothing was stored');
    expect((await cli.run('evidence', 'show', 'bad.json', '--workspace', workspace)).code).toBe(1);
  });

  it('is compared: 1 where two artifacts cannot both be true', async () => {
    const decisions = decisionsArtifact();
    await cli.run('evidence', 'add', file('decisions.json', decisions), '--workspace', workspace, ...NOW);
    const found = await cli.run('evidence', 'consistency', '--month', '2026-02', '--workspace', workspace, '--json', ...NOW);
    const answer = found.json<{ errors: number; findings: unknown[] }>();
    expect(found.code).toBe(answer.errors > 0 ? 1 : 0);
    expect((await cli.run('evidence', 'consistency', '--month', 'March', '--workspace', workspace)).code).toBe(2);
  });

  it('is made from the newest version, and kept only where it passes', async () => {
    const first = await cli.run('evidence', 'make', 'policy-decisions', '--month', '2026-02', '--workspace', workspace, '--json', ...NOW);
    expect(first.code).toBe(0);
    expect(first.json()).toMatchObject({ passes: true, missing: [], name: 'pkg_fin_policy_decisions_2026-02.json' });
    expect(first.json<{ kept: unknown }>().kept).not.toBeNull();
    const broken = await cli.run(
      'evidence',
      'make',
      'policy-decisions',
      '--set',
      '/approvals/finance_owner=TBD',
      '--workspace',
      workspace,
      ...NOW,
    );
    expect(broken.code).toBe(1);
    expect(broken.stdout).toContain('/approvals/finance_owner: Finance owner still holds the placeholder “TBD”.');
    expect(broken.stdout).toContain('Nothing was kept.');
    expect((await cli.run('evidence', 'make', 'bread', '--workspace', workspace)).code).toBe(2);
    expect((await cli.run('evidence', 'make', 'policy-decisions', '--set', 'nonsense', '--workspace', workspace)).code).toBe(2);
  });

  it('is made without a workspace from a file, and what is written passes its verifier', async () => {
    const output = join(cli.folder, 'made.json');
    const from = file('register.json', benchmarksArtifact());
    const made = await cli.run('evidence', 'make', 'pricing-benchmarks', '--from', from, '--output', output, ...NOW, '--json');
    // The file declares its own time of capture, which stands.
    expect([made.code, made.json()['kept']]).toEqual([0, null]);
    expect(JSON.parse(readFileSync(output, 'utf8'))).toMatchObject({ captured_at: benchmarksArtifact().captured_at });
    expect((await cli.run('evidence', 'verify', 'pricing-benchmarks', output, ...NOW)).code).toBe(0);
    expect((await cli.run('evidence', 'make', 'pricing-benchmarks', ...NOW)).code).toBe(1);
  });

  it('is never made into a workspace by reading commands', async () => {
    const nowhere = join(cli.folder, 'nowhere');
    expect((await cli.run('evidence', 'list', '--workspace', nowhere)).code).toBe(2);
    expect((await cli.run('evidence', 'make', 'pricing-benchmarks', '--dry-run', '--workspace', nowhere, ...NOW)).code).toBe(1);
    expect(existsSync(nowhere)).toBe(false);
  });
});
