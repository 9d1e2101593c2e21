import type { Conservation } from '../../../src-shared/contract/sources.ts';
import { EVENT_OUTCOMES, type EventOutcome } from '../../../src-shared/emitter/index.ts';

/** What the intake takes at once, and how it answers (docs/formats/intake.md). */

/** Events of one post. */
export const MAX_POST_EVENTS = 10_000;
/** One event: longer ones are held with their beginning. */
export const MAX_EVENT_BYTES = 64 * 1024;
export const POST_RATE = { perSecond: 50, burst: 200 } as const;
export const EVENT_RATE = { perSecond: 20_000, burst: 100_000 } as const;

/** What became of one event of a post. */
export interface PostedOutcome {
  /** Its CloudEvents id, or '' where it has none that can be read. */
  readonly id: string;
  readonly outcome: EventOutcome;
  /** Why, where it was not accepted. */
  readonly code: string | null;
  readonly says: string | null;
}

/** The counts of a post: received is what came, and every event has one outcome. */
export function countOutcomes(outcomes: readonly Pick<PostedOutcome, 'outcome'>[]): Conservation {
  const counts = { received: outcomes.length, accepted: 0, duplicate: 0, conflict: 0, late: 0, quarantined: 0 };
  for (const { outcome } of outcomes) counts[outcome] += 1;
  return counts;
}

/** The answer's document: an entry for each event, in the order in which they came. */
export const answerDocument = (outcomes: readonly PostedOutcome[]): object => ({
  counts: countOutcomes(outcomes),
  outcomes: outcomes.map(({ id, outcome, code, says }, index) => ({
    index,
    id,
    outcome,
    ...(code === null ? {} : { code }),
    ...(says === null ? {} : { says }),
  })),
});

/** "3 accepted, 1 duplicate"; what did not happen is not told. */
export const outcomesSay = (counts: Conservation): string => {
  const parts = EVENT_OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => `${counts[outcome]} ${outcome}`);
  return parts.length === 0 ? 'no events' : parts.join(', ');
};
