/** The review of a packet over a real database file: states, questions, checklist, refusals. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { inside } from '../support/finance-month.ts';
import { ASKER, assumptionsOf, FINANCE_ITEMS, openPacketsWorkspace, type PacketsWorkspace, refused } from './support/packets-workspace.ts';

let w: PacketsWorkspace;
beforeEach(async () => {
  w = await openPacketsWorkspace();
});
afterEach(() => w.close());

describe('review', () => {
  let packetId: string;
  beforeEach(async () => {
    await w.keepMonth('2026-04');
    ({ packetId } = await w.ask('packet.build', { month: '2026-04' }));
  });
  const leader = { role: 'leadership' as const, as: ASKER };

  it('goes from draft to in review to accepted, and accepting says exactly what is open', async () => {
    expect(await refused(w.ask('packet.accept', { packetId }))).toMatchObject({ code: 'CONFLICT' });
    expect(await w.ask('packet.submit', { packetId })).toMatchObject({ state: 'in-review' });
    const question = await w.ask(
      'packet.ask',
      { packetId, figure: 'tier.starter.llm', text: 'Is it net of the reactivated tenants?' },
      leader,
    );
    expect(question.openQuestions).toBe(1);
    const open = await refused(w.ask('packet.accept', { packetId }));
    expect((open.details['open'] as { code: string }[]).map(({ code }) => code)).toEqual([
      `question.${question.eventNo}`,
      ...FINANCE_ITEMS,
    ]);
    await w.tickAll(packetId);
    await w.ask('packet.answer', { packetId, question: question.eventNo, text: 'Yes.' });
    const accepted = await w.ask('packet.accept', { packetId, text: 'Agreed.' });
    expect(accepted).toMatchObject({ state: 'accepted', openQuestions: 0 });
    const { review, head } = await w.ask('packet.get', { month: '2026-04' });
    expect(head.state).toBe('accepted');
    expect(review.decided).toMatchObject({ kind: 'accepted', who: 'Lena Brandt', text: 'Agreed.' });
    expect(review.questions[0]).toMatchObject({ state: 'answered', question: { figureTitle: 'Starter, LLM cost', who: 'Tomás Reyes' } });
    expect(await refused(w.ask('packet.ask', { packetId, text: 'And now?' }))).toMatchObject({ code: 'CONFLICT' });
  });

  it('a question is withdrawn by who asked it or an admin, and once', async () => {
    const { eventNo } = await w.ask('packet.ask', { packetId, text: 'Why?' });
    expect(await refused(w.ask('packet.withdraw', { packetId, question: eventNo }, leader))).toMatchObject({ code: 'CONFLICT' });
    expect(await w.ask('packet.withdraw', { packetId, question: eventNo })).toMatchObject({ openQuestions: 0 });
    expect(await refused(w.ask('packet.answer', { packetId, question: eventNo, text: 'late' }))).toMatchObject({ code: 'CONFLICT' });
    expect(await refused(w.ask('packet.answer', { packetId, question: 9_999, text: 'none' }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('is sent back with a reason and submitted again', async () => {
    await w.ask('packet.submit', { packetId });
    expect(await w.ask('packet.sendBack', { packetId, reason: 'support costs look wrong' })).toMatchObject({ state: 'sent-back' });
    expect((await w.ask('packet.list', {})).packets[0]).toMatchObject({ state: 'sent-back' });
    expect(await w.ask('packet.submit', { packetId })).toMatchObject({ state: 'in-review' });
  });

  it('an item is ticked by its role; a role without the step is refused', async () => {
    expect(await refused(w.ask('packet.check', { packetId, item: 'finance.inputs', checked: true }, leader))).toMatchObject({
      code: 'CONFLICT',
    });
    await w.ask('packet.check', { packetId, item: 'leadership.llm_cost', checked: true }, leader);
    expect(await refused(w.ask('packet.check', { packetId, item: 'leadership.llm_cost', checked: true }, leader))).toMatchObject({
      code: 'CONFLICT',
    });
    expect(await refused(w.ask('packet.check', { packetId, item: 'questions_answered', checked: true }))).toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await refused(w.ask('packet.submit', { packetId }, leader))).toMatchObject({ code: 'CONFLICT' });
    expect(await refused(w.ask('packet.comment', { packetId, figure: 'no.such', text: 'x' }))).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('a gate that fails waits for its corrective plan, and is accepted only knowingly', async () => {
    const assumptions = assumptionsOf('2026-04');
    inside(assumptions, 'thresholds')['min_stress_margin_percent'] = 99;
    await w.keep('finance-assumptions', 'assumptions_2026-04.json', assumptions);
    ({ packetId } = await w.ask('packet.build', { month: '2026-04' }));
    w.state.plans.set('fin_gate_5_stress_resilience', null);
    await w.ask('packet.submit', { packetId });
    await w.tickAll(packetId);
    const item = 'plan.fin_gate_5_stress_resilience';
    expect(((await refused(w.ask('packet.accept', { packetId }))).details['open'] as { code: string }[]).map(({ code }) => code)).toEqual([
      item,
    ]);
    expect(await refused(w.ask('packet.check', { packetId, item, checked: true }))).toMatchObject({ code: 'CONFLICT' });
    w.state.plans.set('fin_gate_5_stress_resilience', 'Move the build machines by the end of June.');
    await w.ask('packet.check', { packetId, item, checked: true });
    const worst = await refused(w.ask('packet.accept', { packetId }));
    expect(worst.details['worst']).toMatchObject({ code: 'fin_gate_5_stress_resilience' });
    expect(worst.message).toMatch(/< 99\.00%/);
    expect(await refused(w.ask('packet.accept', { packetId, knowing: 'fin_gate_1_gross_margin_floor' }))).toMatchObject({
      code: 'CONFLICT',
    });
    expect(await w.ask('packet.accept', { packetId, knowing: 'fin_gate_5_stress_resilience' })).toMatchObject({ state: 'accepted' });
  });

  it('every step is in the audit log', async () => {
    await w.ask('packet.submit', { packetId });
    await w.ask('packet.comment', { packetId, figure: 'blended_margin', text: 'What moved it?' });
    const actions = w.store.db
      .all<{ line: string }>('SELECT line FROM audit_entries ORDER BY seq')
      .map(({ line }) => (JSON.parse(line) as { action: string }).action);
    expect(actions.slice(-3)).toEqual(['packet.build', 'packet.submit', 'packet.comment']);
  });

  it('the standing of every month is rebuilt from the facts to the same rows', async () => {
    await w.ask('packet.submit', { packetId });
    await w.ask('packet.ask', { packetId, text: 'Why?' });
    const before = w.store.db.all('SELECT * FROM packet_standing');
    await w.store.write('packets.rebuildStandings', null);
    expect(w.store.db.all('SELECT * FROM packet_standing')).toEqual(before);
  });
});
