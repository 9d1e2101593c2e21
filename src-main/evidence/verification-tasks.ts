import { createStoreDb, openReader, type TaskContext, type TaskMap } from '../store/index.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { StoredKind } from './artifact-roles.ts';
import { judgeStanding } from './judge.ts';
import type { FoundStanding } from './verification-queries.ts';

export interface JudgeInput {
  /** The database file. */
  readonly file: string;
  readonly contentNos: readonly number[];
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** Verifies stored contents over a read-only connection of its own; what is found goes back, and the caller has it written. */
function judgeStored({ file, contentNos, now }: JudgeInput, context: TaskContext): FoundStanding[] {
  const raw = openReader(file);
  try {
    const db = createStoreDb(raw);
    const found: FoundStanding[] = [];
    for (const contentNo of contentNos) {
      if (context.cancelled())
        throw new AppError('CANCELLED', 'The verification was cancelled. What was finished before stays.', {
          nextStep: 'Start it again when it suits.',
          retryable: true,
        });
      const row = db.get<{ kind: StoredKind; bytes: Uint8Array }>('SELECT kind, bytes FROM evidence_contents WHERE content_no = ?', [
        contentNo,
      ]);
      const standing = row === undefined ? null : judgeStanding(row.kind, row.bytes, now);
      if (standing === null) continue;
      const { verdict, label, message, field, gates, strictness, options, stale, holdsUntil } = standing;
      found.push({ contentNo, verdict, label, message, field, gates, strictness, options, stale, holdsUntil });
    }
    return found;
  } finally {
    raw.close();
  }
}

export const verificationTasks = { 'evidence.judge': judgeStored } as const satisfies TaskMap;
