import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { PacketDocument } from '../../src-shared/contract/packet-document.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { isObject, readContent, readJson } from '../evidence/index.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { StoreDb } from '../store/index.ts';
import { monthName } from './figure-words.ts';
import { digest, gatherSources } from './gather-sources.ts';
import type { GatesSeam } from './gates-seam.ts';
import { buildPacket, documentBytes } from './packet-model.ts';
import {
  contentOf,
  documentOf,
  type Headline,
  packetAddress,
  packetOfMonth,
  standingOf,
  type StoredInputs,
  type StoredPacket,
} from './packet-rows.ts';
import { type PacketArtifact, UnreadableInput } from './packet-sources.ts';
import { refreshStanding } from './packet-standing.ts';

/** Builds a month's packet inside a write: a new revision where its inputs changed, nothing where they did not. */

export interface BuildRequest {
  /** UUIDv7, for the revision that may be made. */
  readonly packetId: string;
  /** YYYY-MM */
  readonly month: string;
  readonly reason: string | null;
  readonly by: ChangedBy;
}

export type Built = OutputOf<Contract, 'packet.build'>;

/**
 * @throws AppError CONFLICT where an input is missing or an accepted month would change without a reason; BAD_INPUT where
 * telemetry or assumptions cannot be read
 */
export function buildInto(db: StoreDb, gates: GatesSeam, { packetId, month, reason, by }: BuildRequest): Built {
  const { inputs, reference, document } = computeDocument(db, gates, month, by.now);
  const { text, sha256 } = documentBytes(document);
  const newest = packetOfMonth(db, month);
  const before = newest === null ? null : documentOf(contentOf(db, newest.packetNo));
  if (newest !== null && before !== null && reason === null) {
    if (substance(before) === substance(document)) return answer(newest, 'nothing-new', document);
    if (standingOf(db, month)?.state === 'accepted')
      throw new AppError('CONFLICT', `The packet of ${monthName(month)} was accepted, and its inputs changed since. Nothing was built.`, {
        nextStep: 'Build it with a reason: the new revision supersedes the accepted one, which stays readable.',
        details: { month, revision: newest.revision },
      });
  }
  const revision = (newest?.revision ?? 0) + 1;
  const files = reference?.files.map((file) => ({ name: file.name, sha256: digest(file.bytes) })) ?? null;
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(packet_no), 0) + 1 AS next FROM packets')!;
  db.run(
    `INSERT INTO packets (packet_no, packet_id, month, revision, built_at, member_id, reason, rule_version, inputs, document,
       document_sha256, headline, reference_files, reference_refusal)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      next,
      packetId,
      month,
      revision,
      by.now,
      by.memberId,
      reason,
      document.ruleVersion,
      JSON.stringify(inputs),
      text,
      sha256,
      JSON.stringify(headlineOf(db, document, inputs)),
      files === null ? null : JSON.stringify(files),
      document.referenceRefusal?.says ?? null,
    ],
  );
  refreshStanding(db, month);
  recordChange(db, by, {
    action: 'packet.build',
    subject: month,
    before: newest === null ? null : { revision: newest.revision, documentSha256: newest.documentSha256 },
    after: { packetId, revision, documentSha256: sha256, reason, referenceRefusal: document.referenceRefusal?.says ?? null },
    address: packetAddress(month),
  });
  return answer(packetOfMonth(db, month, revision)!, 'built', document);
}

/** @throws AppError CONFLICT where an input is missing, BAD_INPUT where telemetry or assumptions cannot be read */
export function computeDocument(db: StoreDb, gates: GatesSeam, month: string, now: string) {
  const { inputs, sources, reference } = gatherSources(db, gates, month, now);
  return { inputs, reference, document: readable(() => buildPacket(sources)) };
}

function readable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UnreadableInput)) throw error;
    throw new AppError('BAD_INPUT', `The packet cannot be computed: ${error.message}. Nothing was built.`, {
      nextStep: `Correct ${error.role === 'finance-telemetry' ? 'the telemetry at its source and sync' : 'the assumptions'}, then build again.`,
      details: { role: error.role, field: error.field },
    });
  }
}

/** What a revision says, without which run of the gates said it: the same results are nothing new. */
const substance = (document: PacketDocument): string =>
  documentBytes({
    ...document,
    gates: { ...document.gates, runId: null },
    comparison: document.comparison === null ? null : { ...document.comparison, packetId: '', documentSha256: '' },
  }).sha256;

const answer = (packet: StoredPacket, outcome: Built['outcome'], document: PacketDocument): Built => ({
  packetId: packet.packetId,
  month: packet.month,
  revision: packet.revision,
  outcome,
  says:
    outcome === 'built'
      ? `The packet of ${monthName(packet.month)} was built, revision ${packet.revision}.${document.referenceRefusal === null ? '' : ` The reference refuses the month: ${document.referenceRefusal.says}.`}`
      : `Nothing new: revision ${packet.revision} of ${monthName(packet.month)} already says all of it.`,
  documentSha256: packet.documentSha256,
  referenceRefusal: document.referenceRefusal,
  address: packetAddress(packet.month),
});

export function headlineOf(db: StoreDb, document: PacketDocument, inputs: Pick<StoredInputs, 'artifacts'>): Headline {
  const { month: _month, from: _from, revision: _revision, ...figures } = document.history.at(-1)!;
  const { minBlendedMargin, minStressMargin, maxP95Envelope } = document.thresholds;
  return {
    figures,
    bounds: { minBlendedMargin, minStressMargin, maxP95Envelope },
    decision: document.gates.decision,
    failing: document.gates.results.filter(({ state }) => state === 'fail').map(({ name }) => name),
    errors: document.findings.filter(({ severity }) => severity === 'error').length,
    referenceRefused: document.referenceRefusal !== null,
    telemetrySource: telemetrySource(db, inputs.artifacts),
  };
}

/** `telemetry.source_type` of the decisions: whether production was observed. Null where there are none or they cannot be read. */
function telemetrySource(db: StoreDb, artifacts: readonly PacketArtifact[]): string | null {
  const decisions = artifacts.find(({ role }) => role === 'policy-decisions');
  const bytes = decisions === undefined ? null : readContent(db, decisions.sha256);
  if (bytes === null) return null;
  const { value } = readJson(bytes);
  const telemetry = isObject(value) ? value.get('telemetry') : undefined;
  const source = isObject(telemetry) ? telemetry.get('source_type') : undefined;
  return typeof source === 'string' ? source.trim().slice(0, 60) : null;
}
