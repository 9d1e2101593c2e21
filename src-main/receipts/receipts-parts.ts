/** What the composition root hands to the threads: the named queries and the compute tasks of this room. */
import type { QueryMap, TaskMap } from '../store/index.ts';
import { chainReads } from './chain-queries.ts';
import { proofReads } from './proof-queries.ts';
import { exportReads } from './receipt-export-queries.ts';
import { receiptReads } from './receipt-queries.ts';
import { receiptStoreReads } from './receipt-store-queries.ts';
import { storedVerifyTasks } from './stored-verify-tasks.ts';
import { trustedLogReads, trustedLogWrites } from './trusted-log-queries.ts';
import { verificationReads, verificationWrites } from './verification-queries.ts';
import { verifyTasks } from './verify-tasks.ts';

export const receiptsReads = {
  ...receiptStoreReads,
  ...chainReads,
  ...receiptReads,
  ...proofReads,
  ...exportReads,
  ...trustedLogReads,
  ...verificationReads,
} as const satisfies QueryMap;

export const receiptsWrites = { ...trustedLogWrites, ...verificationWrites } as const satisfies QueryMap;

export const receiptsTasks = { ...verifyTasks, ...storedVerifyTasks } as const satisfies TaskMap;
