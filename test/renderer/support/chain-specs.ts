import type { ChainSpec, Fate } from './chain-model.ts';

/** Sizes at which a chain was anchored: four on the way and one at the end. */
const anchoredTo = (size: number): ChainSpec['checkpoints'] => {
  const step = Math.max(256, Math.floor(size / 4 / 256) * 256);
  const on = Array.from({ length: 8 }, (_, i) => step * (i + 1)).filter((s) => s < size);
  return [...on, size].map((s, i) => ({ size: s, parties: i === 0 ? 1 : 2 }));
};

const chain = (
  source: string,
  folder: string,
  issued: number,
  firstAt: string,
  everySeconds: number,
  fate: Fate = 'good',
  extra: Partial<ChainSpec> = {},
): ChainSpec => {
  const [plan = 'pro', version = '1.0'] = folder.split('@');
  return {
    source,
    folder,
    plan: plan as ChainSpec['plan'],
    version,
    profile: 'jcs-sha256-1',
    issued,
    firstAt,
    everySeconds,
    fate,
    checkpoints: fate === 'good' ? anchoredTo(issued) : [],
    removed: [],
    ...extra,
  };
};

/** 16 chains: 11 anchored, 2 not anchored, 1 broken, 1 of an unknown layout, 1 never verified. */
export const CHAIN_SPECS: readonly ChainSpec[] = [
  chain('northwind', 'pro@1.4', 12_032, '2026-01-06T08:00:00Z', 1062, 'removed', {
    removed: [8214, 8215, 8216],
    checkpoints: [
      { size: 2048, parties: 1 },
      { size: 4096, parties: 2 },
      { size: 6144, parties: 2 },
      { size: 8192, parties: 2 },
      { size: 10_240, parties: 2 },
      { size: 11_776, parties: 2 },
    ],
  }),
  chain('northwind', 'pro@1.3', 7680, '2025-09-01T00:00:00Z', 1420),
  chain('northwind', 'starter@1.3', 9216, '2026-01-06T08:00:00Z', 1388),
  chain('northwind', 'free@1.2', 6144, '2026-01-06T08:00:00Z', 2080),
  chain('northwind', 'pro@0.9', 2048, '2025-03-02T00:00:00Z', 3600, 'good', { profile: 'erlmcp-json-0' }),
  chain('northwind', 'pro@0.6', 96, '2025-01-10T00:00:00Z', 3600, 'unknown-profile', { profile: 'erlmcp-json-0' }),
  chain('meridian', 'pro@1.4', 14_592, '2026-01-01T00:00:00Z', 908),
  chain('meridian', 'starter@1.4', 11_264, '2026-01-01T00:00:00Z', 1175),
  chain('meridian', 'free@1.4', 5120, '2026-01-01T00:00:00Z', 2585),
  chain('meridian', 'pro@2.0', 268, '2026-05-28T06:00:00Z', 1930, 'unanchored'),
  chain('kestrel', 'pro@2.0', 12_800, '2026-01-03T00:00:00Z', 1020),
  chain('kestrel', 'starter@2.0', 9984, '2026-01-03T00:00:00Z', 1307),
  chain('kestrel', 'free@2.0', 4096, '2026-01-03T00:00:00Z', 3188),
  chain('kestrel', 'starter@1.9', 1372, '2025-11-01T00:00:00Z', 3600),
  chain('kestrel', 'pro@2.1', 43, '2026-06-01T06:00:00Z', 4300, 'unanchored'),
  chain('kestrel', 'starter@2.1', 12, '2026-06-03T06:10:00Z', 1000, 'new'),
];
