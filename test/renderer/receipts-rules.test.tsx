import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FindingDocument } from '../../src-shared/contract/common.ts';
import { shellLines } from '../../src-renderer/features/receipts/by-hand.ts';
import { markBytes } from '../../src-renderer/features/receipts/byte-marks.ts';
import { rangeProblem } from '../../src-renderer/features/receipts/export-dialog.tsx';
import {
  crackLabel,
  findingTitle,
  gapOf,
  gapWords,
  isBreak,
  valueText,
  whereWords,
} from '../../src-renderer/features/receipts/finding-words.ts';
import { foldPath } from '../../src-renderer/features/receipts/merkle-steps.ts';
import { auditText, claimText, fieldText } from '../../src-renderer/features/receipts/receipt-fields.tsx';
import { anchoredWords, verdictLook } from '../../src-renderer/features/receipts/verdict-words.ts';
import { visibleBytes, visibleText } from '../../src-renderer/ui/visible-text.ts';
import { makeChain } from './support/chain-model.ts';
import { CHAIN_SPECS } from './support/chain-specs.ts';
import { createReceiptFixture } from './support/receipt-fixtures.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('what a stranger wrote', () => {
  it('shows what is hidden: controls, direction marks, marks without width', () => {
    expect(visibleText('a\u202egnp.exe\u0007\u200bb\ufeff')).toBe('a\\u202egnp.exe\\x07\\u200bb\\ufeff');
    expect(visibleText('<img src=x onerror=alert(1)>')).toBe('<img src=x onerror=alert(1)>');
    expect(visibleText('Grüße 你好 🙂')).toBe('Grüße 你好 🙂');
  });

  it('shows bytes that are no text, alone, and leaves the text around them readable', () => {
    expect(visibleBytes(new Uint8Array([0x61, 0xff, 0xc3, 0x28, 0xc3, 0xa9]))).toBe('a\\xff\\xc3(é');
    expect(visibleBytes(new Uint8Array([0xed, 0xa0, 0x80]))).toBe('\\xed\\xa0\\x80');
  });

  it('never throws and never lets a control through', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (input) => {
        expect(visibleBytes(input)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });
});

describe('marking the bytes of a line', () => {
  it('splits by bytes, not by characters', () => {
    const line = bytes('{"é":1,"cut":2,"z":3}');
    const at = bytes('{"é":1').length;
    expect(markBytes(line, [{ offset: at, length: 8 }], [])).toEqual([
      { kind: 'keep', offset: 0, bytes: at, text: '{"é":1' },
      { kind: 'cut', offset: at, bytes: 8, text: ',"cut":2' },
      { kind: 'keep', offset: at + 8, bytes: line.length - at - 8, text: ',"z":3}' },
    ]);
  });

  it('loses no byte, wherever cuts and inserts lie', () => {
    const ascii = fc.string({ unit: fc.constantFrom(...'{}":,abc012'), minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(
        ascii,
        fc.array(fc.record({ offset: fc.nat(70), length: fc.nat(20) }), { maxLength: 4 }),
        fc.array(fc.nat(70), { maxLength: 3 }),
        (text, cuts, inserts) => {
          const pieces = markBytes(
            bytes(text),
            cuts,
            inserts.map((offset) => ({ offset, text: '+' })),
          );
          expect(
            pieces
              .filter((p) => p.kind !== 'insert')
              .map((p) => p.text)
              .join(''),
          ).toBe(text);
          expect(pieces.filter((p) => p.kind === 'insert')).toHaveLength(inserts.length);
          const kept = [...text].filter((_, i) => !cuts.some((c) => i >= c.offset && i < c.offset + c.length)).join('');
          expect(
            pieces
              .filter((p) => p.kind === 'keep')
              .map((p) => p.text)
              .join(''),
          ).toBe(kept);
        },
      ),
    );
  });
});

describe('checking without the console', () => {
  let folder = '';
  const specs = {
    jcs: CHAIN_SPECS.find((s) => s.folder === 'pro@2.1')!,
    erlmcp: { ...CHAIN_SPECS.find((s) => s.folder === 'pro@0.9')!, issued: 20, checkpoints: [] },
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-by-hand-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['jcs', 'erlmcp'] as const)('the shell lines print the hash that the line says (%s)', async (profile) => {
    const model = makeChain(specs[profile]);
    const { stepsOf } = await import('./support/receipt-answers.ts');
    writeFileSync(join(folder, 'receipts.jsonl'), model.receipts.map((_, i) => `${model.lineOf(i)}\n`).join(''));
    for (const index of [0, 1, 17]) {
      const receipt = model.receipts[index]!;
      const steps = stepsOf(model, index);
      const printed = execFileSync('sh', ['-c', shellLines(receipt, steps.cuts, steps.inserts).join('\n')], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(printed.slice(0, 64)).toBe(receipt.hash);
    }
  });

  it('quotes what is put in, so that no line of a stranger runs', () => {
    expect(shellLines({ byteOffset: 0, byteLength: 10 }, [], [{ offset: 4, text: "'; rm -rf ~; '" }])[1]).toContain(
      "printf %s ''\\''; rm -rf ~; '\\'''",
    );
  });
});

describe('the Merkle path', () => {
  it('leads from every leaf to the root of the checkpoint', async () => {
    const fixture = createReceiptFixture({ now: '2026-06-03T09:42:00.000Z' });
    const sha256 = (data: Uint8Array): Promise<Uint8Array> => Promise.resolve(createHash('sha256').update(data).digest());
    for (const index of [0, 1, 255, 256, 511, 1371]) {
      const proof = await fixture['receipt.proof']({ chainKey: 'kestrel/starter@1.9', index }, {} as never);
      const steps = await foldPath(proof.leafHash, proof.path, sha256);
      expect(steps.at(-1)).toBe(proof.checkpointRoot);
    }
  });
});

const finding = (patch: Partial<FindingDocument>): FindingDocument => ({
  code: 'CHAIN_DELETED',
  severity: 'error',
  file: 'receipts.jsonl',
  log: null,
  index: 8214,
  line: 8215,
  byte_offset: 4_525_852,
  byte_length: 550,
  receipt_id: null,
  json_pointer: '/previous_receipt_hash',
  expected: null,
  actual: null,
  last_good_index: 8213,
  gap: { from: 8214, to: 8216, count: 3 },
  evidence: [],
  explain: '',
  next_step: '',
  ...patch,
});

describe('words for findings', () => {
  it('say what is true', () => {
    expect(findingTitle(finding({}))).toBe('Receipts were removed after #8,213');
    expect(findingTitle(finding({ index: 0, last_good_index: null }))).toBe('Receipts were removed before #0');
    expect(findingTitle(finding({ code: 'RECEIPT_HASH_MISMATCH', index: 7 }))).toBe('Receipt #7 was changed after it was hashed');
    expect(findingTitle(finding({ code: 'CANON_DUPLICATE_KEY', index: 7 }))).toBe('Receipt #7 has the same key twice');
    expect(findingTitle(finding({ code: 'SOMETHING_NEW', index: null }))).toBe('SOMETHING_NEW');
  });

  it('have a title of their own for every code of chains, logs and notes', () => {
    const codes =
      'CANON_SYNTAX CANON_UTF8 CANON_DUPLICATE_KEY CANON_UNSORTED CANON_NUMBER CANON_SURROGATE CANON_DEPTH CANON_SIZE CANON_WHITESPACE CANON_PROFILE_UNKNOWN CANON_PROFILE_MIXED RECEIPT_SCHEMA RECEIPT_HASH_MISMATCH CHAIN_DELETED CHAIN_INSERTED CHAIN_REORDERED CHAIN_FORK CHAIN_AMENDED_IN_PLACE CHAIN_GENESIS_UNDECLARED CHAIN_DUPLICATE_ID CHAIN_TORN_TAIL LOG_TRUNCATED LOG_ROOT_MISMATCH LOG_FORK_PROVEN LOG_ROLLBACK NOTE_MALFORMED NOTE_NO_TRUSTED_SIG NOTE_BAD_SIG NOTE_ORIGIN PROOF_INCLUSION PROOF_CONSISTENCY CLOCK_BACKWARD CLOCK_FUTURE CLOCK_OUTSIDE_ANCHOR UNANCHORED_TAIL'.split(
        ' ',
      );
    const titles = codes.map((code) => findingTitle(finding({ code })));
    expect(titles.filter((title) => /[A-Z]+_[A-Z]+/.test(title))).toEqual([]);
    expect(new Set(titles).size).toBe(codes.length);
  });

  it('name the place as an editor does', () => {
    expect(whereWords(finding({}))).toBe('line 8,215 of receipts.jsonl, byte 4,525,852 (550 B)');
    expect(whereWords(finding({ line: null, byte_offset: null, byte_length: null, file: 'checkpoints/1.note' }))).toBe(
      'checkpoints/1.note',
    );
    expect(whereWords(finding({ file: null, line: null, byte_offset: null, byte_length: null }))).toBe('');
  });

  it('count the gap, or say that nobody can', () => {
    expect(gapWords(gapOf(finding({}))!)).toBe('3 receipts, entries 8,214 to 8,216');
    expect(gapWords(gapOf(finding({ gap: { from: 5, to: 5, count: 1 } }))!)).toBe('1 receipt, entry 5');
    expect(gapWords(gapOf(finding({ gap: { from: 5, to: null, count: 'unknown' } }))!)).toBe('an unknown number of receipts, entry 5');
    expect(gapOf(finding({ gap: null }))).toBeNull();
    expect(crackLabel(finding({}))).toBe('3 missing after #8,213');
    expect(crackLabel(finding({ gap: null }))).toBe('receipts missing after #8,213');
  });

  it('crack the map for errors at a receipt only', () => {
    expect(isBreak(finding({}))).toBe(true);
    expect(isBreak(finding({ severity: 'warning' }))).toBe(false);
    expect(isBreak(finding({ code: 'LOG_ROOT_MISMATCH' }))).toBe(false);
    expect(isBreak(finding({ index: null }))).toBe(false);
  });

  it('print values of any shape', () => {
    expect(valueText(null)).toBe('nothing');
    expect(valueText(12_032)).toBe('12,032');
    expect(valueText({ size: 4 })).toBe('{"size":4}');
  });
});

describe('words for verdicts and fields', () => {
  it('say how far others vouch, and for whom', () => {
    expect(anchoredWords({ anchoredSize: 8192, outsideParties: ['A', 'B'] })).toBe('Anchored by 2 outside parties up to #8,191');
    expect(anchoredWords({ anchoredSize: 1, outsideParties: ['A'] })).toBe('Anchored by 1 outside party up to #0');
    expect(anchoredWords({ anchoredSize: 0, outsideParties: [] })).toBe('Anchored by nobody outside');
  });

  it('never make what is unknown green', () => {
    expect(verdictLook(null).status).toBe('idle');
    expect(verdictLook('INDETERMINATE').status).toBe('warn');
    expect(verdictLook('VERIFIED_UNANCHORED').status).not.toBe('ok');
  });

  it('read the claim in one line, and leave another shape as it is', () => {
    expect(claimText({ throughput_req_s: 1000, concurrent: 500, queue_depth: 1000, latency_p99_ms: 200, failover_s: 5 })).toBe(
      '1,000 req/s, 500 concurrent, queue 1,000, p99 200 ms, failover 5 s',
    );
    expect(claimText({ throughput_req_s: 'many' })).toBeNull();
    expect(auditText({ machine_id: 'erlmcp@edge-07', otp_version: '26' })).toBe('erlmcp@edge-07, OTP 26');
    expect(fieldText({ a: 1, b: { c: [2] } })).toBe('a 1, b {"c":[2]}');
  });

  it('check the range of an export', () => {
    expect(rangeProblem(null, null, 10)).toBeNull();
    expect(rangeProblem(0, 9, 10)).toBeNull();
    expect(rangeProblem(10, null, 10)).toContain('between #0 and #9');
    expect(rangeProblem(5, 4, 10)).toContain('before the first');
  });
});
