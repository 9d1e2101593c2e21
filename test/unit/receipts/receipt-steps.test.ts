import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf, preimageOf, receiptSteps } from '../../../src-main/receipts/receipt-steps.ts';
import { readLegacyLine } from '../../../src-main/trust/record-reader.ts';
import { soundLines } from '../../support/small-chain.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

for (const profile of ['jcs-sha256-1', 'erlmcp-json-0'] as const) {
  const lines = soundLines(profile, 8);
  const layout = profile === 'erlmcp-json-0' ? (readLegacyLine(lines[0]!, undefined, 0).layout ?? null) : undefined;
  const hashOf = (index: number): string => factsOf(lines[index]!, index, profile, layout).own!;
  const stepsOf = (line: Buffer, index: number) =>
    receiptSteps({ line, index, profile, layout, predecessorHash: index === 0 ? null : hashOf(index - 1), genesisHash: hashOf(0) });

  describe(`steps of a receipt, profile ${profile}`, () => {
    it('lead to the stored hash by cuts and inserts alone', () => {
      lines.forEach((line, index) => {
        const steps = stepsOf(line, index);
        expect(steps).toMatchObject({ hashHolds: true, linkHolds: true, canonical: { holds: true, code: null } });
        const preimage = preimageOf(line, steps.cuts, steps.inserts);
        expect(preimage.length).toBe(steps.preimageBytes);
        expect(sha256(preimage)).toBe(steps.storedHash);
        for (const { offset, length, text } of steps.cuts) expect(line.toString('utf8', offset, offset + length)).toBe(text);
        expect(steps.inserts).toHaveLength(profile === 'erlmcp-json-0' ? 1 : 0);
      });
    });

    it('show the hash that an altered receipt really has, by the same cuts', () => {
      const altered = Buffer.from(lines[3]!.toString('utf8').replace('"plan_id":"pro"', '"plan_id":"free"'));
      const steps = stepsOf(altered, 3);
      expect(steps.hashHolds).toBe(false);
      expect(sha256(preimageOf(altered, steps.cuts, steps.inserts))).toBe(steps.recomputedHash);
      expect(steps.linkHolds).toBe(true);
    });

    it('say when the predecessor is another', () => {
      const steps = stepsOf(lines[5]!, 4);
      expect(steps).toMatchObject({ hashHolds: true, linkHolds: false });
      expect(steps.namedPrevious).toBe(hashOf(4));
    });

    it('never throw, whatever stands in the line', () => {
      fc.assert(
        fc.property(fc.nat(lines.length - 1), fc.nat(600), fc.nat(255), (index, at, byte) => {
          const line = Buffer.from(lines[index]!);
          line[at % line.length] = byte;
          const steps = stepsOf(line, index);
          const facts = factsOf(line, index, profile, layout);
          expect(steps.recomputedHash).toBe(facts.own);
        }),
        { numRuns: 300 },
      );
    });
  });
}

it('a line that is no JSON has no hash, and says which byte is wrong', () => {
  const steps = receiptSteps({
    line: Buffer.from('{"a":'),
    index: 1,
    profile: 'jcs-sha256-1',
    layout: undefined,
    predecessorHash: 'aa',
    genesisHash: null,
  });
  expect(steps).toMatchObject({
    recomputedHash: null,
    hashHolds: null,
    linkHolds: null,
    preimageBytes: null,
    canonical: { holds: false, code: 'CANON_SYNTAX' },
  });
});
