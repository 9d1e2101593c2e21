/** The rules of a review: its state is what its events say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Role } from '../../../src-shared/contract/roles.ts';
import { checklistOf, openItems, planMissing } from '../../../src-main/packets/packet-checklist.ts';
import {
  openQuestions,
  refusalOf,
  type ReviewEvent,
  type ReviewKind,
  reviewState,
  type Step,
  worstFact,
} from '../../../src-main/packets/packet-review.ts';
import { buildAt, dueAt } from '../../../src-main/packets/packet-schedule.ts';

const BUILT = '2026-05-02T16:20:00.000Z';
let eventNo = 0;
const event = (kind: ReviewKind, more: Partial<ReviewEvent> = {}): ReviewEvent => ({
  eventNo: (eventNo += 1),
  kind,
  at: `2026-05-03T10:00:00.${String(eventNo % 1000).padStart(3, '0')}Z`,
  memberId: 'm1',
  who: 'Lena Brandt',
  role: 'finance',
  figure: null,
  about: null,
  body: {},
  ...more,
});
const stand = (events: readonly ReviewEvent[], newer: number | null = null) => ({ review: reviewState(BUILT, events), newer });
const finance = { memberId: 'm1', role: 'finance' as const };

describe('the state', () => {
  it('follows the decisions, in their order', () => {
    expect(reviewState(BUILT, [])).toMatchObject({ state: 'draft', since: BUILT, decided: null });
    const submitted = event('submitted');
    const back = event('sent-back', { body: { text: 'support looks wrong' } });
    expect(reviewState(BUILT, [submitted]).state).toBe('in-review');
    expect(reviewState(BUILT, [submitted, back])).toMatchObject({ state: 'sent-back', decided: { body: { text: 'support looks wrong' } } });
    expect(reviewState(BUILT, [submitted, back, event('submitted')])).toMatchObject({ state: 'in-review', decided: null });
    const accepted = event('accepted');
    expect(reviewState(BUILT, [submitted, accepted])).toMatchObject({ state: 'accepted', since: accepted.at });
  });

  it('comments, verifications and ticks decide nothing', () => {
    const noise = fc.constantFrom<ReviewKind>('comment', 'question', 'answer', 'withdrawn', 'checked', 'unchecked', 'verified');
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 12 }), (kinds) => {
        expect(
          reviewState(
            BUILT,
            kinds.map((kind) => event(kind)),
          ).state,
        ).toBe('draft');
      }),
    );
  });

  it('a question is open until it is answered or withdrawn; a tick is the last one', () => {
    const asked = event('question', { body: { text: 'Why?' } });
    const other = event('question', { body: { text: 'How?' } });
    const tick = (kind: 'checked' | 'unchecked') => event(kind, { body: { item: 'finance.inputs' } });
    const review = reviewState(BUILT, [
      asked,
      other,
      event('answer', { about: asked.eventNo }),
      event('withdrawn', { about: 999_999 }),
      tick('checked'),
      tick('unchecked'),
    ]);
    expect(review.questions.map(({ state }) => state)).toEqual(['answered', 'open']);
    expect(openQuestions(review)).toHaveLength(1);
    expect(review.checked.size).toBe(0);
  });
});

describe('steps', () => {
  const allowed = (step: Step, events: readonly ReviewEvent[], role: Role = 'finance') =>
    refusalOf(step, stand(events), { memberId: 'm1', role }) === null;

  it('are taken in their states alone', () => {
    const draft: ReviewEvent[] = [];
    const inReview = [event('submitted')];
    const back = [...inReview, event('sent-back')];
    const accepted = [...inReview, event('accepted')];
    const table: readonly [Step, boolean, boolean, boolean, boolean][] = [
      ['submit', true, false, true, false],
      ['accept', false, true, false, false],
      ['sendBack', false, true, false, false],
      ['comment', true, true, true, true],
      ['ask', true, true, true, false],
      ['answer', true, true, true, false],
      ['check', true, true, true, false],
      ['correct', true, true, true, true],
    ];
    for (const [step, ...expected] of table)
      expect([step, ...[draft, inReview, back, accepted].map((events) => allowed(step, events))]).toEqual([step, ...expected]);
  });

  it('are taken by their roles alone, and never on a revision that was replaced', () => {
    const inReview = [event('submitted')];
    expect(
      (['admin', 'founder', 'finance', 'leadership', 'auditor', 'partner_admin'] as const).map((role) => allowed('accept', inReview, role)),
    ).toEqual([true, true, true, false, false, false]);
    expect(allowed('comment', inReview, 'auditor')).toBe(true);
    expect(allowed('comment', inReview, 'partner_operator')).toBe(false);
    for (const step of ['submit', 'comment', 'accept', 'correct'] as const)
      expect(refusalOf(step, stand(inReview, 3), finance)).toMatchObject({ says: 'Revision 3 replaces this one.' });
  });
});

describe('the checklist', () => {
  const failing = {
    gate: 'fin_gate_2_llm_cogs_containment',
    name: 'FIN 2',
    title: 'LLM cost',
    state: 'fail' as const,
    says: '8.32% > 8.00%',
    figure: 'p95_envelope',
  };
  const gates = { runId: null, decision: 'fail' as const, results: [failing] };
  const list = (role: Role, events: readonly ReviewEvent[] = [], plans = new Map<string, string | null>()) =>
    checklistOf({ document: { gates }, review: reviewState(BUILT, events), role, plans });

  it('accepting waits for finance, for the items of who accepts, for plans and for questions', () => {
    const needed = (role: Role) =>
      new Set(
        list(role)
          .filter((item) => item.needed)
          .map((item) => item.role),
      );
    expect([...needed('finance')]).toEqual(['finance']);
    expect([...needed('founder')].sort()).toEqual(['finance', 'founder']);
    expect(list('finance').find(({ item }) => item === `plan.${failing.gate}`)).toMatchObject({
      label: 'FIN 2 corrective plan accepted',
      needed: true,
    });
    expect(
      list('engineering')
        .filter(({ mine }) => mine)
        .map(({ item }) => item),
    ).toEqual(['engineering.llm_cost', 'engineering.infra']);
  });

  it('says exactly what is open, and nothing where all is ticked', () => {
    const items = list('finance').filter(({ needed, automatic }) => needed && !automatic);
    const ticks = items.map(({ item }) => event('checked', { body: { item } }));
    const asked = event('question', { figure: 'tier.starter.llm', body: { text: 'Net of the six?' } });
    const open = (events: readonly ReviewEvent[]) => openItems(reviewState(BUILT, events), list('finance', events)).map(({ code }) => code);
    expect(open([])).toEqual(items.map(({ item }) => item));
    expect(open([...ticks, asked])).toEqual([`question.${asked.eventNo}`]);
    expect(open([...ticks, asked, event('answer', { about: asked.eventNo })])).toEqual([]);
  });

  it('a plan that is not written cannot be accepted; without a freeze there is none to wait for', () => {
    const item = `plan.${failing.gate}`;
    expect(planMissing(item, new Map([[failing.gate, null]]))).toBe(true);
    expect(planMissing(item, new Map([[failing.gate, 'Lower the allowance.']]))).toBe(false);
    expect(planMissing(item, new Map())).toBe(false);
  });

  it('the worst fact is a failing gate, then an error, then the refusal of the reference', () => {
    const error = { code: 'CONSISTENCY_X', severity: 'error' as const, says: 'They differ.', figure: null, artifacts: [] };
    const refusal = { part: 'guardrails', says: 'an empty tier', field: null };
    const none = { ...gates, results: [{ ...failing, state: 'pass' as const }] };
    expect(worstFact({ gates, findings: [error], referenceRefusal: refusal })?.code).toBe(failing.gate);
    expect(worstFact({ gates: none, findings: [{ ...error, severity: 'warning' }, error], referenceRefusal: refusal })?.code).toBe(
      'CONSISTENCY_X',
    );
    expect(worstFact({ gates: none, findings: [], referenceRefusal: refusal })?.code).toBe('reference-refusal');
    expect(worstFact({ gates: none, findings: [], referenceRefusal: null })).toBeNull();
  });
});

describe('due dates', () => {
  it('lie in the following month, over the turn of the year too', () => {
    expect(buildAt('2026-05', { buildOnDay: 2 })).toBe('2026-06-02T00:00:00.000Z');
    expect(dueAt('2026-05', { buildOnDay: 2, acceptWithinDays: 3 })).toBe('2026-06-05T17:00:00.000Z');
    expect(buildAt('2026-12', { buildOnDay: 28 })).toBe('2027-01-28T00:00:00.000Z');
    expect(dueAt('2026-12', { buildOnDay: 28, acceptWithinDays: 60 })).toBe('2027-03-29T17:00:00.000Z');
  });
});
