/** A breach freezes motions, a plan answers it, a run lifts it; the guard and thresholds over a real store. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_THRESHOLDS } from '../../src-main/gates/thresholds.ts';
import {
  allowMotion,
  breach,
  type GatesWorkspace,
  monthlyArtifact,
  openGatesWorkspace,
  OWNER,
  refused,
} from './support/gates-workspace.ts';

let w: GatesWorkspace;
beforeEach(async () => {
  w = await openGatesWorkspace();
});
afterEach(() => {
  w.close();
});

const guardrails = (percent: number) =>
  w.keep('finance-guardrails', 'finance-guardrails_2026-05.json', monthlyArtifact('finance-guardrails', '2026-05', breach(percent)));
const run = async () => (await w.ask('gate.run', {})).freeze;

describe('the life of a freeze', () => {
  beforeEach(async () => {
    await w.keepMonth('2026-04');
    await w.keepMonth('2026-05', { 'finance-guardrails': breach() });
    await w.keepLasting();
  });

  it('opens with the breach of the newest month, holds while it fails, and is lifted by the run that passes', async () => {
    expect(await run()).toBe('opened');
    const { frozen, lifts } = await w.ask('freeze.get', {});
    expect(frozen).toMatchObject({ freezeNo: 1, month: '2026-05', runNo: 1, plan: null, failedAgain: 0, liftedAt: null });
    expect(frozen?.says).toBe('FIN 2 failed at the May close: 8.32% > 8.00%.');
    expect(lifts).toBe('The freeze lifts with the first gate run of the newest month in which FIN 2 passes.');
    await guardrails(8.5);
    expect(await run()).toBe('failed-again');
    expect((await w.ask('freeze.get', {})).frozen).toMatchObject({
      latest: 'FIN 2 failed at the May close: 8.50% > 8.00%.',
      failedAgain: 1,
    });
    await guardrails(7.9);
    expect(await run()).toBe('lifted');
    const after = await w.ask('freeze.get', {});
    expect(after.frozen).toBeNull();
    expect(after.history).toMatchObject([{ freezeNo: 1, liftedByRun: 3 }]);
    const { events } = await w.ask('freeze.history', { freezeNo: 1 });
    expect(events.map(({ kind, runNo }) => [kind, runNo])).toEqual([
      ['frozen', 1],
      ['failed-again', 2],
      ['lifted', 3],
    ]);
    expect(await run()).toBe('none');
    const { entries } = await w.store.read('audit.page', { before: null, limit: 50, action: 'motion.', actor: null });
    expect(entries.map(({ action }) => action)).toEqual(['motion.unfreeze', 'motion.freeze']);
  });

  it('is not touched by a run of an earlier month', async () => {
    await run();
    expect((await w.ask('gate.run', { month: '2026-04' })).freeze).toBe('none');
    expect((await w.ask('freeze.get', {})).frozen).not.toBeNull();
  });

  it('holds while what froze it is only old', async () => {
    await run();
    await guardrails(7.9);
    w.state.now = '2026-12-01T00:00:00.000Z';
    expect(await run()).toBe('holds');
    expect((await w.ask('freeze.get', {})).frozen).not.toBeNull();
  });

  it('has a plan with owner and date; the newest counts and the earlier ones stay', async () => {
    await run();
    const plan = { freezeNo: 1, ownerId: OWNER, steps: 'Lower the prompt limit of Starter.', dueOn: '2026-07-01' };
    expect((await w.ask('freeze.plan', plan)).plan).toMatchObject({ owner: 'Ilse Maren', dueOn: '2026-07-01', by: 'Ilse Maren' });
    await w.ask('freeze.plan', { ...plan, dueOn: '2026-06-20' });
    expect((await w.ask('freeze.get', {})).frozen?.plan?.dueOn).toBe('2026-06-20');
    expect((await w.ask('freeze.history', { freezeNo: 1 })).events.filter(({ kind }) => kind === 'plan')).toHaveLength(2);
    expect(await refused(w.ask('freeze.plan', { ...plan, dueOn: '2026-06-14' }))).toMatchObject({ code: 'BAD_INPUT' });
    expect(await refused(w.ask('freeze.plan', { ...plan, dueOn: '2026-06-31' }))).toMatchObject({ code: 'BAD_INPUT' });
    expect(await refused(w.ask('freeze.plan', { ...plan, ownerId: 'nobody' }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refused(w.ask('freeze.plan', { ...plan, freezeNo: 9 }))).toMatchObject({ code: 'NOT_FOUND' });
    await guardrails(7);
    await run();
    expect(await refused(w.ask('freeze.plan', plan))).toMatchObject({ code: 'CONFLICT' });
  });

  it('is append-only on any connection', async () => {
    await run();
    await guardrails(9);
    await run();
    for (const table of ['gate_runs', 'gate_freezes', 'gate_freeze_events', 'gate_thresholds']) {
      expect(() => w.store.db.run(`DELETE FROM ${table}`)).toThrow(/append-only/);
      const [key] = w.store.db.all<{ name: string }>(`SELECT name FROM pragma_table_info('${table}') WHERE pk = 1`);
      expect(() => w.store.db.run(`UPDATE ${table} SET ${key!.name} = ${key!.name}`)).toThrow(/append-only/);
    }
  });
});

describe('proposing a motion', () => {
  it('is refused with exactly what is missing, and the refusal is kept', async () => {
    await w.keepMonth('2026-05', { 'finance-guardrails': breach() });
    await w.keepLasting();
    await run();
    const guard = await w.ask('motion.guard', {});
    expect(guard.allowed).toBe(false);
    expect(guard.missing.map(({ code }) => code)).toEqual([
      'FROZEN',
      'TELEMETRY_NOT_PRODUCTION',
      'MOTION_NOT_ALLOWED',
      'PRODUCTION_CLOSES',
      'ROLES_MISSING',
    ]);
    expect(guard.missing.every(({ says, nextStep }) => says.endsWith('.') && nextStep.endsWith('.'))).toBe(true);
    const motion = await w.ask('motion.propose', { kind: 'price', title: 'Starter to 45 USD', changes: '40 to 45 USD a month' });
    expect(motion).toMatchObject({ outcome: 'refused', motionNo: 1, runNo: 1, proposedBy: 'Ilse Maren' });
    expect(motion.missing).toEqual(guard.missing);
    expect((await w.ask('motion.list', {})).motions).toEqual([motion]);
    const { entries } = await w.store.read('audit.page', { before: null, limit: 1, action: null, actor: null });
    expect(entries[0]).toMatchObject({ action: 'motion.refuse', subject: 'Starter to 45 USD' });
  });

  it('is let through where nothing is missing, and only there', async () => {
    for (const month of ['2026-04', '2026-05']) await w.keepMonth(month, { 'policy-decisions': allowMotion });
    await w.keepLasting();
    await w.addMember('Otto Brandt', 'founder');
    await w.addMember('Nia Sol', 'finance');
    // Neither month is closed before its gates ran on production telemetry.
    expect((await w.ask('motion.guard', {})).missing.map(({ code }) => code)).toEqual(['PRODUCTION_CLOSES']);
    await w.service.runTouchedMonths(w.by());
    expect(await w.ask('motion.guard', {})).toMatchObject({ allowed: true, missing: [] });
    const motion = await w.ask('motion.propose', { kind: 'packaging', title: 'Split Growth', changes: 'Two packages' });
    expect(motion).toMatchObject({ outcome: 'proposed', missing: [] });
    w.state.closes = ['2026-03', '2026-05'];
    expect((await w.ask('motion.guard', {})).missing).toMatchObject([
      { code: 'PRODUCTION_CLOSES', says: 'Two months in a row must have closed on production telemetry; there is one, 2026-05.' },
    ]);
    expect(() => w.store.db.run('DELETE FROM price_motions')).toThrow(/append-only/);
  });
});

describe('thresholds', () => {
  const change = (over: object = {}) => ({
    version: 1,
    body: { ...DEFAULT_THRESHOLDS, maxP95TenantLlmCogsPctMrr: 6 },
    effectiveFrom: '2026-05',
    reason: 'Two quiet quarters.',
    ...over,
  });

  it('begin with the defaults, which become a fact with the first change', async () => {
    const first = await w.ask('gate.thresholds', {});
    expect(first).toMatchObject({
      current: { version: 1, changedBy: null, reviewBy: '2026-09-15' },
      reviewDue: false,
      nextMonth: '2026-07',
    });
    expect(w.store.db.get('SELECT count(*) AS n FROM gate_thresholds')).toEqual({ n: 0 });
    const changed = await w.ask('gate.thresholdsChange', change());
    expect(changed).toMatchObject({
      version: 2,
      changedBy: 'Ilse Maren',
      reviewBy: '2026-09-15',
      changes: ['p95 LLM cost of MRR, at most: 8.00% → 6.00%'],
    });
    expect((await w.ask('gate.thresholds', {})).versions.map(({ version }) => version)).toEqual([2, 1]);
    w.state.now = '2026-09-15T00:00:00.000Z';
    expect((await w.ask('gate.thresholds', {})).reviewDue).toBe(true);
    const kept = await w.ask('gate.thresholdsChange', change({ version: 2, reason: 'Looked at, and kept.' }));
    expect(kept).toMatchObject({ version: 3, changes: [], reviewBy: '2026-12-15' });
  });

  it('are refused where another change came first, nothing changes, or the review is too far ahead', async () => {
    await w.ask('gate.thresholdsChange', change());
    expect(await refused(w.ask('gate.thresholdsChange', change()))).toMatchObject({ code: 'CONFLICT', details: { version: 2 } });
    expect(await refused(w.ask('gate.thresholdsChange', change({ version: 2 })))).toMatchObject({ code: 'CONFLICT' });
    const body = { ...DEFAULT_THRESHOLDS, minStressMarginPercent: 70 };
    expect(await refused(w.ask('gate.thresholdsChange', change({ version: 2, body, reviewBy: '2027-01-01' })))).toMatchObject({
      code: 'BAD_INPUT',
      details: { latest: '2026-09-15' },
    });
    expect(await refused(w.ask('gate.thresholdsChange', change({ version: 2, body, effectiveFrom: '2026-04' })))).toMatchObject({
      code: 'BAD_INPUT',
    });
    expect(w.store.db.get('SELECT count(*) AS n FROM gate_thresholds')).toEqual({ n: 2 });
  });

  it('judge beside the artifact: its verdict stands, a finding says what it would be', async () => {
    await w.keepMonth('2026-05');
    await w.keepLasting();
    await w.ask('gate.thresholdsChange', change());
    const { run: made, freeze } = await w.ask('gate.run', {});
    expect(made).toMatchObject({ decision: 'pass', thresholdsVersion: 2 });
    expect(freeze).toBe('none');
    expect(made.notes.filter(({ from }) => from === 'policy')).toMatchObject([
      {
        code: 'POLICY_GATE_WOULD_FAIL',
        severity: 'error',
        gate: 'fin_gate_2_llm_cogs_containment',
        says: expect.stringContaining('6.40% > 6.00%') as string,
      },
    ]);
    const april = await w.ask(
      'gate.thresholdsChange',
      change({ version: 2, body: { ...DEFAULT_THRESHOLDS, discountBands: { enterprise: 5 } } }),
    );
    expect(april.version).toBe(3);
    const banded = (await w.ask('gate.run', {})).run;
    expect(banded.notes.filter(({ code }) => code === 'POLICY_DISCOUNT_BAND')).toMatchObject([
      { says: 'Annual payment takes 10.00% off the list revenue of enterprise: 10.00% > 5.00%, its band.' },
    ]);
  });

  it('are tried on past months without a change', async () => {
    await w.keepMonth('2026-04');
    await w.keepMonth('2026-05', { 'finance-guardrails': breach(7.5) });
    await w.keepLasting();
    await w.service.runTouchedMonths(w.by());
    const preview = await w.ask('gate.thresholdsPreview', { body: { ...DEFAULT_THRESHOLDS, maxP95TenantLlmCogsPctMrr: 7 } });
    expect(preview.months.map(({ month, changed }) => [month, changed])).toEqual([
      ['2026-04', 0],
      ['2026-05', 1],
    ]);
    expect(preview.says).toBe('Would have failed: May 2026 (FIN 2).');
    expect(w.store.db.get('SELECT count(*) AS n FROM gate_thresholds')).toEqual({ n: 1 });
  });
});
