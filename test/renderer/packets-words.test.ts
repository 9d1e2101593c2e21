import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  boundShown,
  changeShown,
  grouped,
  monthAfter,
  monthBeside,
  questionWords,
  shown,
} from '../../src-renderer/features/packets/packet-words.ts';
import { acceptRefusal, reviewRefusal } from '../../src-renderer/features/packets/refusals.ts';
import { correctionProblem, correctionValue } from '../../src-renderer/features/packets/correction.ts';
import { fieldProblem, recordFields, scenarioFields, trialInput } from '../../src-renderer/features/packets/trial-inputs.ts';
import { scheduleWords } from '../../src-renderer/features/packets/schedule-words.ts';
import type { PacketAnswer } from '../../src-renderer/features/packets/packet-context.tsx';

const assumption = { pointer: '/annual_mix_by_tier/starter', title: 'Starter', unit: 'share', value: '0.7', min: 0, max: 1 };

const packet = {
  head: { packetId: 'packet-1' },
  tiers: [
    { tier: 'starter', title: 'Starter' },
    { tier: 'growth', title: 'Growth' },
    { tier: 'pro', title: 'Pro' },
    { tier: 'enterprise', title: 'Enterprise' },
  ],
  infraCostMultiplier: '2',
  thresholds: { minBlendedMargin: '80.00', minStressMargin: '75.00', maxP95Envelope: '8.00', maxDiscountImpact: '18.00' },
} as unknown as PacketAnswer;

describe('exact figures', () => {
  it('keep every digit, grouped, with a true minus', () => {
    expect(grouped('296413.47')).toBe('296,413.47');
    expect(grouped('-1234.50')).toBe('−1,234.50');
    expect(grouped('9007199254740993.01')).toBe('9,007,199,254,740,993.01');
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.integer({ min: 0, max: 99 }), (whole, cents) => {
        const text = `${whole}.${String(cents).padStart(2, '0')}`;
        expect(grouped(text).replaceAll(',', '').replace('−', '-')).toBe(text);
      }),
    );
  });

  it('show a percentage with its sign, and its change in points with a sign of its own', () => {
    expect(shown('82.08', 'percent')).toBe('82.08%');
    expect(shown(null, 'percent')).toBe('none');
    expect(changeShown('0.18', 'percent')).toBe('+0.18 pt');
    expect(changeShown('-0.40', 'percent')).toBe('−0.40 pt');
    expect(changeShown('0.00', 'USD')).toBe('±0');
    expect(changeShown('-104.90', 'USD')).toBe('−104.90');
  });

  it('stand with their bound', () => {
    expect(boundShown({ kind: 'max', value: '8.00', holds: false, says: '', gate: '' }, 'percent')).toBe('limit 8.00%');
    expect(boundShown({ kind: 'min', value: '80.00', holds: true, says: '', gate: '' }, 'percent')).toBe('floor 80.00%');
  });
});

describe('months', () => {
  it('follow each other over the turn of the year', () => {
    expect(monthAfter('2025-12')).toBe('2026-01');
    expect(monthAfter('2026-01', -1)).toBe('2025-12');
  });

  it('name their year only beside another one', () => {
    expect(monthBeside('2026-04', '2026-05')).toBe('April');
    expect(monthBeside('2025-12', '2026-01')).toBe('December 2025');
  });
});

describe('a refused act', () => {
  const may = { allowed: true, says: '' };
  const all = { submit: may, comment: may, accept: may, sendBack: may, correct: may };
  const open = [
    { code: 'question.5', says: 'The question of Amara Okafor is not answered', figure: 'blended_margin' },
    { code: 'plan', says: 'FIN 2 corrective plan accepted is not ticked', figure: null },
  ];

  it('names exactly what is open', () => {
    expect(acceptRefusal({ may: all, open }, null)).toEqual({
      reason: '2 things are open before it can be accepted.',
      wayRound: '1. The question of Amara Okafor is not answered.\n2. FIN 2 corrective plan accepted is not ticked.',
    });
    expect(acceptRefusal({ may: all, open: [] }, null)).toBeNull();
  });

  it('says the role first: what is open does not help who may not accept anyway', () => {
    expect(acceptRefusal({ may: all, open }, 'This role may not do it.')).toEqual({ reason: 'This role may not do it.' });
    expect(reviewRefusal({ allowed: false, says: 'Revision 3 replaces this one.' }, null)).toBe('Revision 3 replaces this one.');
  });
});

describe('a correction', () => {
  it('keeps a number a number, within its bounds, and different from what stands there', () => {
    expect(correctionProblem(assumption, '0.48')).toBeNull();
    expect(correctionValue(assumption, ' 0.48 ')).toBe(0.48);
    expect(correctionProblem(assumption, '0.70')).toContain('stands there already');
    expect(correctionProblem(assumption, '1.2')).toContain('more than 1');
    expect(correctionProblem(assumption, '-0.1')).toContain('less than 0');
    expect(correctionProblem(assumption, '48 %')).toContain('A number');
    expect(correctionProblem(assumption, '1e3')).toContain('A number');
  });
});

describe('a trial', () => {
  it('asks for nothing while nothing differs from the record', () => {
    expect(trialInput(packet, recordFields(packet))).toBeNull();
  });

  it('sends only what differs', () => {
    const fields = recordFields(packet);
    expect(
      trialInput(packet, {
        ...fields,
        prices: { ...fields.prices, growth: '1.1' },
        thresholds: { ...fields.thresholds, maxP95Envelope: '7.5' },
      }),
    ).toEqual({ packetId: 'packet-1', monthlyPricesByTier: { growth: 1.1 }, thresholds: { maxP95Envelope: 7.5 } });
    expect(trialInput(packet, { ...fields, stress: '3' })).toEqual({ packetId: 'packet-1', infraCostMultiplier: 3 });
  });

  it('waits while a field holds no number', () => {
    const fields = recordFields(packet);
    for (const text of ['', '.', '1.', 'one', '1e9', '-1', 'NaN']) {
      expect(trialInput(packet, { ...fields, subscriptions: { ...fields.subscriptions, starter: text } })).toBeNull();
      expect(fieldProblem(text, 0, 1000)).not.toBeNull();
    }
    expect(fieldProblem('0.5', 1, 4)).toBe('It lies between 1 and 4.');
  });

  it('takes the multipliers of a scenario', () => {
    const scenario = {
      name: 'up',
      subscriptionsByTier: { starter: '0.96', growth: '1', pro: '1', enterprise: '1' },
      monthlyPricesByTier: { starter: '1.1', growth: '1', pro: '1', enterprise: '1' },
      effectiveMrr: '1.00',
      margin: '1.00',
    };
    expect(trialInput(packet, scenarioFields(packet, scenario))).toEqual({
      packetId: 'packet-1',
      subscriptionsByTier: { starter: 0.96 },
      monthlyPricesByTier: { starter: 1.1 },
    });
  });
});

describe('words', () => {
  it('count questions by what became of them', () => {
    expect(questionWords([])).toBe('none asked');
    expect(questionWords([{ state: 'answered' }, { state: 'open' }, { state: 'withdrawn' }])).toBe(
      '3 asked, 1 answered, 1 withdrawn, 1 open',
    );
  });

  it('say the schedule', () => {
    expect(scheduleWords({ buildOnDay: 2, acceptWithinDays: 1, automatic: false })).toBe(
      'Built by hand on day 2 of the following month, to be accepted within 1 day.',
    );
  });
});
