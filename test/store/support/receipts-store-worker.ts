// A store worker entry with the shipped schema and the queries up to the receipts room.
import { migrations } from '../../../migrations/index.ts';
import { runStoreWorker } from '../../../src-main/store/store-worker-runtime.ts';
import { reads, writes } from './receipts-queries.ts';

runStoreWorker({ reads, writes, migrations });
