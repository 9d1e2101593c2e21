/** `packet build` from files: exit codes, the one JSON document, and what is refused before anything is written. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { BUILT_AT, bytesOf, goodAssumptions, goodTelemetry, inside } from '../support/finance-month.ts';
import { startWebhook } from '../support/webhook.ts';
import { createCli } from './support/run-cli.ts';

vi.setConfig({ testTimeout: 120_000 });

const cli = createCli('packet');
const at = (name: string): string => join(cli.folder, name);

beforeAll(() => {
  writeFileSync(at('telemetry.json'), bytesOf(goodTelemetry()));
  writeFileSync(at('assumptions.json'), bytesOf(goodAssumptions()));
  const strict = goodAssumptions();
  inside(strict, 'thresholds')['min_stress_margin_percent'] = 99;
  writeFileSync(at('strict.json'), bytesOf(strict));
});

const build = (out: string, ...more: readonly string[]) =>
  cli.run(
    ...['packet', 'build', '--telemetry-path', at('telemetry.json'), '--assumptions-path', at('assumptions.json')],
    ...['--output-dir', at(out), '--now', BUILT_AT, ...more],
  );

interface Report {
  readonly label: string;
  readonly all_gates_pass: boolean;
  readonly gate_results: Readonly<Record<string, boolean>>;
  readonly files: readonly { readonly name: string; readonly path: string; readonly bytes: number }[];
}

describe('packet build', () => {
  it('0: four files and one document', async () => {
    const ran = await build('good', '--require-all-gates-pass', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const report = ran.json<Report>();
    expect(report).toMatchObject({ label: '2026-04', all_gates_pass: true });
    expect(readdirSync(at('good')).sort()).toEqual(report.files.map(({ name }) => name).sort());
    for (const { path, bytes } of report.files) expect(readFileSync(path)).toHaveLength(bytes);
  });

  it('2 with a false gate and --require-all-gates-pass: the files are there; 0 without it', async () => {
    const strict = await build('strict', '--assumptions-path', at('strict.json'), '--require-all-gates-pass', '--json');
    expect(strict.code).toBe(2);
    expect(strict.json<Report>().gate_results).toMatchObject({ fin_gate_5_stress_resilience: false });
    expect(strict.stderr).toContain('A gate is false');
    expect(readdirSync(at('strict'))).toHaveLength(4);
    const lax = await build('lax', '--assumptions-path', at('strict.json'));
    expect(lax).toMatchObject({ code: 0, stderr: '' });
    expect(lax.stdout).toContain('fin_gate_5_stress_resilience       FALSE');
  });

  it('2 where the inputs give no packet, with the field', async () => {
    const wrong = goodAssumptions();
    inside(wrong, 'annual_mix_by_tier')['growth'] = -1;
    writeFileSync(at('wrong.json'), bytesOf(wrong));
    const ran = await build('wrong', '--assumptions-path', at('wrong.json'), '--json');
    expect(ran.code).toBe(2);
    expect(ran.json()).toMatchObject({
      error: { code: 'PACKET_REFUSED', details: { part: 'assumptions', field: 'annual_mix_by_tier.growth' } },
    });
    expect(ran.stderr).toContain('[finance-committee-packet] failed: ');
    expect(existsSync(at('wrong'))).toBe(false);
  });

  it.each([
    ['an age of 0', ['--max-telemetry-age-hours', '0']],
    ['an age that is no number', ['--max-telemetry-age-hours', 'a day']],
    ['an age without end', ['--max-telemetry-age-hours', 'inf']],
    ['a timeout of 0', ['--alert-webhook-timeout-seconds', '0']],
    ['an address that is none', ['--alert-webhook-url', 'ftp://example.org']],
    ['an option that is not known', ['--force']],
    ['one file twice', ['--assumptions-path', at('telemetry.json')]],
  ])('2 on usage: %s', async (_what, words) => {
    const ran = await build('usage', ...words);
    expect(ran.code).toBe(2);
    expect(ran.stderr).not.toBe('');
    expect(existsSync(at('usage'))).toBe(false);
  });

  it('never writes over its inputs', async () => {
    mkdirSync(at('inputs'));
    const input = join(at('inputs'), 'finance_guardrails_2026-04.json');
    writeFileSync(input, bytesOf(goodTelemetry()));
    const ran = await build('inputs', '--telemetry-path', input);
    expect(ran.code).toBe(2);
    expect(readFileSync(input)).toEqual(bytesOf(goodTelemetry()));
    expect(readdirSync(at('inputs'))).toHaveLength(1);
  });

  it('tells a webhook of a false gate; one that fails ends the build only when it must arrive', async () => {
    const webhook = await startWebhook((response) => void response.writeHead(400).end());
    try {
      const words = ['--assumptions-path', at('strict.json'), '--alert-webhook-url', webhook.url];
      const told = await build('told', ...words, '--json');
      expect(told.code).toBe(0);
      expect(told.json()).toMatchObject({ alert: { delivered: false, status: 400, attempts: 1 } });
      expect(told.stderr).toContain('refused the alert');
      expect(webhook.received).toHaveLength(1);
      const must = await build('must', ...words, '--alert-webhook-fail-on-error', '--json');
      expect(must.code).toBe(2);
      expect(must.json()).toMatchObject({ error: { code: 'PACKET_ALERT_FAILED' } });
      expect(existsSync(at('must'))).toBe(false);
      expect(must.stderr + told.stderr).not.toContain('s3cret');
    } finally {
      await webhook.close();
    }
  });
});
