/** What a command prints: one JSON document with --json, else text for people. Diagnostics go to stderr. */

let json = false;

export const wantJson = (): void => {
  json = true;
};
export const jsonWanted = (): boolean => json;

/** A reader that closed the pipe early (`| head`) is no fault of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

export const writeJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};

export const writeLine = (text = ''): void => {
  process.stdout.write(`${text}\n`);
};

/** Prints the document with --json, else what `text` makes of it. */
export function print<T>(value: T, text: (value: T) => string): void {
  if (json) writeJson(value);
  else writeLine(text(value));
}

/** Columns padded to their widest cell, two spaces apart; numbers (`>` before the title) to the right. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const right = titles.map((title) => title.startsWith('>'));
  const names = titles.map((title) => title.replace(/^>/, ''));
  const widths = names.map((name, i) => Math.max(name.length, ...rows.map((row) => (row[i] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (right[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(names), ...rows.map(line)].join('\n');
}

export const integer = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');

export interface Bar {
  update(done: number, total: number | null, says: string): void;
  clear(): void;
}

/** A progress bar on a terminal; silent where stderr is a file or a pipe. */
export function progressBar(): Bar {
  const { stderr } = process;
  if (!stderr.isTTY) return { update: () => undefined, clear: () => undefined };
  const width = 24;
  return {
    update: (done, total, says) => {
      const part = total ? Math.min(1, done / total) : 0;
      const bar = total ? `[${'#'.repeat(Math.round(part * width)).padEnd(width, '.')}] ${Math.floor(part * 100)}%` : integer(done);
      stderr.write(`\r\x1b[2K${bar} ${says}`.slice(0, stderr.columns));
    },
    clear: () => stderr.write('\r\x1b[2K'),
  };
}
