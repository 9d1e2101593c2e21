import { create } from 'zustand';
import { readSaved, writeSaved } from './saved-state.ts';

export type ThemeChoice = 'system' | 'light' | 'dark';

export interface Preferences {
  readonly theme: ThemeChoice;
  /** Single letters as shortcuts (J, K, V, G then O); Ctrl and arrow keys always work. */
  readonly letters: boolean;
}

const DEFAULTS: Preferences = { theme: 'system', letters: true };

export const parsePreferences = (value: unknown): Preferences | null => {
  if (typeof value !== 'object' || value === null) return null;
  const { theme, letters } = value as Record<string, unknown>;
  return {
    theme: theme === 'light' || theme === 'dark' || theme === 'system' ? theme : DEFAULTS.theme,
    letters: typeof letters === 'boolean' ? letters : DEFAULTS.letters,
  };
};

/** Choices of the person at this machine; not facts of the workspace. */
export const usePreferences = create<Preferences>()(() => readSaved('preferences', parsePreferences, DEFAULTS));

export const setPreferences = (patch: Partial<Preferences>): void => {
  usePreferences.setState(patch);
  const { theme, letters } = usePreferences.getState();
  writeSaved('preferences', { theme, letters });
};

export const useLetters = (): boolean => usePreferences((state) => state.letters);

export const isDark = (theme: ThemeChoice, systemDark: boolean): boolean => (theme === 'system' ? systemDark : theme === 'dark');

/** Follows the choice and, where the choice is the system's, the system. */
export const followTheme = (): void => {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = (): void => {
    const dark = isDark(usePreferences.getState().theme, system.matches);
    document.body.classList.toggle('bp6-dark', dark);
    document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  };
  system.addEventListener('change', apply);
  usePreferences.subscribe(apply);
  apply();
};
