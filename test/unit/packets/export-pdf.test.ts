/** The report: the same bytes for the same packet, every part on its pages, read and drawn by poppler. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shown } from '../../../src-main/packets/figure-words.ts';
import { exportPacket } from '../../../src-main/packets/export/export-packet.ts';
import { statements } from '../../../src-main/packets/export/report-cover.ts';
import { reportOf } from '../../../src-main/packets/export/report.ts';
import type { PacketForExport } from '../../../src-main/packets/packet-for-export.ts';
import { eventOf, NAMES, packetForExport, worstPacket } from '../../support/packet-for-export.ts';
import { drawPages, keepPages, pdfFonts, pdfPages, pdfText, popplerIsMissing, popplerSuite } from '../../support/poppler.ts';

const KEPT = resolve(import.meta.dirname, '../../../artifacts/packet-report');
const pdfOf = async (packet: PacketForExport): Promise<Uint8Array> => (await exportPacket(packet, 'pdf')).bytes;

/** Heads of the parts, as the report has them. */
const headsOf = (packet: PacketForExport): string[] => {
  const heads: string[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('outlineText' in value && typeof value.outlineText === 'string') heads.push(value.outlineText);
    for (const item of Object.values(value)) walk(item);
  };
  walk(reportOf(packet).content);
  return heads;
};

let good: Uint8Array;
let worst: Uint8Array;
beforeAll(async () => {
  good = await pdfOf(packetForExport());
  worst = await pdfOf(worstPacket());
}, 120_000);

describe('the bytes', () => {
  const zone = process.env['TZ'];
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  it('are the same for the same packet, in another time zone too', async () => {
    process.env['TZ'] = 'Pacific/Kiritimati';
    expect(new Date(0).getTimezoneOffset()).not.toBe(0);
    expect(Buffer.compare(await pdfOf(packetForExport()), good)).toBe(0);
  });

  it('do not depend on who asks, on when, or on what they may do', async () => {
    const { review } = packetForExport();
    const may = { allowed: true, says: '' };
    const other = packetForExport({
      head: { overdue: true },
      review: {
        may: { submit: may, comment: may, accept: may, sendBack: may, correct: may },
        open: [{ code: 'finance.inputs', says: 'not ticked', figure: null }],
        checklist: review.checklist.map((item) => ({ ...item, mine: true, needed: false })),
      },
    });
    expect(Buffer.compare(await pdfOf(other), good)).toBe(0);
  });

  it('are others for another decision', async () => {
    expect(Buffer.compare(await pdfOf(packetForExport({ review: { decided: null }, head: { state: 'in-review' } })), good)).not.toBe(0);
  });

  it('are a PDF made at the time of the build, with nothing that runs or is fetched', () => {
    const text = Buffer.from(good).toString('latin1');
    expect(text.startsWith('%PDF-1.7')).toBe(true);
    expect(text.trimEnd().endsWith('%%EOF')).toBe(true);
    expect([text.includes('(D:20260503083000Z)'), text.includes('<xmp:CreateDate>2026-05-03T08:30:00Z<')]).toEqual([true, true]);
    expect(/\/(JavaScript|JS|Launch|URI|SubmitForm|EmbeddedFile|OpenAction)\b/.exec(text)?.[0]).toBeUndefined();
  });
});

describe('what stands against a month', () => {
  it('comes first on the cover, worst first; nothing is said to be nothing', () => {
    expect(statements(packetForExport())).toEqual([
      ['ok', 'Nothing stands against the month: every gate passes, and its artifacts agree.'],
    ]);
    const said = statements(worstPacket());
    expect(said[0]).toEqual(['warn', 'Revision 7 replaces this one. Read that one instead.']);
    expect(said[1]?.[0]).toBe('bad');
    expect(said.filter(([status]) => status === 'bad')).toHaveLength(20);
    expect(said.map(([, says]) => says)).toContain('The reference writes no files for the month: margin_percent must not be negative');
  });

  it('a month without a gate run is not said to pass', () => {
    const { document } = packetForExport();
    const [first] = statements(packetForExport({ document: { gates: { ...document.gates, runId: null, decision: 'no-run' } } }));
    expect(first?.[0]).toBe('idle');
  });
});

describe.skipIf(popplerIsMissing)(popplerSuite('read by poppler'), () => {
  it('has its fonts in it, as text that can be selected', () => {
    const fonts = pdfFonts(good);
    expect(fonts.map(({ name }) => name.replace(/^[A-Z]{6}\+/, '')).sort()).toEqual(['Roboto-Medium', 'Roboto-Regular']);
    for (const font of fonts) expect(font).toMatchObject({ embedded: true, subset: true, unicode: true });
  });

  it('says month, state, decision, every key figure, every digest and every part', () => {
    const packet = packetForExport();
    const text = pdfText(good);
    const { figures, inputs } = packet.document;
    for (const id of ['blended_margin', 'stress_margin', 'p95_envelope', 'discount_impact']) {
      const figure = figures.find((one) => one.id === id)!;
      expect(text).toContain(shown(figure.value, 'percent'));
      expect(text).toContain(figure.limit!.says);
    }
    for (const id of ['total.mrr', 'total.effective_mrr', 'total.cogs', 'total.gross_profit', 'arr', 'tco', 'hosting_delta'])
      expect(text).toContain(shown(figures.find((one) => one.id === id)!.value, 'USD').replace('USD ', ''));
    for (const { sha256 } of [...inputs, ...packet.head.referenceFiles]) expect(text).toContain(sha256);
    for (const words of [
      'April 2026',
      'Switchboard',
      'Accepted by Tomás Reyes, 2026-05-04 10:05 UTC: “A good month.”',
      packet.document.comparison!.documentSha256,
      'Is this net of the tenants that came back?',
      'Yes: they count as zero.',
      'fin_gate_1_gross_margin_floor',
      'countersign packet verify 2026-04 --revision 1',
      'sha256sum -c SHA256SUMS',
    ])
      expect(text).toContain(words);
    const heads = headsOf(packet);
    expect(heads.length).toBeGreaterThan(14);
    for (const head of heads) expect(text).toContain(head);
  });

  it('numbers its pages and has the digest of the document on each', () => {
    const { documentSha256 } = packetForExport().head;
    const pages = pdfPages(good);
    expect(pages.length).toBeGreaterThanOrEqual(5);
    expect(pages.length).toBeLessThanOrEqual(9);
    for (const [i, page] of pages.entries()) {
      expect(page).toContain(`${i + 1} of ${pages.length}`);
      expect(page).toContain(documentSha256);
      // More than head and foot.
      expect(page.split(/\s+/).length).toBeGreaterThan(60);
    }
  });

  it('is drawn: A4, no page blank, nothing over the edge', () => {
    for (const page of [...drawPages(good), ...drawPages(worst)]) {
      expect([page.width, page.height]).toEqual([596, 842]);
      expect(page.ink).toBeGreaterThan(0.005);
      expect(page.ink).toBeLessThan(0.6);
      expect(page.touchesEdge).toBe(false);
    }
  });

  it('loses nothing of the worst: long texts, 40 questions, 36 months, failed gates, the refusal', () => {
    const packet = worstPacket();
    const pages = pdfPages(worst);
    const text = pages.join(' ').replaceAll(/\s+/g, ' ');
    for (let i = 1; i <= 40; i += 1) expect(text).toContain(`Question ${i}:`);
    for (const { answers } of packet.review.questions)
      for (const { text: answer } of answers) expect(text).toContain(answer.slice(0, 14).trim());
    for (const { gate } of packet.document.gates.results) expect(text).toContain(gate);
    for (const { code } of packet.document.findings) expect(text).toContain(code);
    for (const { month } of packet.document.history) expect(text).toContain(month);
    for (const head of headsOf(packet)) expect(text).toContain(head);
    expect(text).toContain('margin_percent must not be negative (tier_unit_economics/0/margin_percent)');
    const countOf = (pattern: RegExp): number => [...text.matchAll(pattern)].length;
    const all = (texts: readonly string[], pattern: RegExp): number =>
      texts.reduce((sum, one) => sum + [...one.matchAll(pattern)].length, 0);
    const said = packet.review.questions.flatMap(({ question, answers }) => [question.text, ...answers.map((answer) => answer.text)]);
    expect(countOf(/\bline\b/g)).toBe(all(said, /\bline\b/g));
    expect(countOf(/x{20,}/g)).toBeGreaterThan(0);
    expect([...text.matchAll(/x{20,}/g)].reduce((sum, [run]) => sum + run.length, 0)).toBe(8 * 400);
    const long = [
      ...said,
      ...packet.review.comments.map((comment) => comment.text),
      ...packet.document.gates.results.map(({ says }) => says),
      ...packet.document.findings.map(({ says }) => says),
    ];
    expect(countOf(/\bbilling\b/g)).toBeGreaterThanOrEqual(all(long, /\bbilling\b/g));
    expect(pages.length).toBeLessThan(60);
  });

  it('shows names in scripts that the font has, and the others by their code points', async () => {
    const text = pdfText(
      await pdfOf(
        packetForExport({ review: { comments: NAMES.map((who, i) => eventOf(20 + i, 'comment', `says ${i}`, { who, role: null })) } }),
      ),
    );
    for (const name of ['Tomás Reyes', 'Łukasz Żółć', 'Ελένη Παππά', 'Ольга Ёлкина', 'Nguyễn Thị Hồng'])
      expect(text).toContain(`${name}, 2026`);
    for (const name of ['<U+5F20 U+4E09>', '<U+0645 U+062D U+0645 U+062F>', 'Ada <U+1F98A>', 'a<U+202E>b'])
      expect(text).toContain(`${name}, 2026`);
  });

  it('a first month without a month before, closes or scenarios is a report too', async () => {
    const { document } = packetForExport();
    const text = pdfText(
      await pdfOf(
        packetForExport({
          document: {
            comparison: null,
            movement: null,
            history: document.history.slice(-1),
            scenarios: [],
            findings: [],
            figures: document.figures.map((figure) => ({
              ...figure,
              previous: null,
              value: figure.id.startsWith('tier.') ? null : figure.value,
            })),
            gates: { runId: null, decision: 'no-run', results: document.gates.results.slice(0, 5) },
          },
          inputFiles: [],
          review: { events: [], questions: [], comments: [], checklist: [], decided: null },
          head: { state: 'draft' },
        }),
      ),
    );
    for (const words of [
      'No earlier packet stands',
      'no month before',
      'The assumptions have no scenarios',
      'Not submitted yet',
      'No gate run stands behind',
    ])
      expect(text).toContain(words);
  });

  it('is kept as pictures for people to look at', () => {
    mkdirSync(KEPT, { recursive: true });
    keepPages(good, `${KEPT}/good`);
    expect(pdfPages(good).length).toBeGreaterThan(0);
  });
});
