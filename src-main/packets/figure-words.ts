import type { PacketFigure } from '../../src-shared/contract/packet-document.ts';
import type { PaidTier } from '../evidence/index.ts';
import { absolute, signOf } from './exact.ts';

/** Figures as they stand in sentences and formulas. */

export type Unit = PacketFigure['unit'];

/** `296413.47` → `296,413.47`; the sign is a minus sign, not a hyphen. */
export function grouped(text: string): string {
  const [whole = '', part] = absolute(text).split('.');
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${text.startsWith('-') ? '−' : ''}${digits}${part === undefined ? '' : `.${part}`}`;
}

export function shown(text: string | null, unit: Unit): string {
  if (text === null) return 'none';
  const number = grouped(text);
  if (unit === 'USD') return `USD ${number}`;
  if (unit === 'percent') return `${number}%`;
  return unit === 'points' ? `${number} pt` : number;
}

/** A change, always with its sign; percentages change by points. */
export function changeShown(text: string, unit: Unit): string {
  const sign = signOf(text) > 0 ? '+' : signOf(text) < 0 ? '−' : '±';
  const number = grouped(absolute(text));
  return unit === 'USD' ? `${sign}USD ${number}` : unit === 'count' ? `${sign}${number}` : `${sign}${number} pt`;
}

export const TIER_TITLES: Readonly<Record<PaidTier, string>> = {
  starter: 'Starter',
  growth: 'Growth',
  pro: 'Pro',
  enterprise: 'Enterprise',
};

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** `2026-05` → `May 2026` */
export const monthName = (month: string): string => `${MONTHS[Number(month.slice(5, 7)) - 1] ?? month} ${month.slice(0, 4)}`;

/** The month before, `YYYY-MM`. */
export function monthBefore(month: string): string {
  const [year, number] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
  return number === 1 ? `${String(year - 1).padStart(4, '0')}-12` : `${month.slice(0, 5)}${String(number - 1).padStart(2, '0')}`;
}
