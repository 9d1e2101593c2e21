import { holdRows } from '../../sources/index.ts';
import type { StoreDb } from '../../store/index.ts';
import { ingestEvents } from '../ingest-events.ts';
import { EVENTS_FEED } from '../intake.ts';
import type { PostedOutcome } from './intake-rules.ts';
import { intakeSource } from './own-source.ts';

/** Takes posted events by the one path by which events come in; rows that cannot be used are held as those of a feed are. */
export function takePosted(
  db: StoreDb,
  { tokenNo, items, now }: { tokenNo: number | null; items: readonly Uint8Array[]; now: string },
): readonly PostedOutcome[] {
  const source = intakeSource(db, now);
  const name = tokenNo === null ? null : db.get<{ name: string }>('SELECT name FROM intake_tokens WHERE token_no = ?', [tokenNo])?.name;
  const { outcomes, quarantine } = ingestEvents(db, {
    origin: 'intake',
    sourceNo: source.sourceNo,
    sourceId: source.sourceId,
    path: name ?? 'the console itself',
    byteOffset: 0,
    runId: null,
    events: { format: 'rows', rows: items },
    now,
    wantsOutcomes: true,
  });
  holdRows(db, { ...source, feed: EVENTS_FEED, runNo: null, now }, quarantine);
  return outcomes.map(({ id, outcome, code, says }) => ({ id, outcome, code, says }));
}
