/** Approvals, acts on tenants and the outbox over a real database file, asked as the router asks, each call in its scope. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contract, type Contract } from '../../../src-shared/contract/index.ts';
import type { HandlerContext, InputOf, OutputOf } from '../../../src-shared/contract/define.ts';
import type { Role } from '../../../src-shared/contract/roles.ts';
import type { TenantStatus } from '../../../src-shared/contract/tenants.ts';
import { type AppError, isAppError } from '../../../src-shared/kernel/errors.ts';
import { actionsReads, actionsWrites, createActionsService, TENANT_EXECUTORS } from '../../../src-main/actions/index.ts';
import {
  type ApprovalExecutors,
  approvalsReads,
  createApprovalsService,
  createApprovalsWrites,
  type DecisionSeen,
} from '../../../src-main/approvals/index.ts';
import { scopeOf } from '../../../src-main/app/session-scope.ts';
import { createViewing } from '../../../src-main/app/viewing.ts';
import { auditReads } from '../../../src-main/audit/index.ts';
import { createOutboxDelivery, createOutboxService, outboxReads, outboxWrites } from '../../../src-main/integrations/index.ts';
import { membersReads, membersWrites } from '../../../src-main/members/index.ts';
import { sourcesReads, sourcesWrites } from '../../../src-main/sources/index.ts';
import { runScoped, type StoreDb } from '../../../src-main/store/index.ts';
import { deriveTouched, takeTenantRecord } from '../../../src-main/tenants/record-store.ts';
import { readTenantRecord } from '../../../src-main/tenants/tenant-record.ts';
import { openPlainStore } from '../../support/plain-store.ts';

type ActCall = Extract<keyof Contract, `approval.${string}` | `action.${string}` | `outbox.${string}` | 'policy.show'>;

export interface Person {
  readonly memberId: string;
  readonly name: string;
  readonly role: Role;
  readonly partnerId: string | null;
}

interface SeedTenant {
  readonly tenantId: string;
  readonly name: string;
  readonly partnerId: string;
  readonly status?: TenantStatus;
  readonly plan?: readonly [id: string, version: string, tier: string];
  readonly updatedAt?: string;
  readonly sourceNo: number | null;
}

const testWrites = {
  'test.tenant': (db: StoreDb, { tenant, now }: { tenant: SeedTenant; now: string }): void => {
    const [planId, version, tier] = tenant.plan ?? ['pro', '1.0.0', 'pro'];
    const record = readTenantRecord(
      JSON.stringify({
        tenant_id: tenant.tenantId,
        name: tenant.name,
        partner_id: tenant.partnerId,
        tier,
        plan_id: planId,
        plan_version: version,
        status: tenant.status ?? 'active',
        region: 'eu-west-1',
        created_at: '2025-01-14T09:00:00Z',
        updated_at: tenant.updatedAt ?? '2026-06-01T09:00:00Z',
      }),
      now,
    );
    const taken = takeTenantRecord(db, record, {
      origin: tenant.sourceNo === null ? 'console' : 'source',
      sourceNo: tenant.sourceNo,
      path: null,
      byteOffset: null,
      runId: null,
      memberId: null,
      reason: null,
      now,
    });
    deriveTouched(db, taken.touched, now);
  },
};

export type ActsWorkspace = Awaited<ReturnType<typeof openActsWorkspace>>;

export interface ActsOptions {
  readonly at?: string;
  readonly executors?: ApprovalExecutors;
  /** Where the tenants' source lives; a folder below the workspace's own when left out. */
  readonly source?: { readonly kind: 'folder' | 'http'; readonly location: string; readonly hasToken?: boolean };
}

/** Two partners, northwind (three tenants) and southgate (one), a company of several roles, and one source. */
export async function openActsWorkspace(options: ActsOptions = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-acts-'));
  const store = await openPlainStore(
    join(folder, 'countersign.db'),
    { ...auditReads, ...membersReads, ...sourcesReads, ...approvalsReads, ...outboxReads, ...actionsReads },
    {
      ...membersWrites,
      ...sourcesWrites,
      ...createApprovalsWrites(options.executors ?? TENANT_EXECUTORS),
      ...outboxWrites,
      ...actionsWrites,
      ...testWrites,
    },
  );
  const state = { now: options.at ?? '2026-06-03T09:42:00.000Z', ids: 100, executed: 0, changed: 0 };
  const decisions: DecisionSeen[] = [];
  const tokens = new Map<string, string>();
  const newId = () => `01990000-0000-7000-8000-${String((state.ids += 1)).padStart(12, '0')}`;
  const owner = await store.write('members.ensureOwner', {
    member: { memberId: newId(), name: 'Ilse Maren', email: null },
    requestId: 'req',
    now: state.now,
  });
  const add = async (name: string, role: Role, partnerId: string | null = null): Promise<Person> => {
    const { memberId } = await store.write('members.add', {
      member: { memberId: newId(), name, role, email: null, partnerId },
      by: { memberId: owner.memberId, role: 'admin', requestId: 'req', now: state.now },
    });
    return { memberId, name, role, partnerId };
  };
  const people = {
    admin: { memberId: owner.memberId, name: owner.name, role: 'admin', partnerId: null } satisfies Person as Person,
    founder: await add('Amara Okafor', 'founder'),
    finance: await add('Lena Brandt', 'finance'),
    auditor: await add('Ada Quist', 'auditor'),
    operator: await add('Jonas Weil', 'partner_operator', 'northwind'),
    partnerAdmin: await add('Mara Lind', 'partner_admin', 'northwind'),
    secondAdmin: await add('Piet Oster', 'partner_admin', 'northwind'),
    stranger: await add('Sven Karr', 'partner_admin', 'southgate'),
  };
  const source = options.source ?? { kind: 'folder' as const, location: join(folder, 'northwind') };
  const { sourceId } = await store.write('sources.add', {
    source: { sourceId: newId(), name: 'northwind', schedule: 'manual', hasToken: false, partnerId: null, ...source },
    by: { memberId: owner.memberId, role: 'admin', requestId: 'req', now: state.now },
  });
  const seed = (tenant: Omit<SeedTenant, 'sourceNo'> & { sourceNo?: number | null }): Promise<void> =>
    store.write('test.tenant', { tenant: { sourceNo: 1, ...tenant }, now: state.now });
  await seed({ tenantId: 'tn_harrow', name: 'Harrow & Finch Freight', partnerId: 'northwind' });
  await seed({ tenantId: 'tn_kestrel', name: 'Kestrel Labs', partnerId: 'northwind', status: 'grace' });
  await seed({ tenantId: 'tn_risky', name: 'Risky Business', partnerId: 'northwind' });
  // As the rules of risk would leave it after a breach and two incidents.
  store.db.run(`UPDATE tenant_standing SET risk = 80 WHERE tenant_id = 'tn_risky'`);
  await seed({ tenantId: 'tn_south', name: 'South Gate Mills', partnerId: 'southgate' });

  const viewing = createViewing(() => state.now);
  const delivery = createOutboxDelivery({
    store,
    tokens: { get: (name) => Promise.resolve(tokens.get(name) ?? null) },
    now: () => state.now,
    onDelivered: () => undefined,
    onError: (error) => {
      throw error instanceof Error ? error : new Error(String(error));
    },
  });
  const changed = () => {
    state.changed += 1;
  };
  const executed = () => {
    state.executed += 1;
  };
  const decided = (decision: DecisionSeen) => decisions.push(decision);
  const approvals = createApprovalsService({ store, changed, executed, decided });
  const outbox = createOutboxService({ store, delivery, changed });
  const actions = createActionsService({ store, newId, viewing, changed, viewChanged: changed, executed, decided });
  const handlers = { ...approvals.handlers, ...outbox.handlers, ...actions.handlers };

  return {
    store,
    state,
    folder,
    people,
    viewing,
    decisions,
    tokens,
    delivery,
    approvals,
    actions,
    sourceId,
    seed,
    add,
    /** Later, by so many hours. */
    pass: (hours: number): void => {
      state.now = new Date(Date.parse(state.now) + hours * 3_600_000).toISOString();
    },
    ask: async <N extends ActCall>(who: Person, name: N, input: InputOf<Contract, N>): Promise<OutputOf<Contract, N>> => {
      const { input: accepts, output } = contract[name] as unknown as {
        input: { parse: (v: unknown) => unknown };
        output: { parse: (v: unknown) => unknown };
      };
      const handler = handlers[name] as (parsed: unknown, ctx: HandlerContext) => unknown;
      const session: HandlerContext['session'] = {
        member_id: who.memberId,
        role: who.role,
        partner_id: who.partnerId,
        viewing: viewing.current(),
      };
      const answer = await runScoped(scopeOf(session), async () =>
        handler(accepts.parse(input), {
          session,
          requestId: 'req_test',
          now: state.now,
          signal: new AbortController().signal,
          progress: () => undefined,
        }),
      );
      return output.parse(JSON.parse(JSON.stringify(answer))) as OutputOf<Contract, N>;
    },
    statusOf: (tenantId: string): string =>
      store.db.get<{ status: string }>('SELECT status FROM tenants WHERE tenant_id = ?', [tenantId])!.status,
    count: (table: 'tenant_actions' | 'outbox_messages' | 'approval_requests' | 'approval_facts' | 'outbox_attempts'): number =>
      store.db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)!.n,
    audited: (action: string): number =>
      store.db.get<{ n: number }>('SELECT count(*) AS n FROM audit_entries WHERE action = ?', [action])!.n,
    close: async (): Promise<void> => {
      await delivery.stop();
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

export const ruleOf = (error: AppError): string | undefined => (error.details['policy'] as { id: string } | undefined)?.id;
