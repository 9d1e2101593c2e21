import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { PacketInputState } from '../../src-shared/contract/packets.ts';
import { ARTIFACT_ROLES, type ArtifactRole, artifactsForMonth, KIND_NAMES, type MonthArtifact } from '../evidence/index.ts';
import type { StoreDb } from '../store/index.ts';
import { monthName } from './figure-words.ts';
import { REQUIRED_ROLES } from './gather-sources.ts';
import type { GatesSeam } from './gates-seam.ts';
import { inputsOf, packetOfMonth, scheduleOf, standingOf } from './packet-rows.ts';
import { buildAt, dueAt } from './packet-schedule.ts';
import { changedSince } from './packet-view.ts';

/** What is there for a month's packet, what is missing or stale, and the next step for each. */

type Inputs = OutputOf<Contract, 'packet.inputs'>;

/** Roles that a packet shows beside its own figures. */
const SHOWN: readonly ArtifactRole[] = ARTIFACT_ROLES;

interface Verdict {
  readonly verdict: 'pass' | 'fail' | null;
  readonly stale: number | null;
}

export function packetInputs(db: StoreDb, gates: GatesSeam, { month, now }: { month: string; now: string }): Inputs {
  const found = artifactsForMonth(db, month, now);
  const inputs = SHOWN.map((role) => inputState(role, found[role], month, verdictOf(db, found[role])));
  const lacking = inputs.filter(({ required, artifact }) => required && artifact === null);
  const packet = packetOfMonth(db, month);
  const schedule = scheduleOf(db);
  return {
    month,
    ready: lacking.length === 0,
    says:
      lacking.length === 0
        ? `Telemetry and assumptions of ${monthName(month)} are there.`
        : `${lacking.map(({ title }) => title).join(' and ')} of ${monthName(month)} ${lacking.length === 1 ? 'is' : 'are'} missing.`,
    inputs,
    packet:
      packet === null
        ? null
        : {
            packetId: packet.packetId,
            revision: packet.revision,
            state: standingOf(db, month)!.state,
            changed: changedSince(db, gates, { inputs: inputsOf(db, packet.packetNo) }, now),
          },
    buildAt: buildAt(month, schedule),
    dueAt: dueAt(month, schedule),
  };
}

const verdictOf = (db: StoreDb, artifact: MonthArtifact | null): Verdict =>
  (artifact === null
    ? undefined
    : db.get<Verdict>(
        `SELECT st.verdict, st.stale FROM evidence_standing st JOIN evidence_artifacts a USING (artifact_no)
         JOIN evidence_contents c USING (content_no) WHERE a.artifact_id = ? AND c.sha256 = ? LIMIT 1`,
        [artifact.artifactId, artifact.sha256],
      )) ?? { verdict: null, stale: null };

function inputState(role: ArtifactRole, artifact: MonthArtifact | null, month: string, { verdict, stale }: Verdict): PacketInputState {
  const required = (REQUIRED_ROLES as readonly string[]).includes(role);
  const title = KIND_NAMES[role];
  const step = (says: string, address: string | null) => ({ says, address });
  if (artifact === null)
    return {
      role,
      title,
      required,
      state: 'missing',
      says: required
        ? `Without ${title.toLowerCase()} there is no packet.`
        : 'The packet is built without it, and its gates say that there was nothing to judge.',
      artifact: null,
      sourceName: null,
      arrivedAt: null,
      nextStep:
        role === 'finance-assumptions'
          ? step('Make the assumptions here, or sync the source that delivers them.', '/evidence/make/finance-assumptions')
          : step('Sync the source that delivers it, or add the file as evidence.', '/settings/sources'),
    };
  const address = `/evidence/artifact/${artifact.artifactId}`;
  const { artifactId, name, sha256, capturedAt, arrivedAt, sourceName } = artifact;
  const common = { role, title, required, artifact: { role, title, artifactId, name, sha256, capturedAt }, sourceName, arrivedAt };
  if (verdict === 'fail' && stale !== 1)
    return {
      ...common,
      state: 'fails',
      says: 'Its verifier refuses it.',
      nextStep: step('See why, and correct it at its source.', address),
    };
  if (artifact.month !== null && artifact.month !== month)
    return {
      ...common,
      state: 'other-month',
      says: `It speaks of ${monthName(artifact.month)} and goes on counting; ${monthName(month)} has none of its own.`,
      nextStep: step(`Look whether it still holds for ${monthName(month)}.`, address),
    };
  if (stale === 1)
    return {
      ...common,
      state: 'stale',
      says: 'It is older than its limit.',
      nextStep: step('Capture it again at its source and sync.', address),
    };
  return { ...common, state: 'there', says: verdict === 'pass' ? 'Verified.' : 'There.', nextStep: null };
}
