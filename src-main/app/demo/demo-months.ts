import { DEMO_MONTHS } from './demo-finance.ts';

/** A file below `evidence/` of the company's own source. */
export interface EvidenceFile {
  readonly name: string;
  readonly text: string;
}

/** A closed month of the demo. */
export interface DemoMonth {
  /** 0 is the oldest. */
  readonly index: number;
  readonly month: string;
  /** ISO 8601 UTC: the second day after it ended, when its evidence is read. */
  readonly plannedAt: string;
  /** When it was captured: as planned, for the newest one some days ago. */
  readonly capturedAt: string;
  /** Two hours later: when the owners had seen it and wrote down what they decided. */
  readonly decidedAt: string;
}

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const monthAt = (ms: number): string => new Date(ms).toISOString().slice(0, 7);
export const startOf = (month: string): number => Date.parse(`${month}-01T00:00:00Z`);
export const next = (month: string): string => monthAt(startOf(month) + 32 * DAY);
export const before = (month: string): string => monthAt(startOf(month) - DAY);
export const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** The months that are closed at `now` (ISO 8601 UTC), oldest first. */
export function demoMonths(now: string): readonly DemoMonth[] {
  const present = Date.parse(now);
  // In its first hour a month has no evidence yet of the one before.
  let newest = before(monthAt(present - 2 * HOUR));
  const months: DemoMonth[] = [];
  for (let index = DEMO_MONTHS - 1; index >= 0; index -= 1) {
    const end = startOf(next(newest));
    const planned = end + 40 * HOUR + 20 * 60_000;
    // The newest close came late, so that what the committee does about it today still belongs to its capture.
    const captured = Math.min(index === DEMO_MONTHS - 1 ? Math.max(planned, present - 3 * DAY) : planned, present - HOUR);
    months.unshift({
      index,
      month: newest,
      plannedAt: iso(Math.min(planned, captured)),
      capturedAt: iso(captured),
      decidedAt: iso(Math.min(captured + 2 * HOUR, present - HOUR / 2)),
    });
    newest = before(newest);
  }
  return months;
}

export const document = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
