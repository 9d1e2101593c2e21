import { migrations } from '../../migrations/index.ts';
import { createStoreTasks } from '../store/index.ts';

/** What the compute threads can do. */
export const tasks = { ...createStoreTasks(migrations) } as const;
