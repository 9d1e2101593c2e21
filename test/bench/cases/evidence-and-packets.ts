import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { judge, judgeStanding } from '../../../src-main/evidence/judge.ts';
import { readArtifact } from '../../../src-main/evidence/read-artifact.ts';
import { buildPacket, documentBytes } from '../../../src-main/packets/packet-model.ts';
import type { PacketSources, PreviousPacket } from '../../../src-main/packets/packet-sources.ts';
import { computeReferencePacket } from '../../../src-main/packets/reference-packet.ts';
import type { PacketDocument } from '../../../src-shared/contract/packet-document.ts';
import { type EvidenceFile, evidenceFiles, type MonthFiles, monthFiles } from '../support/evidence-files.ts';
import { type Figure, figure, ms, raceInThread } from '../support/measure.ts';

const ROUNDS = 11;
const EVIDENCE_AIM = 10;
const PACKET_AIM = 20;

/** What anybody must do with a file before there is a verdict on it. */
function readParseHash(path: string): void {
  const bytes = readFileSync(path);
  JSON.parse(bytes.toString('utf8'));
  hash('sha256', bytes);
}

/** From the file to its verdict, as at its arrival: the digest it is stored by, what it is, and whether it holds. */
function verdictOf({ path, kind, now }: EvidenceFile): void {
  const bytes = readFileSync(path);
  hash('sha256', bytes);
  const read = readArtifact(bytes);
  const found = read.ok ? judge(read.kind, bytes, Date.parse(now)) : null;
  // A refusal comes sooner than a verdict, and would be counted as speed.
  if (!read.ok || read.kind !== kind || found?.verdict !== 'pass') throw new Error(`${path} is no good ${kind}: ${found?.message}`);
}

/** Verifying artifacts against reading, parsing and hashing the same files. */
export function evidenceSpeed(count: number): Figure[] {
  const files = evidenceFiles(count);
  const kinds = new Set(files.map(({ kind }) => kind)).size;
  const times = raceInThread(
    [
      { name: 'peer', run: () => files.forEach(({ path }) => readParseHash(path)) },
      { name: 'verify', run: () => files.forEach(verdictOf) },
      { name: 'standing', run: () => files.forEach(({ path, kind, now }) => judgeStanding(kind, readFileSync(path), now)) },
    ],
    ROUNDS,
  );
  const peer = times.get('peer')!;
  const ratio = times.get('verify')! / peer;
  return [
    figure(
      `evidence: ${count} artifacts of ${kinds} kinds, file to verdict`,
      `${ratio.toFixed(1)}× reading, parsing and hashing them (${each(times.get('verify')!, count)} each)`,
      `≤ ${EVIDENCE_AIM}×`,
      ratio <= EVIDENCE_AIM,
    ),
    figure(
      'evidence: file to verdict and until when it holds',
      `${(times.get('standing')! / peer).toFixed(1)}× (${each(times.get('standing')!, count)} each)`,
    ),
  ];
}

/** Computing packets against reading, parsing and hashing what goes into them. */
export function packetSpeed(count: number): Figure[] {
  const months = monthFiles(count);
  const inputs = months.flatMap(({ telemetry, assumptions }) => [telemetry, assumptions]);
  const previous = documentsBefore(months);
  const files = raceInThread(
    [
      { name: 'peer', run: () => inputs.forEach(readParseHash) },
      { name: 'packet', run: () => months.forEach(fourFiles) },
    ],
    ROUNDS,
  );
  const documents = raceInThread(
    [
      {
        name: 'peer',
        run: () => {
          inputs.forEach(readParseHash);
          previous.forEach(({ text }) => {
            JSON.parse(text);
            hash('sha256', text);
          });
        },
      },
      { name: 'packet', run: () => months.forEach((month, index) => document(month, previous[index]!)) },
    ],
    ROUNDS,
  );
  const ratio = { files: files.get('packet')! / files.get('peer')!, documents: documents.get('packet')! / documents.get('peer')! };
  return [
    figure(
      `packets: the reference’s four files of ${count} months`,
      `${ratio.files.toFixed(1)}× reading, parsing and hashing their inputs (${each(files.get('packet')!, count)} each)`,
      `≤ ${PACKET_AIM}×`,
      ratio.files <= PACKET_AIM,
    ),
    figure(
      `packets: the document with all proofs of ${count} months`,
      `${ratio.documents.toFixed(1)}× the same with the packet before among the inputs (${each(documents.get('packet')!, count)} each)`,
      `≤ ${PACKET_AIM}×`,
      ratio.documents <= PACKET_AIM,
    ),
    figure(
      'packets: the document, held against telemetry and assumptions alone',
      `${(documents.get('packet')! / files.get('peer')!).toFixed(0)}×; it is ${Math.round(previous[0]!.text.length / 1000)} kB long`,
    ),
  ];
}

const each = (seconds: number, count: number): string => ms((seconds * 1000) / count);

const fourFiles = ({ telemetry, assumptions, now }: MonthFiles): unknown =>
  computeReferencePacket({
    telemetryBytes: readFileSync(telemetry),
    assumptionsBytes: readFileSync(assumptions),
    maxTelemetryAgeHours: 24,
    now,
  });

interface Before {
  readonly text: string;
  readonly sha256: string;
}

/** The packet before each of the months: what a build reads besides the artifacts, to say what moved and why. */
function documentsBefore(months: readonly MonthFiles[]): readonly Before[] {
  const [first] = months;
  let before = documentBytes(packetOf(first!, null));
  return months.map((month) => {
    const mine = before;
    before = document(month, mine);
    return mine;
  });
}

/** As in a build: the packet before is parsed and checked against its digest, the document is written and hashed. */
function document(month: MonthFiles, { text, sha256 }: Before): Before {
  if (hash('sha256', text) !== sha256) throw new Error('the packet before is another one');
  const previous = { packetId: 'before', revision: 1, documentSha256: sha256, document: JSON.parse(text) as PacketDocument };
  return documentBytes(packetOf(month, previous));
}

function packetOf({ month, telemetry, assumptions }: MonthFiles, previous: PreviousPacket | null): PacketDocument {
  const sources: PacketSources = {
    month,
    artifacts: [],
    telemetryBytes: readFileSync(telemetry),
    assumptionsBytes: readFileSync(assumptions),
    policy: null,
    run: null,
    findings: [],
    previous,
    history: [],
    referenceRefusal: null,
  };
  return buildPacket(sources);
}
