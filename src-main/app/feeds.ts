import { evidenceFeed } from '../evidence/index.ts';
import { receiptFeed } from '../receipts/index.ts';
import type { FeedModule } from '../sources/index.ts';

/** Feeds that plug into sync, in the order in which they are read. A later feed is one module more. */
export const FEEDS: readonly FeedModule[] = [receiptFeed, evidenceFeed];
