import { useLayoutEffect, useRef } from 'react';
import { create } from 'zustand';

export interface Shortcut {
  readonly key: string;
  /** For the overlay of all keys: "Verify again". */
  readonly label: string;
  readonly run: () => void;
}

/** Keys that the open screens and panels have taken; the newest stands last and wins. */
export const useShortcuts = create<{ readonly taken: readonly Shortcut[] }>()(() => ({ taken: [] }));

/**
 * Takes a key while this part is on the screen: `V`, `[`, `/`, `Escape`, `Shift X`. It is taken before the part is painted,
 * so that a key pressed at what is seen never does what belonged to the screen before.
 */
export const useShortcut = (key: string, label: string, run: () => void, enabled = true): void => {
  const latest = useRef(run);
  useLayoutEffect(() => {
    latest.current = run;
  });
  useLayoutEffect(() => {
    if (!enabled) return undefined;
    const shortcut: Shortcut = {
      key,
      label,
      run: () => {
        latest.current();
      },
    };
    useShortcuts.setState(({ taken }) => ({ taken: [...taken, shortcut] }));
    return () => {
      useShortcuts.setState(({ taken }) => ({ taken: taken.filter((each) => each !== shortcut) }));
    };
  }, [key, label, enabled]);
};

/** Runs the newest shortcut on a key; false when nobody has taken it. */
export const runShortcut = (key: string): boolean => {
  const shortcut = useShortcuts.getState().taken.findLast((each) => each.key === key);
  shortcut?.run();
  return shortcut !== undefined;
};
