// Entry of the compute threads: hashing and verification, never a write.
import { runComputeWorker } from '../store/index.ts';
import { tasks } from './tasks.ts';

runComputeWorker(tasks);
