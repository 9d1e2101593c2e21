/**
 * Random damage to small sound chains. The Python verifier must never say VERIFIED of a file that differs from the
 * signed one; what it lets pass without an anchor must be outside of what hashes and links cover; and the product's
 * verifier must come to the same verdict, also where hashes and checkpoints were made to fit the damage.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyPaths } from '../../../src-main/receipts/verify-files.ts';
import { describePython, type PythonResult, verifyManyWithPython } from '../../support/python-verifier.ts';
import { checkpointNote, joinLines, type Profile, receiptLine, soundLines, writeChain } from '../../support/small-chain.ts';

const DEEP = process.env['COUNTERSIGN_DEEP'] === '1';
const CASES = DEEP ? 3_000 : 240;
const COUNT = 5;
const NOW = '2026-01-01T00:00:00Z';

/** mulberry32: the same damage in every run. */
const randomFrom = (seed: number): ((limit: number) => number) => {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
};
type Random = ReturnType<typeof randomFrom>;
const pick = <T>(random: Random, items: readonly T[]): T => items[random(items.length)] as T;

const NUMBERS =
  '1.0 -0 1e2 1E2 1e21 1e+21 1e-7 0.0000001 0.000001 9007199254740991 9007199254740992 01 1. .5 +1 NaN 1e400 5e-324 4.350 0x1'.split(' ');
const STRINGS = [
  '\\u00fc',
  '\\/',
  '\\n',
  '\\u000a',
  '\\u001F',
  '\\ud800',
  '\\ud83d\\ude00',
  '😀',
  '\u2028',
  '\u007f',
  '\t',
  '\\x',
  '"',
  '',
];
const VALUES = ['null', '[]', '{}', '5', '{"b":1,"a":2}', '{"a":1,"a":2}', '[1,]', '{"😀":1,"\ue000":2}', '{"\ue000":1,"😀":2}', '[ ]'];
const TIMES = [
  '2025-02-29T00:00:00Z',
  '2024-02-29T00:00:00Z',
  '2025-03-03T24:00:00Z',
  '2025-03-03T04:05:06.1Z',
  '2025-03-03T04:05:06.123Z',
];
const MEMBER = /"(?:[^"\\]|\\.)*":(?:"(?:[^"\\]|\\.)*"|[^,{}[\]"]+)/g;

/** Replaces one match of the pattern, chosen at random. */
const replaceOne = (random: Random, text: string, pattern: RegExp, by: (match: string) => string): string => {
  const matches = [...text.matchAll(pattern)];
  if (matches.length === 0) return text;
  const match = pick(random, matches);
  return text.slice(0, match.index) + by(match[0]) + text.slice(match.index + match[0].length);
};

/** Edits of the text of one record: each is a way in which records come out wrong. */
const EDITS: readonly ((random: Random, text: string) => string)[] = [
  (random, text) => replaceOne(random, text, /:-?[0-9][0-9.]*/g, () => `:${pick(random, NUMBERS)}`),
  (random, text) => replaceOne(random, text, /(?<="(?:hostname|plan_id|version|receipt_id)":")[^"]*/g, (s) => s + pick(random, STRINGS)),
  (random, text) =>
    replaceOne(random, text, /(?<="(?:hostname|plan_id|concurrent|code|requestor_id)":)[^,}]+/g, () => pick(random, VALUES)),
  (random, text) =>
    replaceOne(random, text, /"(?:audit_fields|envelope_claim)":\{[^}]*\}/g, (m) => m.slice(0, m.indexOf(':') + 1) + pick(random, VALUES)),
  (random, text) => replaceOne(random, text, /(?<="timestamp":")[^"]*/g, () => pick(random, TIMES)),
  (random, text) => replaceOne(random, text, MEMBER, (member) => `${member},${member}`),
  (random, text) => replaceOne(random, text, MEMBER, () => ''),
  (random, text) => replaceOne(random, text, /,/g, () => `,"${pick(random, ['a', 'zz', 'é', '😀', ''])}":1,`),
  (random, text) => replaceOne(random, text, /[{}[\]:,]/g, (mark) => mark + pick(random, [' ', '\t', '\r', '\u00a0', '\ufeff'])),
  (random, text) => replaceOne(random, text, /[{}[\]:,"]/g, () => pick(random, ['', ',', ':', '"', '{', '}'])),
  (random, text) => text + pick(random, [' ', '\r', 'x', '}', '{}', 'null']),
  (random, text) => pick(random, [' ', '\ufeff', '[', '\0']) + text,
  (random, text) =>
    replaceOne(random, text, /(?<="(?:current_hash|previous_receipt_hash)":)"[0-9a-f]*"/g, (hash) =>
      pick(random, [hash.toUpperCase(), '""', '5', 'null']),
    ),
];

/** Gives the line the hash of its changed text, where its hash can still be found. */
const resealed = (profile: Profile, line: Buffer): Buffer => {
  const text = line.toString();
  const stated = /"current_hash":"[0-9a-f]{64}"/g;
  if ((text.match(stated) ?? []).length !== 1) return line;
  const preimage =
    profile === 'jcs-sha256-1'
      ? text.replace(/,"current_hash":"[0-9a-f]{64}"/, '')
      : text
          .replace(/"hash_chain":\{("previous_receipt_hash":[^,{}]*),"current_hash":"[0-9a-f]{64}"\}/, '$1')
          .replace(/,"conformance_events":\[.*\]/, '');
  return Buffer.from(text.replace(stated, `"current_hash":"${createHash('sha256').update(preimage).digest('hex')}"`));
};

const hashIn = (line: Buffer): string | null => /"current_hash":"([0-9a-f]{64})"/.exec(line.toString())?.[1] ?? null;

/** Damage to the bytes of a whole file. */
const damagedBytes = (random: Random, bytes: Buffer): Buffer => {
  const at = random(bytes.length);
  const kind = random(4);
  if (kind === 0) return bytes.subarray(0, at);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(40))]);
  if (kind === 2) return Buffer.concat([bytes.subarray(0, at), Buffer.from([random(256)]), bytes.subarray(at)]);
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] as number) ^ (1 << random(8));
  return flipped;
};

/** Damage to the lines as such. */
const damagedLines = (random: Random, lines: readonly Buffer[]): Buffer[] => {
  const at = random(lines.length);
  const to = random(lines.length);
  const line = lines[at] as Buffer;
  const kind = random(5);
  if (kind === 0) return lines.toSpliced(at, 1);
  if (kind === 1) return lines.toSpliced(to, 0, line);
  if (kind === 2) return lines.toSpliced(at, 1).toSpliced(to, 0, line);
  if (kind === 3) return lines.with(at, lines[to] as Buffer).with(to, line);
  return lines.toSpliced(at, 0, Buffer.from(pick(random, ['', 'null', '{}', 'x'])));
};

interface Case {
  readonly words: readonly string[];
  readonly profile: Profile;
  readonly original: readonly Buffer[];
  readonly bytes: Buffer;
  /** How many entries checkpoints over the undamaged lines cover; null where they were made over the damaged ones. */
  readonly signedSize: number | null;
}

const makeCase = (root: string, seed: number): Case => {
  const random = randomFrom(seed);
  const profile: Profile = random(3) === 0 ? 'erlmcp-json-0' : 'jcs-sha256-1';
  const original = soundLines(profile, COUNT);
  const chain = writeChain(join(root, String(seed)), { profile, lines: original, sizes: [] });
  let lines = [...original];
  let bytes: Buffer;
  const kind = random(4);
  const fits = kind >= 2 && random(2) === 0;
  if (kind === 0) bytes = damagedBytes(random, joinLines(lines));
  else {
    if (kind === 1) lines = damagedLines(random, lines);
    else {
      const at = random(COUNT);
      const edited = Buffer.from(pick(random, EDITS)(random, (lines[at] as Buffer).toString()));
      lines[at] = fits ? resealed(profile, edited) : edited;
      for (let i = at + 1, previous = hashIn(lines[at]); fits && previous !== null && i < COUNT; i += 1) {
        const next = receiptLine(profile, i, previous);
        lines[i] = next.line;
        previous = next.hash;
      }
    }
    bytes = joinLines(lines);
  }
  writeFileSync(chain.receipts, bytes);
  const size = pick(random, [COUNT, COUNT, 3, 0]);
  if (size > 0) {
    const note = checkpointNote(chain.origin, (fits ? lines : original).slice(0, size), chain.key);
    writeFileSync(join(chain.folder, 'checkpoints', `${String(size).padStart(12, '0')}.note`), note);
  }
  return { words: [chain.root, '--trust', chain.trust, '--now', NOW], profile, original, bytes, signedSize: fits ? null : size };
};

/** The part of a line that hashes and links cover: conformance_events are covered by checkpoints alone. */
const covered = (profile: Profile, line: string): string =>
  profile === 'jcs-sha256-1' ? line : line.replace(/,?"conformance_events":\[.*\]/, '');

describePython('random damage', () => {
  let root: string;
  let cases: readonly Case[];
  let outcomes: readonly PythonResult[];
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'countersign-fuzz-'));
    cases = Array.from({ length: CASES }, (_none, seed) => makeCase(root, seed + 1));
    outcomes = await verifyManyWithPython(cases.map(({ words }) => words));
  }, 600_000);
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('is never VERIFIED, and passes unanchored only where nothing covers it', () => {
    let judged = 0;
    for (const [i, { profile, original, bytes, signedSize }] of cases.entries()) {
      if (signedSize === null || bytes.equals(joinLines(original))) continue;
      judged += 1;
      const { verdict } = (outcomes[i] as PythonResult).document;
      expect([i, verdict]).not.toEqual([i, 'VERIFIED']);
      if (verdict !== 'VERIFIED_UNANCHORED') continue;
      // Only a cut at a line's end after the checkpoint, or a change in what no hash covers, can go unseen.
      const lines = bytes.toString().split('\n').slice(0, -1);
      expect([i, lines.length >= signedSize]).toEqual([i, true]);
      const want = original.slice(0, lines.length).map((line) => covered(profile, line.toString()));
      expect([i, lines.map((line) => covered(profile, line))]).toEqual([i, want]);
    }
    expect(judged).toBeGreaterThan(CASES / 2);
  });

  it('brings both verifiers to the same verdict, root and anchor', async () => {
    const seen = new Set<string | null>();
    for (const [i, { words }] of cases.entries()) {
      const [folder, , trust] = words as [string, string, string, ...string[]];
      const document = await verifyPaths([folder], { trust, now: Date.parse(NOW) });
      const python = (outcomes[i] as PythonResult).document;
      const facts = (chain: { verdict: string; receipts: number; root: string | null; anchored_size: number } | undefined): unknown =>
        chain && { verdict: chain.verdict, receipts: chain.receipts, root: chain.root, anchored: chain.anchored_size };
      expect([i, facts(python.chains[0])]).toEqual([i, facts(document.chains[0])]);
      seen.add(python.verdict);
    }
    expect([...seen]).toEqual(expect.arrayContaining(['BROKEN', 'VERIFIED', 'VERIFIED_UNANCHORED']));
  }, 600_000);
});
