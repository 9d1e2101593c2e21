import { migrations } from '../../migrations/index.ts';
import { evidenceTasks } from '../evidence/index.ts';
import { packetsTasks } from '../packets/index.ts';
import { receiptsTasks } from '../receipts/index.ts';
import { createStoreTasks } from '../store/index.ts';

/** What the compute threads can do. */
export const tasks = { ...createStoreTasks(migrations), ...receiptsTasks, ...evidenceTasks, ...packetsTasks } as const;
