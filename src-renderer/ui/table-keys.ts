/** What a key does in a table. Letters are those of the interface guide; arrows, Page, Home and End are the grid pattern of ARIA. */
export type TableAct =
  | { readonly act: 'move'; readonly to: number }
  | { readonly act: 'cell'; readonly by: -1 | 1 }
  | { readonly act: 'open'; readonly aside: boolean }
  | { readonly act: 'select' | 'select-range' | 'clear' };

export interface Pressed {
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
}

export interface TableKeyState {
  readonly position: number;
  readonly count: number;
  /** Whole rows that fit into the view. */
  readonly pageRows: number;
  /** Letters can be switched off in Settings; arrows and Enter always work. */
  readonly letters: boolean;
  readonly selected: number;
}

const clamp = (value: number, count: number): number => Math.min(Math.max(value, 0), Math.max(0, count - 1));

/** null where the key means nothing here and must go on to the page. */
export const actOf = (pressed: Pressed, state: TableKeyState): TableAct | null => {
  const { key, ctrl, shift, alt } = pressed;
  const { position, count, pageRows, letters } = state;
  const move = (to: number): TableAct => ({ act: 'move', to: clamp(to, count) });
  if (alt) return null;
  if (key === 'Enter') return { act: 'open', aside: ctrl };
  if (key === 'Home' && ctrl) return move(0);
  if (key === 'End' && ctrl) return move(count - 1);
  if (ctrl) return null;
  if (key === 'ArrowDown' || (letters && key === 'j')) return move(position + 1);
  if (key === 'ArrowUp' || (letters && key === 'k')) return move(position - 1);
  if (key === 'PageDown') return move(position + Math.max(1, pageRows - 1));
  if (key === 'PageUp') return move(position - Math.max(1, pageRows - 1));
  if (key === 'Home') return move(0);
  if (key === 'End') return move(count - 1);
  if (key === 'ArrowRight') return { act: 'cell', by: 1 };
  if (key === 'ArrowLeft') return { act: 'cell', by: -1 };
  if (key === ' ' || (letters && key.toLowerCase() === 'x')) return { act: shift ? 'select-range' : 'select' };
  if (key === 'Escape' && state.selected > 0) return { act: 'clear' };
  return null;
};
