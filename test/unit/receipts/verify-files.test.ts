import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discoverChains, parseManifest, readTrustFile } from '../../../src-main/receipts/chain-folder.ts';
import { exitCodeOf, renderVerifyReport } from '../../../src-main/receipts/verify-report.ts';
import { type VerifyDocument, verifyPaths, type VerifyProgress } from '../../../src-main/receipts/verify-files.ts';
import {
  buildChain,
  editLine,
  type BuiltChain,
  fileBytes,
  receiptOf,
  rechain,
  sealReceipt,
  trustFile,
  withLines,
  writeChain,
} from '../../support/chain-builder.ts';
import { TEST_NOW_MS } from '../../support/verify-built.ts';
import { oneThread, threads } from '../../support/verify-worker.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'countersign-verify-'));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

const folderOf = (name: string, ...chains: readonly BuiltChain[]): string => {
  const path = join(root, name);
  mkdirSync(path, { recursive: true });
  for (const chain of chains) writeChain(path, chain);
  writeFileSync(join(path, 'trust.vkeys'), trustFile(chains));
  return path;
};
const verify = (path: string, options: Partial<Parameters<typeof verifyPaths>[1]> = {}): Promise<VerifyDocument> =>
  verifyPaths([path], { now: TEST_NOW_MS, trust: join(path, 'trust.vkeys'), ...options });
/** Without what differs from run to run. */
const content = ({ elapsed_ms: _elapsed, ...rest }: VerifyDocument): unknown => rest;

describe('finding chains', () => {
  it('a folder of chains in the order of names, with the checkpoints of each', async () => {
    const path = folderOf('two', buildChain({ chainId: 'b', seed: 1 }), buildChain({ chainId: 'a', seed: 2, checkpointsAt: [1, 3] }));
    const { chains } = await discoverChains([path]);
    expect(chains.map(({ chainId, folder, checkpoints }) => [chainId, folder, checkpoints.length])).toEqual([
      ['a', 'a/', 2],
      ['b', 'b/', 1],
    ]);
    const document = await verify(path);
    expect(document.verdict).toBe('VERIFIED');
    expect(document.chains.map(({ chain_id }) => chain_id)).toEqual(['a', 'b']);
  });

  it('one chain folder, and a bare file whose profile is inferred', async () => {
    const legacy = buildChain({ chainId: 'old', profile: 'erlmcp-json-0' });
    const path = folderOf('single', legacy);
    expect((await verifyPaths([join(path, 'old')], { now: TEST_NOW_MS, trust: join(path, 'trust.vkeys') })).verdict).toBe('VERIFIED');
    const bare = await verifyPaths([join(path, 'old', 'receipts.jsonl')], { now: TEST_NOW_MS });
    expect(bare.chains[0]).toMatchObject({ chain_id: 'receipts', profile: 'erlmcp-json-0', verdict: 'VERIFIED_UNANCHORED', receipts: 3 });
  });

  it('a missing receipts.jsonl is a removed chain, not an input error', async () => {
    const path = folderOf('gone', buildChain({ chainId: 'gone' }));
    rmSync(join(path, 'gone', 'receipts.jsonl'));
    const document = await verify(path);
    expect(document.verdict).toBe('BROKEN');
    expect(document.chains[0]!.findings.map(({ code }) => code)).toEqual(['CHAIN_DELETED', 'LOG_TRUNCATED']);
  });

  it('a missing chain.json leaves the rest to be verified', async () => {
    const path = folderOf('bare', buildChain({ chainId: 'bare' }));
    rmSync(join(path, 'bare', 'chain.json'));
    expect((await verify(path)).chains[0]).toMatchObject({ chain_id: 'bare', verdict: 'VERIFIED' });
  });

  it('nothing there, and nothing in it', async () => {
    await expect(verifyPaths([join(root, 'nowhere')], { now: 0 })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    mkdirSync(join(root, 'empty'));
    await expect(verifyPaths([join(root, 'empty')], { now: 0 })).rejects.toMatchObject({ code: 'NO_CHAIN' });
  });

  it('one unreadable manifest: the other chains are verified, the exit code is 2, and the report says so', async () => {
    const path = folderOf('half', buildChain({ chainId: 'a', seed: 1 }), buildChain({ chainId: 'b', seed: 2 }));
    writeFileSync(join(path, 'a', 'chain.json'), '{"chain_id":"a"}');
    const document = await verify(path);
    expect(document.chains.map(({ verdict }) => verdict)).toEqual(['VERIFIED']);
    expect(document.problems).toEqual([expect.objectContaining({ file: 'a/chain.json', message: 'a/chain.json has no source.' })]);
    expect(exitCodeOf(document, { requireAnchor: false })).toBe(2);
    expect(renderVerifyReport(document)).toContain('Not read: a/chain.json');
  });

  it('a manifest that declares no beginning although receipts are there is not the one they began with', async () => {
    const built = buildChain({ chainId: 'undeclared' });
    const path = folderOf('undeclared', { ...built, manifest: { ...built.manifest, genesis_hash: null } });
    const { verdict, chains } = await verify(path);
    expect(verdict).toBe('BROKEN');
    expect(chains[0]!.findings[0]).toMatchObject({ code: 'CHAIN_GENESIS_UNDECLARED', index: 0 });
    expect(chains[0]!.findings[0]!.explain).toContain('chain.json declares none');
  });

  it('a name with an escape inside hash_chain is no member of it', async () => {
    const built = buildChain({ chainId: 'escaped', profile: 'erlmcp-json-0', checkpointsAt: [] });
    const path = folderOf(
      'escaped',
      editLine(built, 2, (text) => text.replace('"previous_receipt_hash"', String.raw`"\u0070revious_receipt_hash"`)),
    );
    const { verdict, chains } = await verify(path);
    expect(verdict).toBe('BROKEN');
    expect(chains[0]!.findings.map(({ code }) => code)).toContain('RECEIPT_SCHEMA');
  });

  it('a note that is a dangling link counts as malformed', async () => {
    const path = folderOf('dangling', buildChain({ chainId: 'd' }));
    symlinkSync(join(root, 'nowhere'), join(path, 'd', 'checkpoints', '000000000099.note'));
    expect((await verify(path)).chains[0]!.findings.map(({ code }) => code)).toEqual(['NOTE_MALFORMED']);
  });

  it.each([
    ['[]', 'is not a JSON object'],
    ['{', 'is not JSON'],
    ['{"chain_id":"a","source":"s","plan_id":"p","version":"1","profile":"x","genesis_hash":"AB"}', 'has a genesis_hash'],
    ['{"chain_id":"a","source":"s","plan_id":"p","version":1,"profile":"x","genesis_hash":null}', 'has a version that is not a text'],
    [
      '{"chain_id":"a","source":"s","plan_id":"p","version":"1","profile":"x","genesis_hash":null,"extra":1}',
      'has a member that no manifest has, "extra"',
    ],
    ['{"__proto__":{"chain_id":"a"}}', 'has a member that no manifest has'],
    ['{"chain_id":"b","chain_id":"a","source":"s","plan_id":"p","version":"1","profile":"x","genesis_hash":null}', 'has "chain_id" twice'],
    ['{"chain_id":"a","source":"\xff","plan_id":"p","version":"1","profile":"x","genesis_hash":null}', 'is not UTF-8'],
  ])('manifest %s', (text, message) => {
    expect(() => parseManifest(Buffer.from(text, 'latin1'))).toThrow(message);
  });

  it('a line of the trust file that is no key', async () => {
    writeFileSync(join(root, 'bad.vkeys'), '# logs\nnot a key\n');
    await expect(readTrustFile(join(root, 'bad.vkeys'))).rejects.toMatchObject({ code: 'TRUST_FILE', details: { line: 2 } });
    await expect(readTrustFile(join(root, 'none.vkeys'))).rejects.toMatchObject({ code: 'TRUST_FILE' });
  });
});

describe('ids across the chains of a folder', () => {
  it('an id of one chain in another is found in the later one, which names the earlier', async () => {
    const first = buildChain({ chainId: 'one', seed: 1, receipts: 5 });
    const other = buildChain({ chainId: 'two', seed: 2, receipts: 5 });
    const id = receiptOf(first.lines[3]!)['receipt_id'];
    const lines = rechain(other.lines.with(2, sealReceipt({ ...receiptOf(other.lines[2]!), receipt_id: id }).line), 2);
    const path = folderOf('shared-id', first, { ...withLines(other, lines), checkpoints: [] });
    const { chains, verdict } = await verify(path);
    expect(verdict).toBe('BROKEN');
    expect(chains.map((chain) => chain.verdict)).toEqual(['VERIFIED', 'BROKEN']);
    expect(chains[1]!.findings[0]).toMatchObject({
      code: 'CHAIN_DUPLICATE_ID',
      index: 2,
      receipt_id: id,
      evidence: [{ index: 3, value: 'one' }],
    });
    expect(chains[1]!.findings[0]!.explain).toContain('receipt #3 of chain one has already');
  });
});

describe('on compute workers', () => {
  it.each([64, 700, 5_000, 1 << 20])('segments of %i bytes give what one go gives', async (segmentBytes) => {
    const honest = buildChain({ chainId: 'many', receipts: 700, seed: 4, checkpointsAt: [64, 256, 500, 700] });
    const broken = withLines(
      buildChain({ chainId: 'cut', receipts: 300, seed: 5 }),
      buildChain({ chainId: 'cut', receipts: 300, seed: 5 }).lines.toSpliced(100, 2).toSpliced(50, 0, Buffer.from('x')),
    );
    const legacy = buildChain({ chainId: 'old', receipts: 90, seed: 6, profile: 'erlmcp-json-0' });
    const path = folderOf(`workers-${segmentBytes}`, honest, broken, legacy);
    const giant = join(path, 'giant');
    mkdirSync(giant);
    writeFileSync(
      join(giant, 'receipts.jsonl'),
      Buffer.concat([Buffer.alloc(200_000, 0x61), Buffer.from('\n'), fileBytes(honest.lines.slice(0, 4)), Buffer.alloc(70_000, 0x62)]),
    );
    const here = content(await verify(path));
    expect(content(await verify(path, { compute: oneThread(), segmentBytes }))).toEqual(here);
    const compute = threads(2);
    try {
      expect(content(await verify(path, { compute, segmentBytes: Math.max(segmentBytes, 500) }))).toEqual(here);
    } finally {
      await compute.close();
    }
  });
});

describe('long work', () => {
  it('tells how far it is and stops soon when it is cancelled', async () => {
    const chain = buildChain({ chainId: 'long', receipts: 400, seed: 8 });
    const path = folderOf('long', chain);
    const big = Array.from({ length: 30 }, () => fileBytes(chain.lines));
    writeFileSync(join(path, 'long', 'receipts.jsonl'), Buffer.concat(big));
    let clock = 0;
    const seen: VerifyProgress[] = [];
    const document = await verify(path, { clock: () => (clock += 150), onProgress: (progress) => seen.push(progress) });
    expect(document.verdict).toBe('BROKEN');
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.every(({ bytesDone, bytesTotal }) => bytesDone > 0 && bytesDone <= bytesTotal)).toBe(true);
    const stop = new AbortController();
    stop.abort();
    await expect(verify(path, { signal: stop.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('the report for people', () => {
  it('says the verdict first, then where, why and what next, and obeys no terminal codes from receipts', async () => {
    const chain = buildChain({ chainId: 'report', receipts: 6, seed: 9 });
    const evil = sealReceipt({ ...receiptOf(chain.lines[2]!), receipt_id: '\u001b[31mred\u202e' }).line;
    const path = folderOf('report', withLines(chain, rechain([...chain.lines.with(2, evil), evil], 2)));
    const text = renderVerifyReport(await verify(path));
    expect(text.split('\n')[0]).toBe('BROKEN: receipts or checkpoints were altered, removed or do not fit');
    expect(text).toContain('CHAIN_DUPLICATE_ID  report/receipts.jsonl, line 7');
    expect(text).toContain('    Next: ');

    expect(text).not.toMatch(/[\u001b\u202e]/);
  });

  it.each([
    ['BROKEN', false, 1],
    ['INDETERMINATE', false, 3],
    ['VERIFIED_UNANCHORED', false, 0],
    ['VERIFIED_UNANCHORED', true, 4],
    ['VERIFIED', true, 0],
  ] as const)('exit code of %s, anchor required: %s', (verdict, requireAnchor, code) => {
    expect(exitCodeOf({ verdict, chains: [], elapsed_ms: 0 }, { requireAnchor })).toBe(code);
  });
});
