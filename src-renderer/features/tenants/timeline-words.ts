import type { IconName } from '@blueprintjs/core';
import type { TimelineEntry, TimelineKind } from '../../../src-shared/contract/tenants.ts';
import { parseTime } from '../../ui/time-format.ts';

/** In the order of the chips: what needs a person first. */
export const TIMELINE_KINDS: readonly TimelineKind[] = [
  'limit',
  'incident',
  'approval',
  'plan',
  'status',
  'action',
  'receipt',
  'period',
  'usage',
  'sync',
];

const KIND_WORD: Readonly<Record<TimelineKind, string>> = {
  limit: 'limits',
  incident: 'incidents',
  approval: 'approvals',
  plan: 'plan',
  status: 'status',
  action: 'actions',
  receipt: 'receipts',
  period: 'closes',
  usage: 'usage',
  sync: 'syncs',
};
export const kindWord = (kind: TimelineKind): string => KIND_WORD[kind];

const KIND_ICON: Readonly<Record<TimelineKind, IconName>> = {
  limit: 'warning-sign',
  incident: 'warning-sign',
  approval: 'endorsed',
  plan: 'layers',
  status: 'exchange',
  action: 'edit',
  receipt: 'link',
  period: 'lock',
  usage: 'timeline-bar-chart',
  sync: 'refresh',
};

/** A sign for what it is; what is bad or ended well says so before anything else. */
export const entryIcon = ({ kind, status }: Pick<TimelineEntry, 'kind' | 'status'>): IconName =>
  status === 'bad' ? 'error' : status === 'ok' && (kind === 'incident' || kind === 'limit') ? 'tick-circle' : KIND_ICON[kind];

/** Long names are cut: a day stands in a narrow column. */
const MONTHS = ['Jan', 'Feb', 'March', 'April', 'May', 'June', 'July', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const DAY_MS = 86_400_000;

/** The day of a moment as a heading: `Today`, `Yesterday`, `28 May`, in another year `2 Nov 2025`. UTC. */
export const dayWord = (iso: string, nowMs: number): string => {
  const ms = parseTime(iso);
  if (ms === null) return iso;
  const away = Math.floor(nowMs / DAY_MS) - Math.floor(ms / DAY_MS);
  if (away === 0) return 'Today';
  if (away === 1) return 'Yesterday';
  const date = new Date(ms);
  const day = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''}`;
  return date.getUTCFullYear() === new Date(nowMs).getUTCFullYear() ? day : `${day} ${date.getUTCFullYear()}`;
};

/** `09:12`, UTC. */
export const clockWord = (iso: string): string => {
  const ms = parseTime(iso);
  return ms === null ? '' : new Date(ms).toISOString().slice(11, 16);
};

/** Whether an entry begins a day: the one before it, newer, lies on another. */
export const beginsDay = (entry: TimelineEntry, before: TimelineEntry | undefined): boolean =>
  before === undefined || entry.at.slice(0, 10) !== before.at.slice(0, 10);

/** One kind in or out of those that show; all of them is the same as none chosen. */
export const toggleKind = (chosen: readonly TimelineKind[], kind: TimelineKind): TimelineKind[] => {
  const next = chosen.includes(kind) ? chosen.filter((each) => each !== kind) : [...chosen, kind];
  return next.length === TIMELINE_KINDS.length ? [] : TIMELINE_KINDS.filter((each) => next.includes(each));
};

export const kindsOf = (text: string | undefined): TimelineKind[] => {
  const named = (text ?? '').split(',');
  return TIMELINE_KINDS.filter((kind) => named.includes(kind));
};
