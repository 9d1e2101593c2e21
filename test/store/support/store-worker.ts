// A store worker entry with a small schema of its own, for the pool's tests.
import { runStoreWorker } from '../../../src-main/store/store-worker-runtime.ts';
import { reads, writes } from './store-queries.ts';
import { noteMigrations } from './note-migrations.ts';

runStoreWorker({ reads, writes, migrations: noteMigrations });
