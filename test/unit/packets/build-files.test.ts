/** A packet from two files: what is written, what is refused, and when the webhook is told. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildPacketFiles, type BuildFilesOptions } from '../../../src-main/packets/build-files.ts';
import { fileLabel } from '../../../src-main/packets/reference-packet.ts';
import { BUILT_AT, bytesOf, goodAssumptions, goodTelemetry, inside, type JsonObject } from '../../support/finance-month.ts';
import { deadAddress, startWebhook, type Webhook } from '../../support/webhook.ts';

let folder: string;
let webhook: Webhook | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-build-'));
  write('telemetry.json', goodTelemetry());
  write('assumptions.json', goodAssumptions());
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await webhook?.close();
  webhook = null;
});

const write = (name: string, document: JsonObject): void => writeFileSync(join(folder, name), bytesOf(document));
const options = (more: Partial<BuildFilesOptions> = {}): BuildFilesOptions => ({
  telemetryPath: join(folder, 'telemetry.json'),
  assumptionsPath: join(folder, 'assumptions.json'),
  outputDir: join(folder, 'out'),
  maxTelemetryAgeHours: null,
  alert: null,
  now: BUILT_AT,
  ...more,
});
const outputs = (): string[] => (existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')).sort() : []);
const start = async (answer: (response: ServerResponse) => void): Promise<Webhook> => {
  webhook = await startWebhook(answer);
  return webhook;
};
/** Makes one gate false. */
const falseGate = (): void => {
  const assumptions = goodAssumptions();
  inside(assumptions, 'thresholds')['min_stress_margin_percent'] = 99;
  write('assumptions.json', assumptions);
};
const FILES = [
  'finance_committee_packet_2026-04.json',
  'finance_committee_scenarios_2026-04.csv',
  'finance_committee_tier_unit_economics_2026-04.csv',
  'finance_guardrails_2026-04.json',
];

describe('building from files', () => {
  it('writes four files that say what the report says', async () => {
    const report = await buildPacketFiles(options());
    expect(outputs()).toEqual(FILES);
    expect(report).toMatchObject({ label: '2026-04', all_gates_pass: true, alert: null, captured_at: '2026-05-03T08:30:00+00:00' });
    const packet = JSON.parse(readFileSync(join(folder, 'out', FILES[0]!), 'utf8')) as JsonObject;
    expect(packet['summary']).toEqual(report.summary);
    expect(packet['gate_results']).toEqual(report.gate_results);
  });

  it('gives the same bytes from the same inputs', async () => {
    const first = await buildPacketFiles(options());
    const second = await buildPacketFiles(options({ outputDir: join(folder, 'again') }));
    expect(second.files.map(({ sha256 }) => sha256)).toEqual(first.files.map(({ sha256 }) => sha256));
  });

  it('keeps microseconds of the time it is given', async () => {
    const report = await buildPacketFiles(options({ now: '2026-05-03T10:30:00.000007+02:00' }));
    expect(report.captured_at).toBe('2026-05-03T08:30:00.000007+00:00');
  });

  it('refuses a snapshot that is too old, and accepts it at exactly the limit', async () => {
    // Captured 26.5 hours before.
    await expect(buildPacketFiles(options({ maxTelemetryAgeHours: 26.49 }))).rejects.toMatchObject({
      code: 'PACKET_REFUSED',
      details: { part: 'telemetry', field: 'captured_at' },
    });
    expect(outputs()).toEqual([]);
    await buildPacketFiles(options({ maxTelemetryAgeHours: 26.5 }));
    expect(outputs()).toEqual(FILES);
  });

  it.each<[string, string, string | null, (telemetry: JsonObject, assumptions: JsonObject) => void]>([
    ['an empty tier', 'guardrails', null, (t) => (inside(t, 'tier_subscription_snapshot', 3)['active_subscriptions'] = 0)],
    [
      'a tier that loses money',
      'guardrails',
      'tier_unit_economics[1].gross_margin_percent',
      (t) => (inside(t, 'tier_llm_usage', 2)['total_cost_usd'] = 9500),
    ],
    [
      'a gate of the snapshot that is declared wrong',
      'telemetry',
      'gate_results.telemetry_gate_window_valid',
      (t) => (inside(t, 'gate_results')['telemetry_gate_window_valid'] = false),
    ],
    [
      'a scenario whose name cannot be written',
      'assumptions',
      'scenario_models.price_sensitivity[0].name',
      (_t, a) => (inside(a, 'scenario_models', 'price_sensitivity', 0)['name'] = 'half \ud83d'),
    ],
    ['a mix above 1', 'assumptions', 'annual_mix_by_tier.pro', (_t, a) => (inside(a, 'annual_mix_by_tier')['pro'] = 2)],
  ])('refuses %s and writes nothing', async (_what, part, field, change) => {
    const [telemetry, assumptions] = [goodTelemetry(), goodAssumptions()];
    change(telemetry, assumptions);
    write('telemetry.json', telemetry);
    write('assumptions.json', assumptions);
    const refusal: unknown = await buildPacketFiles(options()).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: 'PACKET_REFUSED', details: { part, field } });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it.each([
    ['telemetryPath', 'telemetry'],
    ['assumptionsPath', 'assumptions'],
  ] as const)('says which input is not there: %s', async (option, name) => {
    await expect(buildPacketFiles(options({ [option]: join(folder, 'absent.json') }))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(`The ${name} file`) as unknown,
    });
  });

  it('refuses one file for both inputs', async () => {
    await expect(buildPacketFiles(options({ assumptionsPath: join(folder, 'telemetry.json') }))).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('are the same file') as unknown,
    });
  });

  it('refuses to write over an input that has the name of an output', async () => {
    const telemetryPath = join(folder, FILES[3]!);
    writeFileSync(telemetryPath, bytesOf(goodTelemetry()));
    await expect(buildPacketFiles(options({ telemetryPath, outputDir: folder }))).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(readFileSync(telemetryPath)).toEqual(bytesOf(goodTelemetry()));
  });
});

describe('the webhook', () => {
  const ok = (response: ServerResponse) => void response.writeHead(200).end();

  it('is told of a false gate before the files are in place', async () => {
    falseGate();
    const seen: string[][] = [];
    const { url, received } = await start((response) => {
      seen.push(outputs().filter((name) => !name.startsWith('.')));
      ok(response);
    });
    const report = await buildPacketFiles(options({ alert: { url, timeoutMs: 5000, failOnError: true } }));
    expect(seen).toEqual([[]]);
    expect(JSON.parse(received[0]!.body)).toEqual({
      event: 'finance_gate_failure',
      captured_at: report.captured_at,
      summary: report.summary,
      gate_results: report.gate_results,
    });
    expect(report.alert).toMatchObject({ delivered: true, status: 200 });
    expect(outputs()).toEqual(FILES);
  });

  it('is not told when all gates hold', async () => {
    const { url, received } = await start(ok);
    const report = await buildPacketFiles(options({ alert: { url, timeoutMs: 5000, failOnError: true } }));
    expect(received).toHaveLength(0);
    expect(report.alert).toBeNull();
  });

  it('that refuses does not stop the files, unless it must arrive', async () => {
    falseGate();
    const { url } = await start((response) => void response.writeHead(403).end());
    const report = await buildPacketFiles(options({ alert: { url, timeoutMs: 5000, failOnError: false } }));
    expect(report.alert).toMatchObject({ delivered: false, status: 403 });
    expect(outputs()).toEqual(FILES);
    rmSync(join(folder, 'out'), { recursive: true });
    await expect(buildPacketFiles(options({ alert: { url, timeoutMs: 5000, failOnError: true } }))).rejects.toMatchObject({
      code: 'PACKET_ALERT_FAILED',
    });
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('that is not there leaves an earlier packet as it was when it must arrive', async () => {
    await buildPacketFiles(options());
    const before = readFileSync(join(folder, 'out', FILES[3]!), 'utf8');
    falseGate();
    await expect(
      buildPacketFiles(options({ alert: { url: await deadAddress(), timeoutMs: 5000, failOnError: true } })),
    ).rejects.toMatchObject({ code: 'PACKET_ALERT_FAILED' });
    expect(outputs()).toEqual(FILES);
    expect(readFileSync(join(folder, 'out', FILES[3]!), 'utf8')).toBe(before);
  });
});

describe('a label in file names', () => {
  it.each([
    ['2026-04', '2026-04'],
    ['close 04/2026', 'close_04_2026'],
    ['***', 'snapshot'],
    ['__a__', 'a'],
    ['Q1 — März', 'Q1_M_rz'],
    ['../../etc/passwd', 'etc_passwd'],
    ['-x-', '-x-'],
  ])('%s becomes %s', (label, expected) => {
    expect(fileLabel(label)).toBe(expected);
  });
});
