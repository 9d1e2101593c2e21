// A compute worker entry with small tasks, for the pool's tests.
import { runComputeWorker } from '../../../src-main/store/compute-worker-runtime.ts';
import { tasks } from './compute-tasks.ts';

runComputeWorker(tasks);
