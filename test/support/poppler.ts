/** PDF read and drawn by poppler, a reader that is not ours. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const popplerIsMissing: boolean = ['pdftoppm', 'pdftotext', 'pdffonts'].some((tool) => spawnSync(tool, ['-v']).status !== 0);
export const popplerSuite = (title: string): string => `${title}${popplerIsMissing ? ' (skipped: poppler-utils is not installed)' : ''}`;

function inFolder<T>(pdf: Uint8Array, work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-pdf-'));
  try {
    writeFileSync(join(folder, 'a.pdf'), pdf);
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(folder: string, tool: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(tool, args, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0 || stderr !== '') throw new Error(`${tool}: ${stderr}`);
  return stdout;
}

/** The text of each page, in the order in which it is read. */
export const pdfPages = (pdf: Uint8Array): string[] =>
  inFolder(pdf, (folder) => run(folder, 'pdftotext', ['-layout', 'a.pdf', '-']).split('\f').slice(0, -1));

/** All of its text with single spaces: lines are broken where a column ends. */
export const pdfText = (pdf: Uint8Array): string => pdfPages(pdf).join(' ').replaceAll(/\s+/g, ' ');

export const pdfFonts = (pdf: Uint8Array): { name: string; embedded: boolean; subset: boolean; unicode: boolean }[] =>
  inFolder(pdf, (folder) =>
    run(folder, 'pdffonts', ['a.pdf'])
      .trim()
      .split('\n')
      .slice(2)
      .map((line) => {
        const [name = '', ...rest] = line.split(/\s+/);
        const [embedded, subset, unicode] = rest.slice(-5, -2).map((word) => word === 'yes');
        return { name, embedded: embedded === true, subset: subset === true, unicode: unicode === true };
      }),
  );

export interface DrawnPage {
  readonly width: number;
  readonly height: number;
  /** Share of the pixels that are not white. */
  readonly ink: number;
  /** Whether anything but white lies in the outermost tenth of an inch: something runs out of the page. */
  readonly touchesEdge: boolean;
}

/** Draws every page with 72 pixels an inch: a point is a pixel. */
export const drawPages = (pdf: Uint8Array): DrawnPage[] =>
  inFolder(pdf, (folder) => {
    run(folder, 'pdftoppm', ['-r', '72', '-gray', 'a.pdf', 'p']);
    return readdirSync(folder)
      .filter((name) => name.endsWith('.pgm'))
      .sort()
      .map((name) => readPgm(readFileSync(join(folder, name))));
  });

function readPgm(file: Buffer): DrawnPage {
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(file.toString('latin1', 0, 40));
  if (head === null) throw new Error('no grey picture');
  const [width, height] = [Number(head[1]), Number(head[2])];
  const pixels = file.subarray(head[0].length);
  let inked = 0;
  let touchesEdge = false;
  for (let i = 0; i < width * height; i += 1)
    if (pixels[i]! < 250) {
      inked += 1;
      const [x, y] = [i % width, Math.floor(i / width)];
      if (x < 7 || x >= width - 7 || y < 7 || y >= height - 7) touchesEdge = true;
    }
  return { width, height, ink: inked / (width * height), touchesEdge };
}

/** Keeps pages as PNG for people to look at. */
export const keepPages = (pdf: Uint8Array, target: string): void => {
  inFolder(pdf, (folder) => {
    run(folder, 'pdftoppm', ['-r', '100', '-png', 'a.pdf', target]);
  });
};
