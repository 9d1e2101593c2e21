/**
 * How times read: UTC in facts, the local time beside. Pure and without locale: what shows depends only on the arguments.
 */
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
] as const;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const two = (n: number): string => String(n).padStart(2, '0');
const dayOf = (ms: number): number => Math.floor(ms / DAY_MS);

/** Milliseconds since 1970, or null where the text is no time. */
export const parseTime = (iso: string): number | null => {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? null : ms;
};

/** `09:42` of a moment shifted by minutes east of UTC. */
const clock = (ms: number, offsetMinutes = 0): string => {
  const date = new Date(ms + offsetMinutes * MINUTE_MS);
  return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
};

const dayMonth = (ms: number): string => {
  const date = new Date(ms);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`;
};

/** The whole moment: `2026-06-03 09:42 UTC`, or with seconds. */
export const factTime = (iso: string, seconds = false): string => {
  const ms = parseTime(iso);
  if (ms === null) return iso;
  const text = new Date(ms).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, seconds ? 19 : 16)} UTC`;
};

/** As short as it stays clear: `09:42 UTC` today, `2 June 16:20 UTC` this year, else the whole moment. */
export const shortTime = (iso: string, nowMs: number): string => {
  const ms = parseTime(iso);
  if (ms === null) return iso;
  if (dayOf(ms) === dayOf(nowMs)) return `${clock(ms)} UTC`;
  if (new Date(ms).getUTCFullYear() === new Date(nowMs).getUTCFullYear()) return `${dayMonth(ms)} ${clock(ms)} UTC`;
  return factTime(iso);
};

/** For a narrow column of recent things: `09:38` today, `2 June` this year, else `2025-12-31`. */
export const columnTime = (iso: string, nowMs: number): string => {
  const ms = parseTime(iso);
  if (ms === null) return iso;
  if (dayOf(ms) === dayOf(nowMs)) return clock(ms);
  if (new Date(ms).getUTCFullYear() === new Date(nowMs).getUTCFullYear()) return dayMonth(ms);
  return new Date(ms).toISOString().slice(0, 10);
};

/** The status bar's clock: `3 June 2026 09:42 UTC`. */
export const barTime = (nowMs: number): string => `${dayMonth(nowMs)} ${new Date(nowMs).getUTCFullYear()} ${clock(nowMs)} UTC`;

/**
 * The same moment on this machine's clock, to stand beside the UTC time: `11:42 local`, `4 June 00:10 local` when the day
 * differs. Empty where local time is UTC: it would say the same twice.
 * @param offsetMinutes minutes east of UTC at that moment.
 */
export const localTime = (iso: string, offsetMinutes: number): string => {
  const ms = parseTime(iso);
  if (ms === null || offsetMinutes === 0) return '';
  const shifted = ms + offsetMinutes * MINUTE_MS;
  return `${dayOf(shifted) === dayOf(ms) ? '' : `${dayMonth(shifted)} `}${clock(ms, offsetMinutes)} local`;
};

/** How far a moment lies from now, in at most two units: `4 min`, `2 d 7 h`. */
export const span = (ms: number): string => {
  const minutes = Math.floor(Math.abs(ms) / MINUTE_MS);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 || hours >= 10 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  const days = Math.floor(hours / 24);
  return hours % 24 === 0 || days >= 10 ? `${days} d` : `${days} d ${hours % 24} h`;
};

/** An age, to stand beside a date: `4 min ago`, `in 2 d 7 h`, `just now`. */
export const age = (iso: string, nowMs: number): string => {
  const ms = parseTime(iso);
  if (ms === null) return '';
  const away = ms - nowMs;
  if (Math.abs(away) < MINUTE_MS) return 'just now';
  return away < 0 ? `${span(away)} ago` : `in ${span(away)}`;
};
