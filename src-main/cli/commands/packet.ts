import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { BuildFilesReport } from '../../packets/build-files.ts';
import { endWith } from '../outcome.ts';
import { print, table } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';

export interface PacketBuildOptions {
  readonly month?: string;
  readonly reason?: string;
  readonly telemetryPath?: string;
  readonly assumptionsPath?: string;
  readonly outputDir?: string;
  readonly maxTelemetryAgeHours?: string;
  readonly requireAllGatesPass?: boolean;
  readonly alertWebhookUrl?: string;
  readonly alertWebhookTimeoutSeconds: string;
  readonly alertWebhookFailOnError?: boolean;
}

/** `packet build`: of a month in the workspace, or from two files into a folder, without one. */
export async function buildPacket(globals: GlobalOptions, options: PacketBuildOptions): Promise<void> {
  if (options.month === undefined) {
    await buildFromFiles(globals, options);
    return;
  }
  const path = [options.telemetryPath, options.assumptionsPath, options.outputDir].find((given) => given !== undefined);
  if (path !== undefined)
    throw new AppError('BAD_INPUT', 'A packet is built of a month in the workspace, or of two files: not both.', {
      nextStep: 'Leave out --month, or the paths. `packet export --format zip` writes a workspace’s packet to a file.',
    });
  const { buildMonth } = await import('./packet-workspace.ts');
  await buildMonth(globals, { month: options.month, ...(options.reason === undefined ? {} : { reason: options.reason }) });
}

async function buildFromFiles(globals: GlobalOptions, options: PacketBuildOptions): Promise<void> {
  const [telemetryPath, assumptionsPath, outputDir] = [
    required(options.telemetryPath, '--telemetry-path'),
    required(options.assumptionsPath, '--assumptions-path'),
    required(options.outputDir, '--output-dir'),
  ];
  const age = options.maxTelemetryAgeHours;
  const timeoutSeconds = aboveZero(options.alertWebhookTimeoutSeconds, '--alert-webhook-timeout-seconds');
  const url = webhookOf(options.alertWebhookUrl);
  const { buildPacketFiles } = await import('../../packets/build-files.ts');
  const report = await buildPacketFiles({
    telemetryPath,
    assumptionsPath,
    outputDir,
    maxTelemetryAgeHours: age === undefined ? null : aboveZero(age, '--max-telemetry-age-hours'),
    alert:
      url === null ? null : { url, timeoutMs: Math.ceil(timeoutSeconds * 1000), failOnError: options.alertWebhookFailOnError ?? false },
    now: globals.now ?? new Date().toISOString(),
  });
  print(report, renderReport);
  if (report.alert?.delivered === false) process.stderr.write(`${report.alert.says} The files were written all the same.\n`);
  if (options.requireAllGatesPass && !report.all_gates_pass) {
    process.stderr.write('A gate is false, and all of them must hold (--require-all-gates-pass). The files were written.\n');
    endWith(2);
  }
}

function renderReport(report: BuildFilesReport): string {
  const gates = Object.entries(report.gate_results);
  const closed = gates.filter(([, holds]) => !holds).length;
  return [
    `Packet of ${report.window.label}: ${closed === 0 ? 'all gates hold' : `${closed} of ${gates.length} gates ${closed === 1 ? 'is' : 'are'} false`}.`,
    table(
      ['gate', 'state'],
      gates.map(([gate, holds]) => [gate, holds ? 'holds' : 'FALSE']),
    ),
    '',
    table(
      ['file', '>bytes', 'sha256'],
      report.files.map(({ path, bytes, sha256 }) => [path, String(bytes), sha256]),
    ),
    ...(report.alert?.delivered ? ['', report.alert.says] : []),
  ].join('\n');
}

function required(value: string | undefined, option: string): string {
  if (value !== undefined && value !== '') return value;
  throw new AppError('BAD_INPUT', `${option} is missing: a packet is built from telemetry and assumptions into a folder.`, {
    nextStep: 'Give --telemetry-path, --assumptions-path and --output-dir.',
  });
}

/** The reference reads these with Python's `float()`; what it also takes (padding, underscores, exponents) is taken here. */
function aboveZero(text: string, option: string): number {
  const plain = text.trim().replace(/(?<=\d)_(?=\d)/g, '');
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
  if (Number.isFinite(value) && value > 0) return value;
  throw new AppError('BAD_INPUT', `${option} must be a number above 0, not “${text}”.`, { nextStep: 'Give a number such as 24 or 0.5.' });
}

/** A blank address is none, as in the reference. */
function webhookOf(text: string | undefined): string | null {
  const given = text?.trim() ?? '';
  if (given === '') return null;
  if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return given;
  throw new AppError('BAD_INPUT', '--alert-webhook-url is no http or https address. Nothing was written.', {
    nextStep: 'Give an address such as https://alerts.internal/finance.',
  });
}
