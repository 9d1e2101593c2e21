import { describe, expect, it } from 'vitest';
import { PacketContext, type PacketAnswer } from '../../src-renderer/features/packets/packet-context.tsx';
import { PacketScreen } from '../../src-renderer/features/packets/packet-screen.tsx';
import { PacketsList } from '../../src-renderer/features/packets/packets-list.tsx';
import { ViewChecks } from '../../src-renderer/features/packets/view-checks.tsx';
import { ViewMoves } from '../../src-renderer/features/packets/view-moves.tsx';
import { ViewOutlook } from '../../src-renderer/features/packets/view-outlook.tsx';
import { ViewRecord } from '../../src-renderer/features/packets/view-record.tsx';
import { createAppClient } from '../../src-renderer/port/app-client.ts';
import { createFixtureApp, type FixtureOptions } from './support/fixture-app.ts';
import { type Asked, renderScreen } from './support/render.tsx';

const text = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll('&gt;', '>')
    .replaceAll(/\s+/g, ' ');

const month = (name: string, more: readonly Asked[] = [], options?: FixtureOptions): Promise<string> =>
  renderScreen(<PacketScreen month={name} />, [['packet.get', { month: name }], ...more], options);

const packetOf = async (name: string): Promise<PacketAnswer> => {
  const app = createFixtureApp();
  const client = createAppClient({ open: () => Promise.resolve(app.connect()) });
  try {
    return await client.live.call('packet.get', { month: name });
  } finally {
    client.live.close();
    app.close();
  }
};

const inPacket = (packet: PacketAnswer, view: React.ReactNode, asked: readonly Asked[] = []): Promise<string> =>
  renderScreen(<PacketContext.Provider value={{ packet, ask: () => undefined }}>{view}</PacketContext.Provider>, asked);

describe('the list of packets', () => {
  it('says what is due or missing first, then one row a month', async () => {
    const html = await renderScreen(<PacketsList />, [['packet.list', {}]]);
    const words = text(html);
    expect(words.indexOf('January 2026 is overdue')).toBeLessThan(words.indexOf('Months newest first'));
    expect(words).toContain('October 2025 Missing: finance telemetry.');
    expect(words).toContain('May 2026 in review 2 restated');
    expect(words).toContain('8.32% > 8.00%');
    expect(words).toContain('FIN 2');
    expect(html).toContain('href="#/packets/2026-05"');
  });

  it('begins with a source where there is no evidence', async () => {
    const words = text(await renderScreen(<PacketsList />, [['packet.list', {}]], { scenario: 'empty' }));
    expect(words).toContain('No month has evidence yet');
    expect(words).toContain('Add a source…');
    expect(words).toContain('Build packet…');
  });
});

describe('one packet', () => {
  it('shows the key figures with their thresholds, each behind its proof', async () => {
    const html = await month('2026-05');
    const words = text(html);
    for (const part of ['332,668', '82.08%', '75.77%', '8.32%', '10.90%', 'floor 80.00%', 'limit 8.00%', '+5,020 on April'])
      expect(words).toContain(part);
    for (const id of ['total.mrr', 'blended_margin', 'tier.starter.llm', 'tier.enterprise.margin'])
      expect(html).toContain(`data-figure="${id}"`);
    // No number in the table of tiers stands without its proof.
    const rows = /<tbody>(.*?)<\/tbody>/s.exec(html)?.[1] ?? '';
    const cells = [...rows.matchAll(/<td class="num[^"]*">(.*?)<\/td>/gs)].map((match) => match[1] ?? '');
    expect(cells.length).toBeGreaterThan(40);
    for (const cell of cells) expect(cell).toMatch(/data-figure|pt$/);
  });

  it('keeps a refused acceptance visible and says exactly what is open', async () => {
    const html = await month('2026-05');
    const refused = [...html.matchAll(/<button[^>]*aria-disabled="true"[^>]*>/g)].map((match) => match[0]);
    expect(refused.length).toBeGreaterThan(0);
    for (const button of refused) expect(button).not.toContain(' disabled');
    const words = text(html);
    expect(words).toContain('Accept: 3 items open');
    expect(words).toContain('1. The question of Amara Okafor is not answered');
    expect(words).toContain('FIN 2 corrective plan accepted is not ticked');
  });

  it('shows who asked what about which figure, and its answer', async () => {
    const words = text(await month('2026-05'));
    expect(words).toContain('2 asked, 1 answered, 1 open');
    expect(words).toContain('Is the 1,748.40 net of the 6 reactivated tenants?');
    expect(words).toContain('Lena Brandt Yes. They have no usage in May');
    expect(words).toContain("Founder's checklist 2 of 3");
    expect(words).toContain('needed to accept');
  });

  it('of a month that the reference refuses is read all the same, with the refusal', async () => {
    const words = text(await month('2025-12'));
    expect(words).toContain('The reference verifiers write no files for this month');
    expect(words).toContain('has no effective revenue');
    expect(words).toContain('There is no packet of the month before');
    expect(words).toContain('73.92%');
  });

  it('in draft waits to be submitted', async () => {
    const words = text(await month('2026-01'));
    expect(words).toContain('draft');
    expect(words).toContain('overdue');
    expect(words).toContain('Submit for review');
  });

  it('that does not exist yet says what is there, what is missing, and the way to it', async () => {
    // The question is refused with NOT_FOUND; the screen then asks for the inputs.
    const { PacketToBuild } = await import('../../src-renderer/features/packets/packet-to-build.tsx');
    const words = text(await renderScreen(<PacketToBuild month="2025-10" />, [['packet.inputs', { month: '2025-10' }]]));
    expect(words).toContain('no packet yet');
    expect(words).toContain('Finance telemetry required missing Without finance telemetry there is no packet.');
    expect(words).toContain('Build packet…');
  });

  it('refuses everything that would change it where the workspace is read-only', async () => {
    const words = text(await month('2026-05', [], { scenario: 'read-only' }));
    expect(words.split('The workspace is open read-only').length).toBeGreaterThan(4);
  });
});

describe('the other views', () => {
  it('mark a trial as not recorded', async () => {
    const packet = await packetOf('2026-05');
    const words = text(await inPacket(packet, <ViewOutlook />, [['packet.trial', { packetId: packet.head.packetId }]]));
    expect(words).toContain('Try beside the record; nothing is stored');
    expect(words).toContain('not recorded');
    expect(words).toContain('Figure Record Trial Change Bound');
    expect(words).toContain('pro_price_up_15');
    expect(words).toContain('Hosted against self-hosted');
    expect(words).toContain('limit 18.00% for all tiers');
  });

  it('take the change apart, and the parts add up', async () => {
    const packet = await packetOf('2026-05');
    const words = text(await inPacket(packet, <ViewMoves />));
    expect(words).toContain('May 2026 against April');
    expect(words).toContain('MRR , USD 327,648.00 MRR: show proof. 332,668.00 +5,020.00');
    const parts = packet.comparison?.margin.reduce((sum, { value }) => sum + Math.round(Number(value) * 100), 0);
    expect(parts).toBe(Math.round(Number(packet.figures['blended_margin']?.previous?.change) * 100));
  });

  it('show each gate with its figures, and the artifacts with their hashes', async () => {
    const packet = await packetOf('2026-05');
    const words = text(await inPacket(packet, <ViewChecks />));
    expect(words).toContain('fails 8.32% > 8.00%');
    expect(words).toContain('stale');
    expect(words).toContain('finance_telemetry_snapshot_2026-05.json');
    expect(words).toContain(packet.inputs[0]?.sha256.slice(0, 8));
  });

  it('keep the record of who did what, and every revision', async () => {
    const packet = await packetOf('2026-05');
    const words = text(await inPacket(packet, <ViewRecord />));
    expect(words).toContain('Revision 2 shown');
    expect(words).toContain('Support of the starter tier at the price of the new desk.');
    expect(words).toContain('Priya Raman auditor verified Recomputed from its stored inputs, equal');
  });
});
