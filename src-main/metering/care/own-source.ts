import { createHash } from 'node:crypto';
import type { StoreDb } from '../../store/index.ts';

/**
 * The place under which rows are held that no source delivered: those of the intake. It stands among the removed sources, so
 * that nothing ever tries to read from it; its name is taken.
 */
const NAME = 'intake';

export function intakeSource(db: StoreDb, now: string): { readonly sourceNo: number; readonly sourceId: string } {
  const known = db.get<{ source_no: number; source_id: string }>(
    `SELECT source_no, source_id FROM sources WHERE location = 'this console'`,
  );
  if (known !== undefined) return { sourceNo: known.source_no, sourceId: known.source_id };
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(source_no), 0) + 1 AS next FROM sources')!;
  const name = freeName(db);
  const sourceId = `own-${createHash('sha256').update(`intake ${next}`).digest('hex').slice(0, 24)}`;
  db.run(`INSERT INTO sources (source_no, source_id, name, kind, location, added_at) VALUES (?, ?, ?, 'http', 'this console', ?)`, [
    next,
    sourceId,
    name,
    now,
  ]);
  db.run(`INSERT INTO source_settings (source_no, state, schedule) VALUES (?, 'removed', 'manual')`, [next]);
  return { sourceNo: next, sourceId };
}

const freeName = (db: StoreDb): string => {
  for (let n = 1; ; n += 1) {
    const name = n === 1 ? NAME : `${NAME}-${n}`;
    if (db.get('SELECT 1 FROM sources WHERE name = ?', [name]) === undefined) return name;
  }
};
