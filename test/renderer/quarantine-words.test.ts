import { describe, expect, it } from 'vitest';
import { dismissStatement, isFilter, keptWords, requeueWords, totalOf } from '../../src-renderer/features/quarantine/quarantine-words.ts';

describe('quarantine in words', () => {
  it('says for receipts that the line stays in its chain', () => {
    expect(keptWords('receipts')).toContain('kept in the chain');
    expect(keptWords('events')).toContain('was not taken over');
  });

  it('names the count of a dismissal and what it does not change', () => {
    const receipt = { feed: 'receipts', position: 'pro@1.4/receipts.jsonl line 12' };
    expect(dismissStatement([receipt])).toBe(
      'You dismiss one row: pro@1.4/receipts.jsonl line 12. The lines stay in their chains, and what the verifier finds in them stays a finding.',
    );
    expect(dismissStatement([receipt, receipt])).toContain('You dismiss 2 rows.');
    expect(dismissStatement([receipt, { feed: 'events', position: 'a' }])).toContain(
      'Rows of other feeds (1) count in no figure; lines of receipts (1) stay in their chains',
    );
  });

  it('says what requeueing did from the figures of the answer', () => {
    expect(requeueWords({ requeued: 5, resolved: 3, stillBad: 2, says: '' })).toBe(
      '5 rows tried again: 3 can be used now, 2 still cannot.',
    );
  });

  it('adds the states up', () => {
    const totals = { open: 6, requeued: 1, resolved: 2, dismissed: 3 };
    expect(totalOf('all', totals)).toBe(12);
    expect(totalOf('dismissed', totals)).toBe(3);
    expect(isFilter('open')).toBe(true);
    expect(isFilter('toString')).toBe(false);
  });
});
