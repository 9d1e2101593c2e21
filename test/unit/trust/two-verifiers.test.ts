/**
 * The product's verifier and the Python one, written apart from the same documents, against each other: over the attack
 * folders, and over chains to which several things were done at once.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyPaths } from '../../../src-main/receipts/verify-files.ts';
import { exitCodeOf } from '../../../src-main/receipts/verify-report.ts';
import { attackNames, attackWords, readAttack } from '../../support/attack-case.ts';
import {
  buildChain,
  checkpointOf,
  fileBytes,
  receiptOf,
  rechain,
  sealReceipt,
  seededRandom,
  trustFile,
  withLines,
  writeChain,
} from '../../support/chain-builder.ts';
import { describePython, type PythonResult, verifyManyWithPython } from '../../support/python-verifier.ts';
import { verifyAttack } from '../../support/verify-attack.ts';
import { TEST_NOW_MS } from '../../support/verify-built.ts';

const FOLDERS = join(import.meta.dirname, '../../fixtures/attacks');
const DEEP = process.env['COUNTERSIGN_DEEP'] === '1';

interface Chain {
  readonly chain_id: string | null;
  readonly receipts: number;
  readonly bytes: number;
  readonly root: string | null;
  readonly anchored_size: number;
  readonly verdict: string;
}

/** What both must agree upon. How they word and cut their findings is their own. */
const agreed = (document: { readonly verdict: string | null; readonly chains: readonly Chain[] }, exitCode: number): unknown => ({
  verdict: document.verdict,
  exitCode,
  chains: document.chains.map(({ chain_id, receipts, bytes, root, anchored_size, verdict }) => ({
    chain_id,
    receipts,
    bytes,
    root,
    anchored_size,
    verdict,
  })),
});
const agreedByPython = ({ document, exitCode }: PythonResult): unknown => agreed(document, exitCode);

describePython('both verifiers', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'countersign-two-'));
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('agree on every attack folder', async () => {
    const names = attackNames(FOLDERS);
    const theirs = await verifyManyWithPython(names.map((name) => attackWords(FOLDERS, name)));
    for (const [i, name] of names.entries()) {
      const { document } = await verifyAttack(FOLDERS, name);
      const requireAnchor = readAttack(FOLDERS, name).args.includes('--require-anchor');
      expect([name, agreedByPython(theirs[i]!)]).toEqual([name, agreed(document, exitCodeOf(document, { requireAnchor }))]);
    }
  });

  it('agree on a manifest without a file: an empty chain where nothing begins, a removed one where something did', async () => {
    const manifest = (genesis: string | null) => ({
      chain_id: 'pro-1',
      source: 'prod-1',
      plan_id: 'pro',
      version: '1.4',
      profile: 'jcs-sha256-1',
      genesis_hash: genesis,
    });
    const trust = join(root, 'none.vkeys');
    writeFileSync(trust, '');
    for (const [name, genesis, verdict] of [
      ['fresh', null, 'VERIFIED_UNANCHORED'],
      ['removed', 'ab'.repeat(32), 'BROKEN'],
    ] as const) {
      const folder = join(root, `manifest-${name}`);
      mkdirSync(folder);
      writeFileSync(join(folder, 'chain.json'), JSON.stringify(manifest(genesis)));
      const [theirs] = await verifyManyWithPython([[folder, '--trust', trust]]);
      const document = await verifyPaths([folder], { trust, now: TEST_NOW_MS });
      expect(document.verdict).toBe(verdict);
      expect(agreedByPython(theirs!)).toEqual(agreed(document, exitCodeOf(document, { requireAnchor: false })));
    }
  });

  it('agree on chains to which several things were done at once', async () => {
    const count = DEEP ? 1_000 : 80;
    const words: string[][] = [];
    for (let i = 0; i < count; i += 1) words.push(writeRandomCase(root, i));
    const theirs = await verifyManyWithPython(words);
    for (const [i, [folder, , trust]] of words.entries()) {
      const document = await verifyPaths([folder!], { trust: trust!, now: TEST_NOW_MS });
      expect([i, agreedByPython(theirs[i]!)]).toEqual([i, agreed(document, exitCodeOf(document, { requireAnchor: false }))]);
    }
  }, 600_000);
});

/** A folder with one or two chains, some checkpoints, and up to three random changes of lines or bytes. */
function writeRandomCase(root: string, seed: number): string[] {
  const random = seededRandom(seed + 1);
  const below = (limit: number): number => Math.floor(random() * limit);
  const folder = join(root, String(seed));
  const chains = Array.from({ length: 1 + below(2) }, (_none, i) => {
    const profile = random() < 0.3 ? 'erlmcp-json-0' : 'jcs-sha256-1';
    const honest = buildChain({
      chainId: `c${i}`,
      seed: seed * 7 + i,
      receipts: 1 + below(9),
      profile,
      checkpointsAt: [],
      keySeed: 10 + i,
    });
    const sizes = [below(honest.lines.length + 1), honest.lines.length].slice(below(3));
    let { lines } = honest;
    for (let changes = below(4); changes > 0 && lines.length > 0; changes -= 1) {
      const at = below(lines.length);
      const line = lines[at]!;
      const kind = below(8);
      if (kind === 0) lines = lines.toSpliced(at, 1 + below(2));
      else if (kind === 1) lines = lines.toSpliced(below(lines.length + 1), 0, line);
      else if (kind === 2) lines = lines.toSpliced(at, 1).toSpliced(below(lines.length), 0, line);
      else if (kind === 3)
        lines = lines.with(at, Buffer.from(line.toString('latin1').replace('"version":"1.0"', '"version":"1.1"'), 'latin1'));
      else if (kind === 4 && profile === 'jcs-sha256-1' && lines === honest.lines)
        lines = rechain(lines.with(at, sealReceipt({ ...receiptOf(line), version: '2.0' }).line), at);
      else if (kind === 5) lines = lines.with(at, Buffer.from(['', 'null', '{}', '{"a":1'][below(4)]!));
      else if (kind === 6) lines = lines.with(at, flipped(line, below(line.length), 1 << below(8)));
    }
    const checkpoints = sizes.map((size, n) =>
      checkpointOf(random() < 0.8 ? honest : withLines(honest, lines), Math.min(size, lines.length, honest.lines.length), {
        suffix: `-${n}`,
      }),
    );
    const chain = { ...withLines(honest, lines), checkpoints };
    const bytes = fileBytes(lines);
    writeChain(folder, chain, random() < 0.1 ? bytes.subarray(0, below(bytes.length + 1)) : bytes);
    return chain;
  });
  const trust = join(folder, 'trust.vkeys');
  writeFileSync(trust, trustFile(chains));
  return [folder, '--trust', trust, '--now', new Date(TEST_NOW_MS).toISOString()];
}

/** A bit flipped; a line feed is not made, for that would be another kind of change. */
function flipped(line: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(line);
  copy[at]! ^= bit;
  return copy.includes(0x0a) ? line : copy;
}
