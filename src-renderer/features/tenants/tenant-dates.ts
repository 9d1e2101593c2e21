import { parseTime } from '../../ui/time-format.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/** A day in a sentence, UTC: `9 May 2026`. */
export const dateWords = (iso: string): string => {
  const ms = parseTime(iso);
  if (ms === null) return iso;
  const date = new Date(ms);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`;
};
