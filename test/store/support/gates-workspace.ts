/** Gates over a real database file: a service with its store, asked as the router asks, over months of our own evidence. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contract, type Contract } from '../../../src-shared/contract/index.ts';
import type { HandlerContext, InputOf, OutputOf } from '../../../src-shared/contract/define.ts';
import type { Role } from '../../../src-shared/contract/roles.ts';
import { type AppError, isAppError } from '../../../src-shared/kernel/errors.ts';
import { auditReads } from '../../../src-main/audit/index.ts';
import { storeMadeArtifact } from '../../../src-main/evidence/index.ts';
import { createGatesService, type GateRole, gatesReads, gatesWrites } from '../../../src-main/gates/index.ts';
import { membersReads, membersWrites } from '../../../src-main/members/index.ts';
import type { StoreDb } from '../../../src-main/store/index.ts';
import { releaseBytes } from '../../support/own-release.ts';
import { openPlainStore } from '../../support/plain-store.ts';

export const OWNER = '01990000-0000-7000-8000-000000000001';
type GateCall = Extract<keyof Contract, `gate.${string}` | `freeze.${string}` | `motion.${string}`>;
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

const testWrites = {
  'test.keep': (db: StoreDb, { kind, name, bytes, now }: { kind: GateRole; name: string; bytes: Uint8Array; now: string }) =>
    storeMadeArtifact(db, { kind, name, bytes, memberId: OWNER, now }),
};

const MONTHLY = ['finance-guardrails', 'finance-telemetry', 'policy-decisions'] as const;
const LASTING = ['pricing-benchmarks', 'stress', 'failure-injection'] as const;
export type MonthlyRole = (typeof MONTHLY)[number];
export type Spoil = Partial<Record<MonthlyRole, (artifact: JsonObject) => void>>;

/** May 2026 as our own release has it; April and March are the same, captured a month earlier each. */
export function monthlyArtifact(role: MonthlyRole, month: string, spoil?: (artifact: JsonObject) => void): JsonObject {
  const text = Buffer.from(releaseBytes(role)).toString('utf8');
  // Every time of the artifact moves with the month, so that each month closes as May did.
  const back = 5 - Number(month.slice(5));
  const moved = text.replace(/2026-(\d{2})(-\d{2}T|"|_)/g, (whole, at: string, rest: string) =>
    rest === '_' ? whole : `2026-${String(Number(at) - back).padStart(2, '0')}${rest}`,
  );
  const artifact = JSON.parse(moved.replace(/-04-31T/g, '-04-30T').replace(/-02-31T/g, '-02-28T')) as JsonObject;
  spoil?.(artifact);
  return artifact;
}

/** FIN 2 fails, and the guardrails say so. */
export const breach =
  (percent = 8.32) =>
  (artifact: JsonObject): void => {
    (artifact['metrics'] as JsonObject)['p95_tenant_llm_cogs_pct_mrr'] = percent;
    (artifact['gate_results'] as JsonObject)['fin_gate_2_llm_cogs_containment'] = percent <= 8;
  };

/** Three different owners decide on production telemetry that a motion is allowed. */
export const allowMotion = (artifact: JsonObject): void => {
  (artifact['telemetry'] as JsonObject)['source_type'] = 'production_observed';
  (artifact['policy_decisions'] as JsonObject)['pricing_motion_allowed'] = true;
  Object.assign(artifact['approvals'] as JsonObject, {
    governance_mode: 'segregated_owners',
    finance_owner: 'Ilse Maren',
    product_owner: 'Otto Brandt',
    go_to_market_owner: 'Nia Sol',
  });
};

export type GatesWorkspace = Awaited<ReturnType<typeof openGatesWorkspace>>;

export async function openGatesWorkspace(at = '2026-06-15T12:00:00.000Z') {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-gates-'));
  const store = await openPlainStore(
    join(folder, 'countersign.db'),
    { ...auditReads, ...membersReads, ...gatesReads },
    { ...membersWrites, ...gatesWrites, ...testWrites },
  );
  const state = { now: at, ids: 100, changed: 0, closes: null as readonly string[] | null };
  const newId = () => `01990000-0000-7000-8000-${String((state.ids += 1)).padStart(12, '0')}`;
  await store.write('members.ensureOwner', { member: { memberId: OWNER, name: 'Ilse Maren', email: null }, requestId: 'req', now: at });
  const service = createGatesService({
    store,
    newId,
    members: () => store.read('members.list', null),
    productionCloses: () => (state.closes === null ? store.read('gates.productionCloses', null) : Promise.resolve(state.closes)),
    changed: () => {
      state.changed += 1;
    },
  });
  const context = (): HandlerContext => ({
    session: { member_id: OWNER, role: 'admin' },
    requestId: 'req_test',
    now: state.now,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  const keep = (kind: GateRole, name: string, document: JsonObject | Uint8Array) =>
    store.write('test.keep', {
      kind,
      name,
      bytes: document instanceof Uint8Array ? document : Buffer.from(JSON.stringify(document)),
      now: state.now,
    });
  return {
    store,
    service,
    state,
    folder,
    keep,
    /** All that a month needs to be judged; spoilt where it is said. */
    keepMonth: async (month: string, spoil: Spoil = {}): Promise<void> => {
      for (const role of MONTHLY) await keep(role, `${role}_${month}.json`, monthlyArtifact(role, month, spoil[role]));
    },
    keepLasting: async (): Promise<void> => {
      for (const role of LASTING) await keep(role, `${role}.json`, releaseBytes(role));
    },
    addMember: (name: string, role: Role) =>
      store.write('members.add', {
        member: { memberId: newId(), name, role, email: null },
        by: { memberId: OWNER, role: 'admin', requestId: 'req', now: state.now },
      }),
    by: () => ({ memberId: null, role: null, requestId: 'req_auto', now: state.now }),
    ask: async <N extends GateCall>(name: N, input: InputOf<Contract, N>): Promise<OutputOf<Contract, N>> => {
      const { input: accepts, output } = contract[name] as {
        input: { parse: (v: unknown) => unknown };
        output: { parse: (v: unknown) => unknown };
      };
      const handler = service.handlers[name] as (parsed: unknown, ctx: HandlerContext) => unknown;
      const answer = await handler(accepts.parse(input), context());
      return output.parse(JSON.parse(JSON.stringify(answer))) as OutputOf<Contract, N>;
    },
    close: (): void => {
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
  throw new Error('it was not refused');
}
