import type { Topic } from '../../src-shared/contract/index.ts';
import { evidenceFeed } from '../evidence/index.ts';
import { createPlansFeed } from '../plans/index.ts';
import { receiptFeed } from '../receipts/index.ts';
import type { FeedModule } from '../sources/index.ts';
import { createSubscriptionsFeed, createTenantsFeed } from '../tenants/index.ts';
import { planConflictFound, recordConflictFound } from './record-conflicts.ts';

/** Feeds that plug into sync, in the order in which they are read. A later feed is one module more. */
export const FEEDS: readonly FeedModule[] = [
  receiptFeed,
  evidenceFeed,
  createTenantsFeed({ onConflict: recordConflictFound }),
  createSubscriptionsFeed({ onConflict: recordConflictFound }),
  createPlansFeed({ onConflict: planConflictFound }),
];

/** What a face asks again for after a run of a feed, beside sources and quarantine. */
export const FEED_TOPICS: Readonly<Record<string, readonly Topic[]>> = {
  receipts: ['receipts'],
  evidence: ['evidence'],
  tenants: ['tenants', 'incidents'],
  subscriptions: ['tenants', 'incidents'],
  plans: ['plans', 'incidents'],
};
