/**
 * Packets for the screens: the demo's evidence in a real store on a file, built, reviewed, sent back, corrected and accepted
 * by the room's own rules, so that every figure on a picture adds up and has its real proof.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Handlers, HandlerContext } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { Role } from '../../../src-shared/contract/roles.ts';
import { demoEvidence, firstClose, type Close, type ComputeMonth, type TierRow } from '../../../src-main/app/demo/demo-evidence.ts';
import { demoMonths } from '../../../src-main/app/demo/demo-months.ts';
import { createSeeded } from '../../../src-main/app/demo/seeded.ts';
import { readJson, storeMadeArtifact } from '../../../src-main/evidence/index.ts';
import { recognise } from '../../../src-main/evidence/recognise.ts';
import { membersWrites } from '../../../src-main/members/index.ts';
import { createPacketsReads, createPacketsService, createPacketsWrites, type GatesSeam } from '../../../src-main/packets/index.ts';
import { computeReferencePacket } from '../../../src-main/packets/reference-packet.ts';
import { openPlainStore } from '../../support/plain-store.ts';
import { uuidOf } from './chain-model.ts';

/** When the story of the fixtures ends. */
const NOW = '2026-06-03T09:42:00.000Z';
export const PACKET_MONTH = '2026-05';

type PacketName = Extract<keyof Handlers<Contract>, `packet.${string}`>;
export type PacketHandlers = Pick<Handlers<Contract>, PacketName>;

export interface PacketWorld {
  readonly handlers: PacketHandlers;
  readonly close: () => void;
}

interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}
const AMARA: Person = { id: 'mem-amara', name: 'Amara Okafor', role: 'founder' };
const LENA: Person = { id: 'mem-lena', name: 'Lena Brandt', role: 'finance' };
const PRIYA: Person = { id: 'mem-priya', name: 'Priya Raman', role: 'auditor' };
const JONAS: Person = { id: 'mem-jonas', name: 'Jonas Weil', role: 'partner_operator' };
const TOMAS: Person = { id: 'mem-tomas', name: 'Tomás Reyes', role: 'leadership' };
const INES: Person = { id: 'mem-ines', name: 'Ines Castellanos-Vandermeersch', role: 'engineering' };

const memberOf = (id: string): string => uuidOf(`member ${id}`);

const compute: ComputeMonth = (telemetry, assumptions, now) => {
  const { files } = computeReferencePacket({
    telemetryBytes: Buffer.from(telemetry),
    assumptionsBytes: Buffer.from(assumptions),
    maxTelemetryAgeHours: null,
    now,
  });
  const text = Buffer.from(files[0].bytes).toString('utf8');
  const parsed = JSON.parse(text) as {
    readonly metrics: { readonly blended_gross_margin_percent: number };
    readonly tier_unit_economics: readonly TierRow[];
  };
  return {
    guardrails: { name: files[0].name, text },
    tiers: parsed.tier_unit_economics,
    margin: parsed.metrics.blended_gross_margin_percent,
  };
};

/** Enterprise began in January: the reference refuses December, and the packet is read all the same. */
const withoutEnterprise = (text: string): string => {
  const telemetry = JSON.parse(text) as Record<string, { tier: string }[]>;
  const row = (list: string): Record<string, unknown> =>
    (telemetry[list] ?? []).find(({ tier }) => tier === 'enterprise') as unknown as Record<string, unknown>;
  Object.assign(row('tier_subscription_snapshot'), { active_subscriptions: 0, total_tenants: 0, dunning_events: 0 });
  Object.assign(row('tier_llm_usage'), { total_cost_usd: 0, tenant_monthly_cost_percentiles_usd: { p50: 0, p95: 0, p99: 0 } });
  Object.assign(row('tier_revenue_inputs'), { active_subscriptions: 0, gross_mrr_usd: 0 });
  return JSON.stringify(telemetry, null, 2);
};

/** The release gate of each month: what it judged beside the packet's own five. */
const gates: GatesSeam = (() => {
  const run = (month: string) => ({
    runId: uuidOf(`run ${month}`),
    decision: month === PACKET_MONTH ? ('fail' as const) : ('pass' as const),
    results: [
      { gate: 'telemetry_gate_artifact_fresh', name: 'TEL 4', title: 'Telemetry fresh', state: 'pass' as const, says: 'captured 1 d 16 h after the window', figure: null },
      { gate: 'pkg_fin_gate_policy_decisions_complete', name: 'PKG 2', title: 'Decisions complete', state: 'pass' as const, says: '30 of 30 resolved', figure: null },
      { gate: 'enforcement_gate_stress', name: 'ENF 1', title: 'Stress evidence', state: month === PACKET_MONTH ? ('stale' as const) : ('pass' as const), says: month === PACKET_MONTH ? 'captured 9 d ago, at most 7 d' : 'captured 2 d ago', figure: null },
      { gate: 'pricing_benchmark_gate_freshness', name: 'BEN 3', title: 'Price benchmarks fresh', state: 'pass' as const, says: 'oldest source 55 d, at most 120 d', figure: null },
    ],
  }); // prettier-ignore
  return {
    latestRun: (_db, month) => run(month),
    runById: (_db, runId) => {
      const month = ['2025-12', '2026-01', '2026-02', '2026-03', '2026-04', '2026-05'].find((each) => uuidOf(`run ${each}`) === runId);
      return month === undefined ? null : run(month);
    },
    thresholdsFor: () => ({
      version: 3,
      thresholds: {
        minBlendedMargin: 80,
        maxP95Envelope: 8,
        maxDiscountImpact: 18,
        minGrowthToProDelta: 0,
        minProToEnterpriseDelta: 0,
        minStressMargin: 75,
        requiredCloses: 2,
      },
    }),
    plans: () => new Map([['fin_gate_2_llm_cogs_containment', 'Prompts of the starter tier are cached from 8 June on.']]),
  };
})();

/** @param told says that facts changed. */
export const makePacketWorld = async (scenario: 'full' | 'empty', told: () => void): Promise<PacketWorld> => {
  const folder = mkdtempSync(join(tmpdir(), 'packet-world-'));
  const store = await openPlainStore(join(folder, 'packets.db'), createPacketsReads(gates), {
    ...createPacketsWrites(gates),
    ...membersWrites,
  });
  let ids = 0;
  const service = createPacketsService({
    store,
    downloads: { issue: ({ fileName }) => `ticket-${fileName}` },
    exportPacket: ({ head }, format) =>
      Promise.resolve({
        fileName: `packet-${head.month}-r${head.revision}.${format}`,
        contentType: 'application/octet-stream',
        bytes: new Uint8Array(1),
      }),
    writable: true,
    newId: () => uuidOf(`packet ${(ids += 1)}`),
    clock: () => 0,
    changed: told,
    judgeEvidence: () => {
      told();
      return Promise.resolve();
    },
  });
  const by = (person: Person, now: string) => ({ memberId: memberOf(person.id), role: person.role, requestId: 'req_00000000', now });
  const ctx = (person: Person, now: string): HandlerContext => ({
    session: { member_id: memberOf(person.id), role: person.role },
    requestId: 'req_00000000',
    now,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  const joined = '2025-11-03T08:31:00.000Z';
  await store.write('members.ensureOwner', {
    member: { memberId: memberOf(AMARA.id), name: AMARA.name, email: null },
    requestId: 'req_00000000',
    now: joined,
  });
  for (const { id, name, role } of [LENA, PRIYA, JONAS, TOMAS, INES]) {
    await store.write('members.add', { member: { memberId: memberOf(id), name, role, email: null }, by: by(AMARA, joined) });
  }
  if (scenario === 'full') await tellStory();
  const wrap = <N extends PacketName>(name: N): PacketHandlers[N] =>
    ((input: never, context: HandlerContext) =>
      (service.handlers[name] as (input: never, context: HandlerContext) => unknown)(input, {
        ...context,
        session: { ...context.session, member_id: memberOf(context.session.member_id) },
      })) as PacketHandlers[N];
  return {
    handlers: Object.fromEntries(
      Object.keys(service.handlers).map((name) => [name, wrap(name as PacketName)]),
    ) as unknown as PacketHandlers,
    close: () => {
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  function add(name: string, text: string, now: string): void {
    const kind = recognise(readJson(Buffer.from(text)).value);
    if (kind === null) throw new Error(`${name} is recognised as nothing`);
    storeMadeArtifact(store.db, { kind, name, bytes: Buffer.from(text), memberId: memberOf(LENA.id), now });
  }

  async function tellStory(): Promise<void> {
    const months = demoMonths(NOW);
    const [oldest] = months;
    if (oldest === undefined) throw new Error('the demo has no month');
    const seeded = createSeeded('screens');
    const closes: Close[] = [firstClose(oldest)];
    const h = service.handlers;
    const later = (iso: string, minutes: number): string => new Date(Date.parse(iso) + minutes * 60_000).toISOString();
    for (const month of months) {
      const { files, close } = demoEvidence(seeded, month, closes, compute);
      closes.push(close);
      const newest = month.month === PACKET_MONTH;
      for (const { name, text } of files) {
        if (month === oldest && name.startsWith('finance_telemetry')) {
          add(
            name.replace(month.month, '2025-11'),
            text
              .replaceAll(/2025-12-(?=\d\d)/g, '2025-11-')
              .replaceAll('"2025-12"', '"2025-11"')
              .replaceAll('2025-11-31', '2025-11-30'),
            month.capturedAt,
          );
          add(name, withoutEnterprise(text), month.capturedAt);
        } else if (month === oldest && name.startsWith('finance_guardrails')) {
          add(name, text, month.capturedAt);
          add(name.replace(month.month, '2025-10'), text.replaceAll('2025-12', '2025-10'), month.capturedAt);
        } else if (newest && name.startsWith('finance_committee')) {
          add(name, text.replace('"starter": 5.6,', '"starter": 5.9,'), month.capturedAt);
        } else if (!(newest && name.startsWith('finance_guardrails'))) add(name, text, month.capturedAt);
      }
      const at = month.capturedAt;
      const { packetId } = await h['packet.build']({ month: month.month }, ctx(LENA, later(at, 10)));
      await h['packet.submit']({ packetId }, ctx(LENA, later(at, 12)));
      if (newest) await review(packetId, (minutes) => later(at, minutes));
      else await accept(packetId, month.month, later(at, 90));
    }
    // January is built again, because its support cost was corrected afterwards; nobody has reviewed that yet.
    const january = await h['packet.get']({ month: '2026-01' }, ctx(LENA, '2026-05-28T14:05:00.000Z'));
    await h['packet.correctAssumption'](
      {
        packetId: january.head.packetId,
        changes: [{ pointer: '/support_cogs_per_dunning_event_usd', value: 13.5 }],
        reason: 'The provider of the support desk billed January again: 13.50 for each dunning event.',
      },
      ctx(LENA, '2026-05-28T14:05:00.000Z'),
    );
  }

  async function tick(person: Person, month: string, now: string, leave: readonly string[] = []): Promise<void> {
    const { head, review: standing } = await service.handlers['packet.get']({ month }, ctx(person, now));
    for (const { item, mine, automatic, checked } of standing.checklist) {
      if (!mine || automatic || checked || leave.some((part) => item.startsWith(part))) continue;
      await service.handlers['packet.check']({ packetId: head.packetId, item, checked: true }, ctx(person, now));
    }
  }

  async function accept(packetId: string, month: string, now: string): Promise<void> {
    await tick(LENA, month, now);
    await tick(AMARA, month, now);
    const { review: standing } = await service.handlers['packet.get']({ month }, ctx(AMARA, now));
    await service.handlers['packet.accept'](
      { packetId, text: 'A good month.', ...(standing.worst === null ? {} : { knowing: standing.worst.code }) },
      ctx(AMARA, now),
    );
  }

  /** Revision 1 is sent back and corrected; revision 2 is in review, with one question open. */
  async function review(first: string, at: (minutes: number) => string): Promise<void> {
    const h = service.handlers;
    await h['packet.ask'](
      { packetId: first, figure: 'tier.starter.support', text: 'Is 5.90 a subscription still right after the desk was moved?' },
      ctx(TOMAS, at(20)),
    );
    await h['packet.sendBack'](
      { packetId: first, reason: 'Support of the starter tier is still at the price of the old desk. Correct it and build again.' },
      ctx(AMARA, at(30)),
    );
    const { packetId } = await h['packet.correctAssumption'](
      {
        packetId: first,
        changes: [{ pointer: '/support_cogs_per_active_subscription_usd_by_tier/starter', value: 5.6 }],
        reason: 'Support of the starter tier at the price of the new desk.',
      },
      ctx(LENA, at(40)),
    );
    await h['packet.submit']({ packetId }, ctx(LENA, at(41)));
    const asked = await h['packet.ask'](
      { packetId, figure: 'tier.starter.llm', text: 'Is the 1,748.40 net of the 6 reactivated tenants?' },
      ctx(TOMAS, at(45)),
    );
    await h['packet.ask']({ packetId, figure: 'blended_margin', text: 'What moved it?' }, ctx(AMARA, at(55)));
    await h['packet.answer'](
      { packetId, question: asked.eventNo, text: 'Yes. They have no usage in May and count as zero in the percentiles.' },
      ctx(LENA, at(70)),
    );
    await h['packet.comment'](
      {
        packetId,
        figure: 'p95_envelope',
        text: 'The starter tier is over its limit since the new onboarding assistant was switched on for every trial on 11 May; caching its prompts brings it back under.',
      },
      ctx(INES, at(80)),
    );
    await h['packet.verify']({ packetId }, ctx(PRIYA, at(95)));
    await tick(LENA, PACKET_MONTH, at(100), ['plan.']);
    await tick(AMARA, PACKET_MONTH, at(110), ['plan.', 'founder.outlook']);
    await tick(TOMAS, PACKET_MONTH, at(112), ['leadership.discount']);
  }
};
