/** Packets over a real database file: a service with its store, asked as the router asks, and months that hold together. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contract, type Contract } from '../../../src-shared/contract/index.ts';
import type { HandlerContext, InputOf, OutputOf } from '../../../src-shared/contract/define.ts';
import type { Role } from '../../../src-shared/contract/roles.ts';
import { type AppError, isAppError } from '../../../src-shared/kernel/errors.ts';
import { storeMadeArtifact } from '../../../src-main/evidence/index.ts';
import { membersReads, membersWrites } from '../../../src-main/members/index.ts';
import {
  createPacketsReads,
  createPacketsService,
  createPacketsWrites,
  type GatesSeam,
  NO_GATES,
} from '../../../src-main/packets/index.ts';
import { exportPacket } from '../../../src-main/packets/export/export-packet.ts';
import type { StoreDb } from '../../../src-main/store/index.ts';
import { bytesOf, goodAssumptions, goodTelemetry, type JsonObject } from '../../support/finance-month.ts';
import { openPlainStore } from '../../support/plain-store.ts';

export const OWNER = '01990000-0000-7000-8000-000000000001';
export const ASKER = '01990000-0000-7000-8000-000000000002';
export const FINANCE_ITEMS = ['finance.margin_trend', 'finance.largest_move', 'finance.stress_case', 'finance.inputs', 'finance.findings'];

type Kind = 'finance-telemetry' | 'finance-assumptions' | 'policy-decisions';
type PacketCall = Extract<keyof Contract, `packet.${string}`>;

const testWrites = {
  'test.keep': (db: StoreDb, { kind, name, bytes, now }: { kind: Kind; name: string; bytes: Uint8Array; now: string }) =>
    storeMadeArtifact(db, { kind, name, bytes, memberId: OWNER, now }),
};

export type PacketsWorkspace = Awaited<ReturnType<typeof openPacketsWorkspace>>;

/** Opens an empty workspace with an owner (admin) and a second member (leadership). */
export async function openPacketsWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-packets-'));
  const state = {
    now: '2026-05-03T08:30:00.000Z',
    ids: 100,
    plans: new Map<string, string | null>(),
    thresholds: null as ReturnType<GatesSeam['thresholdsFor']>,
    issued: null as { readonly fileName: string; readonly open: () => NodeJS.ReadableStream } | null,
    writable: true,
  };
  const gates: GatesSeam = { ...NO_GATES, plans: () => state.plans, thresholdsFor: () => state.thresholds };
  const open = (file: string) =>
    openPlainStore(
      join(folder, file),
      { ...membersReads, ...createPacketsReads(gates) },
      { ...membersWrites, ...createPacketsWrites(gates), ...testWrites },
    );
  const store = await open('countersign.db');
  const by = { memberId: OWNER, role: 'admin' as const, requestId: 'request', now: state.now };
  await store.write('members.ensureOwner', {
    member: { memberId: OWNER, name: 'Lena Brandt', email: null },
    requestId: 'request',
    now: state.now,
  });
  await store.write('members.add', { member: { memberId: ASKER, name: 'Tomás Reyes', role: 'leadership', email: null }, by });
  const service = () =>
    createPacketsService({
      store,
      downloads: {
        issue: (file) => {
          state.issued = file;
          return 'ticket';
        },
      },
      exportPacket,
      writable: state.writable,
      newId: () => `01990000-0000-7000-8000-${String((state.ids += 1)).padStart(12, '0')}`,
      clock: () => 0,
      changed: () => undefined,
      judgeEvidence: () => Promise.resolve(),
    });

  /** Calls a handler as the router does: input and answer are held to the contract. */
  async function ask<N extends PacketCall>(
    name: N,
    input: InputOf<Contract, N>,
    { role = 'admin', as = OWNER }: { role?: Role; as?: string } = {},
  ): Promise<OutputOf<Contract, N>> {
    const { input: accepts, output } = contract[name];
    const handler = service().handlers[name] as (parsed: unknown, context: HandlerContext) => unknown;
    const context: HandlerContext = {
      session: { member_id: as, role },
      requestId: 'request',
      now: state.now,
      signal: new AbortController().signal,
      progress: () => undefined,
    };
    const answer = await handler(accepts.parse(input), context);
    return output.parse(JSON.parse(JSON.stringify(answer))) as OutputOf<Contract, N>;
  }

  const keep = (kind: Kind, name: string, document: JsonObject) =>
    store.write('test.keep', { kind, name, bytes: bytesOf(document), now: state.now });

  const tickAll = async (packetId: string): Promise<void> => {
    for (const item of FINANCE_ITEMS) await ask('packet.check', { packetId, item, checked: true });
  };

  return {
    state,
    store,
    service,
    ask,
    keep,
    tickAll,
    keepMonth: async (month: string): Promise<void> => {
      await keep('finance-telemetry', `telemetry_${month}.json`, telemetryOf(month));
      await keep('finance-assumptions', `assumptions_${month}.json`, assumptionsOf(month));
    },
    /** Through the whole review, knowing the worst of it. */
    accept: async (month: string): Promise<void> => {
      const { head, review } = await ask('packet.get', { month });
      await ask('packet.submit', { packetId: head.packetId });
      await tickAll(head.packetId);
      await ask('packet.accept', { packetId: head.packetId, ...(review.worst === null ? {} : { knowing: review.worst.code }) });
    },
    close: () => {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function refused(call: Promise<unknown>): Promise<AppError> {
  try {
    await call;
  } catch (error) {
    if (isAppError(error)) return error;
    throw error;
  }
  throw new Error('the call was not refused');
}

const monthAfter = (month: string): readonly [year: number, index: number] => [Number(month.slice(0, 4)), Number(month.slice(5, 7))];

/** The good month's telemetry, moved to another month. */
export function telemetryOf(month: string): JsonObject {
  const [year, next] = monthAfter(month);
  return {
    ...goodTelemetry(),
    window: { start: `${month}-01T00:00:00Z`, end: new Date(Date.UTC(year, next, 1) - 1).toISOString(), label: month },
    captured_at: new Date(Date.UTC(year, next, 2, 6)).toISOString(),
  };
}

export function assumptionsOf(month: string): JsonObject {
  const [year, next] = monthAfter(month);
  return { ...goodAssumptions(), captured_at: new Date(Date.UTC(year, next, 2, 9)).toISOString(), source_window_label: month };
}
