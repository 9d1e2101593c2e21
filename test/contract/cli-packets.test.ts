/**
 * The committee's month in a terminal: evidence in, a packet built, read, questioned, corrected, accepted, verified,
 * exported. One workspace, one process a command.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { bytesOf, goodAssumptions, goodTelemetry } from '../support/finance-month.ts';
import { createCli, type Ran } from './support/run-cli.ts';

const cli = createCli('packets');
const at = (...names: string[]): string => join(cli.folder, ...names);
const ws = at('workspace');
const NOW = '2026-05-03T08:30:00Z';
const on = (...words: string[]): Promise<Ran> => cli.run(...words, '--workspace', ws, '--now', NOW, '--json');

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

beforeAll(async () => {
  writeFileSync(at('telemetry.json'), bytesOf(goodTelemetry()));
  writeFileSync(at('assumptions.json'), bytesOf({ ...goodAssumptions(), source_window_label: '2026-04' }));
  expect((await on('workspace', 'create', ws)).code).toBe(0);
});

describe('a month', () => {
  it('without evidence says what is missing and ends with 1; its packet is refused with 2', async () => {
    const inputs = await on('packet', 'inputs', '2026-04');
    expect(inputs.code).toBe(1);
    expect(inputs.json()).toMatchObject({ ready: false });
    const refused = await on('packet', 'build', '--month', '2026-04');
    expect(refused.code).toBe(2);
    expect(refused.json()).toMatchObject({
      error: { code: 'CONFLICT', details: { missing: ['finance-telemetry', 'finance-assumptions'] } },
    });
    expect((await on('packet', 'show', '2026-04')).json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect((await on('packet', 'build', '--month', '2026-13')).json()).toMatchObject({ error: { code: 'BAD_INPUT' } });
  });

  it('with evidence is built, listed, shown, and nothing new the second time', async () => {
    expect((await on('evidence', 'add', at('telemetry.json'), at('assumptions.json'))).code).toBe(0);
    const built = await on('packet', 'build', '--month', '2026-04');
    expect(built.json()).toMatchObject({ month: '2026-04', revision: 1, outcome: 'built', referenceRefusal: null });
    expect((await on('packet', 'build', '--month', '2026-04')).json()).toMatchObject({ outcome: 'nothing-new', revision: 1 });
    expect((await on('packet', 'list')).json()).toMatchObject({ packets: [{ month: '2026-04', state: 'draft', mrr: '36000.00' }] });
    expect((await on('packet', 'show', '2026-04')).json()).toMatchObject({ figures: { 'total.mrr': { value: '36000.00' } } });
    const figure = await on('packet', 'show', '2026-04', '--figure', 'tier.starter.llm');
    expect(figure.json()).toMatchObject({ figure: { value: '94.08', inputs: [{ pointer: '/tier_llm_usage/1/total_cost_usd' }] } });
    const unknown = await on('packet', 'show', '2026-04', '--figure', 'no.such');
    expect([unknown.code, unknown.json<{ error: { code: string } }>().error.code]).toEqual([2, 'NOT_FOUND']);
    expect((await cli.run('packet', 'show', '2026-04', '--workspace', ws)).stdout).toMatch(
      /Blended margin\s+\d\d\.\d\d%\s+\d\d\.\d\d% ≥ 80\.00%/,
    );
  });

  it('is verified, and exported as the document that was verified', async () => {
    const verified = await on('packet', 'verify', '2026-04');
    expect(verified.code).toBe(0);
    const { holds, documentSha256 } = verified.json<{ holds: boolean; documentSha256: string }>();
    expect(holds).toBe(true);
    const file = at('packet.json');
    expect((await on('packet', 'export', '2026-04', '--format', 'json', '--output', file)).code).toBe(0);
    expect(createHash('sha256').update(readFileSync(file)).digest('hex')).toBe(documentSha256);
    expect((await on('packet', 'export', '2026-04', '--format', 'docx', '--output', file)).code).toBe(2);
    expect((await on('packet', 'export', '2026-04', '--format', 'pdf')).code).toBe(2);
  });
});

describe('the review', () => {
  const review = (...words: string[]) => on('packet', 'review', ...words);

  it('asks, answers, ticks, says what is open, and accepts', async () => {
    expect((await review('accept', '2026-04')).code).toBe(2);
    expect((await review('submit', '2026-04')).json()).toMatchObject({ state: 'in-review' });
    const { eventNo } = (await review('ask', '2026-04', 'What moved it?', '--figure', 'blended_margin')).json<{ eventNo: number }>();
    await review('comment', '2026-04', 'Looks plausible.');
    const open = await review('accept', '2026-04');
    expect(open.json<{ error: { details: { open: { code: string }[] } } }>().error.details.open.map(({ code }) => code)).toEqual([
      `question.${eventNo}`,
      'finance.margin_trend',
      'finance.largest_move',
      'finance.stress_case',
      'finance.inputs',
      'finance.findings',
    ]);
    expect(open.stderr).toContain('finance.stress_case: Stress case reviewed is not ticked');
    expect((await review('answer', '2026-04', String(eventNo), 'Support, by 0.14 pt.')).json()).toMatchObject({ openQuestions: 0 });
    const ticks = ['margin_trend', 'largest_move', 'stress_case', 'inputs', 'findings'].map((item) => `finance.${item}`);
    expect((await review('check', '2026-04', ...ticks)).code).toBe(0);
    const worst = (await review('show', '2026-04')).json<{ review: { worst: { code: string } | null } }>().review.worst;
    const accepted = await review('accept', '2026-04', ...(worst === null ? [] : ['--knowing', worst.code]));
    expect(accepted.json()).toMatchObject({ state: 'accepted', revision: 1 });
  });

  it('a correction makes a revision, which is sent back; the accepted one stays', async () => {
    expect((await on('packet', 'correct', '2026-04', 'infra=2', '--reason', 'as measured')).code).toBe(2);
    const corrected = await on('packet', 'correct', '2026-04', '/stress_scenario/infra_cost_multiplier=1.5', '--reason', 'as measured');
    expect(corrected.json()).toMatchObject({ month: '2026-04', revision: 2 });
    expect((await review('submit', '2026-04')).code).toBe(0);
    expect((await review('send-back', '2026-04', '--reason', 'why 1.5?')).json()).toMatchObject({ state: 'sent-back', revision: 2 });
    expect((await on('packet', 'show', '2026-04', '--revision', '1')).json()).toMatchObject({
      head: { state: 'accepted', supersededBy: 2 },
    });
    expect((await on('packet', 'verify', '2026-04', '--revision', '1')).code).toBe(0);
  });

  it('the schedule is shown and changed', async () => {
    expect((await on('packet', 'schedule')).json()).toEqual({ buildOnDay: 2, acceptWithinDays: 5, automatic: true });
    expect((await on('packet', 'schedule', '--build-on-day', '4', '--automatic', 'off')).json()).toEqual({
      buildOnDay: 4,
      acceptWithinDays: 5,
      automatic: false,
    });
    expect((await on('packet', 'schedule', '--automatic', 'maybe')).code).toBe(2);
  });
});
