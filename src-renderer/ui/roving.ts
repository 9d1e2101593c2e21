import type { KeyboardEvent } from 'react';

/** Where a key moves in a list of `count`, from `at`; null where the key means nothing here. */
export const moveInList = (key: string, at: number, count: number, letters: boolean): number | null => {
  if (count === 0) return null;
  if (key === 'ArrowDown' || (letters && key === 'j')) return Math.min(at + 1, count - 1);
  if (key === 'ArrowUp' || (letters && key === 'k')) return Math.max(at - 1, 0);
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  return null;
};

/** Moves the focus among the `[data-row]` elements of a list; Enter presses the row's main button. */
export const moveFocus = (event: KeyboardEvent<HTMLElement>, letters: boolean): void => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (event.key === 'Enter' && rows[at] === document.activeElement) {
    event.preventDefault();
    rows[at]?.querySelector<HTMLElement>('[data-main]')?.click();
    return;
  }
  const to = moveInList(event.key, at, rows.length, letters);
  if (to === null) return;
  event.preventDefault();
  rows[to]?.focus();
};
