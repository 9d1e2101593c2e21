import type { Role } from '../../../src-shared/contract/roles.ts';

/**
 * The company of the demo, in one place: partners, their chains, the people. Later capabilities add their own figures for
 * the same names, so that every screen of the demo tells one story.
 */
export const DEMO_NAME = 'Switchboard (demo)';
export const DEMO_INSTALL = 'demo';

export interface DemoPerson {
  readonly name: string;
  readonly email: string;
  readonly role: Role;
}

/** The first one owns the workspace. */
export const PEOPLE: readonly DemoPerson[] = [
  { name: 'Amara Okafor', email: 'amara@switchboard.example', role: 'admin' },
  { name: 'Tomás Reyes', email: 'tomas@switchboard.example', role: 'founder' },
  { name: 'Lena Brandt', email: 'lena@switchboard.example', role: 'finance' },
  { name: 'Priya Raman', email: 'priya@halden-audit.example', role: 'auditor' },
  { name: 'Noor Haddad', email: 'noor@switchboard.example', role: 'leadership' },
  { name: 'Ines Duarte', email: 'ines@switchboard.example', role: 'engineering' },
  { name: 'Jonas Weil', email: 'jonas@northwind.example', role: 'partner_operator' },
];

/** Outside parties that cosign checkpoints. */
export const WITNESSES = ['witness.halden-audit.example', 'witness.meridian.example'] as const;

export interface Envelope {
  readonly throughput_req_s: number;
  readonly concurrent: number;
  readonly queue_depth: number;
  readonly latency_p99_ms: number;
  readonly failover_s: number;
}

export interface DemoChain {
  readonly partner: string;
  readonly plan: string;
  readonly version: string;
  readonly profile: 'jcs-sha256-1' | 'erlmcp-json-0';
  readonly receipts: number;
  readonly envelope: Envelope;
  /** A checkpoint at every this many receipts, and at the end unless `openEnd`. */
  readonly checkpointEvery: number;
  /** The newest receipts are not under a checkpoint yet. */
  readonly openEnd: boolean;
  /** How many of the witnesses cosign. */
  readonly witnesses: 0 | 1 | 2;
  /** The known break: this many receipts are missing after that index. */
  readonly removed?: { readonly after: number; readonly count: number };
}

const FREE: Envelope = { throughput_req_s: 10, concurrent: 5, queue_depth: 10, latency_p99_ms: 1000, failover_s: 30 };
const STARTER: Envelope = { throughput_req_s: 100, concurrent: 50, queue_depth: 100, latency_p99_ms: 500, failover_s: 15 };
const PRO: Envelope = { throughput_req_s: 1000, concurrent: 500, queue_depth: 1000, latency_p99_ms: 200, failover_s: 5 };

const sound = { profile: 'jcs-sha256-1', checkpointEvery: 1024, openEnd: false, witnesses: 2 } as const;

export const CHAINS: readonly DemoChain[] = [
  { ...sound, partner: 'northwind', plan: 'pro', version: '1.4', receipts: 12_032, envelope: PRO, removed: { after: 8213, count: 3 } },
  { ...sound, partner: 'northwind', plan: 'starter', version: '1.1', receipts: 4_608, envelope: STARTER },
  { ...sound, partner: 'northwind', plan: 'free', version: '1.0', receipts: 1_280, envelope: FREE, witnesses: 1 },
  { ...sound, partner: 'meridian', plan: 'pro', version: '1.4', receipts: 6_144, envelope: PRO },
  { ...sound, partner: 'meridian', plan: 'starter', version: '1.2', receipts: 2_900, envelope: STARTER },
  { ...sound, partner: 'kestrel', plan: 'pro', version: '2.0', receipts: 3_311, envelope: PRO, openEnd: true, witnesses: 1 },
  {
    ...sound,
    partner: 'kestrel',
    plan: 'starter',
    version: '0.9',
    receipts: 640,
    envelope: STARTER,
    profile: 'erlmcp-json-0',
    checkpointEvery: 320,
  },
];

export const chainFolder = ({ plan, version }: DemoChain): string => `${plan}@${version}`;
/** A log's name is the last part of its origin, so it has no slash. */
export const chainId = ({ partner, plan, version }: DemoChain): string => `${partner}-${plan}-${version}`;
