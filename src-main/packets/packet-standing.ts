import type { StoreDb } from '../store/index.ts';
import { openQuestions, reviewState } from './packet-review.ts';
import { eventsOf, packetOfMonth } from './packet-rows.ts';

/** How each month stands, by its newest revision: derived from packets and their events, rebuilt at any time. */

export function refreshStanding(db: StoreDb, month: string): void {
  const newest = packetOfMonth(db, month);
  if (newest === null) return;
  const review = reviewState(newest.builtAt, eventsOf(db, newest.packetNo));
  db.run('INSERT OR REPLACE INTO packet_standing (month, packet_no, state, open_questions, state_since) VALUES (?, ?, ?, ?, ?)', [
    month,
    newest.packetNo,
    review.state,
    openQuestions(review).length,
    review.since,
  ]);
}

export function rebuildStandings(db: StoreDb): void {
  db.run('DELETE FROM packet_standing');
  for (const { month } of db.all<{ month: string }>('SELECT DISTINCT month FROM packets ORDER BY month')) refreshStanding(db, month);
}
