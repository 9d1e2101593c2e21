import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { FinanceGate } from '../evidence/index.ts';
import { type AlertOutcome, sendGateAlert } from './gate-alert.ts';
import type { PacketSummary } from './reference-documents.ts';
import { computeReferencePacket, PacketRefusal, type ReferencePacket } from './reference-packet.ts';
import { refuseSameFile, writePacket } from './write-packet.ts';

/** Builds a packet from two files into a folder, without a workspace: what the reference generator does (contract A.5). */

export interface BuildFilesOptions {
  readonly telemetryPath: string;
  readonly assumptionsPath: string;
  readonly outputDir: string;
  /** Above 0; null: any age. */
  readonly maxTelemetryAgeHours: number | null;
  /** Told when a gate is false, before the files take their place. */
  readonly alert: { readonly url: string; readonly timeoutMs: number; readonly failOnError: boolean } | null;
  /** ISO 8601 with a zone. */
  readonly now: string;
}

/** The document of `packet build --json`: docs/formats/reference-packet.md. */
export interface BuildFilesReport {
  readonly label: string;
  readonly window: ReferencePacket['window'];
  readonly captured_at: string;
  readonly gate_results: Readonly<Record<FinanceGate, boolean>>;
  readonly all_gates_pass: boolean;
  readonly summary: PacketSummary;
  readonly files: readonly { readonly name: string; readonly path: string; readonly bytes: number; readonly sha256: string }[];
  /** What became of the alert; null where none was due or none was asked for. */
  readonly alert: AlertOutcome | null;
}

/**
 * Writes the four files, or none.
 * @throws AppError BAD_INPUT where a path is wrong, PACKET_REFUSED where the inputs give no packet, PACKET_ALERT_FAILED where
 * the alert had to arrive and did not; nothing is written then
 */
export async function buildPacketFiles(options: BuildFilesOptions): Promise<BuildFilesReport> {
  await refuseSameFile(options.telemetryPath, options.assumptionsPath, 'The telemetry and the assumptions');
  const packet = compute({
    telemetryBytes: await readInput(options.telemetryPath, 'telemetry'),
    assumptionsBytes: await readInput(options.assumptionsPath, 'assumptions'),
    maxTelemetryAgeHours: options.maxTelemetryAgeHours,
    now: options.now,
  });
  const allPass = Object.values(packet.gates).every(Boolean);
  let alert: AlertOutcome | null = null;
  await writePacket({
    outputDir: options.outputDir,
    files: packet.files,
    inputs: [options.telemetryPath, options.assumptionsPath],
    beforePromotion: async () => {
      if (!allPass && options.alert !== null) alert = await send(packet, options.alert);
    },
  });
  return {
    label: packet.label,
    window: packet.window,
    captured_at: packet.capturedAt,
    gate_results: packet.gates,
    all_gates_pass: allPass,
    summary: packet.summary,
    files: packet.files.map(({ name, bytes }) => ({
      name,
      path: join(resolve(options.outputDir), name),
      bytes: bytes.byteLength,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
    alert,
  };
}

/** The name of this work in `[label] failed: message`, as the verifiers have theirs. */
export const PACKET_LABEL = 'finance-committee-packet';

function compute(input: Parameters<typeof computeReferencePacket>[0]): ReferencePacket {
  try {
    return computeReferencePacket(input);
  } catch (error) {
    if (!(error instanceof PacketRefusal)) throw error;
    throw new AppError('PACKET_REFUSED', `[${PACKET_LABEL}] failed: ${PARTS[error.part].says}: ${error.message}`, {
      nextStep: PARTS[error.part].nextStep,
      details: { part: error.part, field: error.field, message: error.message },
      cause: error,
    });
  }
}

const PARTS = {
  telemetry: {
    says: 'the telemetry snapshot does not hold',
    nextStep: 'No file was written. Correct the snapshot, or capture it again.',
  },
  assumptions: {
    says: 'the assumptions give no packet',
    nextStep: 'No file was written. Correct the field that is named.',
  },
  guardrails: {
    says: 'the guardrails that come out cannot be stated',
    nextStep: 'No file was written. Every paid tier needs revenue, and no margin may be below zero: check prices, subscriptions and costs.',
  },
} as const;

async function send(packet: ReferencePacket, alert: NonNullable<BuildFilesOptions['alert']>): Promise<AlertOutcome> {
  const outcome = await sendGateAlert(
    { event: 'finance_gate_failure', captured_at: packet.capturedAt, summary: packet.summary, gate_results: packet.gates },
    { url: alert.url, timeoutMs: alert.timeoutMs },
  );
  if (!outcome.delivered && alert.failOnError) {
    throw new AppError('PACKET_ALERT_FAILED', `${outcome.says} No file was written.`, {
      nextStep: 'Check the address of the webhook, or build without --alert-webhook-fail-on-error.',
      retryable: true,
      details: { status: outcome.status, attempts: outcome.attempts },
    });
  }
  return outcome;
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there: a part of its path is a file',
  EISDIR: 'is a folder',
  EACCES: 'may not be read',
  EPERM: 'may not be read',
};

async function readInput(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const why = WHY[(error as NodeJS.ErrnoException).code ?? ''] ?? 'cannot be read';
    throw new AppError('BAD_INPUT', `The ${what} file ${path} ${why}. Nothing was written.`, {
      nextStep: `Name the ${what} file as JSON.`,
      cause: error,
    });
  }
}
