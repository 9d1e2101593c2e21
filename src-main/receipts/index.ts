/** Receipts: chains as they came, verified, shown and exported. */
export { chainAddress, chainKeyOf, parseChainKey } from './chain-address.ts';
export { readLine, readStreamBytes, type StreamBytes, type StreamPlace } from './receipt-bytes.ts';
export { receiptFeed } from './receipt-feed.ts';
export { type ChainDocument, receiptStoreReads, type StoredChain } from './receipt-store-queries.ts';
export { findStream, type StreamRow, streamsOf } from './receipt-streams.ts';
