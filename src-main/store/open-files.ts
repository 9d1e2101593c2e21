/**
 * The databases that this process has open through SQLite, counted. While a file is in here, nobody may open and close it
 * past SQLite: that would drop the POSIX locks that SQLite holds on it for the whole process (see peek-database.ts).
 */
const counts = new Map<string, number>();

/** Notes one more opening; true when it is the first in this process. */
export const markOpen = (file: string): boolean => {
  const before = counts.get(file) ?? 0;
  counts.set(file, before + 1);
  return before === 0;
};

export const markClosed = (file: string): void => {
  const left = (counts.get(file) ?? 0) - 1;
  if (left > 0) counts.set(file, left);
  else counts.delete(file);
};

export const isOpenHere = (file: string): boolean => counts.has(file);
