import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatOrigin, signCheckpoint } from '../../../src-main/trust/checkpoint.ts';
import { type Digest, EMPTY_ROOT, leafHash, rootOfLeaves } from '../../../src-main/trust/merkle.ts';
import { buildInclusionProof, subtreesOfLeaves } from '../../../src-main/trust/merkle-proof.ts';
import { cosignatureSigner, cosignNote, ed25519Signer } from '../../../src-main/trust/note.ts';
import { formatTlogProof, parseTlogProof, verifyTlogProof } from '../../../src-main/trust/tlog-proof.ts';
import { testKey } from '../../support/ed25519-test-key.ts';

const ORIGIN = formatOrigin('inst-0001', 'receipts-team');
const log = ed25519Signer(ORIGIN, testKey(1));
const keys = [log.key];

const leaves: Digest[] = Array.from({ length: 21 }, (_, i) => leafHash(Buffer.from(`receipt ${i}`)));
const noteOf = (size: number): Buffer =>
  signCheckpoint({ origin: ORIGIN, size, root: rootOfLeaves(leaves.slice(0, size)), extensions: [] }, log);
const proofOf = (index: number, size: number, extra?: Buffer): Buffer =>
  formatTlogProof({
    index,
    hashes: buildInclusionProof(index, size, subtreesOfLeaves(leaves)),
    checkpointNote: noteOf(size),
    ...(extra === undefined ? {} : { extra }),
  });

describe('a tlog-proof', () => {
  it('verifies for every entry at every size, and for no other entry', () => {
    for (let size = 1; size <= leaves.length; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const verified = verifyTlogProof(proofOf(index, size), leaves[index]!, keys, { log: 'receipts-team' });
        expect(verified).toMatchObject({ ok: true, problems: [], proof: { index }, opened: { checkpoint: { size } } });
      }
    }
    expect(verifyTlogProof(proofOf(3, 21), leaves[4]!, keys)).toMatchObject({
      ok: false,
      problems: [{ code: 'PROOF_INCLUSION', line: 2, reason: 'the proof leads to another root' }],
    });
  });

  it('has the lines of the format', () => {
    const lines = proofOf(2, 3, Buffer.from('hi')).toString().split('\n');
    expect(lines.slice(0, 3)).toEqual(['c2sp.org/tlog-proof@v1', 'extra aGk=', 'index 2']);
    expect(lines.slice(4, 6)).toEqual(['', ORIGIN]);
    expect(proofOf(0, 1).toString()).toBe(`c2sp.org/tlog-proof@v1\nindex 0\n\n${noteOf(1).toString()}`);
  });

  it('parses back to what it was made of', () => {
    const note = noteOf(21);
    const bytes = fc.uint8Array({ maxLength: 40 }).map((extra) => Buffer.from(extra));
    fc.assert(
      fc.property(fc.nat(20), fc.option(bytes, { nil: undefined }), (index, extra) => {
        const hashes = buildInclusionProof(index, 21, subtreesOfLeaves(leaves));
        const proof = { index, hashes, checkpointNote: note, ...(extra === undefined ? {} : { extra }) };
        expect(parseTlogProof(formatTlogProof(proof))).toMatchObject({ ok: true, proof });
      }),
    );
  });

  it('fails with any bit flipped, and cut anywhere', () => {
    const sound = proofOf(13, 21);
    expect(verifyTlogProof(sound, leaves[13]!, keys).ok).toBe(true);
    for (let bit = 0; bit < sound.length * 8; bit += 1) {
      const flipped = Buffer.from(sound);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      if (verifyTlogProof(flipped, leaves[13]!, keys).ok) expect.fail(`bit ${bit} flipped and still accepted`);
    }
    for (let length = 0; length < sound.length; length += 1) {
      if (verifyTlogProof(sound.subarray(0, length), leaves[13]!, keys).ok) expect.fail(`cut to ${length} bytes and still accepted`);
    }
  });

  it('fails without a trusted signature, of another log, or with the index of a neighbour', () => {
    const sound = proofOf(13, 21);
    const refused = (code: string, line: number) => ({ ok: false, problems: [{ code, line }] });
    // Header, index, five hashes and a blank line come before the note.
    expect(verifyTlogProof(sound, leaves[13]!, [])).toMatchObject(refused('NOTE_NO_TRUSTED_SIG', 13));
    expect(verifyTlogProof(sound, leaves[13]!, keys, { log: 'audit' })).toMatchObject(refused('NOTE_ORIGIN', 9));
    const moved = sound.toString().replace('index 13\n', 'index 12\n');
    expect(verifyTlogProof(Buffer.from(moved), leaves[13]!, keys)).toMatchObject(refused('PROOF_INCLUSION', 2));
    const beyond = sound.toString().replace('index 13\n', 'index 21\n');
    expect(verifyTlogProof(Buffer.from(beyond), leaves[13]!, keys)).toMatchObject(refused('PROOF_INCLUSION', 2));
    const edited = sound.toString().replace('\n21\n', '\n22\n');
    expect(verifyTlogProof(Buffer.from(edited), leaves[13]!, keys).problems.map((problem) => problem.code)).toContain('NOTE_BAD_SIG');
  });

  it('carries the cosignatures of its checkpoint', () => {
    const witness = cosignatureSigner('witness.example/w1', testKey(3), 1_748_736_000);
    const hashes = buildInclusionProof(0, 21, subtreesOfLeaves(leaves));
    const bytes = formatTlogProof({ index: 0, hashes, checkpointNote: cosignNote(noteOf(21), [witness]) });
    const verified = verifyTlogProof(bytes, leaves[0]!, [...keys, witness.key]);
    expect(verified).toMatchObject({ ok: true, opened: { cosigners: [{ cosignedAtSeconds: 1_748_736_000 }] } });
  });

  const sound = proofOf(2, 5).toString();
  const cases: [string, string, string, number, RegExp][] = [
    ['nothing', '', 'PROOF_INCLUSION', 1, /first line/],
    ['another version', sound.replace('@v1', '@v2'), 'PROOF_INCLUSION', 1, /first line/],
    ['a byte order mark', `\ufeff${sound}`, 'PROOF_INCLUSION', 1, /first line/],
    ['CR LF line ends', sound.replaceAll('\n', '\r\n'), 'PROOF_INCLUSION', 1, /U\+000D/],
    ['no index', sound.replace('index 2\n', ''), 'PROOF_INCLUSION', 2, /"index"/],
    ['a leading zero', sound.replace('index 2\n', 'index 02\n'), 'PROOF_INCLUSION', 2, /leading zeros/],
    ['a sign', sound.replace('index 2\n', 'index +2\n'), 'PROOF_INCLUSION', 2, /sign/],
    ['an index of 2^53', sound.replace('index 2\n', 'index 9007199254740992\n'), 'PROOF_INCLUSION', 2, /2\^53/],
    ['extra data that are not base64', sound.replace('index 2\n', 'extra *\nindex 2\n'), 'PROOF_INCLUSION', 2, /extra/],
    ['extra data after the index', sound.replace('index 2\n', 'index 2\nextra aGk=\n'), 'PROOF_INCLUSION', 3, /32 bytes/],
    [
      'a hash of 31 bytes',
      sound.replace(/(index 2\n)[^\n]*/, `$1${Buffer.alloc(31).toString('base64')}`),
      'PROOF_INCLUSION',
      3,
      /32 bytes/,
    ],
    [
      '54 hashes',
      sound.replace('index 2\n', `index 2\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(53)}`),
      'PROOF_INCLUSION',
      56,
      /53/,
    ],
    ['no checkpoint', sound.slice(0, sound.indexOf('\n\n') + 1), 'PROOF_INCLUSION', 6, /blank line/],
    ['an empty checkpoint', sound.slice(0, sound.indexOf('\n\n') + 2), 'NOTE_MALFORMED', 7, /empty/],
    ['a checkpoint with a leading zero', sound.replace('\n5\n', '\n05\n'), 'NOTE_MALFORMED', 8, /leading zeros/],
    ['a signature that is not base64', sound.replace(/.\n$/, '*\n'), 'NOTE_MALFORMED', 11, /base64/],
  ];
  it.each(cases)('is refused with %s', (_name, text, code, line, reason) => {
    const parsed = parseTlogProof(Buffer.from(text));
    expect(parsed).toMatchObject({ ok: false, problem: { code, line } });
    expect(parsed.ok ? '' : parsed.problem.reason).toMatch(reason);
    expect(verifyTlogProof(Buffer.from(text), leaves[2]!, keys)).toMatchObject({ ok: false, problems: [{ code, line }] });
  });

  it('is not made of parts that would not parse back', () => {
    const checkpointNote = noteOf(5);
    for (const bad of [{ index: -1 }, { index: 0.5 }, { hashes: ['short'] }, { checkpointNote: Buffer.from('no note') }]) {
      expect(() => formatTlogProof({ index: 0, hashes: [EMPTY_ROOT], checkpointNote, ...bad }), JSON.stringify(bad)).toThrow(RangeError);
    }
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (tail) => {
        expect(verifyTlogProof(Buffer.from(`c2sp.org/tlog-proof@v1\nindex 0\n${tail}`), leaves[0]!, keys).ok).toBe(false);
      }),
    );
  });
});
