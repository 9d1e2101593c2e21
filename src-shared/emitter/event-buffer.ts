import type { UsageEvent } from './usage-event.ts';

/** Events that wait to be sent, oldest first, with a bound: a machine that is offline for long does not run out of memory. */
export interface EventBuffer {
  readonly size: number;
  /** False when it is full: the event was not taken. */
  add(event: UsageEvent): boolean;
  /** The oldest events that fit into one request; they stay until `drop`. At least one where there is any. */
  peek(maxEvents: number, maxCharacters: number): readonly UsageEvent[];
  /** Takes the oldest away: they arrived. */
  drop(events: number): void;
}

export const createEventBuffer = (bound: number): EventBuffer => {
  let waiting: { readonly event: UsageEvent; readonly characters: number }[] = [];
  /** Entries before it were dropped; the list is cut when half of it is behind. */
  let start = 0;
  return {
    get size() {
      return waiting.length - start;
    },
    add: (event) => {
      if (waiting.length - start >= bound) return false;
      waiting.push({ event, characters: JSON.stringify(event).length + 1 });
      return true;
    },
    peek: (maxEvents, maxCharacters) => {
      const found: UsageEvent[] = [];
      let characters = 0;
      for (let at = start; at < waiting.length && found.length < maxEvents; at += 1) {
        const entry = waiting[at]!;
        if (found.length > 0 && characters + entry.characters > maxCharacters) break;
        characters += entry.characters;
        found.push(entry.event);
      }
      return found;
    },
    drop: (events) => {
      start = Math.min(waiting.length, start + events);
      if (start > 1024 && start * 2 > waiting.length) {
        waiting = waiting.slice(start);
        start = 0;
      }
    },
  };
};
