/** Figures for spreadsheets: complete, exact, and nothing in them that a spreadsheet would run. */
import { describe, expect, it } from 'vitest';
import { exportPacket } from '../../../src-main/packets/export/export-packet.ts';
import { csvOf, figuresCsv, safeCell, tiersCsv } from '../../../src-main/packets/export/packet-csv.ts';
import { packetForExport, worstPacket } from '../../support/packet-for-export.ts';

/** RFC 4180, strictly: CR LF between records, quotes doubled inside quotes. */
function readCsv(bytes: Uint8Array): string[][] {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at += 1) {
        if (at >= text.length) throw new Error('a quote is not closed');
        if (text[at] === '"') at += 1;
        cell += text[at];
      }
      at += 1;
    } else while (at < text.length && text[at] !== ',' && text[at] !== '\r') cell += text[at++];
    rows.at(-1)!.push(cell);
    if (text[at] === ',') at += 1;
    else if (text.startsWith('\r\n', at)) {
      at += 2;
      if (at < text.length) rows.push([]);
    } else if (at < text.length) throw new Error(`a record ends in ${JSON.stringify(text[at])}`);
  }
  return rows;
}

describe('a cell', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ["=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"],
    ['+1+1', "'+1+1"],
    ['-1+1', "'-1+1"],
    ['-', "'-"],
    ['--5', "'--5"],
    ['@SUM(A1:A9)', "'@SUM(A1:A9)"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ['\n=1', "'\n=1"],
    ['＝1+1', "'＝1+1"],
    ['＋1', "'＋1"],
    ['－1', "'－1"],
    ['＠A1', "'＠A1"],
    ['-1e5', "'-1e5"],
    ['+5', "'+5"],
    ['-1,5', "'-1,5"],
    ['-0x1', "'-0x1"],
  ])('that a spreadsheet would run gets an apostrophe: %j', (cell, safe) => {
    expect(safeCell(cell)).toBe(safe);
  });

  it.each(['-1234.50', '-0', '0', '12', '82.08', '', 'baseline', '8.32% > 8.00%', "it's =1", 'a\tb', '−5'])(
    'that is none stays: %j',
    (cell) => {
      expect(safeCell(cell)).toBe(cell);
    },
  );

  it('that holds separators, quotes or line ends comes back whole', () => {
    const cells = ['a,b', 'say "yes"', 'one\r\ntwo', '', ' padded '];
    expect(readCsv(csvOf([cells, ['x', null, -3, '', '']]))).toEqual([cells, ['x', '', '-3', '', '']]);
  });
});

describe('the figures', () => {
  const packet = packetForExport();
  const [header = [], ...rows] = readCsv(figuresCsv(packet));
  const at = (row: readonly string[], column: string): string => row[header.indexOf(column)]!;

  it('are all there, in their order, exact and with their bounds', () => {
    expect(rows.map((row) => at(row, 'figure'))).toEqual(packet.document.figures.map(({ id }) => id));
    for (const [i, figure] of packet.document.figures.entries()) {
      expect(at(rows[i]!, 'value')).toBe(figure.value ?? '');
      expect(at(rows[i]!, 'comparison')).toBe(figure.limit?.says ?? '');
      expect(at(rows[i]!, 'change')).toBe(figure.previous?.change ?? '');
    }
    const margin = rows.find((row) => at(row, 'figure') === 'blended_margin')!;
    expect([at(margin, 'limit_kind'), at(margin, 'limit'), at(margin, 'limit_holds'), at(margin, 'gate'), at(margin, 'tier')]).toEqual([
      'min',
      '80.00',
      'true',
      'fin_gate_1_gross_margin_floor',
      '',
    ]);
    expect(rows.filter((row) => at(row, 'tier') === 'enterprise').length).toBeGreaterThan(10);
  });

  it('have a negative amount as a number and a name from outside as a text', () => {
    const worst = readCsv(figuresCsv(worstPacket()));
    expect(worst.find((row) => row[2] === 'total.mrr')?.[6]).toBe('-999999999999999.99');
    const renamed = packetForExport({
      document: { figures: packet.document.figures.map((figure) => ({ ...figure, title: '=HYPERLINK("http://a")', says: '@here' })) },
    });
    for (const row of readCsv(figuresCsv(renamed)).slice(1)) expect([row[4], row[15]]).toEqual(['\'=HYPERLINK("http://a")', "'@here"]);
  });

  it('are what the format csv gives', async () => {
    const { fileName, contentType, bytes } = await exportPacket(packet, 'csv');
    expect([fileName, contentType]).toEqual(['packet-2026-04-r1-figures.csv', 'text/csv; charset=utf-8; header=present']);
    expect(Buffer.compare(bytes, figuresCsv(packet))).toBe(0);
  });
});

describe('the tiers', () => {
  const packet = packetForExport();
  const [header = [], ...rows] = readCsv(tiersCsv(packet));

  it('are four rows and one of all, every column filled from its figure', () => {
    expect(rows.map((row) => row[1])).toEqual(['Starter', 'Growth', 'Pro', 'Enterprise', 'All paid tiers']);
    const value = (id: string) => packet.document.figures.find((figure) => figure.id === id)?.value;
    expect(rows[0]![header.indexOf('effective_mrr_usd')]).toBe(value('tier.starter.effective_mrr'));
    expect(rows[3]![header.indexOf('p99_llm_percent_of_mrr')]).toBe(value('tier.enterprise.p99_of_mrr'));
    expect(rows[4]![header.indexOf('gross_margin_percent')]).toBe(value('blended_margin'));
    for (const row of rows.slice(0, 4)) expect(row.filter((cell) => cell === '')).toEqual([]);
  });

  it('add up', () => {
    for (const column of ['mrr_usd', 'effective_mrr_usd', 'llm_cogs_usd', 'cogs_usd', 'gross_profit_usd']) {
      const cents = rows.map((row) => Math.round(Number(row[header.indexOf(column)]) * 100));
      expect([column, cents.slice(0, 4).reduce((a, b) => a + b, 0)]).toEqual([column, cents[4]]);
    }
  });
});

describe('the document', () => {
  it('is given out as it is stored', async () => {
    const packet = packetForExport();
    const { fileName, bytes } = await exportPacket(packet, 'json');
    expect(fileName).toBe('packet-2026-04-r1.json');
    expect(Buffer.from(bytes).toString('utf8')).toBe(packet.documentText);
  });
});
