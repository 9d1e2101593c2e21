import type { ReactNode } from 'react';

export interface TableColumn<Row> {
  readonly id: string;
  /** In the header, with the unit: "Anchored, receipts". */
  readonly title: string;
  /** A CSS grid track: `96px`, `minmax(160px, 1fr)`. */
  readonly track: string;
  readonly align?: 'start' | 'end';
  readonly cell: (row: Row, position: number) => ReactNode;
  /** What is known of a row before it is read, such as its number: shown in place of a bar. */
  readonly before?: (position: number) => ReactNode;
  /** What copying and reading aloud give: the whole value, not the shortened one. */
  readonly text: (row: Row) => string;
  /** The name that the caller's query sorts by; a column without it cannot be sorted. */
  readonly sortBy?: string;
  /** Folds away when the table is narrower than this, px; it stays reachable through the column choice. */
  readonly foldBelow?: number;
  /** Off until someone asks for it. */
  readonly hidden?: boolean;
  /** Cannot be hidden: without it the row has no name. */
  readonly fixed?: boolean;
}

/** What someone chose for a column; nothing chosen means the column decides by itself. */
export type ColumnChoice = Readonly<Record<string, boolean>>;

/** Whether a column shows at this width. A choice stands above folding: who asks for a column gets it. */
export const isShown = (
  column: Pick<TableColumn<never>, 'id' | 'fixed' | 'hidden' | 'foldBelow'>,
  choice: ColumnChoice,
  width: number,
): boolean => column.fixed === true || (choice[column.id] ?? (column.hidden !== true && width >= (column.foldBelow ?? 0)));

/** The tracks of header and rows: one string, so that they cannot drift apart. */
export const gridTemplate = (tracks: readonly string[], selectable: boolean): string =>
  [...(selectable ? ['32px'] : []), ...tracks].join(' ');

/** A cell of a copied table: tabs and line ends would tear it, and a leading `=`, `+`, `-` or `@` would run in a spreadsheet. */
export const copyCell = (text: string): string => {
  const flat = text.replace(/[\t\r\n]+/g, ' ');
  return /^[=+@]|^-(?![\d.]+$)/.test(flat) ? `'${flat}` : flat;
};

/** Header and rows as tab-separated text, ready to be pasted into a sheet. */
export const copyRows = <Row>(columns: readonly TableColumn<Row>[], rows: readonly Row[]): string =>
  [columns.map((c) => copyCell(c.title)), ...rows.map((row) => columns.map((c) => copyCell(c.text(row))))]
    .map((cells) => cells.join('\t'))
    .join('\n');
