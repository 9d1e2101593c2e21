import type { Topic } from '../../src-shared/contract/index.ts';
import { evidenceFeed } from '../evidence/index.ts';
import { createCatalogueFeed, eventsFeed, takeWaiting } from '../metering/index.ts';
import { createPlansFeed } from '../plans/index.ts';
import { receiptFeed } from '../receipts/index.ts';
import type { FeedModule } from '../sources/index.ts';
import { createSubscriptionsFeed, createTenantsFeed } from '../tenants/index.ts';
import { metricConflictFound, planConflictFound, recordConflictFound } from './record-conflicts.ts';

/** Events that waited for a tenant are taken with its record: nothing else may come between. */
const releasing = (feed: FeedModule): FeedModule => ({
  ...feed,
  accept: (db, delivery) => {
    const result = feed.accept(db, delivery);
    takeWaiting(db, delivery.now);
    return result;
  },
});

/** Feeds that plug into sync, in the order in which they are read. A later feed is one module more. */
export const FEEDS: readonly FeedModule[] = [
  receiptFeed,
  evidenceFeed,
  releasing(createTenantsFeed({ onConflict: recordConflictFound })),
  createSubscriptionsFeed({ onConflict: recordConflictFound }),
  createCatalogueFeed({ onConflict: metricConflictFound }),
  createPlansFeed({ onConflict: planConflictFound }),
  eventsFeed,
];

/** What a face asks again for after a run of a feed, beside sources and quarantine. */
export const FEED_TOPICS: Readonly<Record<string, readonly Topic[]>> = {
  receipts: ['receipts'],
  evidence: ['evidence'],
  tenants: ['tenants', 'incidents', 'usage'],
  subscriptions: ['tenants', 'incidents'],
  catalogue: ['usage', 'incidents'],
  plans: ['plans', 'incidents'],
  events: ['usage', 'tenants', 'incidents'],
};
