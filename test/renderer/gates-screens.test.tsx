/** Screens of gates as markup, over gates that really ran. */
import { describe, expect, it } from 'vitest';
import { FreezeBanner } from '../../src-renderer/features/gates/freeze-banner.tsx';
import { GateDetail } from '../../src-renderer/features/gates/gate-detail.tsx';
import { GatesScreen } from '../../src-renderer/features/gates/gates-screen.tsx';
import { MotionsTab } from '../../src-renderer/features/gates/motions-tab.tsx';
import { RunScreen } from '../../src-renderer/features/gates/run-screen.tsx';
import { ThresholdsTab } from '../../src-renderer/features/gates/thresholds-tab.tsx';
import type { Freeze } from '../../src-shared/contract/gates.ts';
import { type Asked, renderScreen } from './support/render.tsx';

const FIN2 = 'fin_gate_2_llm_cogs_containment';
const GATES: readonly Asked[] = [
  ['gate.matrix', { months: 12 }],
  ['freeze.get', {}],
];
const text = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll('&gt;', '>')
    .replaceAll(/\s+/g, ' ');
const idle = { start: () => undefined, busy: false, refused: null };

describe('the matrix', () => {
  it('has a name in every cell, one that can be reached, and colour only where something fails', async () => {
    const html = await renderScreen(<GatesScreen />, GATES);
    expect(text(html)).toContain('1 of 30 gates fails');
    expect(text(html)).toContain('for the May close, run 3');
    expect(html).toContain('aria-label="LLM cost containment, p95, May 2026: fails, 8.32%"');
    const cells = [...html.matchAll(/<button[^>]*data-cell[^>]*>/g)].map(([cell]) => cell);
    expect(cells.length).toBeGreaterThan(90);
    expect(cells.every((cell) => cell.includes('aria-label="'))).toBe(true);
    expect(cells.filter((cell) => cell.includes('tabindex="0"'))).toHaveLength(1);
    expect(cells.filter((cell) => cell.includes('gate-fail'))).toHaveLength(1);
  });

  it('says what is frozen, why, who lifts it and until when', async () => {
    const html = text(await renderScreen(<GatesScreen />, GATES));
    expect(html).toContain('because FIN 2 failed at the May close');
    expect(html).toContain('Plan: Put the prompt limit of Starter back.');
    expect(html).toContain('The freeze lifts with the first gate run of the newest month in which FIN 2 passes.');
    expect(html).toContain('Ilse Maren');
  });

  it('of an empty workspace says what is missing and the first step', async () => {
    const html = text(await renderScreen(<GatesScreen />, GATES, { scenario: 'empty' }));
    expect(html).toContain('There is no evidence to judge yet');
    expect(html).toContain('Add a source…');
  });

  it('without a plan asks for one', async () => {
    const freeze: Freeze = {
      freezeNo: 1,
      frozenAt: '2026-06-02T10:00:00.000Z',
      month: '2026-05',
      runNo: 3,
      gates: [{ gate: FIN2, short: 'FIN 2', name: 'LLM', says: '8.32% > 8.00%' }],
      says: 'FIN 2 failed.',
      latest: null,
      plan: null,
      failedAgain: 0,
      liftedAt: null,
      liftedByRun: null,
    };
    const html = text(await renderScreen(<FreezeBanner freeze={freeze} lifts="It lifts." onPlan={() => undefined} />, []));
    expect(html).toContain('There is no corrective plan yet. It lifts.');
    expect(html).toContain('Write the corrective plan…');
  });
});

describe('a gate, a run, motions and thresholds', () => {
  it('the open gate: figure and limit, tiers, what changed, inputs, next step', async () => {
    const html = text(
      await renderScreen(<GateDetail gate={FIN2} month="2026-05" run={idle} onPlan={() => undefined} />, [
        ['gate.detail', { gate: FIN2, month: '2026-05' }],
      ]),
    );
    for (const said of [
      'FIN 2 fails, May 2026',
      '8.32%',
      'At most',
      '8.00%',
      'Over by',
      '+0.32 pt',
      'Enterprise',
      'Next step',
      'run 3',
      'Open corrective plan',
    ])
      expect(html).toContain(said);
  });

  it('a run: every gate with its reason, every input with its hash', async () => {
    const html = await renderScreen(<RunScreen runNo={3} />, [['gate.runDetail', { runNo: 3 }]]);
    expect(text(html)).toContain('May 2026 fails');
    expect(text(html)).toContain('8.32% > 8.00%.');
    expect(text(html)).toContain('countersign gate show 3');
    expect(html).toContain('href="#/evidence/artifact/');
  });

  it('motions: what is missing with the way to it, and the refusal that was kept', async () => {
    const html = await renderScreen(<MotionsTab />, [
      ['motion.guard', {}],
      ['motion.list', { limit: 200 }],
    ]);
    expect(text(html)).toContain('No. A change of prices or packages may not be proposed');
    expect(text(html)).toContain('Motions are frozen since 2026-06-15');
    expect(text(html)).toContain('refused Starter to 45 USD');
    expect(html).toContain('href="#/settings/members"');
  });

  it('thresholds: each with its gate, limit and default', async () => {
    const html = text(await renderScreen(<ThresholdsTab />, [['gate.thresholds', {}]]));
    expect(html).toContain('p95 LLM cost of MRR FIN 2 ≤ 8.00% 8.00%');
    expect(html).toContain('Discount band of enterprise policy as the cap');
    expect(html).toContain('the product’s default');
  });
});
