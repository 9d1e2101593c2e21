import type { Verdict } from '../../../src-shared/contract/common.ts';
import type { ChainRow } from '../../../src-shared/contract/receipts.ts';
import { counted, listed, position } from '../../ui/format.ts';

/** The verdict of a chain as icon, colour role and words. The normal is quiet: what holds stands in plain ink. */
export interface VerdictLook {
  readonly word: string;
  readonly status: 'ok' | 'warn' | 'bad' | 'idle';
  readonly icon: 'tick-circle' | 'unlock' | 'error' | 'help' | 'time';
  readonly says: string;
}

export const verdictLook = (verdict: Verdict | null): VerdictLook => {
  switch (verdict) {
    case 'VERIFIED':
      return {
        word: 'VERIFIED',
        status: 'ok',
        icon: 'tick-circle',
        says: 'every receipt holds, and an outside party has signed the newest state',
      };
    case 'VERIFIED_UNANCHORED':
      return {
        word: 'VERIFIED_UNANCHORED',
        status: 'warn',
        icon: 'unlock',
        says: 'every receipt holds, but nobody outside has signed the newest state: a cut tail could not be seen',
      };
    case 'BROKEN':
      return { word: 'BROKEN', status: 'bad', icon: 'error', says: 'something was changed, removed or added' };
    case 'INDETERMINATE':
      return { word: 'INDETERMINATE', status: 'warn', icon: 'help', says: 'it cannot be decided with what is here' };
    case null:
      return { word: 'not verified yet', status: 'idle', icon: 'time', says: 'nobody has verified this chain here' };
  }
};

/** How far others vouch: "Anchored by 2 outside parties up to #8,191". */
export const anchoredWords = (chain: Pick<ChainRow, 'anchoredSize' | 'outsideParties'>): string => {
  if (chain.anchoredSize === 0) return 'Anchored by nobody outside';
  const k = chain.outsideParties.length;
  return `Anchored by ${k === 0 ? 'its own log' : counted(k, 'outside party', 'outside parties')} up to ${position(chain.anchoredSize - 1)}`;
};

export const partyNames = (chain: Pick<ChainRow, 'outsideParties'>): string => listed(chain.outsideParties);

export const findingsWords = (count: number): string => (count === 0 ? 'no finding' : counted(count, 'finding'));
