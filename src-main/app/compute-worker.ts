// Entry of the compute threads: hashing and verification, never a write.
import { verifyTasks } from '../receipts/verify-door.ts';
import { runComputeWorker } from '../store/compute-worker-runtime.ts';

// Who verifies files needs no database: a third of each thread's memory.
runComputeWorker(verifyTasks, async () => (await import('./tasks.ts')).tasks);
