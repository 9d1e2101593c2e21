import { INK } from './palette.ts';

/** What a report is made of: the nodes that the printer lays out, and the few shapes in which this report uses them. */

export type Align = 'left' | 'right' | 'center';
/** Left, top, right, bottom; points, as all measures of a report. */
export type Margin = readonly [number, number, number, number];

interface Common {
  readonly margin?: Margin;
  readonly alignment?: Align;
  readonly fontSize?: number;
  readonly bold?: boolean;
  readonly italics?: boolean;
  readonly color?: string;
  readonly lineHeight?: number;
  readonly fillColor?: string;
  readonly colSpan?: number;
  readonly width?: number | 'auto' | '*';
  readonly unbreakable?: boolean;
  readonly pageBreak?: 'before' | 'after';
  readonly relativePosition?: { readonly x: number; readonly y: number };
}

export interface TextNode extends Common {
  readonly text: string | readonly (string | TextNode)[];
  readonly noWrap?: boolean;
  readonly characterSpacing?: number;
  readonly headlineLevel?: number;
  /** In the reader's outline, under this text. */
  readonly outline?: boolean;
  readonly outlineText?: string;
  readonly preserveLeadingSpaces?: boolean;
}
export interface StackNode extends Common {
  readonly stack: readonly Node[];
}
export interface ColumnsNode extends Common {
  readonly columns: readonly Node[];
  readonly columnGap?: number;
}
export interface SvgNode extends Common {
  readonly svg: string;
  readonly options?: { readonly warningCallback: (says: string) => never };
}
export interface TableNode extends Common {
  readonly table: {
    readonly body: readonly (readonly Node[])[];
    readonly widths: readonly (number | 'auto' | '*')[];
    readonly headerRows?: number;
    readonly keepWithHeaderRows?: number;
    readonly dontBreakRows?: boolean;
  };
  readonly layout: TableLayoutName;
}
export type Node = TextNode | StackNode | ColumnsNode | SvgNode | TableNode;

export const TABLE_LAYOUTS = {
  /** Hairlines between rows, a stronger one under the head and above the foot. */
  rows: {
    hLineWidth: (i: number, { table }: TableNode) => (i === 0 ? 0 : i === (table.headerRows ?? 0) || i === table.body.length ? 0.75 : 0.5),
    vLineWidth: () => 0,
    hLineColor: (i: number, { table }: TableNode) => (i === (table.headerRows ?? 0) || i === table.body.length ? INK.lineStrong : INK.line),
    paddingLeft: (i: number) => (i === 0 ? 2 : 4),
    paddingRight: (i: number, { table }: TableNode) => (i === table.widths.length - 1 ? 2 : 4),
    paddingTop: () => 2.5,
    paddingBottom: () => 2.5,
  },
  /** A card: filled, no lines. */
  card: {
    hLineWidth: () => 0,
    vLineWidth: () => 0,
    paddingLeft: () => 9,
    paddingRight: () => 9,
    paddingTop: () => 7,
    paddingBottom: () => 8,
  },
  pill: {
    hLineWidth: () => 0,
    vLineWidth: () => 0,
    paddingLeft: () => 6,
    paddingRight: () => 6,
    paddingTop: () => 2,
    paddingBottom: () => 2,
  },
  /** A quotation: a bar at its left. */
  quote: {
    hLineWidth: () => 0,
    vLineWidth: (i: number) => (i === 0 ? 1.5 : 0),
    vLineColor: () => INK.lineStrong,
    paddingLeft: () => 8,
    paddingRight: () => 0,
    paddingTop: () => 0,
    paddingBottom: () => 0,
  },
  /** Label and value under each other, aligned, without lines. */
  facts: {
    hLineWidth: () => 0,
    vLineWidth: () => 0,
    paddingLeft: () => 0,
    paddingRight: () => 8,
    paddingTop: () => 1.25,
    paddingBottom: () => 1.25,
  },
} as const;
export type TableLayoutName = keyof typeof TABLE_LAYOUTS;

export const PAGE = { width: 595.28, height: 841.89, left: 42, right: 42, top: 56, bottom: 50 } as const;
export const CONTENT_WIDTH = PAGE.width - PAGE.left - PAGE.right;

/** The head of a part, with a note in small beside it; it is in the reader's outline and never ends a page. */
export const heading = (title: string, note = ''): TextNode => ({
  text: [
    { text: title, fontSize: 12, bold: true, color: INK.ink },
    ...(note === '' ? [] : [{ text: `   ${note}`, fontSize: 8, color: INK.ink3 }]),
  ],
  headlineLevel: 1,
  outline: true,
  outlineText: title,
  margin: [0, 16, 0, 5],
});

export const subheading = (title: string, note = ''): TextNode => ({
  text: [
    { text: title, fontSize: 9, bold: true, color: INK.ink },
    ...(note === '' ? [] : [{ text: `   ${note}`, fontSize: 7.5, color: INK.ink3 }]),
  ],
  headlineLevel: 2,
  margin: [0, 9, 0, 3],
});

/**
 * Nodes that stay on one page; only for what always fits on one. A head inside must not ask for a page of its own: the
 * printer loses what it has set aside when it does.
 */
export const kept = (nodes: readonly Node[]): StackNode => ({
  stack: nodes.map((node) => {
    if (!('headlineLevel' in node)) return node;
    const { headlineLevel: _never, ...rest } = node;
    return rest;
  }),
  unbreakable: true,
});

export const paragraph = (text: TextNode['text'], more: Omit<TextNode, 'text'> = {}): TextNode => ({
  text,
  color: INK.ink2,
  margin: [0, 0, 0, 4],
  lineHeight: 1.15,
  ...more,
});

export const small = (text: string, more: Omit<TextNode, 'text'> = {}): TextNode => ({ text, fontSize: 7, color: INK.ink3, ...more });

/** A picture; what of it cannot be drawn is an error, not a gap. */
export const picture = (svg: string, width: number): SvgNode => ({
  svg,
  width,
  options: {
    warningCallback: (says) => {
      throw new Error(`A picture of the report cannot be drawn: ${says}`);
    },
  },
});

/** A digest in full. */
export const hash = (text: string, more: Omit<TextNode, 'text'> = {}): TextNode => ({ text, fontSize: 6.75, color: INK.ink2, ...more });

export type Cell = string | Node;

export interface TableColumn {
  readonly title: string;
  readonly align?: Align;
  readonly width: number | 'auto' | '*';
}

/** Between a column of numbers and the text that follows it. */
const AFTER_NUMBERS = 10;

const TABLE_SIZE = 8;

/** The size at which so many letters and figures fit into a width; at most `size`. A number is never cut in two. */
export const fittingSize = (text: string, width: number, size: number): number => Math.min(size, width / (text.length * 0.58));

const placed = (node: Node, { align = 'left', width }: TableColumn, before: TableColumn | undefined): Node => {
  const [left, top, right, bottom] = node.margin ?? [0, 0, 0, 0];
  const indent = align === 'left' && before?.align === 'right' ? AFTER_NUMBERS : 0;
  const margin: Margin = [left + indent, top, right, bottom];
  const text = align === 'right' && typeof width === 'number' && 'text' in node && typeof node.text === 'string' ? node.text : null;
  const size = text === null || text.includes(' ') ? TABLE_SIZE : fittingSize(text, width as number, TABLE_SIZE);
  return { alignment: align, ...node, margin, ...(size < 7 ? { fontSize: size } : {}) };
};

const nodeOf = (cell: Cell): Node => (typeof cell === 'string' ? { text: cell } : cell);

/** How many lines a text takes at least, in a column of about so many letters. */
export const linesOf = (text: string, letters = 60): number =>
  text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / letters)), 0);

const textOf = (node: Node | string): string =>
  typeof node === 'string'
    ? node
    : 'text' in node
      ? typeof node.text === 'string'
        ? node.text
        : node.text.map(textOf).join('')
      : 'stack' in node
        ? node.stack.map(textOf).join('\n')
        : 'columns' in node
          ? node.columns.map(textOf).join('\n')
          : '';

/** Rows of more lines than this are cut where a page ends: one that fits on no page would be lost. */
const LONGEST_ROW = 20;

/**
 * A table whose head stands on every page that it reaches. Rows are not cut, unless one of them is very long. `foot` is a
 * row in bold.
 */
export const table = (columns: readonly TableColumn[], rows: readonly (readonly Cell[])[], foot?: readonly Cell[]): TableNode => {
  const nodes = rows.map((row) => columns.map((_, i) => nodeOf(row[i] ?? '')));
  const bold = foot === undefined ? [] : [columns.map((_, i): Node => ({ bold: true, ...nodeOf(foot[i] ?? '') }))];
  const head = columns.map(({ title }): Node => ({ text: title, bold: true, fontSize: 7.25, color: INK.ink3 }));
  const short = nodes.every((row) => row.every((cell) => linesOf(textOf(cell), 30) <= LONGEST_ROW));
  return {
    table: {
      headerRows: 1,
      keepWithHeaderRows: short ? Math.min(2, rows.length) : 0,
      dontBreakRows: short,
      widths: columns.map(({ width }) => width),
      body: [head, ...nodes, ...bold].map((row) => row.map((cell, i) => placed(cell, columns[i]!, columns[i - 1]))),
    },
    layout: 'rows',
    fontSize: TABLE_SIZE,
    color: INK.ink,
  };
};

export const facts = (rows: readonly (readonly [label: string, value: Cell])[], labelWidth = 92): TableNode => ({
  table: {
    widths: [labelWidth, '*'],
    body: rows.map(([name, value]) => [{ text: name, color: INK.ink3 }, typeof value === 'string' ? { text: value } : value]),
  },
  layout: 'facts',
});

export type Status = 'ok' | 'warn' | 'bad' | 'idle' | 'accent';

const LOOKS: Readonly<Record<Status, readonly [text: string, soft: string]>> = {
  ok: [INK.ok, INK.okSoft],
  warn: [INK.warn, INK.warnSoft],
  bad: [INK.bad, INK.badSoft],
  idle: [INK.idle, INK.idleSoft],
  accent: [INK.accent, INK.accentSoft],
};

export const statusColour = (status: Status): string => LOOKS[status][0];
export const statusFill = (status: Status): string => LOOKS[status][1];

const MARKS: Readonly<Record<Status, string>> = {
  ok: '<path d="M1.2 4.2 3.2 6.2 6.9 1.8"/>',
  warn: '<path d="M4 0.9 7.3 7H0.7Z M4 3.2V4.8 M4 5.7V6.1"/>',
  bad: '<path d="M1.5 1.5 6.5 6.5 M6.5 1.5 1.5 6.5"/>',
  idle: '<path d="M1.5 4H6.5"/>',
  accent: '<circle cx="4" cy="4" r="2.6"/>',
};

/** A status is always a sign and a word, never a colour alone. */
export const mark = (status: Status, size = 7): SvgNode => ({
  svg: `<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8" viewBox="0 0 8 8" fill="none" stroke="${statusColour(status)}" stroke-width="1.1" stroke-linecap="round" stroke-linejoin="round">${MARKS[status]}</svg>`,
  width: size,
});

export const statusWord = (status: Status, word: string): ColumnsNode => ({
  columns: [
    { ...mark(status, 6.5), margin: [0, 1.5, 0, 0] },
    { text: word, color: status === 'ok' ? INK.ink2 : statusColour(status), bold: status === 'bad', width: '*', alignment: 'left' },
  ],
  columnGap: 3,
});

export const pill = (status: Status, word: string): TableNode => ({
  table: {
    widths: ['auto'],
    body: [[{ text: word, color: statusColour(status), bold: true, fontSize: 8.5, fillColor: statusFill(status) }]],
  },
  layout: 'pill',
  width: 'auto',
});
