import { describe, expect, it } from 'vitest';
import { publishFinding } from '../../../src-main/trust/explain.ts';
import {
  FINDING_CODES,
  FindingCollector,
  type FindingCode,
  type FindingDraft,
  FINDINGS_CAP,
  severityOf,
} from '../../../src-main/trust/findings.ts';

const context = { folder: 'a/', receiptsFile: 'receipts.jsonl', log: 'a', source: null };
const draft = (code: FindingCode, index?: number): FindingDraft => ({ code, ...(index === undefined ? {} : { index }) });

describe('the collector of findings', () => {
  it('keeps a thousand, counts all, and leaves room for what matters most', () => {
    const collector = new FindingCollector();
    for (let i = 0; i < 5_000; i += 1) collector.add(draft('RECEIPT_HASH_MISMATCH', i));
    for (let i = 0; i < 5_000; i += 1) collector.add(draft('CLOCK_BACKWARD', i));
    collector.add(draft('LOG_ROOT_MISMATCH'));
    const kept = collector.kept();
    expect(kept).toHaveLength(FINDINGS_CAP);
    expect(collector).toMatchObject({ errors: 5_001, warnings: 5_000, total: 10_001 });
    expect(kept.at(-1)).toEqual(draft('LOG_ROOT_MISMATCH'));
    expect(kept.filter(({ code }) => code === 'CLOCK_BACKWARD').length).toBe(200);
  });

  it('merges parts in any order into the first findings of the chain', () => {
    const parts = [2, 0, 1].map((part) => {
      const collector = new FindingCollector();
      for (let i = 0; i < 700; i += 1) collector.add(draft('RECEIPT_SCHEMA', part * 700 + i));
      return collector.collected();
    });
    const merged = new FindingCollector();
    for (const part of parts) merged.merge(part);
    expect(merged.total).toBe(2_100);
    expect(merged.kept().map(({ index }) => index)).toEqual(Array.from({ length: FINDINGS_CAP }, (_none, i) => i));
  });

  it('one finding that nobody kept still counts', () => {
    const collector = new FindingCollector();
    collector.count('CHAIN_DELETED', 7);
    expect(collector).toMatchObject({ total: 7, errors: 7 });
    expect(collector.kept()).toEqual([]);
  });
});

describe('explanations', () => {
  it.each(Object.keys(FINDING_CODES) as FindingCode[])('%s: a sentence and a next step even when nothing is known', (code) => {
    const finding = publishFinding(
      { code, facts: { kind: code === 'CHAIN_TORN_TAIL' ? 'part' : code === 'CHAIN_REORDERED' ? 'later' : 'first' } },
      context,
    );
    expect(finding.explain).toMatch(/^[A-Z][^]+[.]$/);
    expect(finding.next_step).toMatch(/^[A-Z][^]+[.]$/);
    expect(finding.explain + finding.next_step).not.toMatch(/undefined|NaN|\[object|!/);
    expect(finding).toMatchObject({ code, severity: severityOf(code), file: 'a/receipts.jsonl', log: 'a', index: null, evidence: [] });
  });

  it('has figures with thousands marked, positions from 0 and lines from 1', () => {
    const finding = publishFinding(
      {
        code: 'CHAIN_DELETED',
        index: 8_214,
        byteOffset: 4_525_852,
        actual: '31'.repeat(32),
        expected: 'f8'.repeat(32),
        gap: { from: 8_214, to: 8_217, count: 3 },
      },
      { ...context, source: 'Northwind' },
    );
    expect(finding).toMatchObject({ index: 8_214, line: 8_215 });
    expect(finding.explain).toBe(
      'Receipt #8,214 names a predecessor that is not in this chain, 31313131…313131. Its own content is intact. 3 receipts before it are gone, after #8,213.',
    );
    expect(finding.next_step).toBe(`Ask Northwind for entries 8,214 to 8,216; the last of them has hash ${'31'.repeat(32)}.`);
  });
});
