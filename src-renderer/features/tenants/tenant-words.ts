import type { IconName } from '@blueprintjs/core';
import type { Money } from '../../../src-shared/contract/plans.ts';
import type { LimitState, RiskWord, TenantStatus } from '../../../src-shared/contract/tenants.ts';
import { amountText } from '../../ui/quantity-format.ts';
import type { Status } from '../../ui/status.tsx';

interface Look {
  readonly status: Status;
  readonly icon: IconName;
}

/** The normal is quiet: an active tenant is plain ink in a list. */
const STATUS_LOOK: Readonly<Record<TenantStatus, Look>> = {
  active: { status: 'ok', icon: 'tick-circle' },
  trial: { status: 'idle', icon: 'time' },
  grace: { status: 'warn', icon: 'warning-sign' },
  expired: { status: 'warn', icon: 'time' },
  suspended: { status: 'bad', icon: 'ban-circle' },
  canceled: { status: 'idle', icon: 'minus' },
  deleted: { status: 'idle', icon: 'trash' },
};
export const statusLook = (status: TenantStatus): Look => STATUS_LOOK[status];

export const riskStatus = (word: RiskWord): Status => (word === 'high' ? 'bad' : 'idle');

/** `299.00`, in the currency that its label names; another currency is said. */
export const usd = ({ amount, currency }: Money, places: 0 | 2 = 2): string =>
  currency === 'USD' ? amountText(amount, places) : `${amountText(amount, places)} ${currency}`;

/** `299.00 USD`: where no label names the currency. */
export const moneyWords = ({ amount, currency }: Money, places: 0 | 2 = 2): string => `${amountText(amount, places)} ${currency}`;

/** Percent of a limit, rounded down: 99.9% is not yet 100%. */
export const limitWords = ({ percent, state }: { readonly percent: string; readonly state: LimitState }): string =>
  state === 'over' ? `over a limit, ${Math.floor(Number(percent))}%` : `limit at ${Math.floor(Number(percent))}%`;

/** `Pro` for `pro`: plans are called by their ids, which begin small. */
export const planWord = (planId: string): string => planId.charAt(0).toUpperCase() + planId.slice(1);

/** What was typed as tags: commas or line ends between them, each once. */
export const tagsOf = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,\n]/)
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
  ),
];
