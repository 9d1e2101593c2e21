import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventOf, eventLine, finished, linesOf, type MeteredWorkspace, openMeteredWorkspace } from './support/metered-workspace.ts';

let workspace: MeteredWorkspace;
beforeEach(async () => {
  workspace = await openMeteredWorkspace();
});
afterEach(async () => {
  await workspace.close();
});

const event = (id: string, tenant: string, quantity: string, day: string, more: Partial<EventOf> = {}): string =>
  eventLine({ id, tenant, quantity, time: `2026-06-${day}T10:00:00Z`, ...more });

const deliver = async (name: string, lines: readonly string[]): Promise<void> => {
  workspace.put(`events/${name}.ndjson`, linesOf(lines));
  await workspace.sync();
};

/** Every rollup as it stands, as one hash. */
const rollups = (): string =>
  workspace.raw((db) => {
    const hash = createHash('sha256');
    for (const table of ['usage_hours', 'usage_days', 'usage_months', 'usage_adjustments', 'usage_uniques', 'usage_samples'])
      for (const row of db.prepare(`SELECT * FROM ${table} ORDER BY 1, 2, 3, 4, 5`).raw().all())
        hash.update(`${table} ${JSON.stringify(row)}\n`);
    return hash.digest('hex');
  });

const validate = async (more: object = {}) => {
  let validationId = '';
  await finished(workspace.client, async () => {
    const started = await workspace.client.call('usage.validate', { sample: 1000, ...more });
    ({ validationId } = started);
    return started;
  });
  return workspace.client.call('usage.validation', { validationId });
};

const reconcile = async () => {
  let runId = '';
  await finished(workspace.client, async () => {
    const started = await workspace.client.call('reconciliation.run', {});
    ({ runId } = started);
    return started;
  });
  return workspace.client.call('reconciliation.show', { runId });
};

const openIncidents = async (kind: 'limit' | 'validation' | 'reconciliation' | 'conservation') =>
  (await workspace.client.call('incident.list', { kind, state: 'open' })).incidents;

describe('limits', () => {
  it('are judged where usage comes in: near, then over, each a fact once', async () => {
    const { client } = workspace;
    // Starter: 200,000 API requests a month.
    await deliver('1', [event('a1', 'tn_a', '159999', '01')]);
    expect((await client.call('limit.list', {})).rows).toEqual([]);
    await deliver('2', [event('a2', 'tn_a', '1', '02')]);
    const near = await client.call('limit.list', {});
    expect(near.rows).toMatchObject([
      {
        tenant: { tenantId: 'tn_a' },
        use: { metric: 'api_request', used: '160000', soft: '160000', hard: '200000', ratioBp: 8000, state: 'soft' },
      },
    ]);
    expect(await openIncidents('limit')).toEqual([]);
    await deliver('3', [event('a3', 'tn_a', '40000', '03')]);
    expect((await client.call('limit.list', {})).rows[0]?.use).toMatchObject({ used: '200000', state: 'soft', ratioBp: 10_000 });
    await deliver('4', [event('a4', 'tn_a', '0.5', '04'), event('a5', 'tn_a', '7', '05')]);
    expect((await client.call('limit.list', { state: 'over' })).rows[0]?.use).toMatchObject({ used: '200007.5', state: 'over' });
    const { crossings, total } = await client.call('limit.crossings', {});
    expect(total).toBe(2);
    expect(crossings.map(({ threshold, used }) => [threshold, used])).toEqual([
      ['hard', '200007.5'],
      ['soft', '160000'],
    ]);
    expect(await openIncidents('limit')).toMatchObject([
      { severity: 'bad', tenant: { tenantId: 'tn_a' }, title: 'api_request passed its limit' },
    ]);
    const shown = await client.call('tenant.show', { tenantId: 'tn_a' });
    expect(JSON.stringify(shown)).toContain('"state":"over"');
    const { entries } = await client.call('tenant.timeline', { tenantId: 'tn_a' });
    expect(entries.filter(({ kind }) => kind === 'limit').map(({ status }) => status)).toEqual(['bad', 'warn']);
  });

  it('count anew in the next month, and the incident of the month that ended ends', async () => {
    await deliver('1', [event('a1', 'tn_a', '300000', '01')]);
    expect(await openIncidents('limit')).toHaveLength(1);
    workspace.setNow('2026-07-02T00:00:00.000Z');
    // A tenant's record brings the limits up to date, as the turn of a day does.
    workspace.put(
      'tenants/more.ndjson',
      '{"tenant_id":"tn_d","name":"D","partner_id":"meridian","tier":"starter","plan_id":"starter","plan_version":"1.0.0","status":"active","region":"eu","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}\n',
    );
    await workspace.sync();
    expect((await workspace.client.call('limit.list', { state: 'near' })).rows).toEqual([]);
    expect(await openIncidents('limit')).toEqual([]);
    expect((await workspace.client.call('limit.crossings', {})).total).toBe(2);
  });

  it('say whether one more use fits', async () => {
    const { client } = workspace;
    await deliver('1', [event('a1', 'tn_a', '199999', '01')]);
    const check = (amount: string) => client.call('limit.check', { tenantId: 'tn_a', metric: 'api_request', amount });
    expect(await check('1')).toMatchObject({ allowed: true, left: '1' });
    expect(await check('1.000000000000000001')).toMatchObject({ allowed: false, used: '199999', hard: '200000' });
    expect(await client.call('limit.check', { tenantId: 'tn_a', metric: 'approval' })).toMatchObject({ allowed: true, hard: '20' });
    await expect(client.call('limit.check', { tenantId: 'nobody', metric: 'approval' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('of a level count its mean over the month', async () => {
    await deliver('1', [
      eventLine({ id: 's1', tenant: 'tn_b', metric: 'seat', unit: 'seat', quantity: '9', time: '2026-05-01T00:00:00Z' }),
    ]);
    await workspace.client.call('limit.tenant', { tenantId: 'tn_b' });
    const seats = (await workspace.client.call('limit.tenant', { tenantId: 'tn_b' })).limits.find(({ metric }) => metric === 'seat');
    expect(seats).toMatchObject({ used: '9', hard: '10', ratioBp: 9000, state: 'soft' });
  });
});

/** Events of every kind of aggregation, some of them late. */
const MIXED = (): string[] => [
  ...Array.from({ length: 40 }, (_, i) => event(`r${i}`, i % 2 === 0 ? 'tn_a' : 'tn_b', `${i}.25`, String(1 + (i % 19)).padStart(2, '0'))),
  ...Array.from({ length: 12 }, (_, i) =>
    eventLine({
      id: `seat${i}`,
      tenant: 'tn_a',
      metric: 'seat',
      unit: 'seat',
      quantity: String(3 + (i % 4)),
      time: `2026-06-${String(2 + i).padStart(2, '0')}T0${i % 10}:30:00Z`,
    }),
  ),
  eventLine({ id: 'late1', tenant: 'tn_b', quantity: '11', time: '2026-03-05T10:00:00Z' }),
  eventLine({ id: 'late2', tenant: 'tn_a', metric: 'seat', unit: 'seat', quantity: '2', time: '2026-03-05T10:00:00Z' }),
];

describe('validation', () => {
  it('recomputes every aggregation to the last digit, and says how sure it is', async () => {
    await deliver('1', MIXED());
    const { validation, cells } = await validate({ seed: 'one' });
    expect(cells).toEqual([]);
    expect(validation).toMatchObject({ holds: true, deviating: 0, worstBp: 0, boundCells: 0, engine: 'not-asked' });
    expect(validation.sampled).toBe(validation.population);
    const sampled = await validate({ seed: 'two', sample: 10 });
    expect(sampled.validation).toMatchObject({ sampled: 10, population: validation.population, holds: true });
    expect(sampled.validation.boundCells).toBeGreaterThan(0);
  });

  it('finds a figure that was changed behind its back, opens an incident, and ends it when it is mended', async () => {
    await deliver('1', MIXED());
    workspace.raw((db) =>
      db.exec(
        `UPDATE usage_days SET units = units + 1 WHERE day = (SELECT min(day) FROM usage_days WHERE metric_no = (SELECT metric_no FROM metrics WHERE metric = 'api_request')) AND metric_no = (SELECT metric_no FROM metrics WHERE metric = 'api_request')`,
      ),
    );
    const found = await validate();
    expect(found.validation).toMatchObject({ holds: false });
    expect(found.cells[0]).toMatchObject({ metric: 'api_request' });
    expect(Number(found.cells[0]!.stored) - Number(found.cells[0]!.recomputed)).toBe(1);
    expect(await openIncidents('validation')).toHaveLength(1);
    workspace.raw((db) =>
      db.exec(
        `UPDATE usage_days SET units = units - 1 WHERE day = (SELECT min(day) FROM usage_days WHERE metric_no = (SELECT metric_no FROM metrics WHERE metric = 'api_request')) AND metric_no = (SELECT metric_no FROM metrics WHERE metric = 'api_request')`,
      ),
    );
    expect((await validate()).validation).toMatchObject({ holds: true });
    expect(await openIncidents('validation')).toEqual([]);
  });

  it('has a second engine add up the same totals', async () => {
    await deliver('1', MIXED());
    const { validation } = await validate({ secondEngine: true });
    expect(['agrees', 'not-installed']).toContain(validation.engine);
    if (validation.engine === 'not-installed') return;
    workspace.raw((db) =>
      db.exec(`UPDATE usage_months SET nano = nano + 1 WHERE metric_no = (SELECT metric_no FROM metrics WHERE metric = 'api_request')`),
    );
    expect((await validate({ secondEngine: true })).validation).toMatchObject({ engine: 'differs', holds: false });
  });
});

describe('backfill', () => {
  const start = async (lines: readonly string[]) => {
    const { client } = workspace;
    const { backfillId } = await client.call('usage.backfillStart', {
      from: '2026-06-01',
      to: '2026-06-11',
      reason: 'The collector was down',
    });
    await client.call('usage.backfillAdd', { backfillId, name: 'june.ndjson', text: linesOf(lines) });
    return backfillId;
  };
  const lines = (): string[] => [
    event('b1', 'tn_a', '100', '03'),
    event('b2', 'tn_a', '50.5', '03'),
    event('b3', 'tn_c', '7', '10'),
    event('b4', 'tn_c', '7', '11'),
    event('r0', 'tn_a', '0.25', '01'),
    event('r2', 'tn_a', '999', '03'),
    event('b5', 'nobody', '1', '03'),
    '{"no": "event"}',
  ];

  it('shows what would change, changes exactly that, and takes it back to the byte', async () => {
    const { client } = workspace;
    await deliver('1', MIXED());
    const before = rollups();
    const backfillId = await start(lines());
    const { preview } = await client.call('usage.backfillPreview', { backfillId });
    expect(rollups()).toBe(before);
    expect(preview.outcomes).toEqual({ received: 8, accepted: 3, duplicate: 1, conflict: 1, late: 0, quarantined: 3 });
    expect(preview.changes.map(({ tenant, period, difference }) => [tenant.tenantId, period, difference])).toEqual([
      ['tn_a', '2026-06-03', '150.5'],
      ['tn_c', '2026-06-10', '7'],
    ]);
    expect(preview.totals).toEqual([{ metric: 'api_request', unit: 'request', difference: '157.5' }]);
    expect(preview.problems.map(({ code, times }) => [code, times])).toEqual([
      ['EVENT_MALFORMED', 1],
      ['OUTSIDE_DAYS', 1],
      ['TENANT_UNKNOWN', 1],
    ]);
    const applied = await client.call('usage.backfillApply', { backfillId, sha256: preview.sha256 });
    expect(applied.state).toBe('applied');
    expect(rollups()).not.toBe(before);
    expect((await validate()).validation).toMatchObject({ holds: true, deviating: 0 });
    expect((await reconcile()).run).toMatchObject({ holds: true, conservation: { holds: true } });

    const reversed = await client.call('usage.backfillReverse', { backfillId, reason: 'The wrong file' });
    expect(reversed.state).toBe('reversed');
    expect(rollups()).toBe(before);
    expect((await validate()).validation).toMatchObject({ holds: true, deviating: 0 });
    expect((await reconcile()).run).toMatchObject({ holds: true, conservation: { holds: true } });
    const audit = await client.call('audit.page', { action: 'usage.', limit: 50 });
    expect(audit.entries.map(({ action }) => action).filter((action) => action.startsWith('usage.backfill'))).toEqual([
      'usage.backfillReverse',
      'usage.backfillApply',
      'usage.backfillAdd',
      'usage.backfillStart',
    ]);
  });

  it('applies nothing but what was looked at', async () => {
    const { client } = workspace;
    const backfillId = await start(lines());
    await expect(client.call('usage.backfillApply', { backfillId, sha256: '0'.repeat(64) })).rejects.toMatchObject({ code: 'CONFLICT' });
    const { preview } = await client.call('usage.backfillPreview', { backfillId });
    await deliver('1', [event('b1', 'tn_a', '100', '03')]);
    await expect(client.call('usage.backfillApply', { backfillId, sha256: preview.sha256 })).rejects.toMatchObject({ code: 'CONFLICT' });
    const again = await client.call('usage.backfillPreview', { backfillId });
    expect(again.preview.outcomes.duplicate).toBe(1);
    await client.call('usage.backfillApply', { backfillId, sha256: again.preview.sha256 });
    await expect(client.call('usage.backfillApply', { backfillId, sha256: again.preview.sha256 })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    await expect(client.call('usage.backfillDiscard', { backfillId })).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('brings events of a closed month in as adjustments, and levels too', async () => {
    const { client } = workspace;
    await deliver('1', MIXED());
    const before = rollups();
    const { backfillId } = await client.call('usage.backfillStart', { from: '2026-02-01', to: '2026-05-01', reason: 'Found later' });
    await client.call('usage.backfillAdd', {
      backfillId,
      name: 'spring.ndjson',
      text: linesOf([
        eventLine({ id: 'f1', tenant: 'tn_a', quantity: '5', time: '2026-02-03T00:00:00Z' }),
        eventLine({ id: 'f2', tenant: 'tn_a', metric: 'seat', unit: 'seat', quantity: '8', time: '2026-04-03T00:00:00Z' }),
      ]),
    });
    const { preview } = await client.call('usage.backfillPreview', { backfillId });
    expect(preview.outcomes).toMatchObject({ accepted: 0, late: 2 });
    expect(preview.changes.filter(({ adjusts }) => adjusts === '2026-06').map(({ metric, period }) => [metric, period])).toContainEqual([
      'api_request',
      '2026-02',
    ]);
    await client.call('usage.backfillApply', { backfillId, sha256: preview.sha256 });
    expect((await validate()).validation).toMatchObject({ holds: true, deviating: 0 });
    await client.call('usage.backfillReverse', { backfillId, reason: 'Not ours' });
    expect(rollups()).toBe(before);
  });

  it('is apart from normal intake: by right, by days, by its own record', async () => {
    const { client } = workspace;
    const { members } = await client.call('member.list', {});
    expect(members).toHaveLength(1);
    const auditor = await client.call('member.add', { name: 'Halden', role: 'auditor' });
    await workspace.actAs(auditor.memberId);
    await expect(client.call('usage.backfillStart', { from: '2026-06-01', to: '2026-06-02', reason: 'No right' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await workspace.actAs(members[0]!.memberId);
    await expect(client.call('usage.backfillStart', { from: '2026-06-02', to: '2026-06-02', reason: 'No days' })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
  });
});

describe('reconciliation', () => {
  const totals = (quantity: string, events: number, asOf = '2026-06-19T00:00:00Z'): string =>
    JSON.stringify({
      format: 'countersign.usage-totals/1',
      month: '2026-06',
      as_of: asOf,
      totals: [{ tenant_id: 'tn_a', metric: 'api_request', events, quantity }],
    });

  it('holds where declared, counted and recomputed agree', async () => {
    workspace.put('events/2026-06.totals.json', totals('12.5', 2));
    await deliver('1', [event('a1', 'tn_a', '2.5', '01'), event('a2', 'tn_a', '10', '02')]);
    const { run, findings } = await reconcile();
    expect(findings).toEqual([]);
    expect(run).toMatchObject({
      holds: true,
      declared: { compared: 1, differing: 0 },
      conservation: { accepted: 2, aggregated: 2, holds: true },
      incidents: 0,
    });
    expect(await workspace.client.call('reconciliation.list', {})).toMatchObject({
      declared: { files: 1, totals: 1, newestMonth: '2026-06' },
    });
  });

  it('finds what was lost on the way, keeps an incident for it, and ends it when it came', async () => {
    workspace.put('events/2026-06.totals.json', totals('12.5', 2));
    await deliver('1', [event('a1', 'tn_a', '2.5', '01')]);
    const lost = await reconcile();
    expect(lost.run).toMatchObject({ holds: false, incidents: 1 });
    expect(lost.findings).toMatchObject([
      { kind: 'declared', severity: 'bad', declared: '12.5', counted: '2.5', deviationBp: 8000, tenant: { tenantId: 'tn_a' } },
    ]);
    expect(await openIncidents('reconciliation')).toMatchObject([{ ownerRole: 'engineering' }]);
    await reconcile();
    expect(await openIncidents('reconciliation')).toMatchObject([{ timesSeen: 2 }]);
    await deliver('2', [event('a2', 'tn_a', '10', '02')]);
    expect((await reconcile()).run).toMatchObject({ holds: true });
    expect(await openIncidents('reconciliation')).toEqual([]);
  });

  it('takes the newest statement of a file, and holds back one that cannot be read', async () => {
    workspace.put('events/2026-06.totals.json', totals('1', 1));
    await deliver('1', [event('a1', 'tn_a', '2.5', '01')]);
    workspace.put('events/2026-06.totals.json', totals('2.5', 1, '2026-06-20T00:00:00Z'));
    workspace.put('events/bad.totals.json', '{"format":"countersign.usage-totals/1"}');
    await workspace.sync();
    expect((await reconcile()).run).toMatchObject({ holds: true, declared: { compared: 1 } });
    const { rows } = await workspace.client.call('quarantine.page', {});
    expect(rows).toMatchObject([{ code: 'TOTALS_UNUSABLE' }]);
  });

  it('sees events that no aggregate holds', async () => {
    await deliver('1', [event('a1', 'tn_a', '2.5', '01')]);
    workspace.raw((db) => db.exec('UPDATE usage_months SET events = 0'));
    const { run, findings } = await reconcile();
    expect(run).toMatchObject({ holds: false, conservation: { accepted: 1, aggregated: 0, holds: false } });
    expect(findings.map(({ kind }) => kind)).toContain('conservation');
    expect(await openIncidents('conservation')).toHaveLength(1);
  });

  it('keeps its schedule as a setting with an audit entry', async () => {
    const { client } = workspace;
    await client.call('reconciliation.setSchedule', { schedule: '15 * * * *', sample: 50, limitPercent: 0.5 });
    expect((await client.call('reconciliation.list', {})).schedule).toEqual({ schedule: '15 * * * *', sample: 50, limitPercent: 0.5 });
    await expect(client.call('reconciliation.setSchedule', { schedule: 'often', sample: 50, limitPercent: 1 })).rejects.toMatchObject({
      code: 'BAD_INPUT',
    });
    expect((await client.call('audit.page', { action: 'reconciliation.setSchedule', limit: 5 })).entries).toHaveLength(1);
  });
});
