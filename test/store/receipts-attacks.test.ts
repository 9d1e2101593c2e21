// `verify --workspace` finds what `verify PATH` finds: every case of the attack corpus, put into the store as it is.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type VerifyDocument, verifyPaths } from '../../src-main/receipts/index.ts';
import { parseTrustFile } from '../../src-main/trust/trust-file.ts';
import { describeShared, hasSharedData, sharedData } from '../support/shared-data.ts';
import { openReceiptsWorkspace, type ReceiptsWorkspace } from './support/receipts-workspace.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';

interface Case {
  readonly args: readonly string[];
  readonly expect: { readonly verdict: string };
}

const root = sharedData('attacks');
const cases = hasSharedData ? readdirSync(root).filter((name) => existsSync(join(root, name, 'case.json'))) : [];

/** Verdict of each chain with the codes that were found and where, whatever the words. */
const shapeOf = (document: VerifyDocument) =>
  document.chains
    .map((chain) => ({
      log: chain.chain_id,
      profile: chain.profile,
      receipts: chain.receipts,
      bytes: chain.bytes,
      root: chain.root,
      anchored: chain.anchored_size,
      verdict: chain.verdict,
      total: chain.findings_total,
      findings: chain.findings.map(({ code, index, byte_offset: offset, json_pointer: pointer, expected, actual, gap }) => ({
        code,
        index,
        offset,
        pointer,
        expected,
        actual,
        gap,
      })),
    }))
    .sort((a, b) => (a.log < b.log ? -1 : 1));

describeShared('the attack corpus in a workspace', () => {
  let folder: string;
  let workspace: ReceiptsWorkspace;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-attacks-'));
    workspace = await openReceiptsWorkspace(join(folder, 'workspace'), { stateFolder: join(folder, 'state') });
  });
  afterAll(async () => {
    await workspace.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.for(cases)('%s', async (name) => {
    const at = join(root, name);
    const { args, expect: expected } = JSON.parse(readFileSync(join(at, 'case.json'), 'utf8')) as Case;
    const now = args.includes('--now') ? args[args.indexOf('--now') + 1]! : '2026-06-07T06:00:00.000Z';
    const trust = readFileSync(join(at, 'trust.vkeys'));
    await workspace.addSource(name.toLowerCase());
    await workspace.importChains(name.toLowerCase(), at);
    const chainKeys = readdirSync(at, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [`${name.toLowerCase()}/${entry.name}`] : [],
    );
    const fromFiles = await verifyPaths([at], { trust: parseTrustFile(trust).keys, now: Date.parse(now) });
    const { document } = await workspace.service.verifyChains({
      chainKeys,
      fromZero: false,
      now,
      trustFile: trust,
      by: { memberId: null, role: null, requestId: 'req', now },
    });
    expect(document.verdict).toBe(expected.verdict);
    expect(shapeOf(document)).toEqual(shapeOf(fromFiles));
  });

  it('finds the same again when it is recorded and gone on from', async () => {
    const trust = cases.map((name) => readFileSync(join(root, name, 'trust.vkeys'), 'utf8')).join('\n');
    await workspace.trust(trust);
    const now = '2026-06-07T06:00:00.000Z';
    const first = await workspace.verify({ now });
    const second = await workspace.verify({ now });
    expect(first.chains.length).toBeGreaterThan(100);
    expect(shapeOf(second.document)).toEqual(shapeOf(first.document));
    const third = await workspace.verify({ now, fromZero: true });
    expect(shapeOf(third.document)).toEqual(shapeOf(first.document));
  });
});
