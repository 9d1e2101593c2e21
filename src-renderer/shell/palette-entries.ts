import type { IconName } from '@blueprintjs/core';

export interface PaletteEntry {
  readonly id: string;
  readonly group: 'Best match' | 'Receipts' | 'Packets' | 'Figures' | 'Actions' | 'Screens' | 'Act as' | 'Workspaces';
  readonly icon: IconName;
  readonly name: string;
  readonly note: string;
  readonly keys?: string | undefined;
  /** Why it may not be done: it stays in the list and says so. */
  readonly refused?: string | null | undefined;
  readonly run: () => void;
}

export interface PaletteQuery {
  readonly kind: 'all' | 'actions' | 'hash';
  /** Without the sign in front, in lower case. */
  readonly text: string;
}

/** `>` asks for actions, `#` for a hash or receipt id; all else searches everything. */
export const parsePaletteText = (typed: string): PaletteQuery => {
  const text = typed.trim();
  if (text.startsWith('>')) return { kind: 'actions', text: text.slice(1).trim().toLowerCase() };
  if (text.startsWith('#')) return { kind: 'hash', text: text.slice(1).trim().toLowerCase() };
  return { kind: 'all', text: text.toLowerCase() };
};

/** How well a name fits what was typed: 3 begins with it, 2 a word of it does, 1 its words' first letters do, 0 not at all. */
export const fit = (name: string, text: string): 0 | 1 | 2 | 3 => {
  const lower = name.toLowerCase();
  if (text === '' || lower.startsWith(text)) return 3;
  if (lower.includes(` ${text}`) || lower.includes(`/${text}`)) return 2;
  const initials = lower
    .split(/[^a-z0-9]+/)
    .map((word) => word.charAt(0))
    .join('');
  return text.length >= 2 && initials.startsWith(text) ? 1 : 0;
};

/** Entries that fit, the best first; within one fit their own order stays. */
export const filterEntries = (entries: readonly PaletteEntry[], text: string): PaletteEntry[] =>
  entries
    .map((entry, order) => ({ entry, order, score: fit(entry.name, text) }))
    .filter((each) => each.score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .map((each) => each.entry);

/** The name split around what was typed, for underlining; null where it does not stand in one piece. */
export const matchedPart = (name: string, text: string): readonly [string, string, string] | null => {
  const at = text === '' ? -1 : name.toLowerCase().indexOf(text);
  return at < 0 ? null : [name.slice(0, at), name.slice(at, at + text.length), name.slice(at + text.length)];
};
