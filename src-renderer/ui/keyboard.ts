/** What a key press means. Pure, so that every key can be tested without a page. */
export interface KeyPress {
  readonly key: string;
  /** Ctrl, or ⌘ on a Mac. */
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  /** Typed into a field: letters belong to it. */
  readonly inField: boolean;
  /** Inside a dialog or menu: the page behind it is not meant. */
  readonly inOverlay: boolean;
}

/** G was pressed: the next letter within this time names a screen. */
export const GO_WITHIN_MS = 1500;

export interface KeyState {
  /** When G was pressed, ms; null when it was not. */
  readonly goSince: number | null;
}

export type KeyAct =
  | { readonly act: 'none' }
  | { readonly act: 'prefix' }
  | { readonly act: 'palette' | 'help' | 'back' | 'forward' }
  | { readonly act: 'go'; readonly letter: string }
  /** A key that a screen or panel has taken: see shortcuts.ts. */
  | { readonly act: 'shortcut'; readonly key: string };

export interface KeySettings {
  readonly letters: boolean;
  readonly nowMs: number;
}

const NONE: KeyAct = { act: 'none' };

/** Decides one key; the new state goes into the next call. */
export const decideKey = (press: KeyPress, state: KeyState, { letters, nowMs }: KeySettings): readonly [KeyAct, KeyState] => {
  const rest: KeyState = { goSince: null };
  const key = press.key.length === 1 ? press.key.toUpperCase() : press.key;
  if (press.ctrl && !press.alt && !press.shift && key === 'K') return [{ act: 'palette' }, rest];
  if (press.inOverlay) return [NONE, rest];
  if (press.alt && !press.ctrl && key === 'ArrowLeft') return [{ act: 'back' }, rest];
  if (press.alt && !press.ctrl && key === 'ArrowRight') return [{ act: 'forward' }, rest];
  if (key === 'Escape') return [{ act: 'shortcut', key }, rest];
  if (press.inField || press.ctrl || press.alt) return [NONE, rest];
  if (press.key === '?') return [{ act: 'help' }, rest];
  if (!letters || press.key.length !== 1) return [NONE, rest];
  if (state.goSince !== null && nowMs - state.goSince <= GO_WITHIN_MS) return [{ act: 'go', letter: key }, rest];
  if (key === 'G' && !press.shift) return [{ act: 'prefix' }, { goSince: nowMs }];
  return [{ act: 'shortcut', key: press.shift && /[A-Z]/.test(key) ? `Shift ${key}` : key }, rest];
};
