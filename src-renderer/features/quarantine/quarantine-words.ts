import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { QuarantinedRow } from '../../../src-shared/contract/sources.ts';
import { counted, integer } from '../../ui/format.ts';

export type QuarantineState = QuarantinedRow['state'];
export type QuarantineFilter = QuarantineState | 'all';
export const FILTERS: readonly QuarantineFilter[] = ['open', 'requeued', 'resolved', 'dismissed', 'all'];
export const isFilter = (text: string | undefined): text is QuarantineFilter => FILTERS.includes(text as QuarantineFilter);

/** What a state means for the person who looks at it. */
export const STATE_LOOK: Readonly<
  Record<
    QuarantineState,
    {
      readonly word: string;
      readonly status: 'warn' | 'idle' | 'ok';
      readonly icon: 'inbox' | 'repeat' | 'tick' | 'disable';
      readonly says: string;
    }
  >
> = {
  open: { word: 'open', status: 'warn', icon: 'inbox', says: 'It waits for a decision.' },
  requeued: { word: 'requeued', status: 'idle', icon: 'repeat', says: 'It is tried again with the next sync.' },
  resolved: { word: 'resolved', status: 'ok', icon: 'tick', says: 'It was tried again and could be used.' },
  dismissed: { word: 'dismissed', status: 'idle', icon: 'disable', says: 'Someone decided that it stays out, and said why.' },
};

/** For receipts a quarantined line is a remark, not a removal: that is the first thing to say about it. */
export const keptWords = (feed: string): string =>
  feed === 'receipts'
    ? 'The line itself is kept in the chain, as it came: this entry only remarks on it, and nothing done here changes the chain or its verdict.'
    : 'The row was not taken over. Its text is kept here as it came, and counts in no figure.';

/** What a dismissal does, with the count and the worst that is known: asked once for all of them. */
export const dismissStatement = (rows: readonly Pick<QuarantinedRow, 'feed' | 'position'>[]): string => {
  const n = rows.length;
  const receipts = rows.filter((row) => row.feed === 'receipts').length;
  const first = n === 1 ? `You dismiss one row: ${rows[0]?.position ?? ''}.` : `You dismiss ${counted(n, 'row')}.`;
  const others = n - receipts;
  const effect =
    others === 0
      ? 'The lines stay in their chains, and what the verifier finds in them stays a finding.'
      : receipts === 0
        ? `${n === 1 ? 'It counts' : 'They count'} in no figure. The text is kept, and the rows can be requeued later.`
        : `Rows of other feeds (${integer(others)}) count in no figure; lines of receipts (${integer(receipts)}) stay in their chains, and what the verifier finds in them stays a finding.`;
  return `${first} ${effect}`;
};

/** What requeueing did, from the answer's own figures. */
export const requeueWords = (done: OutputOf<Contract, 'quarantine.requeue'>): string =>
  `${counted(done.requeued, 'row')} tried again: ${integer(done.resolved)} can be used now, ${integer(done.stillBad)} still cannot.`;

/** The totals of one filter. */
export const totalOf = (filter: QuarantineFilter, totals: OutputOf<Contract, 'quarantine.page'>['totals']): number =>
  filter === 'all' ? totals.open + totals.requeued + totals.resolved + totals.dismissed : totals[filter];
