// Entry of the store's threads: one connection each, the named queries of all rooms.
import { migrations } from '../../migrations/index.ts';
import { runStoreWorker } from '../store/index.ts';
import { reads, writes } from './queries.ts';

runStoreWorker({ reads, writes, migrations });
