/** Packets over a real database file: built, built again, restated, corrected, recomputed. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesOf, inside, type JsonObject } from '../support/finance-month.ts';
import { assertAppendOnly } from './support/assert-append-only.ts';
import { assumptionsOf, openPacketsWorkspace, type PacketsWorkspace, refused, telemetryOf } from './support/packets-workspace.ts';

let w: PacketsWorkspace;
beforeEach(async () => {
  w = await openPacketsWorkspace();
});
afterEach(() => w.close());

describe('building', () => {
  it('is refused with what is missing, then builds, then says that nothing is new', async () => {
    const first = await refused(w.ask('packet.build', { month: '2026-04' }));
    expect(first).toMatchObject({ code: 'CONFLICT', details: { missing: ['finance-telemetry', 'finance-assumptions'] } });
    await w.keepMonth('2026-04');
    const built = await w.ask('packet.build', { month: '2026-04' });
    expect(built).toMatchObject({ month: '2026-04', revision: 1, outcome: 'built', referenceRefusal: null });
    w.state.now = '2026-05-04T08:30:00.000Z';
    const again = await w.ask('packet.build', { month: '2026-04' });
    expect(again).toEqual({ ...built, outcome: 'nothing-new', says: again.says });
    const { head, figures } = await w.ask('packet.get', { month: '2026-04' });
    expect(head).toMatchObject({
      state: 'draft',
      revision: 1,
      builtBy: 'Lena Brandt',
      supersededBy: null,
      dueAt: '2026-05-07T17:00:00.000Z',
    });
    expect(head.referenceFiles.map(({ name }) => name)).toEqual([
      'finance_guardrails_2026-04.json',
      'finance_committee_packet_2026-04.json',
      'finance_committee_tier_unit_economics_2026-04.csv',
      'finance_committee_scenarios_2026-04.csv',
    ]);
    expect(figures['total.mrr']).toMatchObject({ value: '36000.00', unit: 'USD', previous: null });
  });

  it('gives the same bytes in another workspace, whatever the time', async () => {
    await w.keepMonth('2026-04');
    const built = await w.ask('packet.build', { month: '2026-04' });
    const other = await openPacketsWorkspace();
    try {
      other.state.now = '2027-01-01T00:00:00.000Z';
      await other.keepMonth('2026-04');
      expect((await other.ask('packet.build', { month: '2026-04' })).documentSha256).toBe(built.documentSha256);
    } finally {
      other.close();
    }
  });

  it('is computed where the reference refuses, with the refusal shown', async () => {
    const telemetry = telemetryOf('2026-04');
    (telemetry['tier_subscription_snapshot'] as JsonObject[])[4]!['active_subscriptions'] = 0;
    await w.keep('finance-telemetry', 'telemetry.json', telemetry);
    await w.keep('finance-assumptions', 'assumptions.json', assumptionsOf('2026-04'));
    const built = await w.ask('packet.build', { month: '2026-04' });
    expect(built.referenceRefusal).toMatchObject({ part: 'guardrails' });
    const { head, figures, review } = await w.ask('packet.get', { month: '2026-04' });
    expect(head.referenceFiles).toEqual([]);
    expect(figures['tier.enterprise.margin']).toMatchObject({ value: null });
    expect(figures['blended_margin']!.value).not.toBeNull();
    expect(review.worst?.code).toBe('reference-refusal');
    expect(await w.ask('packet.verify', { packetId: built.packetId })).toMatchObject({ holds: true, files: [] });
  });

  it('names the field where telemetry cannot be read', async () => {
    const telemetry = telemetryOf('2026-04');
    (telemetry['tier_llm_usage'] as JsonObject[]).pop();
    await w.keep('finance-telemetry', 'telemetry.json', telemetry);
    await w.keep('finance-assumptions', 'assumptions.json', assumptionsOf('2026-04'));
    expect(await refused(w.ask('packet.build', { month: '2026-04' }))).toMatchObject({
      code: 'BAD_INPUT',
      details: { role: 'finance-telemetry' },
    });
  });

  it('says so where the numbers are too large to be computed with', async () => {
    const telemetry = telemetryOf('2026-04');
    inside(telemetry, 'pricing_reference')['pro'] = { monthly_price_usd: 1e308, annual_price_usd: 0, annual_monthly_factor: 1 };
    await w.keep('finance-telemetry', 'telemetry.json', telemetry);
    await w.keep('finance-assumptions', 'assumptions.json', assumptionsOf('2026-04'));
    expect(await refused(w.ask('packet.build', { month: '2026-04' }))).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('compares with the month before and keeps the history', async () => {
    await w.keepMonth('2026-03');
    w.state.now = '2026-04-03T08:30:00.000Z';
    await w.ask('packet.build', { month: '2026-03' });
    const telemetry = telemetryOf('2026-04');
    (telemetry['tier_subscription_snapshot'] as JsonObject[])[1]!['active_subscriptions'] = 94;
    w.state.now = '2026-05-03T08:30:00.000Z';
    await w.keep('finance-telemetry', 'telemetry_2026-04.json', telemetry);
    await w.keep('finance-assumptions', 'assumptions_2026-04.json', assumptionsOf('2026-04'));
    await w.ask('packet.build', { month: '2026-04' });
    const { comparison, movement, history, figures } = await w.ask('packet.get', { month: '2026-04' });
    expect(comparison).toMatchObject({ month: '2026-03', revision: 1 });
    expect(movement).toMatchObject({ from: '36000.00', to: '36600.00', steps: [{ id: 'starter.volume', value: '600.00' }] });
    expect(figures['total.mrr']!.previous).toEqual({ month: '2026-03', revision: 1, value: '36000.00', change: '600.00' });
    expect(history.map(({ month, from }) => [month, from])).toEqual([
      ['2026-02', 'close'],
      ['2026-03', 'packet'],
      ['2026-04', 'packet'],
    ]);
  });
});

describe('restating', () => {
  it('an accepted month needs a reason; the old revision stays readable and says what replaces it', async () => {
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    await w.accept('2026-04');
    const telemetry = telemetryOf('2026-04');
    telemetry['captured_at'] = '2026-05-03T06:00:00Z';
    (telemetry['tier_llm_usage'] as JsonObject[])[2]!['total_cost_usd'] = 180;
    await w.keep('finance-telemetry', 'telemetry_2026-04.json', telemetry);
    expect((await w.ask('packet.get', { month: '2026-04' })).changedSince).toEqual(['Finance telemetry has a newer version']);
    expect(await refused(w.ask('packet.build', { month: '2026-04' }))).toMatchObject({ code: 'CONFLICT', details: { revision: 1 } });
    const restated = await w.ask('packet.build', { month: '2026-04', reason: 'usage of one tenant came late' });
    expect(restated).toMatchObject({ revision: 2, outcome: 'built' });
    const old = await w.ask('packet.get', { month: '2026-04', revision: 1 });
    expect(old.head).toMatchObject({ state: 'accepted', supersededBy: 2 });
    expect(old.review.may.comment).toMatchObject({ allowed: false });
    expect((await w.ask('packet.get', { month: '2026-04' })).head).toMatchObject({
      state: 'draft',
      revision: 2,
      reason: 'usage of one tenant came late',
    });
    expect(await refused(w.ask('packet.comment', { packetId, text: 'late' }))).toMatchObject({ code: 'CONFLICT' });
    expect(await w.ask('packet.verify', { packetId })).toMatchObject({ holds: true, revision: 1 });
  });

  it('a packet, its events and its revisions cannot be changed or deleted', async () => {
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    await w.ask('packet.comment', { packetId, text: 'one' });
    assertAppendOnly(w.store.db.raw, 'packets');
    for (const sql of [
      "UPDATE packet_events SET kind = 'accepted'",
      'DELETE FROM packet_events',
      'INSERT OR REPLACE INTO packet_events SELECT * FROM packet_events',
    ])
      expect(() => w.store.db.run(sql), sql).toThrow(/append-only/);
  });
});

describe('verifying', () => {
  it('recomputes document and files, finds what was changed, and is an event', async () => {
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    const good = await w.ask('packet.verify', { packetId });
    expect(good).toMatchObject({ holds: true, differences: [] });
    expect(good.recomputedSha256).toBe(good.documentSha256);
    expect(good.files.every(({ equal }) => equal)).toBe(true);
    expect((await w.ask('packet.get', { month: '2026-04' })).review.lastVerified).toMatchObject({ holds: true, who: 'Lena Brandt' });

    w.store.db.run('DROP TRIGGER packets_no_update');
    w.store.db.run(`UPDATE packets SET document = replace(document, '"value":"36000.00"', '"value":"46000.00"')`);
    const bad = await w.ask('packet.verify', { packetId });
    expect(bad.holds).toBe(false);
    expect(bad.differences.find(({ stored }) => stored === '"46000.00"')).toMatchObject({ recomputed: '"36000.00"', what: 'document' });
    expect((await w.ask('packet.proof', { packetId, figure: 'total.mrr' })).holds).toBe(false);
  });

  it('finds an input that holds other bytes, and a file of the reference that comes out otherwise', async () => {
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    w.store.db.run('DROP TRIGGER evidence_contents_no_update');
    const bytes = bytesOf(telemetryOf('2026-04'));
    const changed = Buffer.from(Buffer.from(bytes).toString('utf8').replace('171.6', '171.7'), 'utf8');
    w.store.db.run("UPDATE evidence_contents SET bytes = ? WHERE kind = 'finance-telemetry'", [changed]);
    const found = await w.ask('packet.verify', { packetId });
    expect(found.holds).toBe(false);
    expect(found.differences.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['telemetry_2026-04.json', 'document', 'finance_guardrails_2026-04.json']),
    );
  });

  it('is told and not recorded where the workspace is only readable', async () => {
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    w.state.writable = false;
    expect(await w.ask('packet.verify', { packetId })).toMatchObject({ holds: true });
    expect(w.store.db.all('SELECT 1 FROM packet_events')).toEqual([]);
  });
});

describe('correcting an assumption', () => {
  it('makes a version of the file with nothing else changed and a revision that supersedes', async () => {
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    const { assumptions, figures } = await w.ask('packet.get', { month: '2026-04' });
    const place = assumptions.find(({ pointer }) => pointer === '/support_cogs_per_active_subscription_usd_by_tier/pro')!;
    expect(place).toMatchObject({ value: '12', min: 0 });
    w.state.now = '2026-05-05T10:00:00.000Z';
    const corrected = await w.ask('packet.correctAssumption', {
      packetId,
      changes: [{ pointer: place.pointer, value: 14 }],
      reason: 'the contract rose',
    });
    expect(corrected).toMatchObject({ month: '2026-04', revision: 2 });
    const after = await w.ask('packet.get', { month: '2026-04' });
    expect(after.head).toMatchObject({ revision: 2, state: 'draft', reason: 'the contract rose' });
    expect(figures['tier.pro.support']!.value).toBe('390.00');
    expect(after.figures['tier.pro.support']!.value).toBe('450.00');
    const bytes = w.store.db.get<{ bytes: Buffer }>('SELECT bytes FROM evidence_contents WHERE sha256 = ?', [corrected.sha256])!.bytes;
    const expected = assumptionsOf('2026-04');
    inside(expected, 'support_cogs_per_active_subscription_usd_by_tier')['pro'] = 14;
    expected['captured_at'] = w.state.now;
    expect(JSON.parse(Buffer.from(bytes).toString('utf8'))).toEqual(expected);
    expect(await w.ask('packet.verify', { packetId })).toMatchObject({ holds: true });
    expect(await w.ask('packet.verify', { packetId: corrected.packetId })).toMatchObject({ holds: true });
  });

  it('refuses what is no assumption or lies outside its bounds, and stores nothing', async () => {
    await w.keepMonth('2026-04');
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    const reason = 'a try';
    const versions = (): unknown => w.store.db.get('SELECT count(*) AS n FROM evidence_versions');
    const before = versions();
    for (const changes of [
      [{ pointer: '/no/such', value: 1 }],
      [{ pointer: '/annual_mix_by_tier/pro', value: 1.5 }],
      [{ pointer: '/annual_mix_by_tier/pro', value: 'many' }],
    ])
      expect(await refused(w.ask('packet.correctAssumption', { packetId, changes, reason }))).toMatchObject({ code: 'BAD_INPUT' });
    expect(w.store.db.get('SELECT count(*) AS n FROM packets')).toEqual({ n: 1 });
    expect(versions()).toEqual(before);
  });

  it('makes the guardrails that follow, which the gates judge; those of a source are not replaced by building', async () => {
    await w.keepMonth('2026-04');
    const guardrails = (): { name: string; n: number }[] =>
      w.store.db.all(
        `SELECT a.name, count(*) AS n FROM evidence_artifacts a JOIN evidence_versions USING (artifact_no)
         WHERE a.kind = 'finance-guardrails' GROUP BY a.artifact_no ORDER BY a.artifact_no`,
      );
    const { packetId } = await w.ask('packet.build', { month: '2026-04' });
    expect(guardrails()).toEqual([{ name: 'finance_guardrails_2026-04.json', n: 1 }]);
    await w.ask('packet.build', { month: '2026-04', reason: 'once more' });
    expect(guardrails()).toEqual([{ name: 'finance_guardrails_2026-04.json', n: 1 }]);
    const { head } = await w.ask('packet.get', { month: '2026-04' });
    w.state.now = '2026-05-03T09:00:00.000Z';
    await w.ask('packet.correctAssumption', {
      packetId: head.packetId,
      changes: [{ pointer: '/annual_mix_by_tier/pro', value: 0.5 }],
      reason: 'the mix of this year',
    });
    expect(guardrails()).toEqual([{ name: 'finance_guardrails_2026-04.json', n: 2 }]);
    expect(packetId).not.toBe(head.packetId);
  });
});
