/**
 * Selected rows, by key and not by position: a row that a sync pushes down stays the one that was chosen. The anchor is
 * where a range begins. At most `limit` keys; what does not fit is left out and counted.
 */
export interface Selection {
  readonly keys: ReadonlySet<string>;
  /** Position of the row that was toggled last: where Shift X starts from. */
  readonly anchor: number | null;
  /** Rows that the last step left out because of the limit. */
  readonly leftOut: number;
}

export const NO_SELECTION: Selection = { keys: new Set(), anchor: null, leftOut: 0 };

/** The key of the row at a position; undefined where the row is not read yet. */
export type KeyAt = (position: number) => string | undefined;

/** X, or a press on the check box: takes one row in or out. */
export const toggleRow = (selection: Selection, position: number, keyAt: KeyAt, limit: number): Selection => {
  const key = keyAt(position);
  if (key === undefined) return selection;
  const keys = new Set(selection.keys);
  if (keys.has(key)) keys.delete(key);
  else if (keys.size < limit) keys.add(key);
  else return { ...selection, leftOut: 1 };
  return { keys, anchor: position, leftOut: 0 };
};

/** Shift X: selects everything between the anchor and the row, both included. Rows not read yet are skipped. */
export const selectRange = (selection: Selection, position: number, keyAt: KeyAt, limit: number): Selection => {
  const anchor = selection.anchor ?? position;
  const keys = new Set(selection.keys);
  let leftOut = 0;
  const step = anchor <= position ? 1 : -1;
  for (let at = anchor; ; at += step) {
    const key = keyAt(at);
    if (key !== undefined && !keys.has(key)) {
      if (keys.size < limit) keys.add(key);
      else leftOut = Math.abs(position - at) + 1;
    }
    if (at === position || leftOut > 0) break;
  }
  return { keys, anchor, leftOut };
};

/** The box in the header: all rows that are read, or none when all of them were selected. */
export const toggleAll = (selection: Selection, count: number, keyAt: KeyAt, limit: number): Selection => {
  const read: string[] = [];
  for (let at = 0; at < count && read.length <= limit; at += 1) {
    const key = keyAt(at);
    if (key !== undefined) read.push(key);
  }
  const chosen = read.slice(0, limit);
  if (chosen.length > 0 && chosen.every((key) => selection.keys.has(key))) return NO_SELECTION;
  return { keys: new Set(chosen), anchor: null, leftOut: Math.max(0, Math.min(count, read.length) - chosen.length) };
};

/** Drops keys that are gone, after an act or a filter. The same object where nothing is gone. */
export const keepKeys = (selection: Selection, isThere: (key: string) => boolean): Selection => {
  const keys = new Set([...selection.keys].filter(isThere));
  return keys.size === selection.keys.size ? selection : { keys, anchor: null, leftOut: 0 };
};
