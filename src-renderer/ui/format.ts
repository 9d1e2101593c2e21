/** One place for how figures and hashes read. Pure; no locale. */
const MINUS = '\u2212';
const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ',');

/** `12,029`, with a true minus. */
export const integer = (n: number): string => (n < 0 ? MINUS : '') + group(String(Math.abs(Math.round(n))));

/** A figure with a fixed number of decimals: `4,119.50`. */
export const decimal = (n: number, places: number): string => {
  const [whole = '0', part] = Math.abs(n).toFixed(places).split('.');
  return (n < 0 && Number(n.toFixed(places)) !== 0 ? MINUS : '') + group(whole) + (part === undefined ? '' : `.${part}`);
};

/** A difference always carries its sign; zero is shown as ±0. */
export const signed = (n: number, places = 0): string => {
  if (Number(n.toFixed(places)) === 0) return `\u00b1${(0).toFixed(places)}`;
  return (n > 0 ? '+' : MINUS) + decimal(Math.abs(n), places);
};

export const percent = (n: number, places = 2): string => `${decimal(n, places)}%`;

/** Exact: `6,627,917 B`. For facts; see `byteSize` for a size that only needs to be grasped. */
export const bytes = (n: number): string => `${integer(n)} B`;

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Three significant figures in decimal units: `512 B`, `6.63 MB`, `217 MB`. */
export const byteSize = (n: number): string => {
  let value = Math.abs(n);
  let unit = 0;
  // 999.5 would be shown as 1000: the step is taken on the rounded figure.
  while (unit < BYTE_UNITS.length - 1 && Number(value.toPrecision(3)) >= 1000) {
    value /= 1000;
    unit += 1;
  }
  const places = unit === 0 ? 0 : value < 10 ? 2 : value < 100 ? 1 : 0;
  return `${n < 0 ? MINUS : ''}${decimal(value, places)} ${BYTE_UNITS[unit] ?? 'B'}`;
};

/** `1 receipt`, `12 receipts`. The plural is the singular with an s unless it is given. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${integer(n)} ${n === 1 ? one : many}`;

/** First eight and last six: enough to compare by eye; copying always copies all of it. */
export const shortHash = (hex: string): string => (hex.length <= 16 ? hex : `${hex.slice(0, 8)}\u2026${hex.slice(-6)}`);

/** A position in a chain: `#8,213`. */
export const position = (index: number): string => `#${integer(index)}`;

/** `Halden Audit, Meridian and Kestrel`. */
export const listed = (names: readonly string[]): string =>
  names.length <= 1 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

/** Milliseconds as a person says them: `3 ms`, `2.4 s`, `3 min 05 s`, `2 h 10 min`. */
export const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 59_950) return `${decimal(ms / 1000, 1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
  return `${Math.floor(seconds / 3600)} h ${String(Math.floor((seconds % 3600) / 60)).padStart(2, '0')} min`;
};

/** Two letters for a person's mark. */
export const initials = (name: string): string =>
  name
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => [...word][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();
