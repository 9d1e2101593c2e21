/** `evidence verify`: its options, what it prints and what it ends with. What the verdicts are is tested in unit and interop. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { buildProgram } from '../../src-main/cli/program.ts';
import { VERIFIERS } from '../../src-main/evidence/kinds/index.ts';
import { CAPTURED_AT, decisionsArtifact, guardrailsArtifact, telemetryArtifact } from '../support/evidence-artifacts.ts';
import { createCli } from './support/run-cli.ts';

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const cli = createCli('evidence');
const at = (name: string): string => join(cli.folder, name);
const verify = (...words: readonly string[]) => cli.run('evidence', 'verify', ...words);

beforeAll(() => {
  const write = (name: string, value: unknown) => writeFileSync(at(name), JSON.stringify(value));
  write('guardrails.json', guardrailsArtifact());
  write('telemetry.json', telemetryArtifact());
  write('policy.json', decisionsArtifact());
  write('late.json', { ...guardrailsArtifact(), captured_at: '2026-03-02T08:30:00.000001Z' });
  const gates = guardrailsArtifact().gate_results;
  write('lie.json', { ...guardrailsArtifact(), gate_results: { ...gates, fin_gate_2_llm_cogs_containment: false } });
  mkdirSync(at('folder'));
});

describe('the options', () => {
  const command = buildProgram()
    .commands.find((each) => each.name() === 'evidence')!
    .commands.find((each) => each.name() === 'verify')!;
  const kinds = Object.values(VERIFIERS).flatMap(({ options }) => options as readonly { flag: string; type: string }[]);

  it('are those of the kinds, all of them and no others', () => {
    const own = ['workspace', 'as', 'now', 'json', 'guardrails', 'telemetry', 'policy'];
    const taken = command.options.map((option) => option.long!.slice(2)).filter((name) => !own.includes(name));
    expect(taken.toSorted()).toEqual([...new Set(kinds.map(({ flag }) => flag))].toSorted());
  });

  it('take a value where the kind wants one, and none where it is a switch', () => {
    for (const { flag, type } of kinds) {
      expect(command.options.find((option) => option.long === `--${flag}`)?.required, flag).toBe(type !== 'switch');
    }
  });
});

describe('one file', () => {
  it('passes with 0, one document and nothing on stderr', async () => {
    const ran = await verify('finance-guardrails', at('guardrails.json'), '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.json()).toEqual({
      kind: 'finance-guardrails',
      verdict: 'pass',
      label: 'finance-guardrails-evidence',
      message: null,
      field: null,
      gates: guardrailsArtifact().gate_results,
      derived: {},
    });
  });

  it('fails with 2 and the sentence of the reference', async () => {
    const ran = await verify('finance-guardrails', at('lie.json'), '--json');
    const document = ran.json<{ verdict: string; field: string; message: string }>();
    expect(ran.code).toBe(2);
    expect(document).toMatchObject({ verdict: 'fail', field: 'gate_results.fin_gate_2_llm_cogs_containment' });
    expect(ran.stderr).toBe(`[finance-guardrails-evidence] failed: ${document.message}\n`);
    expect(document.message).toContain('5.25 ≤ 8');
  });

  it('is described for people where no JSON is asked for', async () => {
    const ran = await verify('finance-guardrails', at('guardrails.json'));
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain(`${at('guardrails.json')}: passes\n`);
    expect(ran.stdout).toContain('true   fin_gate_2_llm_cogs_containment: p95 of LLM cost in percent of MRR 5.25 ≤ 8\n');
  });

  it('that is absent, or a folder, fails as an artifact does', async () => {
    for (const name of ['absent.json', 'folder']) {
      const ran = await verify('finance-guardrails', at(name), '--json');
      expect(ran.code).toBe(2);
      expect(ran.json()).toMatchObject({ verdict: 'fail', message: 'The file does not exist or is not a regular file.' });
    }
  });

  it('is judged by --now, to the microsecond', async () => {
    const age = ['--max-artifact-age-hours', '1', '--json', '--now'];
    const exact = await verify('finance-guardrails', at('late.json'), ...age, '2026-03-02T09:30:00.000001Z');
    expect(exact.json()).toMatchObject({ verdict: 'pass' });
    const over = await verify('finance-guardrails', at('late.json'), ...age, '2026-03-02T09:30:00.000002Z');
    expect(over.json()).toMatchObject({ verdict: 'fail', field: 'captured_at' });
  });
});

it('several files: a document each, the worst code, and whose each sentence is', async () => {
  const ran = await verify('finance-guardrails', at('guardrails.json'), at('lie.json'), '--json');
  expect(ran.code).toBe(2);
  expect(ran.json<{ verdict: string }[]>().map(({ verdict }) => verdict)).toEqual(['pass', 'fail']);
  expect(ran.stderr).toContain(`failed: ${at('lie.json')}: `);
});

describe('the kinds over three artifacts', () => {
  const three = () => ['--guardrails', at('guardrails.json'), '--telemetry', at('telemetry.json'), '--policy', at('policy.json')];

  it('say what is ready and what remains', async () => {
    const ran = await verify('operational-readiness', ...three(), '--json', '--now', CAPTURED_AT);
    expect(ran.code).toBe(0);
    expect(ran.json()).toMatchObject({
      verdict: 'pass',
      gates: { finance: { fin_gate_1_gross_margin_floor: true }, policy: {}, telemetry: {} },
      derived: { prelaunch_operational_ready: true, months_observed: 2 },
      generated_at: '2026-03-02T08:30:00+00:00',
      remaining_work_item_count: 1,
    });
  });

  it('need all three, by name', async () => {
    const ran = await verify('monthly-refresh', '--guardrails', at('guardrails.json'));
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('needs --telemetry and --policy too');
    const unnamed = await verify('monthly-refresh', at('guardrails.json'));
    expect(unnamed).toMatchObject({ code: 2, stdout: '' });
  });

  it('take a negative, an empty and an endless value as values', async () => {
    for (const [flag, value, field] of [
      ['--max-age-days', '-1', 'max_age_days'],
      ['--max-age-days', 'inf', 'max_age_days'],
      ['--max-age-days', 'ten', 'max_age_days'],
      ['--as-of', '', 'as_of'],
    ] as const) {
      const ran = await verify('monthly-refresh', ...three(), flag, value, '--json');
      expect(ran.code).toBe(2);
      expect(ran.json()).toMatchObject({ verdict: 'fail', field });
    }
  });
});

describe('mistakes', () => {
  it('a kind that is none', async () => {
    const ran = await verify('finance', at('guardrails.json'));
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('Use one of finance-guardrails, ');
  });

  it('an option of another kind is not passed over', async () => {
    const ran = await verify('finance-guardrails', at('guardrails.json'), '--max-source-age-days', '120');
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain('finance-guardrails has no option --max-source-age-days.');
  });

  it('no file at all', async () => {
    expect(await verify('finance-guardrails')).toMatchObject({ code: 2, stdout: '' });
  });
});
