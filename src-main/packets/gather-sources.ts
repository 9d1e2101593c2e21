import { createHash } from 'node:crypto';
import { AppError } from '../../src-shared/kernel/errors.ts';
import {
  ARTIFACT_ROLES,
  artifactsForMonth,
  type ComparedArtifact,
  consistencyFindings,
  type ConsistencyInput,
  findInconsistencies,
  KIND_NAMES,
  type MonthArtifacts,
  readContent,
  readJson,
} from '../evidence/index.ts';
import type { StoreDb } from '../store/index.ts';
import { monthName } from './figure-words.ts';
import type { GatesSeam } from './gates-seam.ts';
import { COMPARED_ROLES, packetFindings } from './packet-findings.ts';
import { HISTORY_MONTHS } from './packet-model.ts';
import { contentOf, documentOf, packetById, packetsBefore, type StoredInputs, type StoredPacket } from './packet-rows.ts';
import type { PacketArtifact, PacketFinding, PacketSources, PreviousPacket } from './packet-sources.ts';
import { computeReferencePacket, PacketRefusal, type ReferencePacket } from './reference-packet.ts';

/** What a month's packet is made of: gathered from the workspace when it is built, and from what was kept of it later. */

export interface Gathered {
  readonly inputs: StoredInputs;
  readonly sources: PacketSources;
  readonly reference: ReferencePacket | null;
}

export const REQUIRED_ROLES = ['finance-telemetry', 'finance-assumptions'] as const;

/** @throws AppError CONFLICT with `details.missing` where telemetry or assumptions are not there */
export function gatherSources(db: StoreDb, gates: GatesSeam, month: string, now: string): Gathered {
  const found = artifactsForMonth(db, month, now);
  const missing = REQUIRED_ROLES.filter((role) => found[role] === null);
  if (missing.length > 0)
    throw new AppError(
      'CONFLICT',
      `There is no packet for ${monthName(month)} yet: ${missing.map((role) => KIND_NAMES[role].toLowerCase()).join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing.`,
      {
        nextStep: 'Sync the source that delivers it, add the file as evidence, or make the assumptions here.',
        details: { month, missing },
      },
    );
  const artifacts = ARTIFACT_ROLES.flatMap((role): PacketArtifact[] => {
    const artifact = found[role];
    if (artifact === null) return [];
    const { artifactId, name, sha256, capturedAt } = artifact;
    return [{ role, title: KIND_NAMES[role], artifactId, name, sha256, capturedAt }];
  });
  const earlier = packetsBefore(db, month, HISTORY_MONTHS - 1);
  const compared = findInconsistencies(db, month, now).compared.map(({ role, name, sha256 }) => ({ role, name, sha256 }));
  const [previous] = earlier;
  const inputs: StoredInputs = {
    month,
    artifacts,
    compared,
    policy: gates.thresholdsFor(db, month),
    runId: gates.latestRun(db, month)?.runId ?? null,
    previous: previous === undefined ? null : { packetId: previous.packetId, documentSha256: previous.documentSha256 },
    history: earlier.map(({ packetId, documentSha256 }) => ({ packetId, documentSha256 })).reverse(),
    referenceAt: newestCapture(found) ?? now,
  };
  const { sources, reference } = restoreSources(db, gates, inputs);
  return { inputs, sources, reference };
}

/**
 * The time that the reference's files carry: that of what they are computed from, so that the same inputs give the same
 * bytes whenever somebody builds them. Null where neither input states one that can be read.
 */
const newestCapture = (found: MonthArtifacts): string | null =>
  REQUIRED_ROLES.map((role) => found[role]?.capturedAt ?? null).reduce((a, b) => (a !== null && (b === null || a > b) ? a : b), null);

/** What of the stored inputs is no longer there or no longer what it was. */
export interface InputProblem {
  readonly what: string;
  readonly expected: string;
  readonly actual: string | null;
  readonly says: string;
}

export interface Restored {
  readonly sources: PacketSources;
  readonly reference: ReferencePacket | null;
  readonly problems: readonly InputProblem[];
}

/**
 * The sources from what a packet keeps of them: nothing else decides its bytes. What is missing or changed is said, and the
 * sources then hold what there is.
 * @throws InputGone where telemetry or assumptions are not there at all
 */
export function restoreSources(db: StoreDb, gates: GatesSeam, inputs: StoredInputs): Restored {
  const problems: InputProblem[] = [];
  const bytesOf = (name: string, sha256: string): Uint8Array | null => {
    const bytes = readContent(db, sha256);
    const actual = bytes === null ? null : digest(bytes);
    if (actual !== sha256)
      problems.push({
        what: name,
        expected: sha256,
        actual,
        says: bytes === null ? `The input ${name} is gone.` : `The input ${name} holds other bytes than its digest says.`,
      });
    return bytes;
  };
  const required = (role: (typeof REQUIRED_ROLES)[number]): Uint8Array => {
    const artifact = inputs.artifacts.find((one) => one.role === role);
    const bytes = artifact === undefined ? null : bytesOf(artifact.name, artifact.sha256);
    if (bytes === null) throw new InputGone(artifact?.name ?? role, problems);
    return bytes;
  };
  const telemetryBytes = required('finance-telemetry');
  const assumptionsBytes = required('finance-assumptions');
  const packetOf = ({ packetId, documentSha256 }: { packetId: string; documentSha256: string }): StoredPacket | null => {
    const packet = packetById(db, packetId);
    if (packet === null || packet.documentSha256 !== documentSha256) {
      const what = packet === null ? 'earlier packet' : `packet of ${packet.month}`;
      problems.push({
        what,
        expected: documentSha256,
        actual: packet?.documentSha256 ?? null,
        says: packet === null ? 'An earlier packet is gone.' : `The packet of ${monthName(packet.month)} is another one.`,
      });
    }
    return packet;
  };
  const run = inputs.runId === null ? null : gates.runById(db, inputs.runId);
  if (inputs.runId !== null && run === null)
    problems.push({ what: 'gate run', expected: inputs.runId, actual: null, says: 'The gate run of the packet is gone.' });
  const refused = refusalOf(telemetryBytes, assumptionsBytes, inputs.referenceAt);
  return {
    sources: {
      month: inputs.month,
      artifacts: inputs.artifacts,
      telemetryBytes,
      assumptionsBytes,
      policy: inputs.policy,
      run,
      findings: findingsOf(inputs, bytesOf),
      previous: inputs.previous === null ? null : previousOf(db, inputs.previous, packetOf, problems),
      history: inputs.history.flatMap((one) => {
        const packet = packetOf(one);
        return packet === null
          ? []
          : [{ month: packet.month, from: 'packet' as const, revision: packet.revision, ...packet.headline.figures }];
      }),
      referenceRefusal: refused.refusal,
    },
    reference: refused.reference,
    problems,
  };
}

export class InputGone extends Error {
  readonly problems: readonly InputProblem[];
  constructor(name: string, problems: readonly InputProblem[]) {
    super(`The input ${name} is gone, so the packet cannot be computed again.`);
    this.name = 'InputGone';
    this.problems = problems;
  }
}

export const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function previousOf(
  db: StoreDb,
  named: NonNullable<StoredInputs['previous']>,
  packetOf: (named: NonNullable<StoredInputs['previous']>) => StoredPacket | null,
  problems: InputProblem[],
): PreviousPacket | null {
  const packet = packetOf(named);
  if (packet === null) return null;
  const content = contentOf(db, packet.packetNo);
  const actual = digest(Buffer.from(content.documentText, 'utf8'));
  if (actual !== named.documentSha256)
    problems.push({
      what: `packet of ${packet.month}`,
      expected: named.documentSha256,
      actual,
      says: `The packet of ${monthName(packet.month)} is no longer what it was.`,
    });
  return { packetId: packet.packetId, revision: packet.revision, documentSha256: named.documentSha256, document: documentOf(content) };
}

/** What the artifacts say against each other, from the same bytes that were compared. */
function findingsOf(inputs: StoredInputs, bytesOf: (name: string, sha256: string) => Uint8Array | null): PacketFinding[] {
  const input: { -readonly [K in keyof ConsistencyInput]: ConsistencyInput[K] } = {};
  const earlier: ComparedArtifact[] = [];
  const roles = new Map<string, string>();
  for (const { role, name, sha256 } of inputs.compared) {
    const bytes = bytesOf(name, sha256);
    if (bytes === null || !isComparedRole(role)) continue;
    const artifact: ComparedArtifact = { name, sha256, value: readJson(bytes).value };
    roles.set(sha256, COMPARED_ROLES[role]);
    if (role === 'earlierGuardrails') earlier.push(artifact);
    else input[role] = artifact;
  }
  if (earlier.length > 0) input.earlierGuardrails = earlier;
  return packetFindings(consistencyFindings(input), (sha256) => roles.get(sha256) ?? null);
}

const isComparedRole = (role: string): role is keyof typeof COMPARED_ROLES => Object.hasOwn(COMPARED_ROLES, role);

function refusalOf(telemetryBytes: Uint8Array, assumptionsBytes: Uint8Array, now: string) {
  try {
    return { reference: computeReferencePacket({ telemetryBytes, assumptionsBytes, maxTelemetryAgeHours: null, now }), refusal: null };
  } catch (error) {
    if (!(error instanceof PacketRefusal)) throw error;
    return { reference: null, refusal: { part: error.part, says: error.message, field: error.field } };
  }
}
