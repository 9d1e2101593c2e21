import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { counted, integer } from '../ui/format.ts';
import type { Status } from '../ui/status.tsx';

export type Seal = OutputOf<Contract, 'receipt.seal'>;

export interface SealLook {
  readonly status: Exclude<Status, 'accent'>;
  readonly icon: 'shield' | 'unlock' | 'error' | 'help';
  readonly text: string;
  /** Where a press leads. */
  readonly address: string;
}

/** The seal over all chains: green only when every chain verifies and is anchored. */
export const sealLook = (seal: Seal): SealLook => {
  const of = `of ${counted(seal.chains, 'chain')}`;
  switch (seal.form) {
    case 'none':
      return { status: 'idle', icon: 'shield', text: 'No chains yet', address: '/receipts' };
    case 'broken':
      return {
        status: 'bad',
        icon: 'error',
        text: `Seal broken: ${integer(seal.broken)} ${of}`,
        address: seal.worst?.address ?? '/receipts',
      };
    case 'unknown':
      return {
        status: 'idle',
        icon: 'help',
        text: `Seal unknown: ${integer(seal.notVerified + seal.indeterminate)} ${of}`,
        address: '/receipts',
      };
    case 'unanchored':
      return { status: 'warn', icon: 'unlock', text: `Unanchored: ${integer(seal.unanchored)} ${of}`, address: '/receipts' };
    case 'sealed':
      return { status: 'ok', icon: 'shield', text: `Sealed: ${counted(seal.chains, 'chain')}`, address: '/receipts' };
  }
};
