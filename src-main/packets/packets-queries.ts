import type { OutputOf, ParsedInputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { PacketSchedule } from '../../src-shared/contract/packets.ts';
import { readContent } from '../evidence/index.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { workspaceReads } from '../workspace/index.ts';
import type { Acting } from './packet-review.ts';
import { reviewState } from './packet-review.ts';
import { digest, InputGone, restoreSources } from './gather-sources.ts';
import type { GatesSeam } from './gates-seam.ts';
import { type Act, act, recordVerified, type Stepped } from './packet-acts.ts';
import { type Built, type BuildRequest, buildInto } from './packet-build.ts';
import { type Corrected, type CorrectArgs, correctAssumption } from './packet-correct.ts';
import type { PacketForExport } from './packet-for-export.ts';
import { makeMissingGuardrails } from './packet-guardrails.ts';
import { packetInputs } from './packet-inputs-view.ts';
import { packetList, type PacketsInNeed, packetsInNeed } from './packet-list.ts';
import { packetProof } from './packet-proof.ts';
import { type Recomputation, recompute } from './packet-recompute.ts';
import { contentOf, documentOf, eventsOf, mustFindPacket, scheduleOf, type StoredInputs } from './packet-rows.ts';
import { rebuildStandings } from './packet-standing.ts';
import { tryPacket } from './packet-trial.ts';
import { headOf, packetView, type PacketView, reviewView, type ViewArgs } from './packet-view.ts';

/** The named queries of this room. What they take from the gates is handed in, for the gates come before and know no packet. */

interface Asking {
  readonly memberId: string;
  readonly role: NonNullable<ChangedBy['role']>;
  readonly now: string;
}

export const createPacketsReads = (gates: GatesSeam) =>
  ({
    'packets.list': (db: StoreDb, args: { before: string | null; limit: number; now: string }): OutputOf<Contract, 'packet.list'> =>
      packetList(db, args),
    'packets.view': (db: StoreDb, args: ViewArgs): PacketView => packetView(db, gates, args),
    'packets.proof': (db: StoreDb, args: { packetId: string; figure: string } & Asking): OutputOf<Contract, 'packet.proof'> =>
      packetProof(db, gates, args),
    'packets.inputs': (db: StoreDb, args: { month: string; now: string }): OutputOf<Contract, 'packet.inputs'> =>
      packetInputs(db, gates, args),
    'packets.trial': (db: StoreDb, args: ParsedInputOf<Contract, 'packet.trial'>): OutputOf<Contract, 'packet.trial'> =>
      tryPacket(db, args),
    'packets.recompute': (db: StoreDb, { packetId }: { packetId: string }): Recomputation =>
      recompute(db, gates, mustFindPacket(db, packetId)),
    'packets.forExport': (db: StoreDb, args: { packetId: string } & Asking): PacketForExport => forExport(db, gates, args),
    'packets.schedule': (db: StoreDb, _args: null): PacketSchedule => scheduleOf(db),
    'packets.inNeed': (db: StoreDb, { now }: { now: string }): PacketsInNeed => packetsInNeed(db, gates, now),
  }) satisfies QueryMap;

export const createPacketsWrites = (gates: GatesSeam) =>
  ({
    'packets.build': (db: StoreDb, args: BuildRequest): Built => buildInto(db, gates, args),
    'packets.act': (db: StoreDb, args: { packetId: string; act: Act; by: ChangedBy }): Stepped => act(db, gates, args),
    'packets.makeMissingGuardrails': (db: StoreDb, args: { month: string; by: ChangedBy }): boolean =>
      makeMissingGuardrails(db, gates, args),
    'packets.correct': (db: StoreDb, args: CorrectArgs): Corrected => correctAssumption(db, gates, args),
    'packets.verified': (db: StoreDb, args: Parameters<typeof recordVerified>[1]): number => recordVerified(db, args),
    'packets.setSchedule': (db: StoreDb, { schedule, by }: { schedule: PacketSchedule; by: ChangedBy }): void => {
      const before = scheduleOf(db);
      db.run('UPDATE packet_schedule SET build_on_day = ?, accept_within_days = ?, automatic = ? WHERE one = 1', [
        schedule.buildOnDay,
        schedule.acceptWithinDays,
        schedule.automatic ? 1 : 0,
      ]);
      recordChange(db, by, { action: 'packet.setSchedule', subject: 'packets', before, after: schedule, address: '/packets' });
    },
    'packets.rebuildStandings': (db: StoreDb, _args: null): void => rebuildStandings(db),
  }) satisfies QueryMap;

export type PacketsReads = ReturnType<typeof createPacketsReads>;
export type PacketsWrites = ReturnType<typeof createPacketsWrites>;

function forExport(
  db: StoreDb,
  gates: GatesSeam,
  { packetId, now, ...acting }: { packetId: string; now: string } & Acting,
): PacketForExport {
  const packet = mustFindPacket(db, packetId);
  const content = contentOf(db, packet.packetNo);
  const document = documentOf(content);
  const events = eventsOf(db, packet.packetNo);
  const review = reviewState(packet.builtAt, events);
  const stored = new Map((content.referenceFiles ?? []).map(({ name, sha256 }) => [name, sha256]));
  return {
    workspace: workspaceReads['workspace.info'](db, null)?.name ?? 'Workspace',
    document,
    documentText: content.documentText,
    head: headOf(db, packet, content, review, now),
    review: reviewView(db, gates, packet, document, events, review, acting),
    referenceFiles: referenceFiles(db, gates, content.inputs).flatMap(({ name, bytes }) => {
      const sha256 = stored.get(name);
      // A file that comes out otherwise is no file of this packet; `packet verify` says so.
      return sha256 === undefined || digest(bytes) !== sha256 ? [] : [{ name, sha256, bytes }];
    }),
    inputFiles: document.inputs.flatMap(({ role, name, sha256 }) => {
      const bytes = readContent(db, sha256);
      return bytes === null || digest(bytes) !== sha256 ? [] : [{ role, name, sha256, bytes }];
    }),
  };
}

/** The document can be given out without the reference's files, where their inputs are gone. */
function referenceFiles(db: StoreDb, gates: GatesSeam, inputs: StoredInputs) {
  try {
    return restoreSources(db, gates, inputs).reference?.files ?? [];
  } catch (error) {
    if (error instanceof InputGone) return [];
    throw error;
  }
}
