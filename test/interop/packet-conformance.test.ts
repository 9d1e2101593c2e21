// The packet cases of the differential corpus: four files byte for byte, or a refusal of the same field; and a published packet.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ERROR_CODES, isAppError } from '../../src-shared/kernel/errors.ts';
import { computeReferencePacket } from '../../src-main/packets/reference-packet.ts';
import { buildPacketFiles } from '../../src-main/packets/build-files.ts';
import { createCli } from '../contract/support/run-cli.ts';
import { describeShared, hasSharedData, sharedData } from '../support/shared-data.ts';

interface Case {
  readonly id: string;
  readonly flags: Readonly<Record<string, string | boolean>>;
  readonly now: string;
  readonly expected: 'pass' | 'fail';
  readonly exit_code: number;
  readonly outputs_written: boolean;
  readonly category: string;
  readonly field?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly gates?: Readonly<Record<string, boolean>>;
}

const root = sharedData('conformance', 'packet');
const ids = hasSharedData ? readdirSync(root).sort() : [];
const read = (id: string): Case => JSON.parse(readFileSync(join(root, id, 'case.json'), 'utf8')) as Case;
const folder = mkdtempSync(join(tmpdir(), 'countersign-packets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** 1 is an unhandled error of the reference, which is read as rejected. */
const exitOf = ({ exit_code: code }: Case): number => (code === 1 ? 2 : code);

describeShared('packets of the differential corpus', () => {
  it('are all here', () => {
    expect(ids).toHaveLength(53);
    const written = ids.map(read).filter((spec) => spec.outputs_written);
    expect(written).toHaveLength(40);
  });

  it.each(ids)('%s', async (id) => {
    const spec = read(id);
    const outputDir = join(folder, id);
    const age = spec.flags['max-telemetry-age-hours'];
    const building = buildPacketFiles({
      telemetryPath: join(root, id, 'telemetry.json'),
      assumptionsPath: join(root, id, 'assumptions.json'),
      outputDir,
      maxTelemetryAgeHours: age === undefined ? null : Number(age),
      alert: null,
      now: spec.now,
    });
    if (!spec.outputs_written) {
      const refusal = await building.then(
        () => null,
        (error: unknown) => error,
      );
      if (!isAppError(refusal)) throw new Error('It was not refused.', { cause: refusal });
      expect(refusal.code).toBe('PACKET_REFUSED');
      expect(ERROR_CODES[refusal.code]).toBe(exitOf(spec));
      if (spec.field !== undefined) expect(refusal.details['field']).toBe(spec.field);
      expect(existsSync(outputDir)).toBe(false);
      return;
    }
    const report = await building;
    expect(report.gate_results).toEqual(spec.gates);
    expect(readdirSync(outputDir).sort()).toEqual(Object.keys(spec.outputs ?? {}).sort());
    for (const [name, sha256] of Object.entries(spec.outputs ?? {})) {
      const bytes = readFileSync(join(outputDir, name));
      expect(bytes.equals(readFileSync(join(root, id, 'expected', name))), `${name} byte for byte`).toBe(true);
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
      expect(report.files.find((file) => file.name === name)?.sha256).toBe(sha256);
    }
    const strict = spec.flags['require-all-gates-pass'] === true;
    expect(strict && !report.all_gates_pass ? 2 : 0).toBe(exitOf(spec));
  });

  describe('on the command line', () => {
    const cli = createCli('packet-corpus');
    it.each(['pk-s017-low-margin-strict', 'pk-s036-plain-strict-1', 'pk-s039-scenario-missing-tier', 'pk-s052-telemetry-stale-flag'])(
      '%s ends as it must',
      async (id) => {
        const spec = read(id);
        const outputDir = join(cli.folder, id);
        const flags = Object.entries(spec.flags).flatMap(([name, value]) =>
          value === true ? [`--${name}`] : [`--${name}`, String(value)],
        );
        const paths = ['--telemetry-path', join(root, id, 'telemetry.json'), '--assumptions-path', join(root, id, 'assumptions.json')];
        const ran = await cli.run('packet', 'build', ...paths, '--output-dir', outputDir, ...flags, '--now', spec.now, '--json');
        expect(ran.code).toBe(exitOf(spec));
        if (spec.outputs_written) {
          expect(readdirSync(outputDir).sort()).toEqual(Object.keys(spec.outputs ?? {}).sort());
          expect(ran.json()).toMatchObject({ gate_results: spec.gates });
        } else {
          expect(existsSync(outputDir)).toBe(false);
          expect(ran.json()).toMatchObject({ error: { code: 'PACKET_REFUSED', details: { field: spec.field } } });
          expect(ran.stderr).toMatch(/^\[finance-committee-packet\] failed: /);
        }
      },
    );
  });
});

describeShared('the public packet of February 2026', () => {
  const inputs = () => ({
    telemetryBytes: readFileSync(sharedData('evidence', '2026-02-28', 'finance_telemetry_snapshot_2026-02-28.json')),
    assumptionsBytes: readFileSync(sharedData('evidence', '2026-02-28', 'finance_committee_packet_assumptions_2026-02-28.json')),
    maxTelemetryAgeHours: null,
  });
  // Its margins are those of the unrounded amounts; in this month both ways round to the same figures.
  it.each([
    'finance_guardrails_2026-02.json',
    'finance_committee_packet_2026-02.json',
    'finance_committee_tier_unit_economics_2026-02.csv',
    'finance_committee_scenarios_2026-02.csv',
  ])('%s is made again, byte for byte', (name) => {
    const published = readFileSync(sharedData('evidence', 'packet-2026-02', name));
    // The reference looked at its clock once for each document.
    const capturedAt = name.endsWith('.json')
      ? (JSON.parse(published.toString('utf8')) as { captured_at: string }).captured_at
      : '2026-11-21T03:24:11Z';
    const packet = computeReferencePacket({ ...inputs(), now: capturedAt });
    const made = packet.files.find((file) => file.name === name);
    expect(Buffer.from(made?.bytes ?? []).toString('utf8')).toBe(published.toString('utf8'));
  });

  it('has the figures of the contract', () => {
    const packet = computeReferencePacket({ ...inputs(), now: '2026-11-21T03:24:11Z' });
    expect(packet.month.metrics).toMatchObject({
      blendedGrossMarginPercent: 35,
      p95TenantLlmCogsPctMrr: 74.86,
      annualDiscountImpactPercent: 10.63,
      stressMarginPercent: 28.08,
    });
    expect(packet.hosting).toMatchObject({ hostedArrRunRateUsd: 386286.24, selfHostedTcoUsd: 682000 });
    expect(Object.entries(packet.gates).flatMap(([gate, holds]) => (holds ? [] : [gate]))).toEqual([
      'fin_gate_1_gross_margin_floor',
      'fin_gate_2_llm_cogs_containment',
      'fin_gate_5_stress_resilience',
    ]);
  });
});
