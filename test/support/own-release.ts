/** A release of our own in which every gate holds, to be spoilt one way or another. Everything in it is made up. */
import { GATE_ROLES, type GateRole } from '../../src-main/gates/gate-flags.ts';
import { type OwnCase, ownInputs, type OwnKind } from './own-evidence.ts';

/** The clock at which everything in it is fresh. */
export const RELEASE_NOW = '2026-06-15T12:00:00Z';

const REGISTER = {
  captured_at: '2026-06-03T10:00:00Z',
  refresh_policy: { max_source_age_days: 90, required_source_classes: ['vendor_pricing_page', 'standards_guidance'] },
  thresholds: { minimum_source_count: 3, minimum_confidence_score: 0.6 },
  sources: [
    {
      id: 'm-1',
      url: 'https://pricing.marlowe-freight.test/a',
      source_class: 'vendor_pricing_page',
      crawled_at: '2026-06-02T10:00:00Z',
      confidence_score: 0.9,
    },
    {
      id: 'm-2',
      url: 'https://pricing.marlowe-freight.test/b',
      source_class: 'standards_guidance',
      crawled_at: '2026-05-04T10:00:00Z',
      confidence_score: 0.7,
    },
    {
      id: 'm-3',
      url: 'https://pricing.marlowe-freight.test/c',
      source_class: 'analyst_report',
      crawled_at: '2026-06-01T10:00:00Z',
      confidence_score: 0.6,
    },
  ],
  summary: {
    total_sources: 3,
    class_counts: { vendor_pricing_page: 1, standards_guidance: 1, analyst_report: 1 },
    oldest_source_age_days: 30,
  },
  gate_results: {
    pkg_gate_020_register_fresh: true,
    pkg_gate_020_required_classes_present: true,
    pkg_gate_020_minimum_sources_met: true,
  },
};

/** Where each role's artifact stands among our own ones. */
const BASES: Readonly<Record<Exclude<GateRole, 'pricing-benchmarks'>, readonly [OwnKind, string]>> = {
  stress: ['stress', 'artifact'],
  'failure-injection': ['failure-injection', 'artifact'],
  'disposition-register': ['disposition-register', 'artifact'],
  'key-rotation-drill': ['key-rotation-drill', 'artifact'],
  'finance-guardrails': ['operational-readiness', 'guardrails'],
  'finance-telemetry': ['operational-readiness', 'telemetry'],
  'policy-decisions': ['operational-readiness', 'policy'],
};

export type Mutations = OwnCase['mutations'];

/** The bytes of a role's artifact, with what is done to it; pointers are those of the artifact itself. */
export function releaseBytes(role: GateRole, mutations: Mutations = []): Uint8Array {
  if (role === 'pricing-benchmarks') return Buffer.from(JSON.stringify(REGISTER));
  const [kind, part] = BASES[role];
  const prefix = part === 'artifact' ? '' : `/${part}`;
  const placed = mutations.map((mutation) => ({ ...mutation, pointer: prefix + mutation.pointer }));
  return ownInputs(kind, { id: role, mutations: placed, options: {}, now: RELEASE_NOW, expected: 'pass' })[part]!;
}

/** All eight artifacts by role, some of them spoilt. */
export const ownRelease = (spoilt: Partial<Record<GateRole, Mutations>> = {}): Record<GateRole, { name: string; bytes: Uint8Array }> =>
  Object.fromEntries(GATE_ROLES.map((role) => [role, { name: `${role}.json`, bytes: releaseBytes(role, spoilt[role]) }])) as Record<
    GateRole,
    { name: string; bytes: Uint8Array }
  >;
