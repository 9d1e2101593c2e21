/** What packets say to other rooms: inputs, schedule, closes, proofs, trials, files. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packetForMonth, productionCloses } from '../../src-main/packets/index.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { InputOf } from '../../src-shared/contract/define.ts';
import { goodDecisions, inside } from '../support/finance-month.ts';
import { assumptionsOf, openPacketsWorkspace, type PacketsWorkspace, refused, telemetryOf } from './support/packets-workspace.ts';

let w: PacketsWorkspace;
beforeEach(async () => {
  w = await openPacketsWorkspace();
});
afterEach(() => w.close());

describe('trying', () => {
  it('shows the record again where nothing is changed, and stores nothing', async () => {
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    const trial = await w.ask('packet.trial', { packetId });
    for (const row of [...trial.rows, ...trial.tiers.flatMap(({ rows }) => rows)])
      expect([row.id, row.trial]).toEqual([row.id, row.record]);
    expect(trial.gates.every(({ record, trial: tried }) => record === tried)).toBe(true);
  });

  it('moves with prices, volumes, the multiplier, bounds and assumptions', async () => {
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    const value = async (input: Omit<InputOf<Contract, 'packet.trial'>, 'packetId'>, id: string) => {
      const { rows } = await w.ask('packet.trial', { packetId, ...input });
      return rows.find((row) => row.id === id)!;
    };
    expect(await value({ monthlyPricesByTier: { pro: 1.1 } }, 'total.mrr')).toMatchObject({ trial: '37080.00', change: '1080.00' });
    expect(await value({ subscriptionsByTier: { pro: 0.5 } }, 'total.mrr')).toMatchObject({ trial: '30600.00' });
    const stress = await value({ infraCostMultiplier: 5 }, 'stress_margin');
    expect(Number(stress.trial)).toBeLessThan(Number(stress.record));
    expect((await value({ thresholds: { minStressMargin: 99 } }, 'stress_margin')).limit).toMatchObject({ holds: false, value: '99.00' });
    expect(
      await value({ assumptions: [{ pointer: '/self_hosted_tco_inputs/annual_staffing_usd', value: 0 }] }, 'hosting_delta'),
    ).toMatchObject({ change: '300000.00' });
    expect(w.store.db.get('SELECT count(*) AS n FROM packets')).toEqual({ n: 1 });
    expect(await refused(w.ask('packet.trial', { packetId, assumptions: [{ pointer: '/x', value: 1 }] }))).toMatchObject({
      code: 'BAD_INPUT',
    });
  });
});

describe('inputs, schedule and the rooms around', () => {
  it('says what is there, missing and to do next', async () => {
    const empty = await w.ask('packet.inputs', { month: '2026-04' });
    expect(empty).toMatchObject({ ready: false, packet: null, buildAt: '2026-05-02T00:00:00.000Z' });
    expect(empty.inputs.filter(({ required }) => required).map(({ role, state, nextStep }) => [role, state, nextStep !== null])).toEqual([
      ['finance-telemetry', 'missing', true],
      ['finance-assumptions', 'missing', true],
    ]);
    await w.keep('finance-telemetry', 'telemetry.json', telemetryOf('2026-04'));
    await w.keep('finance-assumptions', 'assumptions.json', { ...assumptionsOf('2026-03'), captured_at: '2026-04-02T09:00:00Z' });
    const filled = await w.ask('packet.inputs', { month: '2026-04' });
    expect(filled.ready).toBe(true);
    expect(filled.inputs.find(({ role }) => role === 'finance-assumptions')).toMatchObject({ state: 'other-month' });
  });

  it('builds what is due and complete, oldest first, once, and leaves the rest to people', async () => {
    await w.keepMonth('2026-03');
    await w.keepMonth('2026-04');
    w.state.now = '2026-05-01T23:59:00.000Z';
    const by = { memberId: null, role: null, requestId: 'schedule', now: w.state.now };
    expect(await w.service().buildDue(by)).toHaveLength(1);
    expect(await w.service().buildDue({ ...by, now: '2026-05-02T00:00:00.000Z' })).toHaveLength(1);
    expect(await w.service().buildDue({ ...by, now: '2026-05-02T00:15:00.000Z' })).toEqual([]);
    expect((await w.ask('packet.get', { month: '2026-04' })).comparison).toMatchObject({ month: '2026-03' });
    expect((await w.ask('packet.get', { month: '2026-04' })).head.builtBy).toBe('Countersign');
    await w.ask('packet.setSchedule', { buildOnDay: 5, acceptWithinDays: 10, automatic: false });
    expect(await w.ask('packet.schedule', {})).toEqual({ buildOnDay: 5, acceptWithinDays: 10, automatic: false });
    await w.keepMonth('2026-02');
    expect(await w.service().buildDue({ ...by, now: '2026-06-01T00:00:00.000Z' })).toEqual([]);
    w.state.now = '2026-06-01T00:00:00.000Z';
    expect((await w.ask('packet.list', {})).toBuild).toMatchObject([
      { month: '2026-05', ready: false, due: false },
      { month: '2026-02', ready: true, due: true },
    ]);
  });

  it('counts accepted closes on production telemetry that follow each other', async () => {
    for (const month of ['2026-01', '2026-03', '2026-04']) {
      await w.keepMonth(month);
      const decisions = goodDecisions();
      inside(decisions, 'telemetry')['source_type'] = 'production_observed';
      await w.keep('policy-decisions', `decisions_${month}.json`, {
        ...decisions,
        captured_at: `${month}-28T10:00:00Z`,
        window: { start: `${month}-01T00:00:00Z`, end: `${month}-28T00:00:00Z` },
      });
      const { packetId } = await w.ask('packet.build', { month });
      expect(packetForMonth(w.store.db, month)).toMatchObject({ packetId, state: 'draft' });
      await w.accept(month);
    }
    expect(productionCloses(w.store.db)).toEqual({ months: ['2026-03', '2026-04'] });
  });

  it('judges by the policy of the workspace and says where the assumptions have other bounds', async () => {
    w.state.thresholds = {
      version: 3,
      thresholds: {
        minBlendedMargin: 80,
        maxP95Envelope: 3,
        maxDiscountImpact: 18,
        minGrowthToProDelta: 0,
        minProToEnterpriseDelta: 0,
        minStressMargin: 75,
        requiredCloses: 2,
      },
    };
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    const { gates: judged, findings, thresholdsVersion } = await w.ask('packet.get', { month: '2026-04' });
    expect(thresholdsVersion).toBe(3);
    expect(judged.results[1]).toMatchObject({ name: 'FIN 2', state: 'fail' });
    expect(findings).toContainEqual(expect.objectContaining({ code: 'PACKET_THRESHOLD_DIFFERS', figure: 'p95_envelope' }));
    w.state.thresholds = null;
    expect(await w.ask('packet.verify', { packetId })).toMatchObject({ holds: true });
  });

  it('exports the stored document byte for byte', async () => {
    await w.keepMonth('2026-04');
    const { packetId, documentSha256 } = await w.ask('packet.build', { month: '2026-04' });
    const { fileName, bytes } = await w.ask('packet.export', { packetId, format: 'json' });
    expect(fileName).toBe('packet-2026-04-r1.json');
    const file = await buffer(w.state.issued!.open());
    expect(file.byteLength).toBe(bytes);
    expect(createHash('sha256').update(file).digest('hex')).toBe(documentSha256);
  });

  it('exports the document even where an input is gone; verifying says which', async () => {
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    w.store.db.run('PRAGMA foreign_keys = OFF');
    w.store.db.run('DROP TRIGGER evidence_contents_no_delete');
    w.store.db.run("DELETE FROM evidence_contents WHERE kind = 'finance-telemetry'");
    expect((await w.ask('packet.export', { packetId, format: 'json' })).bytes).toBeGreaterThan(1_000);
    const found = await w.ask('packet.verify', { packetId });
    expect(found).toMatchObject({ holds: false, recomputedSha256: null });
    expect(found.differences.map(({ says }) => says).join(' ')).toContain('The input telemetry_2026-04.json is gone');
  });

  it('proves a figure out of the stored document, with rows, rule and comments', async () => {
    await w.keepMonth('2026-04');
    const { packetId, documentSha256 } = await w.ask('packet.build', { month: '2026-04' });
    await w.ask('packet.comment', { packetId, figure: 'blended_margin', text: 'Fine.' });
    const { figure, proof, artifacts, comments } = await w.ask('packet.proof', { packetId, figure: 'blended_margin' });
    expect(figure.formula.fraction).toMatchObject({ times: '100' });
    expect(figure.inputs).toContainEqual(
      expect.objectContaining({ role: 'finance-telemetry', pointer: '/tier_llm_usage/1/total_cost_usd', value: '94.08' }),
    );
    expect(artifacts.map(({ role }) => role).sort()).toEqual(['finance-assumptions', 'finance-telemetry']);
    expect(proof).toMatchObject({ resultSha256: documentSha256, checkedAt: null, changedSince: null });
    expect(comments).toHaveLength(1);
    expect(await refused(w.ask('packet.proof', { packetId, figure: 'nothing' }))).toMatchObject({ code: 'NOT_FOUND' });
  });
});
