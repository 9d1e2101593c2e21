/** Receipts: chains as they came, verified, shown and exported. */
export { chainAddress, chainKeyOf, parseChainKey } from './chain-address.ts';
export { readLine, readStreamBytes, type StreamBytes, type StreamPlace } from './receipt-bytes.ts';
export { receiptFeed } from './receipt-feed.ts';
export { type ChainDocument, receiptStoreReads, type StoredChain } from './receipt-store-queries.ts';
export { findStream, type StreamRow, streamsOf } from './receipt-streams.ts';
export { type VerifyDocument, verifyPaths, type VerifyPathsOptions } from './verify-files.ts';
export { exitCodeOf, renderVerifyReport } from './verify-report.ts';
export { verifyTasks } from './verify-tasks.ts';
export { createReceiptsService, type ReceiptsDeps, type ReceiptsService, type ReceiptsStore } from './receipts-service.ts';
export { receiptsReads, receiptsTasks, receiptsWrites } from './receipts-parts.ts';
export type { SeenHead } from './last-seen.ts';
export type { VerifyChainsOptions, VerifyChainsReport } from './verification-service.ts';
