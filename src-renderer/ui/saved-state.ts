/**
 * What the interface remembers on this machine: theme, column choices, the last address. It is never trusted: what cannot be
 * read or does not fit becomes the fallback, so that a bad saved state never blocks the start.
 */
export interface SavedStore {
  readonly getItem: (key: string) => string | null;
  readonly setItem: (key: string, value: string) => void;
}

const PREFIX = 'countersign.';

/** Storage may be missing, full or forbidden; reading it can throw even by name. */
const storage = (): SavedStore | null => {
  try {
    return typeof localStorage === 'undefined' ? null : localStorage;
  } catch {
    return null;
  }
};

/** @param parse returns null for what does not fit. */
export const readSaved = <T>(key: string, parse: (value: unknown) => T | null, fallback: T, store: SavedStore | null = storage()): T => {
  try {
    const text = store?.getItem(PREFIX + key) ?? null;
    return text === null ? fallback : (parse(JSON.parse(text)) ?? fallback);
  } catch {
    return fallback;
  }
};

/** Remembers a value; that it could not be kept is no reason to stop anybody's work. */
export const writeSaved = (key: string, value: unknown, store: SavedStore | null = storage()): void => {
  try {
    store?.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // Full or forbidden: the choice holds until the window closes.
  }
};
