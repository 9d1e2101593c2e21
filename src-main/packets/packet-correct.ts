import { AppError } from '../../src-shared/kernel/errors.ts';
import { readContent, Refusal, storeMadeArtifact } from '../evidence/index.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { StoreDb } from '../store/index.ts';
import { type AssumptionChange, changeAssumptions, edited } from './assumption-places.ts';
import type { GatesSeam } from './gates-seam.ts';
import { newerThan, refuse } from './packet-acts.ts';
import { computeDocument } from './packet-build.ts';
import { keepGuardrails } from './packet-guardrails.ts';
import { reviewState } from './packet-review.ts';
import { eventsOf, inputsOf, mustFindPacket, packetAddress } from './packet-rows.ts';

/** Corrects assumptions of a packet: a new version of the file and of the guardrails that follow from it. A new revision is built from them. */

export interface CorrectArgs {
  readonly packetId: string;
  readonly changes: readonly AssumptionChange[];
  readonly reason: string;
  readonly by: ChangedBy;
}

export interface Corrected {
  readonly month: string;
  /** The revision that was corrected. */
  readonly revision: number;
  readonly artifactId: string;
  readonly sha256: string;
}

/** @throws AppError BAD_INPUT, CONFLICT; nothing is then stored */
export function correctAssumption(db: StoreDb, gates: GatesSeam, args: CorrectArgs): Corrected {
  const { by } = args;
  const packet = mustFindPacket(db, args.packetId);
  const review = reviewState(packet.builtAt, eventsOf(db, packet.packetNo));
  refuse('correct', packet, review, { memberId: by.memberId, role: by.role ?? 'admin' }, newerThan(db, packet));
  const inputs = inputsOf(db, packet.packetNo);
  const artifact = inputs.artifacts.find(({ role }) => role === 'finance-assumptions');
  const before = artifact === undefined ? null : readContent(db, artifact.sha256);
  if (artifact === undefined || before === null)
    throw new AppError('CONFLICT', 'The assumptions of the packet are gone, so they cannot be corrected. Nothing was changed.', {
      nextStep: 'Add the assumptions as evidence and build the packet again.',
    });
  const bytes = stamped(changeAssumptions(before, args.changes), packet.month, by.now);
  const name = `finance_committee_packet_assumptions_${packet.month}.json`;
  const { artifactId, sha256 } = storeAssumptions(db, { name, bytes, by });
  recordChange(db, by, {
    action: 'packet.correctAssumption',
    subject: packet.month,
    before: { revision: packet.revision, sha256: artifact.sha256 },
    after: { artifactId, sha256, changes: args.changes, reason: args.reason },
    address: packetAddress(packet.month),
  });
  // Computed once before anything is kept: assumptions that give no packet are refused whole.
  const { reference } = computeDocument(db, gates, packet.month, by.now);
  if (reference !== null) keepGuardrails(db, reference, packet.month, by);
  return { month: packet.month, revision: packet.revision, artifactId, sha256 };
}

/** Captured now and for this month, so that it is this month's newest version and nobody else's. */
function stamped(bytes: Uint8Array, month: string, now: string): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return Buffer.from(edited(edited(text, ['captured_at'], now), ['source_window_label'], month), 'utf8');
}

function storeAssumptions(db: StoreDb, { name, bytes, by }: { name: string; bytes: Uint8Array; by: ChangedBy }) {
  try {
    return storeMadeArtifact(db, { kind: 'finance-assumptions', name, bytes, memberId: by.memberId, now: by.now });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new AppError('BAD_INPUT', `The corrected assumptions cannot be read: ${error.message}. Nothing was changed.`, {
      nextStep: 'Correct the file itself and add it as evidence.',
    });
  }
}
