// The public evidence of February 2026: every file passes its own verifier, and together they cannot all be true.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type ComparedArtifact, type ConsistencyFinding, consistencyFindings } from '../../src-main/evidence/consistency.ts';
import { readJson } from '../../src-main/evidence/reference/read-json.ts';
import { readInstant } from '../../src-main/evidence/reference/timestamps.ts';
import { verifyEvidence } from '../../src-main/evidence/verify-artifact.ts';
import { computeReferencePacket } from '../../src-main/packets/reference-packet.ts';
import { describeShared, sharedData } from '../support/shared-data.ts';

const bytesOf = (name: string): Buffer => readFileSync(sharedData('evidence', '2026-02-28', name));
const artifact = (name: string, bytes: Uint8Array): ComparedArtifact => ({
  name,
  sha256: createHash('sha256').update(bytes).digest('hex'),
  value: readJson(bytes).value,
});
const GUARDRAILS = 'finance_guardrails_2026-02-27.json';
const TELEMETRY = 'finance_telemetry_snapshot_2026-02-28.json';
const ASSUMPTIONS = 'finance_committee_packet_assumptions_2026-02-28.json';
const DECISIONS = 'pkg_fin_policy_decisions_2026-02-28.json';
const BENCHMARKS = 'pricing_benchmark_register_2026-02-27.json';
const shared = (name: string) => artifact(name, bytesOf(name));
const month = () => ({
  guardrails: shared(GUARDRAILS),
  telemetry: shared(TELEMETRY),
  assumptions: shared(ASSUMPTIONS),
  decisions: shared(DECISIONS),
  benchmarks: shared(BENCHMARKS),
});
const byCode = (findings: readonly ConsistencyFinding[], code: string) => findings.find((finding) => finding.code === code);

describeShared('the public evidence of February 2026', () => {
  it('passes file by file', () => {
    const now = readInstant('2026-02-28T18:00:00Z');
    if (!now.ok) throw new Error('not a time');
    const verdicts = [
      verifyEvidence('finance-guardrails', { artifact: bytesOf(GUARDRAILS) }, {}, now.at),
      verifyEvidence('finance-telemetry', { artifact: bytesOf(TELEMETRY) }, {}, now.at),
      verifyEvidence('policy-decisions', { artifact: bytesOf(DECISIONS) }, {}, now.at),
    ];
    expect(verdicts.map(({ verdict }) => verdict)).toEqual(['pass', 'pass', 'pass']);
  });

  it('contradicts itself: 84.60 % in the guardrails are 35.00 % by telemetry and assumptions', () => {
    const finding = byCode(consistencyFindings(month()), 'CONSISTENCY_GUARDRAILS_NOT_FROM_TELEMETRY');
    expect(finding).toMatchObject({ severity: 'error', roles: ['finance-guardrails', 'finance-telemetry', 'finance-assumptions'] });
    expect(finding!.says).toContain(`${GUARDRAILS} states 84.60 % as blended gross margin`);
    expect(finding!.says).toContain('give 35.00 %');
    const figures = Object.fromEntries(finding!.figures.map(({ name, left, right }) => [name, [left.value, right.value]]));
    expect(figures).toMatchObject({
      'blended gross margin': [84.6, 35],
      'p95 language-model cost of a tenant in percent of MRR': [5.2, 74.86],
      'impact of annual discounts': [7.38, 10.63],
      'stress margin': [76, 28.08],
      'Starter: MRR at list price': [60000, 5880],
      'Enterprise: gross margin': [84.26, 28.37],
    });
    expect(finding!.figures[0]).toMatchObject({
      left: { pointer: '/metrics/blended_gross_margin_percent' },
      right: { formula: '(32190.52 − (16022.5 + 2229.14 + 2671)) / 32190.52 × 100' },
      difference: 49.6,
    });
  });

  it('would close three gates that it declares open', () => {
    const finding = byCode(consistencyFindings(month()), 'CONSISTENCY_GATES_DIFFER_FROM_TELEMETRY');
    expect(finding!.figures.map(({ name, left, right }) => [name, left.value, right.value])).toEqual([
      ['fin_gate_1_gross_margin_floor', true, false],
      ['fin_gate_2_llm_cogs_containment', true, false],
      ['fin_gate_5_stress_resilience', true, false],
    ]);
  });

  it('says everything else that does not fit', () => {
    expect(consistencyFindings(month()).map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'error CONSISTENCY_CLOSE_HISTORY_DIFFERS',
      'error CONSISTENCY_GUARDRAILS_NOT_FROM_TELEMETRY',
      'error CONSISTENCY_GATES_DIFFER_FROM_TELEMETRY',
      'warning CONSISTENCY_CAPTURED_BEFORE_WINDOW_END',
      'warning CONSISTENCY_CAPTURED_BEFORE_SOURCE',
      'warning CONSISTENCY_STRESS_MARGIN_NOT_FROM_TIERS',
      'warning CONSISTENCY_POLICY_TIERS_NOT_FROM_TELEMETRY',
      'warning CONSISTENCY_EFFECTIVE_MRR_ASSUMPTION',
    ]);
    // 76.0 is declared; twice the infrastructure on its own rows gives 75.93.
    expect(byCode(consistencyFindings(month()), 'CONSISTENCY_STRESS_MARGIN_NOT_FROM_TIERS')!.figures).toMatchObject([
      { left: { value: 76 }, right: { value: 75.93 }, difference: 0.07 },
    ]);
  });

  it('agrees with the packet that was made from it', () => {
    const { telemetry, assumptions } = month();
    const packet = computeReferencePacket({
      telemetryBytes: bytesOf(TELEMETRY),
      assumptionsBytes: bytesOf(ASSUMPTIONS),
      maxTelemetryAgeHours: null,
      now: '2026-03-01T08:00:00Z',
    });
    const findings = consistencyFindings({
      telemetry,
      assumptions,
      guardrails: artifact('guardrails', packet.files[0].bytes),
      packet: artifact('packet', packet.files[1].bytes),
    });
    expect(findings).toEqual([]);
  });
});

const cases = sharedData('conformance', 'packet');

describeShared('packets of the differential corpus', () => {
  it('agree with what they were made of, but for what their close history says', () => {
    let compared = 0;
    let repeating = 0;
    for (const id of readdirSync(cases)) {
      const outputs =
        (JSON.parse(readFileSync(join(cases, id, 'case.json'), 'utf8')) as { outputs?: Record<string, string> }).outputs ?? {};
      const output = (prefix: string): ComparedArtifact | null => {
        const name = Object.keys(outputs).find((file) => file.startsWith(prefix));
        return name === undefined ? null : artifact(name, readFileSync(join(cases, id, 'expected', name)));
      };
      const [guardrails, packet] = [output('finance_guardrails_'), output('finance_committee_packet_')];
      if (guardrails === null || packet === null) continue;
      const input = (name: string) => artifact(name, readFileSync(join(cases, id, name)));
      const findings = consistencyFindings({
        guardrails,
        packet,
        telemetry: input('telemetry.json'),
        assumptions: input('assumptions.json'),
      });
      // The histories of the corpus end in March, whichever month is closed.
      const codes = findings.map(({ code }) => code).filter((code) => code !== 'CONSISTENCY_CLOSE_GAP');
      // Some list the month that is closed among the closes before it, with another margin.
      const { close_history: closes = [] } = JSON.parse(readFileSync(join(cases, id, 'assumptions.json'), 'utf8')) as {
        close_history?: { month: string }[];
      };
      const { window } = JSON.parse(readFileSync(join(cases, id, 'telemetry.json'), 'utf8')) as { window: { label: string } };
      const repeated = closes.some(({ month: closed }) => closed === window.label);
      expect(codes, id).toEqual(repeated ? ['CONSISTENCY_CLOSE_HISTORY_DIFFERS', 'CONSISTENCY_CLOSE_REPEATED'] : []);
      if (repeated) repeating += 1;
      compared += 1;
    }
    expect(compared).toBe(40);
    expect(repeating).toBeGreaterThan(0);
  });
});
