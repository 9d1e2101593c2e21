/** What docs/formats/receipts.md and verify-json.md show is what the code does. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FINDING_CODES } from '../../../src-main/trust/findings.ts';
import { RECEIPT_MEMBERS } from '../../../src-main/trust/receipt-fields.ts';
import { buildChain, withLines } from '../../support/chain-builder.ts';
import { verifyBuilt } from '../../support/verify-built.ts';

const read = (name: string): string => readFileSync(new URL(`../../../docs/formats/${name}`, import.meta.url), 'utf8');
const receipts = read('receipts.md');
const verifyJson = read('verify-json.md');
const block = (language: string): Buffer => {
  const text = new RegExp(`\`\`\`${language}\n([^\n]*)\n\`\`\``).exec(receipts)?.[1];
  if (text === undefined) expect.fail(`no block of ${language}`);
  return Buffer.from(text, 'utf8');
};

describe('the documents of the formats', () => {
  it.each([
    ['jcs', 'jcs-sha256-1'],
    ['legacy', 'erlmcp-json-0'],
  ] as const)('the receipt of block %s verifies', async (language, profile) => {
    const line = block(language);
    const hash = /"current_hash":"([0-9a-f]{64})"/.exec(line.toString())![1]!;
    const chain = withLines(buildChain({ receipts: 1, profile, checkpointsAt: [] }), [line]);
    const { result } = await verifyBuilt({ ...chain, manifest: { ...chain.manifest, genesis_hash: hash } });
    expect(result).toMatchObject({ verdict: 'VERIFIED_UNANCHORED', receipts: 1, findings_total: 1 });
  });

  it('the cut by hand gives the hash', () => {
    const text = block('jcs').toString('utf8');
    const hash = createHash('sha256')
      .update(text.replace(/,"current_hash":"[0-9a-f]{64}"/, ''))
      .digest('hex');
    expect(text).toContain(`"current_hash":"${hash}"`);
  });

  it('every member of a receipt and every code is described', () => {
    for (const name of RECEIPT_MEMBERS) expect(receipts).toContain(`| \`${name}\``);
    const codes = verifyJson.slice(verifyJson.indexOf('## Codes'));
    for (const code of Object.keys(FINDING_CODES)) expect(codes).toContain(`\`${code}\``);
  });

  it('every member of a result and of a finding is described', async () => {
    const chain = buildChain({ receipts: 3 });
    const { result } = await verifyBuilt(withLines(chain, chain.lines.toSpliced(1, 1)));
    for (const name of [...Object.keys(result), ...Object.keys(result.findings[0]!)]) expect(verifyJson).toContain(`\`${name}\``);
  });
});
