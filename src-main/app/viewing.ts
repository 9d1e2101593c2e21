import type { Session } from '../../src-shared/contract/define.ts';

/** A view of one tenant as that tenant sees itself: begun by an action under policy, over at its time by itself. */
export type View = NonNullable<Session['viewing']>;

export interface Viewing {
  /** The view that holds now; null when there is none or its time is over. */
  readonly current: () => View | null;
  readonly begin: (view: View) => void;
  readonly end: () => void;
}

/** Held in memory only: a console that starts anew never starts inside a view. */
export function createViewing(now: () => string): Viewing {
  let view: View | null = null;
  return {
    current: () => {
      if (view !== null && Date.parse(view.until) <= Date.parse(now())) view = null;
      return view;
    },
    begin: (next) => {
      view = next;
    },
    end: () => {
      view = null;
    },
  };
}
