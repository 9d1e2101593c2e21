import { create } from 'zustand';

export type ShellDialog = 'palette' | 'help' | 'jobs' | 'open-workspace' | 'create-workspace';

interface ShellState {
  readonly dialog: ShellDialog | null;
  /** What the palette starts with: `>` for actions, `#` for a hash. */
  readonly paletteText: string;
}

/** Which of the shell's dialogs is open; one at a time. */
export const useShellState = create<ShellState>()(() => ({ dialog: null, paletteText: '' }));

export const openDialog = (dialog: ShellDialog, paletteText = ''): void => {
  useShellState.setState({ dialog, paletteText });
};

export const closeDialog = (): void => {
  useShellState.setState({ dialog: null });
};
