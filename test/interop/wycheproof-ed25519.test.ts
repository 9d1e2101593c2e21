// Wycheproof's Ed25519 cases through the one function with which the product verifies.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ed25519PublicKey, verifyEd25519 } from '../../src-main/trust/ed25519.ts';
import { describeShared, sharedData } from '../support/shared-data.ts';

interface Suite {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly flags: readonly string[];
      readonly msg: string;
      readonly sig: string;
      readonly result: 'valid' | 'invalid';
    }[];
  }[];
}

describeShared('Wycheproof Ed25519', () => {
  it('each of the 151 cases has its verdict, malleable signatures among them', () => {
    const suite = JSON.parse(readFileSync(sharedData('trust', 'wycheproof', 'ed25519_test.json'), 'utf8')) as Suite;
    const wrong: string[] = [];
    const counts = { valid: 0, invalid: 0, malleable: 0 };
    for (const group of suite.testGroups) {
      const key = ed25519PublicKey(Buffer.from(group.publicKey.pk, 'hex'));
      for (const test of group.tests) {
        const verdict = verifyEd25519(key, Buffer.from(test.msg, 'hex'), Buffer.from(test.sig, 'hex')) ? 'valid' : 'invalid';
        counts[verdict] += 1;
        if (test.flags.includes('SignatureMalleability')) counts.malleable += 1;
        if (verdict !== test.result) wrong.push(`${test.tcId} ${test.comment}: ${verdict}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(counts.valid + counts.invalid).toBe(suite.numberOfTests);
    expect(counts).toMatchObject({ valid: 88, invalid: 63 });
    expect(counts.malleable).toBeGreaterThan(0);
  });
});
