import type { Topic } from '../../src-shared/contract/index.ts';

/**
 * Events between rooms and to the faces. A room says what it changed; app/ wires who reacts, so that no room imports one
 * after it.
 */
export interface Hub {
  /** Facts changed: every face asks again for what it shows of these. Calls within one turn become one event. */
  changed(...topics: Topic[]): void;
  onChanged(listener: (topics: Topic[]) => void): () => void;
}

export function createHub(): Hub {
  const listeners = new Set<(topics: Topic[]) => void>();
  let waiting: Set<Topic> | null = null;
  return {
    changed: (...topics) => {
      if (waiting) {
        for (const topic of topics) waiting.add(topic);
        return;
      }
      waiting = new Set(topics);
      queueMicrotask(() => {
        const all = [...(waiting ?? [])];
        waiting = null;
        for (const listener of listeners) listener(all);
      });
    },
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
