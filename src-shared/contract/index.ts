/**
 * The contract: every procedure that a face (desktop, browser, terminal) may call, and every event it may hear. What is
 * not in this table cannot be reached from the interface.
 */
import { audit } from './audit.ts';
import { event, z } from './define.ts';
import { evidence } from './evidence.ts';
import { gates } from './gates.ts';
import { host, job } from './host.ts';
import { overview } from './overview.ts';
import { packets } from './packets.ts';
import { receipts } from './receipts.ts';
import { sources } from './sources.ts';
import { workspace } from './workspace.ts';

export const procedures = {
  ...host,
  ...workspace,
  ...audit,
  ...sources,
  ...receipts,
  ...evidence,
  ...gates,
  ...packets,
  ...overview,
} as const;

/** What a change touched: a face asks again for what it shows of these. */
export const topics = [
  'workspace',
  'members',
  'audit',
  'sources',
  'quarantine',
  'receipts',
  'evidence',
  'gates',
  'trust',
  'packets',
  'session',
] as const;
export type Topic = (typeof topics)[number];

export const events = {
  /** A job began, moved or ended. */
  'job.changed': event(job),
  /** Facts changed, by this face or another. */
  'facts.changed': event(z.strictObject({ topics: z.array(z.enum(topics)) })),
  /** Another workspace was opened, or recovery ended: ask again for everything. */
  'workspace.reopened': event(z.strictObject({ inRecovery: z.boolean() })),
} as const;

export const contract = { ...procedures, ...events } as const;
export type Contract = typeof contract;
