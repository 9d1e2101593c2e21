import { Readable } from 'node:stream';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { HandlerContext, Handlers, OutputOf } from '../../src-shared/contract/define.ts';
import { type ChangedBy, changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import type { Act } from './packet-acts.ts';
import type { ExportedFile, ExportFormat, PacketForExport } from './packet-for-export.ts';
import type { PacketsInNeed } from './packet-list.ts';
import type { PacketsReads, PacketsWrites } from './packets-queries.ts';

/** The handlers of `packet.*`, and what the console asks of this room by itself. */

export interface PacketsDeps {
  readonly store: Store<PacketsReads, PacketsWrites>;
  readonly downloads: { issue(file: { fileName: string; contentType: string; open: () => Readable }): string };
  /** Draws and packs; runs off the main thread. */
  readonly exportPacket: (packet: PacketForExport, format: ExportFormat) => Promise<ExportedFile>;
  /** Whether the workspace may be written; otherwise verifications are told and not recorded. */
  readonly writable: boolean;
  /** UUIDv7. */
  readonly newId: () => string;
  /** Monotonic milliseconds. */
  readonly clock?: () => number;
  readonly changed: () => void;
  /** What was made here is evidence: it is verified and its months are judged, before the packet is built on it. */
  readonly judgeEvidence: () => Promise<void>;
}

type PacketProcedures = Extract<keyof Handlers<Contract>, `packet.${string}`>;

export const createPacketsService = (deps: PacketsDeps) => {
  const { store } = deps;
  const clock = deps.clock ?? (() => performance.now());
  const asking = ({ session, now }: Pick<HandlerContext, 'session' | 'now'>) => ({ memberId: session.member_id, role: session.role, now });

  const step = async (packetId: string, act: Act, ctx: HandlerContext): Promise<OutputOf<Contract, 'packet.submit'>> => {
    const stepped = await store.write('packets.act', { packetId, act, by: changedBy(ctx) });
    deps.changed();
    return stepped;
  };

  const build = async (month: string, reason: string | null, by: ChangedBy): Promise<OutputOf<Contract, 'packet.build'>> => {
    if (await store.write('packets.makeMissingGuardrails', { month, by })) await deps.judgeEvidence();
    const built = await store.write('packets.build', { packetId: deps.newId(), month, reason, by });
    if (built.outcome === 'built') deps.changed();
    return built;
  };

  const verify = async (packetId: string, by: ChangedBy): Promise<OutputOf<Contract, 'packet.verify'>> => {
    const started = clock();
    const found = await store.read('packets.recompute', { packetId });
    const elapsedMs = Math.round((clock() - started) * 10) / 10;
    if (deps.writable) {
      const { holds, says, documentSha256, recomputedSha256 } = found;
      await store.write('packets.verified', { packetId, holds, says, documentSha256, recomputedSha256, by });
      deps.changed();
    }
    return { ...found, at: by.now, elapsedMs };
  };

  const handlers: Pick<Handlers<Contract>, PacketProcedures> = {
    'packet.list': ({ before, limit }, { now }) => store.read('packets.list', { before: before ?? null, limit, now }),
    'packet.get': ({ month, revision }, ctx) => store.read('packets.view', { month, revision: revision ?? null, ...asking(ctx) }),
    'packet.proof': ({ packetId, figure }, ctx) => store.read('packets.proof', { packetId, figure, ...asking(ctx) }),
    'packet.inputs': ({ month }, { now }) => store.read('packets.inputs', { month, now }),
    'packet.build': ({ month, reason }, ctx) => build(month, reason ?? null, changedBy(ctx)),
    'packet.trial': (input) => store.read('packets.trial', input),
    'packet.verify': ({ packetId }, ctx) => verify(packetId, changedBy(ctx)),
    'packet.submit': ({ packetId }, ctx) => step(packetId, { step: 'submit' }, ctx),
    'packet.comment': ({ packetId, figure, text }, ctx) => step(packetId, { step: 'comment', figure: figure ?? null, text }, ctx),
    'packet.ask': ({ packetId, figure, text }, ctx) => step(packetId, { step: 'ask', figure: figure ?? null, text }, ctx),
    'packet.answer': ({ packetId, question, text }, ctx) => step(packetId, { step: 'answer', question, text }, ctx),
    'packet.withdraw': ({ packetId, question, text }, ctx) => step(packetId, { step: 'withdraw', question, text: text ?? '' }, ctx),
    'packet.check': ({ packetId, item, checked }, ctx) => step(packetId, { step: 'check', item, checked }, ctx),
    'packet.accept': ({ packetId, knowing, text }, ctx) =>
      step(packetId, { step: 'accept', knowing: knowing ?? null, text: text ?? '' }, ctx),
    'packet.sendBack': ({ packetId, reason }, ctx) => step(packetId, { step: 'sendBack', text: reason }, ctx),
    'packet.correctAssumption': async ({ packetId, changes, reason }, ctx) => {
      const by = changedBy(ctx);
      const { month, revision, artifactId, sha256 } = await store.write('packets.correct', { packetId, changes, reason, by });
      await deps.judgeEvidence();
      const built = await build(month, reason, by);
      return {
        packetId: built.packetId,
        month,
        revision: built.revision,
        artifactId,
        sha256,
        says: `The assumptions have a new version, and revision ${built.revision} supersedes revision ${revision}.`,
        address: built.address,
      };
    },
    'packet.export': async ({ packetId, format }, ctx) => {
      const packet = await store.read('packets.forExport', { packetId, ...asking(ctx) });
      const { fileName, contentType, bytes } = await deps.exportPacket(packet, format);
      const ticket = deps.downloads.issue({ fileName, contentType, open: () => Readable.from([Buffer.from(bytes)]) });
      return { ticket, fileName, bytes: bytes.byteLength };
    },
    'packet.schedule': () => store.read('packets.schedule', null),
    'packet.setSchedule': async (schedule, ctx) => {
      await store.write('packets.setSchedule', { schedule, by: changedBy(ctx) });
      deps.changed();
      return { done: true };
    },
  };

  return {
    handlers,
    inNeed: (now: string): Promise<PacketsInNeed> => store.read('packets.inNeed', { now }),
    /**
     * Builds every month that is due and has what it needs, oldest first, so that each can be compared with the one before.
     * Only months without a packet: what a person has begun to review is not replaced behind their back.
     */
    buildDue: async (by: ChangedBy): Promise<readonly string[]> => {
      const { automatic } = await store.read('packets.schedule', null);
      if (!automatic) return [];
      const { toBuild } = await store.read('packets.inNeed', { now: by.now });
      const says: string[] = [];
      for (const { month } of toBuild.filter(({ due, ready }) => due && ready).reverse()) says.push((await build(month, null, by)).says);
      return says;
    },
  };
};
