import printerModule from 'pdfmake/js/Printer.js';
import robotoModule from 'pdfmake/build/fonts/Roboto.js';
import { coverageOf, type Covers, printable } from './font-coverage.ts';
import { FONT, INK } from './palette.ts';
import { type Node, PAGE, TABLE_LAYOUTS } from './report-nodes.ts';

/** Lays out a report and writes it as PDF. */

export interface Report {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  readonly keywords: string;
  /** ISO 8601 UTC: what the file says it was made at. */
  readonly createdAt: string;
  readonly content: readonly Node[];
  /** Left part of the foot of every page; the page numbers stand at its right. */
  readonly foot: string;
  /** Of every page but the first. */
  readonly head: readonly [left: string, right: string];
}

/** By the names that the faces have in themselves: charts find a face under this name once a text has used it. */
const FACES = {
  normal: 'Roboto-Regular',
  bold: 'Roboto-Medium',
  italics: 'Roboto-Italic',
  bolditalics: 'Roboto-MediumItalic',
} as const;

let known: { readonly files: ReadonlyMap<string, Uint8Array>; readonly covers: Covers } | undefined;

/** The faces come with the library as text, so that they are found in a package as in a checkout. */
function fonts(): NonNullable<typeof known> {
  known ??= (() => {
    const files = new Map(
      Object.entries(robotoModule.vfs).map(([name, { data }]) => [name.replace(/\.ttf$/, ''), Buffer.from(data, 'base64')]),
    );
    const covers = Object.values(FACES).map((name) => coverageOf(files.get(name)!));
    return { files, covers: (codePoint: number) => covers.every((has) => has(codePoint)) };
  })();
  return known;
}

/** A sign that the font lacks is written as its code point; see `printable`. */
export const fontCovers: Covers = (codePoint) => fonts().covers(codePoint);

/** Every text of the tree as the font can show it. The printer writes into its nodes, so it gets a copy of its own. */
function printableTree(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => (typeof item === 'string' ? printable(item, fontCovers) : printableTree(item)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      (key === 'text' || key === 'outlineText') && typeof item === 'string' ? printable(item, fontCovers) : printableTree(item),
    ]),
  );
}

const PdfPrinter = 'default' in printerModule ? printerModule.default : printerModule;

const refuse = (): boolean => false;

/**
 * The same report gives the same bytes: the identifier of the file follows from what it says of itself, its time is given,
 * and nothing is compressed, for compressed bytes differ between machines.
 * Nothing is read from disk or network while it is drawn.
 */
export async function drawPdf(report: Report): Promise<Uint8Array> {
  const { files } = fonts();
  const printer = new PdfPrinter(
    { [FONT]: { ...FACES } },
    {
      existsSync: (name) => files.has(name),
      readFileSync: (name) => files.get(name)!,
    },
    { resolve: () => undefined, resolved: () => Promise.resolve() },
    refuse,
  );
  const line = (left: string, right: string, top: number): Node => ({
    columns: [
      { text: printable(left, fontCovers), width: '*' },
      { text: printable(right, fontCovers), width: 'auto', alignment: 'right' },
    ],
    fontSize: 6.75,
    color: INK.ink3,
    margin: [PAGE.left, top, PAGE.right, 0],
  });
  const definition = {
    pageSize: 'A4',
    pageMargins: [PAGE.left, PAGE.top, PAGE.right, PAGE.bottom],
    version: '1.7',
    compress: false,
    language: 'en',
    displayTitle: true,
    info: {
      title: printable(report.title, fontCovers),
      author: report.author,
      subject: report.subject,
      keywords: report.keywords,
      creator: 'Countersign',
      creationDate: new Date(report.createdAt),
    },
    defaultStyle: { font: FONT, fontSize: 8.5, color: INK.ink, lineHeight: 1.1 },
    content: printableTree(report.content),
    header: (page: number) => (page === 1 ? null : line(report.head[0], report.head[1], 30)),
    footer: (page: number, pages: number) => line(report.foot, `${page} of ${pages}`, 20),
    pageBreakBefore: breaksBefore,
  };
  const pdf = await printer.createPdfKitDocument(definition, { tableLayouts: TABLE_LAYOUTS });
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    pdf.on('data', (chunk) => chunks.push(chunk));
    pdf.on('end', () => {
      resolve(Buffer.concat(chunks));
    });
    pdf.on('error', reject);
    pdf.end();
  });
}

interface Placed {
  readonly headlineLevel?: number;
  readonly startPosition?: { readonly verticalRatio: number };
}

/** Below this part of a page a head would stand alone. */
const LAST_HEAD = 0.86;

const breaksBefore = (node: Placed): boolean => node.headlineLevel !== undefined && (node.startPosition?.verticalRatio ?? 0) > LAST_HEAD;
