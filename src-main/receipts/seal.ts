/** The seal of the workspace: green only when every chain holds and is anchored to its end. */
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { chainAddress, chainKeyOf } from './chain-address.ts';
import { type ChainStanding, notYetVerified } from './chain-list.ts';

export type Seal = OutputOf<Contract, 'receipt.seal'>;

/** Whether something about the chain is not decided: new receipts, or no verdict at all. */
export const isUndecided = (chain: ChainStanding): boolean => chain.verdict === null || notYetVerified(chain) > 0;

/** `says`: the sentence of the first finding of a chain. */
export const sealOf = (chains: readonly ChainStanding[], says: (chain: ChainStanding) => string): Seal => {
  const count = (test: (chain: ChainStanding) => boolean): number => chains.filter(test).length;
  const broken = chains.filter(({ verdict }) => verdict === 'BROKEN');
  const indeterminate = count(({ verdict }) => verdict === 'INDETERMINATE');
  const notVerified = count(isUndecided);
  const unanchored = count(({ verdict }) => verdict === 'VERIFIED_UNANCHORED');
  const worst = broken[0] ?? chains.find(({ verdict }) => verdict === 'INDETERMINATE');
  const times = chains.flatMap(({ verifiedAt }) => verifiedAt ?? []).sort();
  return {
    form:
      chains.length === 0
        ? 'none'
        : broken.length > 0
          ? 'broken'
          : indeterminate > 0 || notVerified > 0
            ? 'unknown'
            : unanchored > 0
              ? 'unanchored'
              : 'sealed',
    chains: chains.length,
    broken: broken.length,
    anchored: count((chain) => chain.verdict === 'VERIFIED' && !isUndecided(chain)),
    unanchored,
    indeterminate,
    notVerified,
    receipts: chains.reduce((sum, { lines }) => sum + lines, 0),
    anchoredReceipts: chains.reduce((sum, { verdict, anchoredSize }) => sum + (verdict === 'BROKEN' ? 0 : anchoredSize), 0),
    outsideParties: [...new Set(chains.flatMap(({ outsideParties }) => outsideParties))].sort(),
    checkedAt: times.at(-1) ?? null,
    worst:
      worst === undefined
        ? null
        : {
            chainKey: chainKeyOf(worst.sourceName, worst.folder),
            address: chainAddress(worst.sourceName, worst.folder),
            says: says(worst),
          },
  };
};
