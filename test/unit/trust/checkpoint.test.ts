import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Checkpoint,
  formatCheckpoint,
  formatOrigin,
  logOfOrigin,
  openCheckpoint,
  parseCheckpoint,
  parseOrigin,
  signCheckpoint,
} from '../../../src-main/trust/checkpoint.ts';
import { digestFromBytes, leafHash } from '../../../src-main/trust/merkle.ts';
import { makeVerifierKey } from '../../../src-main/trust/note-key.ts';
import { cosignatureSigner, cosignNote, ed25519Signer, formatSignatureLine, parseNote, signNote } from '../../../src-main/trust/note.ts';
import { parseTrustFile, requireTrustFile } from '../../../src-main/trust/trust-file.ts';
import { isAppError } from '../../../src-shared/kernel/errors.ts';
import { testKey, withUnreducedScalar } from '../../support/ed25519-test-key.ts';

const ORIGIN = formatOrigin('inst-0001', 'receipts-team');
const OTHER_ORIGIN = formatOrigin('inst-0001', 'audit');
const log = ed25519Signer(ORIGIN, testKey(1));
const otherLog = ed25519Signer(OTHER_ORIGIN, testKey(2));
const stranger = ed25519Signer(ORIGIN, testKey(9));
const witness = cosignatureSigner('witness.example/w1', testKey(3), 1_748_736_000);
const head: Checkpoint = { origin: ORIGIN, size: 24, root: leafHash(Buffer.from('any')), extensions: [] };
const note = signCheckpoint(head, log);
const keys = [log.key, otherLog.key];

const codes = (bytes: Uint8Array | string, trusted = keys, expected = {}): string[] =>
  openCheckpoint(Buffer.from(bytes), trusted, expected).problems.map((problem) => problem.code);

describe('origins', () => {
  it('name install and log', () => {
    expect(ORIGIN).toBe('countersign.local/inst-0001/receipts-team');
    expect(parseOrigin(ORIGIN)).toEqual({ installId: 'inst-0001', log: 'receipts-team' });
    expect(logOfOrigin(ORIGIN)).toBe('receipts-team');
    expect(logOfOrigin('example.com/log/testdata')).toBe('testdata');
    expect(logOfOrigin('alone')).toBe('alone');
  });

  it('are refused where a part would break the form', () => {
    for (const part of ['', 'a/b', 'a b', 'a+b', 'a\n']) {
      expect(() => formatOrigin(part, 'log'), part).toThrow(RangeError);
      expect(() => formatOrigin('inst', part), part).toThrow(RangeError);
    }
    for (const origin of ['', 'countersign.local/a', 'countersign.local/a/b/c', 'countersign.local//b', 'example.com/a/b']) {
      expect(parseOrigin(origin), origin).toBeUndefined();
    }
  });
});

describe('checkpoint text', () => {
  it('round-trips any head', () => {
    const line = fc.stringMatching(/^[ -~]{1,40}$/);
    const arbitrary = fc.record({
      origin: line,
      size: fc.maxSafeNat(),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(digestFromBytes),
      extensions: fc.array(line, { maxLength: 3 }),
    });
    fc.assert(
      fc.property(arbitrary, (checkpoint) => {
        expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual({ ok: true, checkpoint });
      }),
    );
  });

  const root = Buffer.alloc(32, 0xfb).toString('base64');
  const cases: [string, string, number, RegExp][] = [
    ['nothing', '', 1, /origin, a size and a root/],
    ['two lines', `${ORIGIN}\n24\n`, 2, /origin, a size and a root/],
    ['no final line feed', `${ORIGIN}\n24\n${root}`, 2, /origin, a size and a root/],
    ['an empty origin', `\n24\n${root}\n`, 1, /origin is empty/],
    ['a leading zero', `${ORIGIN}\n024\n${root}\n`, 2, /leading zeros/],
    ['two zeros', `${ORIGIN}\n00\n${root}\n`, 2, /leading zeros/],
    ['a plus sign', `${ORIGIN}\n+24\n${root}\n`, 2, /sign/],
    ['a minus sign', `${ORIGIN}\n-0\n${root}\n`, 2, /sign/],
    ['a space beside the size', `${ORIGIN}\n24 \n${root}\n`, 2, /decimal/],
    ['a hexadecimal size', `${ORIGIN}\n0x18\n${root}\n`, 2, /decimal/],
    ['an exponent', `${ORIGIN}\n1e3\n${root}\n`, 2, /decimal/],
    ['digits of another script', `${ORIGIN}\n٢٤\n${root}\n`, 2, /decimal/],
    ['a size of 2^53', `${ORIGIN}\n9007199254740992\n${root}\n`, 2, /2\^53/],
    ['an empty size', `${ORIGIN}\n\n${root}\n`, 2, /empty/],
    ['a root without padding', `${ORIGIN}\n24\n${root.slice(0, -1)}\n`, 3, /base64/],
    ['a URL-safe root', `${ORIGIN}\n24\n${root.replaceAll('+', '-').replaceAll('/', '_')}\n`, 3, /base64/],
    ['a root of 31 bytes', `${ORIGIN}\n24\n${Buffer.alloc(31).toString('base64')}\n`, 3, /31 bytes/],
    ['a root of 33 bytes', `${ORIGIN}\n24\n${Buffer.alloc(33).toString('base64')}\n`, 3, /33 bytes/],
    ['an empty line among the extensions', `${ORIGIN}\n24\n${root}\na\n\nb\n`, 5, /empty/],
  ];
  it.each(cases)('is refused with %s, signed or not', (_name, text, line, reason) => {
    const parsed = parseCheckpoint(text);
    expect(parsed).toMatchObject({ ok: false, problem: { code: 'NOTE_MALFORMED', line } });
    expect(parsed.ok ? '' : parsed.problem.reason).toMatch(reason);
    if (text.endsWith('\n')) {
      const opened = openCheckpoint(signNote(text, [log]), keys);
      expect(opened).toMatchObject({ trusted: false, problems: [{ code: 'NOTE_MALFORMED', line }] });
      expect(opened.checkpoint).toBeUndefined();
    }
  });

  it('is not made of heads that have none', () => {
    for (const bad of [{ size: -1 }, { size: 1.5 }, { size: 2 ** 53 }, { origin: '' }, { origin: 'a\nb' }, { root: 'short' }]) {
      expect(() => formatCheckpoint({ ...head, ...bad }), JSON.stringify(bad)).toThrow(RangeError);
    }
    expect(() => formatCheckpoint({ ...head, extensions: [''] })).toThrow(RangeError);
    expect(() => formatCheckpoint({ ...head, extensions: ['a\nb'] })).toThrow(RangeError);
    expect(() => signCheckpoint(head, otherLog)).toThrow(/cannot sign for/);
  });
});

describe('openCheckpoint', () => {
  it('trusts a head that a trusted log signed', () => {
    expect(openCheckpoint(note, keys, { log: 'receipts-team', origin: ORIGIN })).toMatchObject({
      trusted: true,
      problems: [],
      checkpoint: head,
      signatures: [{ status: 'good', key: { name: ORIGIN } }],
      cosigners: [],
    });
  });

  it('accepts extension lines and the empty log', () => {
    const extended = signCheckpoint({ ...head, size: 0, extensions: ['one', 'two'] }, log);
    expect(openCheckpoint(extended, keys)).toMatchObject({ trusted: true, checkpoint: { size: 0, extensions: ['one', 'two'] } });
  });

  it('warns where no trusted key signed (decision 6)', () => {
    expect(codes(note, [])).toEqual(['NOTE_NO_TRUSTED_SIG']);
    expect(codes(signCheckpoint(head, stranger))).toEqual(['NOTE_NO_TRUSTED_SIG']);
    const { signature } = signatureOf(note);
    expect(codes(`${textOf(note)}\n${formatSignatureLine(ORIGIN, log.key.keyId ^ 1, signature)}`)).toEqual(['NOTE_NO_TRUSTED_SIG']);
    expect(codes(`${textOf(note)}\n${formatSignatureLine(`${ORIGIN}x`, log.key.keyId, signature)}`)).toEqual(['NOTE_NO_TRUSTED_SIG']);
    // An unknown key's signature is ignored beside a good one.
    expect(codes(cosignNote(note, [stranger]))).toEqual([]);
  });

  it('refuses a known key whose signature fails, also beside a good one (decision 7)', () => {
    const { signature, keyId } = signatureOf(note);
    const twin = formatSignatureLine(ORIGIN, keyId, withUnreducedScalar(signature));
    const forged = formatSignatureLine(ORIGIN, keyId, signatureOf(signCheckpoint(head, stranger)).signature);
    for (const line of [twin, forged]) {
      expect(codes(`${textOf(note)}\n${line}`)).toEqual(['NOTE_BAD_SIG']);
      const opened = openCheckpoint(Buffer.from(`${note.toString()}${line}`), keys);
      expect(opened).toMatchObject({ trusted: false, problems: [{ code: 'NOTE_BAD_SIG', line: 6, key: { keyId } }] });
    }
    expect(codes(note.toString().replace('\n24\n', '\n23\n'))).toEqual(['NOTE_BAD_SIG']);
  });

  it('refuses an origin that is not the name of the key, or is another log (decision 9)', () => {
    const text = formatCheckpoint({ ...head, origin: OTHER_ORIGIN });
    expect(openCheckpoint(signNote(text, [log]), keys)).toMatchObject({
      trusted: false,
      problems: [{ code: 'NOTE_ORIGIN', line: 1, expected: ORIGIN, actual: OTHER_ORIGIN }],
    });
    expect(codes(note, keys, { log: 'receipts-gov' })).toEqual(['NOTE_ORIGIN']);
    expect(codes(note, keys, { origin: formatOrigin('inst-0002', 'receipts-team') })).toEqual(['NOTE_ORIGIN']);
    // Who signed nothing we trust is not believed about the origin either.
    expect(codes(signCheckpoint(head, stranger), keys, { log: 'receipts-gov' })).toEqual(['NOTE_NO_TRUSTED_SIG']);
    // With a second trusted signature beside that of the log itself the origin still fits.
    expect(codes(signNote(formatCheckpoint(head), [otherLog, log]))).toEqual([]);
  });

  it('names trusted witnesses with their time, but never takes them for the log', () => {
    const cosigned = cosignNote(note, [witness]);
    expect(openCheckpoint(cosigned, [...keys, witness.key])).toMatchObject({
      trusted: true,
      cosigners: [{ key: { name: 'witness.example/w1' }, cosignedAtSeconds: 1_748_736_000 }],
    });
    expect(openCheckpoint(cosigned, keys)).toMatchObject({ trusted: true, cosigners: [] });
    const alone = signNote(formatCheckpoint(head), [witness]);
    expect(openCheckpoint(alone, [witness.key])).toMatchObject({ trusted: false, problems: [{ code: 'NOTE_NO_TRUSTED_SIG' }] });
    const impostor = cosignatureSigner(ORIGIN, testKey(3), 1);
    expect(codes(signNote(formatCheckpoint(head), [impostor]), [impostor.key])).toEqual(['NOTE_NO_TRUSTED_SIG']);
  });

  it('goes on with a rotated key under the same name', () => {
    const rotated = ed25519Signer(ORIGIN, testKey(7));
    const both = [log.key, rotated.key];
    expect(codes(note, both)).toEqual([]);
    expect(codes(signCheckpoint({ ...head, size: 48 }, rotated), both)).toEqual([]);
  });

  it('trusts no head with a flipped bit, nor one cut anywhere', () => {
    for (let bit = 0; bit < note.length * 8; bit += 1) {
      const flipped = Buffer.from(note);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      if (openCheckpoint(flipped, keys).trusted) expect.fail(`bit ${bit} flipped and still trusted`);
    }
    for (let length = 0; length < note.length; length += 1) {
      if (openCheckpoint(note.subarray(0, length), keys).trusted) expect.fail(`cut to ${length} bytes and still trusted`);
    }
  });
});

describe('trust file', () => {
  const line = log.key.vkey;
  const file = (text: string): ReturnType<typeof parseTrustFile> => parseTrustFile(Buffer.from(text));

  it('skips comments, blank lines and white space', () => {
    const noisy = `\ufeff# logs\n\n  ${line}\t\r\n\t# indented\r\n${otherLog.key.vkey}`;
    expect(file(noisy)).toMatchObject({ problems: [], keys: [{ name: ORIGIN }, { name: OTHER_ORIGIN }] });
    for (const empty of ['', '\n', '# nobody\n']) expect(file(empty)).toEqual({ keys: [], problems: [] });
  });

  it('counts a key that stands twice once', () => {
    expect(file(`${line}\n${line}\n`).keys).toHaveLength(1);
  });

  it('holds witnesses beside logs, also of one key', () => {
    const cosigner = makeVerifierKey(ORIGIN, testKey(1), 'cosignature/v1');
    expect(file(`${line}\n${cosigner.vkey}\n`).keys.map((key) => key.algorithm)).toEqual(['ed25519', 'cosignature/v1']);
  });

  it('names every bad line', () => {
    const bad = Buffer.concat([Buffer.from(`# one\nnot a key\n${line}\n${line}x\n`), Buffer.of(0xff, 0x0a)]);
    expect(parseTrustFile(bad)).toMatchObject({
      keys: [{ name: ORIGIN }],
      problems: [{ line: 2 }, { line: 4, reason: 'the key is not base64 with padding' }, { line: 5, reason: 'the line is not UTF-8' }],
    });
    // A key with a comment after it is not a key: nothing is guessed.
    expect(file(`${line} # mine\n`).problems).toMatchObject([{ line: 1 }]);
  });

  it('stops the caller with file, line and next step', () => {
    expect(requireTrustFile(Buffer.from(line), 'trust.vkeys')).toHaveLength(1);
    try {
      requireTrustFile(Buffer.from(`${line}\nx\ny\n`), 'trust.vkeys');
      expect.fail('a bad line passed');
    } catch (error) {
      if (!isAppError(error)) throw error;
      expect(error.code).toBe('TRUST_FILE');
      expect(error.message).toBe('trust.vkeys, line 2: it is not <name>+<key id>+<base64 key> (and 1 more). Nothing was verified.');
      expect(error.nextStep).toContain('one verifier key a line');
    }
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
describe.skipIf(!hasOpenssl)(`openssl${hasOpenssl ? '' : ' (skipped: openssl is not installed)'}`, () => {
  it('accepts the signature of a checkpoint and refuses it for an edited one', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-checkpoint-'));
    try {
      const path = (name: string): string => join(folder, name);
      writeFileSync(path('public.pem'), log.key.publicKey.export({ format: 'pem', type: 'spki' }));
      writeFileSync(path('signature'), signatureOf(note).signature);
      const verify = (text: string): number | null => {
        writeFileSync(path('text'), text);
        const options = ['pkeyutl', '-verify', '-rawin', '-pubin', '-inkey', path('public.pem')];
        return spawnSync('openssl', [...options, '-sigfile', path('signature'), '-in', path('text')]).status;
      };
      expect(verify(textOf(note))).toBe(0);
      expect(verify(textOf(note).replace('\n24\n', '\n25\n'))).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function parsedNote(bytes: Uint8Array) {
  const parsed = parseNote(bytes);
  if (!parsed.ok) expect.fail(`line ${parsed.problem.line}: ${parsed.problem.reason}`);
  return parsed.note;
}
const textOf = (bytes: Uint8Array): string => parsedNote(bytes).text;
const signatureOf = (bytes: Uint8Array) => parsedNote(bytes).signatures[0]!;
