/** Gate runs as facts over a real store: what they keep, what the matrix, a gate and a comparison say of them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { breach, type GatesWorkspace, type JsonObject, monthlyArtifact, openGatesWorkspace, refused } from './support/gates-workspace.ts';

const FIN2 = 'fin_gate_2_llm_cogs_containment';
let w: GatesWorkspace;
beforeEach(async () => {
  w = await openGatesWorkspace();
});
afterEach(() => {
  w.close();
});

const closed = async (): Promise<void> => {
  await w.keepMonth('2026-04');
  await w.keepMonth('2026-05');
  await w.keepLasting();
};

describe('a run', () => {
  it('needs evidence, and says what to do where there is none', async () => {
    expect(await refused(w.ask('gate.run', {}))).toMatchObject({
      code: 'NOT_FOUND',
      nextStep: expect.stringContaining('Add a source') as string,
    });
    await closed();
    expect(await refused(w.ask('gate.run', { month: '2025-01' }))).toMatchObject({ code: 'NOT_FOUND', details: { month: '2025-01' } });
  });

  it('is a fact with its inputs by hash, its rules, its thresholds and its result', async () => {
    await closed();
    const { run, freeze } = await w.ask('gate.run', {});
    expect(run).toMatchObject({
      runNo: 1,
      month: '2026-05',
      judgedAt: w.state.now,
      decision: 'pass',
      failing: [],
      ruleVersion: 'release-gate/1',
      thresholdsVersion: 1,
      standard: true,
      missing: [],
      by: 'Ilse Maren',
      address: '/evidence/run/1',
    });
    expect(freeze).toBe('none');
    expect(run.inputs.map(({ role, month }) => [role, month])).toEqual([
      ['stress', '2026-06'],
      ['failure-injection', '2026-06'],
      ['finance-guardrails', '2026-05'],
      ['finance-telemetry', '2026-05'],
      ['pricing-benchmarks', '2026-06'],
      ['policy-decisions', '2026-05'],
    ]);
    expect(w.store.db.get('SELECT version, member_id, effective_from FROM gate_thresholds')).toEqual({
      version: 1,
      member_id: null,
      effective_from: '0001-01',
    });
    expect(w.state.changed).toBe(1);
    const { entries } = await w.store.read('audit.page', { before: null, limit: 1, action: null, actor: null });
    expect(entries[0]).toMatchObject({ action: 'gate.run', after: { run: 1, decision: 'pass', resultSha256: run.resultSha256 } });
    expect((await w.ask('gate.runDetail', { runNo: 1 })).run).toEqual(run);
    expect(await refused(w.ask('gate.runDetail', { runNo: 2 }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('gives the same result for the same evidence and clock, and another one for others', async () => {
    await closed();
    const [a, b] = [(await w.ask('gate.run', {})).run, (await w.ask('gate.run', {})).run];
    expect(b.runNo).toBe(2);
    expect(b.resultSha256).toBe(a.resultSha256);
    await w.keep('finance-guardrails', 'finance-guardrails_2026-05.json', monthlyArtifact('finance-guardrails', '2026-05', breach()));
    expect((await w.ask('gate.run', {})).run.resultSha256).not.toBe(a.resultSha256);
  });

  it('that is dry keeps nothing and says the same', async () => {
    await closed();
    const dry = (await w.ask('gate.dryRun', {})).run;
    expect(dry).toMatchObject({ runNo: 0, decision: 'pass' });
    for (const table of ['gate_runs', 'gate_cells', 'gate_thresholds']) {
      expect(w.store.db.get(`SELECT count(*) AS n FROM ${table}`)).toEqual({ n: 0 });
    }
    expect((await w.ask('gate.run', {})).run.resultSha256).toBe(dry.resultSha256);
  });

  it('by limits of its own is kept, but fills no matrix and freezes nothing', async () => {
    await w.keepMonth('2026-05', { 'finance-guardrails': breach() });
    await w.keepLasting();
    const { run, freeze } = await w.ask('gate.run', { flags: { 'finance-max-age-hours': '400' } });
    expect(run).toMatchObject({ standard: false, failing: ['FIN 2'] });
    expect(freeze).toBe('none');
    expect((await w.ask('gate.matrix', {})).months).toEqual([]);
    expect((await w.ask('freeze.get', {})).frozen).toBeNull();
    expect(await refused(w.ask('gate.dryRun', { flags: { 'finance-max-age-hours': '0' } }))).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('of an earlier month is judged at its close, the newest one now', async () => {
    await closed();
    w.state.now = '2026-09-01T00:00:00.000Z';
    const april = (await w.ask('gate.run', { month: '2026-04' })).run;
    expect(april.judgedAt).toBe('2026-05-02T08:00:00.000Z');
    expect(april.results.find(({ gate }) => gate === FIN2)).toMatchObject({ state: 'pass', value: '6.40', threshold: '8.00' });
    const may = (await w.ask('gate.run', {})).run;
    expect(may).toMatchObject({ month: '2026-05', judgedAt: w.state.now, decision: 'fail' });
    expect(may.results.find(({ gate }) => gate === FIN2)?.state).toBe('stale');
    // What is only old freezes nothing.
    expect((await w.ask('freeze.get', {})).frozen).toBeNull();
    expect((await w.ask('gate.matrix', {})).totals).toMatchObject({ month: '2026-05', failing: 0 });
    expect((await w.ask('gate.matrix', {})).totals.stale).toBeGreaterThan(0);
  });
});

describe('which months are run by themselves', () => {
  it('are those whose own evidence is new; for the newest one any evidence', async () => {
    await closed();
    expect((await w.service.runTouchedMonths(w.by())).map(({ month, by }) => [month, by])).toEqual([
      ['2026-04', null],
      ['2026-05', null],
    ]);
    expect(await w.service.runTouchedMonths(w.by())).toEqual([]);
    await w.keep('finance-telemetry', 'finance-telemetry_2026-04.json', {
      ...monthlyArtifact('finance-telemetry', '2026-04'),
      note: 'again',
    });
    expect((await w.service.runTouchedMonths(w.by())).map(({ month }) => month)).toEqual(['2026-04']);
    // A load test of today judges no closed month anew, but the newest one.
    const stress = JSON.parse(
      Buffer.from((await import('../support/own-release.ts')).releaseBytes('stress')).toString('utf8'),
    ) as JsonObject;
    await w.keep('stress', 'stress.json', { ...stress, note: 'again' });
    expect((await w.service.runTouchedMonths(w.by())).map(({ month }) => month)).toEqual(['2026-05']);
  });
});

describe('matrix, gate and comparison', () => {
  beforeEach(async () => {
    await w.keepMonth('2026-03');
    await w.keepMonth('2026-04');
    await w.keepMonth('2026-05', { 'finance-guardrails': breach() });
    await w.keepLasting();
    await w.service.runTouchedMonths(w.by());
  });

  it('the matrix comes from the cells alone, with rule and figure', async () => {
    const matrix = await w.ask('gate.matrix', { months: 2 });
    expect(matrix).toMatchObject({ months: ['2026-04', '2026-05'], newest: '2026-05', thresholdsVersion: 1, reviewDue: false });
    const row = matrix.groups.flatMap(({ gates }) => gates).find(({ gate }) => gate === FIN2);
    expect(row).toMatchObject({ short: 'FIN 2', rule: '≤ 8.00%', showsFigure: true, decides: true });
    expect(row?.cells.map(({ state, value }) => [state, value])).toEqual([
      ['pass', '6.40'],
      ['fail', '8.32'],
    ]);
    expect(matrix.totals).toMatchObject({ month: '2026-05', failing: 1 });
    const before = JSON.stringify(w.store.db.all('SELECT * FROM gate_cells ORDER BY month, gate'));
    await w.store.write('gates.rebuildCells', null);
    expect(JSON.stringify(w.store.db.all('SELECT * FROM gate_cells ORDER BY month, gate'))).toBe(before);
  });

  it('a gate says figure, limit, distance, trend, tiers, cause and inputs', async () => {
    const detail = await w.ask('gate.detail', { gate: FIN2, month: '2026-05' });
    expect(detail).toMatchObject({
      short: 'FIN 2',
      state: 'fail',
      value: '8.32',
      threshold: '8.00',
      distance: '+0.32',
      sense: 'at-most',
      unit: '%',
      previous: { month: '2026-04', state: 'pass', value: '6.40' },
      comparedWith: { month: '2026-04', passed: true },
      freezes: true,
    });
    expect(detail.says).toContain('8.32%');
    expect(detail.trend.map(({ value }) => value)).toEqual(['6.40', '6.40', '8.32']);
    expect(detail.table?.rows.map(({ cells }) => cells[0])).toEqual(['Starter', 'Growth', 'Pro', 'Enterprise']);
    expect(detail.inputs.map(({ role }) => role)).toEqual(['finance-guardrails', 'finance-telemetry']);
    const proof = await w.ask('gate.proof', { gate: FIN2, month: '2026-05' });
    expect(proof).toMatchObject({ value: '8.32%', holds: false, proof: { command: 'countersign gate show 3' } });
    expect(proof.proof.formula.at(-1)).toEqual({ says: 'p95 LLM cost of MRR', figure: '8.32% > 8.00%', holds: false });
    expect(await refused(w.ask('gate.detail', { gate: 'no_such_gate', month: '2026-05' }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a month that was never run has no figure, and says how to get one', async () => {
    const detail = await w.ask('gate.detail', { gate: FIN2, month: '2026-01' });
    expect(detail).toMatchObject({ state: 'no-run', value: null, run: null, command: 'countersign gate run --month 2026-01' });
    expect(await refused(w.ask('gate.proof', { gate: FIN2, month: '2026-01' }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('what changed is said in words with old and new, the weightiest first', async () => {
    await w.keep(
      'finance-telemetry',
      'finance-telemetry_2026-05.json',
      monthlyArtifact('finance-telemetry', '2026-05', (artifact) => {
        const [, starter] = artifact['tier_llm_usage'] as JsonObject[];
        const costs = starter!['tenant_monthly_cost_percentiles_usd'] as JsonObject;
        costs['p95'] = Number(costs['p95']) + 0.25;
        costs['p99'] = Number(costs['p99']) + 0.25;
      }),
    );
    await w.ask('gate.run', {});
    const { changes } = await w.ask('gate.detail', { gate: FIN2, month: '2026-05' });
    const words = changes.map(({ what }) => what);
    expect(words).toContain('Starter p95 tenant cost, USD');
    expect(words.indexOf('Starter p95 tenant cost, USD')).toBeLessThan(words.indexOf('Starter p99 tenant cost, USD'));
    expect(changes.find(({ what }) => what === 'Starter p95 tenant cost, USD')).toMatchObject({
      difference: '+0.25',
      role: 'finance-telemetry',
      pointer: '/tier_llm_usage/1/tenant_monthly_cost_percentiles_usd/p95',
    });
  });

  it('two runs are compared gate by gate and input by input', async () => {
    const compared = await w.ask('gate.compare', { a: 2, b: 3 });
    expect(compared.gates.map(({ short, a, b, difference }) => [short, a, b, difference])).toContainEqual([
      'FIN 2',
      'pass',
      'fail',
      '+1.92',
    ]);
    expect(compared.inputs.map(({ role }) => role)).toEqual(expect.arrayContaining(['finance-guardrails', 'finance-telemetry']));
    const same = await w.ask('gate.compare', { a: 3, b: 3 });
    expect(same).toMatchObject({ gates: [], inputs: [], thresholds: [] });
  });

  it('runs are paged by their numbers', async () => {
    const first = await w.ask('gate.runs', { limit: 2 });
    expect(first).toMatchObject({ total: 3, next: '2' });
    expect(first.runs.map(({ runNo }) => runNo)).toEqual([3, 2]);
    expect((await w.ask('gate.runs', { limit: 2, after: first.next! })).runs.map(({ runNo }) => runNo)).toEqual([1]);
    expect((await w.ask('gate.runs', { month: '2026-04' })).runs.map(({ month }) => month)).toEqual(['2026-04']);
    expect(await refused(w.ask('gate.runs', { after: 'x' }))).toMatchObject({ code: 'BAD_INPUT' });
  });
});
