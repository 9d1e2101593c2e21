// The packet for people of the memo's month: the golden figures of contract A.5, from the public pair that fails its gates.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildPacket, documentBytes } from '../../src-main/packets/packet-model.ts';
import type { PacketSources } from '../../src-main/packets/packet-sources.ts';
import { describeShared, sharedData } from '../support/shared-data.ts';

const read = (name: string): Buffer => readFileSync(sharedData('evidence', '2026-02-28', name));

describeShared('the packet of February 2026', () => {
  const sources = (): PacketSources => ({
    month: '2026-02',
    artifacts: [],
    telemetryBytes: read('finance_telemetry_snapshot_2026-02-28.json'),
    assumptionsBytes: read('finance_committee_packet_assumptions_2026-02-28.json'),
    policy: null,
    run: null,
    findings: [],
    previous: null,
    history: [],
    referenceRefusal: null,
  });

  it('has the figures that the original scripts give, to the cent', () => {
    const document = buildPacket(sources());
    const value = (id: string) => document.figures.find((figure) => figure.id === id)?.value;
    const columns = ['mrr', 'effective_mrr', 'llm', 'infra', 'support', 'margin'];
    expect(
      Object.fromEntries(
        ['starter', 'growth', 'pro', 'enterprise'].map((tier) => [tier, columns.map((column) => value(`tier.${tier}.${column}`))]),
      ),
    ).toEqual({
      starter: ['5880.00', '5194.00', '2143.20', '415.52', '936.00', '32.72'],
      growth: ['9685.00', '8555.08', '3411.50', '641.63', '747.00', '43.89'],
      pro: ['9269.00', '8187.61', '4175.80', '556.76', '550.00', '35.48'],
      enterprise: ['11186.00', '10253.83', '6292.00', '615.23', '438.00', '28.37'],
    });
    expect(['blended_margin', 'p95_envelope', 'discount_impact', 'stress_margin', 'arr', 'tco'].map(value)).toEqual([
      '35.00',
      '74.86',
      '10.63',
      '28.08',
      '386286.24',
      '682000.00',
    ]);
    expect(document.scenarios.map(({ name, effectiveMrr, margin }) => [name, effectiveMrr, margin])).toEqual([
      ['baseline', '32190.53', '35.00'],
      ['higher_pro_price', '33469.02', '37.65'],
    ]);
    expect(document.gates.results.filter(({ state }) => state === 'fail').map(({ name }) => name)).toEqual(['FIN 1', 'FIN 2', 'FIN 5']);
  });

  it('comes out the same twice', () => {
    expect(documentBytes(buildPacket(sources()))).toEqual(documentBytes(buildPacket(sources())));
  });
});
