/** What the composition root hands to the threads: the named queries and the compute tasks of this room. */
import type { QueryMap, TaskMap } from '../store/index.ts';
import { artifactListReads } from './artifact-list-queries.ts';
import { artifactReads } from './artifact-queries.ts';
import { artifactViewReads } from './artifact-view-queries.ts';
import { consistencyReads } from './consistency-queries.ts';
import { makeReads, makeWrites } from './make-queries.ts';
import { verificationReads, verificationWrites } from './verification-queries.ts';
import { verificationTasks } from './verification-tasks.ts';

export const evidenceReads = {
  ...artifactReads,
  ...artifactListReads,
  ...artifactViewReads,
  ...consistencyReads,
  ...makeReads,
  ...verificationReads,
} as const satisfies QueryMap;

export const evidenceWrites = { ...makeWrites, ...verificationWrites } as const satisfies QueryMap;

export const evidenceTasks = { ...verificationTasks } as const satisfies TaskMap;
