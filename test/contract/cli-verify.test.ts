/** `verify PATH…`: verdicts, exit codes and the one JSON document, over chains that each show one of them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { VERSION } from '../../src-main/app/version.ts';
import type { Finding } from '../../src-main/trust/findings.ts';
import { buildChain, editLine, fileBytes, trustFile, writeChain } from '../support/chain-builder.ts';
import { createCli } from './support/run-cli.ts';

interface VerifyJson {
  readonly verdict: string;
  readonly chains: readonly {
    readonly chain_id: string;
    readonly profile: string;
    readonly receipts: number;
    readonly bytes: number;
    readonly root: string | null;
    readonly anchored_size: number;
    readonly verdict: string;
    readonly findings_total: number;
    readonly findings: readonly Finding[];
  }[];
  readonly elapsed_ms: number;
}

// Each command is a process of its own, and the machine may be busy.
vi.setConfig({ testTimeout: 120_000 });

const cli = createCli('verify');
const at = (name: string): string => join(cli.folder, name);
const trust = at('trust.vkeys');
const good = buildChain({ chainId: 'good', receipts: 12, seed: 11 });
const broken = buildChain({ chainId: 'broken', receipts: 12, seed: 12, keySeed: 8 });

beforeAll(() => {
  writeFileSync(trust, trustFile([good, broken]));
  writeChain(at('good'), good);
  // One byte of receipt #7 is another one: its hash does not hold any more.
  writeChain(
    at('broken'),
    editLine(broken, 7, (line) => line.replace('"otp_version":"26"', '"otp_version":"27"')),
  );
  const unknown = buildChain({ chainId: 'unknown', receipts: 3, seed: 13 });
  const folder = writeChain(at('unknown'), unknown);
  writeFileSync(join(folder, 'chain.json'), JSON.stringify({ ...unknown.manifest, profile: 'cbor-sha512-9' }));
  mkdirSync(at('empty'));
  writeFileSync(at('loose.jsonl'), fileBytes(good.lines));
  writeFileSync(at('not.vkeys'), 'this is no verifier key\n');
});

describe('exit codes of verify', () => {
  it('0: holds, under a checkpoint of a trusted log', async () => {
    const ran = await cli.run('verify', at('good'), '--trust', trust, '--require-anchor', '--json');
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    const { verdict, chains, elapsed_ms: elapsedMs } = ran.json<VerifyJson>();
    expect(verdict).toBe('VERIFIED');
    expect(elapsedMs).toBeTypeOf('number');
    expect(chains).toMatchObject([
      {
        chain_id: 'good',
        profile: 'jcs-sha256-1',
        receipts: 12,
        bytes: fileBytes(good.lines).length,
        anchored_size: 12,
        findings_total: 0,
        findings: [],
      },
    ]);
    expect(chains[0]?.root).toMatch(/^[0-9a-f]{64}$/);
  });

  it('0: a chain that nobody else vouches for holds too, and says so; its profile is inferred from a loose file', async () => {
    const ran = await cli.run('verify', at('loose.jsonl'), '--json');
    expect(ran.code).toBe(0);
    expect(ran.json<VerifyJson>()).toMatchObject({
      verdict: 'VERIFIED_UNANCHORED',
      chains: [{ profile: 'jcs-sha256-1', receipts: 12, anchored_size: 0 }],
    });
  });

  it('4: the same, where an anchor is demanded', async () => {
    const ran = await cli.run('verify', at('good'), '--require-anchor');
    expect(ran.code).toBe(4);
    expect(ran.stdout).toMatch(/^VERIFIED_UNANCHORED: /);
  });

  it('1: does not hold; the finding names file, receipt and byte', async () => {
    const ran = await cli.run('verify', at('broken'), '--trust', trust, '--json');
    expect(ran.code).toBe(1);
    const { verdict, chains } = ran.json<VerifyJson>();
    expect(verdict).toBe('BROKEN');
    const offset = fileBytes(broken.lines.slice(0, 7)).length;
    expect(chains[0]?.findings).toContainEqual(
      expect.objectContaining({
        code: 'RECEIPT_HASH_MISMATCH',
        severity: 'error',
        index: 7,
        line: 8,
        byte_offset: offset,
        byte_length: broken.lines[7]!.length,
      }),
    );
    for (const { explain, next_step: nextStep } of chains[0]?.findings ?? []) {
      expect(explain).toMatch(/\.$/);
      expect(nextStep).toMatch(/\.$/);
    }
  });

  it('3: cannot be decided', async () => {
    const ran = await cli.run('verify', at('unknown'), '--json');
    expect(ran.code).toBe(3);
    expect(ran.json<VerifyJson>().verdict).toBe('INDETERMINATE');
  });

  it.each([
    ['no path at all', []],
    ['a path that is not there', ['no-such-folder']],
    ['a folder without a chain', ['empty']],
  ])('2: %s', async (_what, names) => {
    const ran = await cli.run('verify', ...names.map(at), '--json');
    expect(ran.code).toBe(2);
    const { error } = ran.json<{ error: { code: string; message: string; nextStep: string } }>();
    expect(error.nextStep).not.toBe('');
    expect(ran.stderr).toContain(error.message);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
  });

  it('2: a trust file that is none', async () => {
    const ran = await cli.run('verify', at('good'), '--trust', at('not.vkeys'), '--json');
    expect(ran.code).toBe(2);
    expect(ran.json()).toMatchObject({ error: { code: 'TRUST_FILE' } });
  });

  it('the worst of several: 2 before 1 before 3 before 4', async () => {
    const codes = await Promise.all(
      [
        ['good', 'broken'],
        ['good', 'unknown'],
        ['broken', 'unknown', 'good'],
        ['broken', 'no-such-folder'],
      ].map(async (names) => (await cli.run('verify', ...names.map(at), '--require-anchor')).code),
    );
    expect(codes).toEqual([1, 3, 1, 2]);
  });
});

describe('what verify prints', () => {
  it('for people: verdict, place, cause and next step', async () => {
    const { stdout } = await cli.run('verify', at('broken'), '--trust', trust);
    expect(stdout).toMatch(/^BROKEN: .+\n1 chain, 12 receipts, /);
    expect(stdout).toMatch(/✕ RECEIPT_HASH_MISMATCH {2}.*receipts\.jsonl, line 8, byte [\d,]+/);
    expect(stdout).toContain('Next: ');
  });

  it('judges the clock by --now: the same chain is from the future a year before', async () => {
    const early = await cli.run('verify', at('good'), '--trust', trust, '--now', '2024-01-01T00:00:00Z', '--json');
    expect(early.code).toBe(0);
    expect(early.json<VerifyJson>().chains[0]?.findings).toMatchObject([
      { code: 'CLOCK_FUTURE', severity: 'warning', expected: expect.stringMatching(/^2024-01-01T00:00:00/) as unknown },
    ]);
    const late = await cli.run('verify', at('good'), '--trust', trust, '--now', '2026-01-01', '--json');
    expect(late.json<VerifyJson>().chains[0]?.findings).toEqual([]);
  });
});

describe('usage', () => {
  it.each([
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['verify', '--frobnicate']],
    ['a time that is none', ['verify', '.', '--now', 'yesterday']],
    ['an argument that is missing', ['source', 'add', 'folder']],
    ['an option that is required', ['source', 'remove', 'northwind']],
  ])('2: %s, with a word on what to do', async (_what, words) => {
    const ran = await cli.run(...words);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(/--help|Usage|error:/);
  });

  it('0: help and version were asked for', async () => {
    const [help, version] = await Promise.all([cli.run('--help'), cli.run('--version')]);
    expect(help.code).toBe(0);
    for (const word of [
      'verify',
      'receipts',
      'source',
      'sync',
      'quarantine',
      'trust',
      'member',
      'audit',
      'backup',
      'workspace',
      'doctor',
      'metrics',
      'serve',
      'demo',
    ]) {
      expect(help.stdout).toMatch(new RegExp(`^  ${word}\\b`, 'm'));
    }
    const { version: packaged } = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../package.json'), 'utf8')) as {
      version: string;
    };
    expect(version).toMatchObject({ code: 0, stdout: `${packaged}\n` });
    expect(VERSION).toBe(packaged);
  });
});
