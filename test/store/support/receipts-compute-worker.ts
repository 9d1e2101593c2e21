// A compute worker entry with the tasks of the receipts room.
import { receiptsTasks } from '../../../src-main/receipts/index.ts';
import { runComputeWorker } from '../../../src-main/store/compute-worker-runtime.ts';

runComputeWorker(receiptsTasks);
