import type { Approval, ApprovalEvent, ApprovalState } from '../../../src-shared/contract/approvals.ts';
import type { OutboxState } from '../../../src-shared/contract/outbox.ts';
import type { IconName } from '@blueprintjs/core';
import type { Status } from '../../ui/status.tsx';

/** How requests and messages are said. Pure. */

interface Look {
  readonly status: Status;
  readonly icon: IconName;
  readonly word: string;
}

export const STATE_LOOK: Readonly<Record<ApprovalState, Look>> = {
  waiting: { status: 'warn', icon: 'time', word: 'waits' },
  executed: { status: 'ok', icon: 'tick-circle', word: 'carried out' },
  refused: { status: 'bad', icon: 'cross', word: 'refused' },
  withdrawn: { status: 'idle', icon: 'undo', word: 'withdrawn' },
  expired: { status: 'idle', icon: 'time', word: 'expired' },
  stopped: { status: 'bad', icon: 'error', word: 'stopped' },
};

export const OUTBOX_LOOK: Readonly<Record<OutboxState, Look>> = {
  pending: { status: 'warn', icon: 'time', word: 'pending' },
  sent: { status: 'idle', icon: 'arrow-right', word: 'sent' },
  acknowledged: { status: 'ok', icon: 'tick-circle', word: 'acknowledged' },
  failed: { status: 'bad', icon: 'error', word: 'failed' },
};

export const EVENT_WORDS: Readonly<Record<ApprovalEvent['kind'], string>> = {
  asked: 'asked',
  confirmed: 'confirmed',
  refused: 'refused',
  withdrawn: 'withdrew it',
  expired: 'It expired',
  executed: 'It was carried out',
  stopped: 'It could not be carried out',
};

/** "1 of 2 confirmed". */
export const quorumWords = ({ confirmations, quorum }: Pick<Approval, 'confirmations' | 'quorum'>): string =>
  `${Math.min(confirmations, quorum)} of ${quorum} confirmed`;

/** How long a request stands yet: "2 d 7 h", "3 h 12 min", "4 min"; empty once its time is over. */
export const timeLeft = (expiresAt: string, nowMs: number): string => {
  const minutes = Math.floor((Date.parse(expiresAt) - nowMs) / 60_000);
  if (minutes < 0) return '';
  if (minutes < 1) return 'less than a minute';
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
};

export const TABS = ['for-me', 'by-me', 'all', 'outbox', 'policies'] as const;
export type Tab = (typeof TABS)[number];
export const TAB_NAMES: Readonly<Record<Tab, string>> = {
  'for-me': 'Waits for me',
  'by-me': 'Asked by me',
  all: 'All requests',
  outbox: 'Outbox',
  policies: 'Policies',
};
export const tabOf = (text: string | undefined): Tab => TABS.find((tab) => tab === text) ?? 'for-me';
