import { normalTime } from '../tenants/index.ts';

/** The last moment of a month, nine places; `now` where the month still runs. ISO 8601 UTC. */
export function endOfMonth(month: string, now: string): string {
  const [year, at] = month.split('-').map(Number);
  const end = new Date(Date.UTC(year ?? 1970, at ?? 1, 1) - 1).toISOString().replace(/Z$/, '999999Z');
  const present = normalTime(now) ?? now;
  return end < present ? end : present;
}
