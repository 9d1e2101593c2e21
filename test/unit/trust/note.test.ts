import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rawEd25519PublicKey, signEd25519, verifyEd25519 } from '../../../src-main/trust/ed25519.ts';
import { formatKeyId, makeVerifierKey, noteKeyId, parseVerifierKey } from '../../../src-main/trust/note-key.ts';
import {
  checkSignatures,
  cosignatureSigner,
  cosignNote,
  ed25519Signer,
  formatSignatureLine,
  MAX_NOTE_BYTES,
  type NoteSignature,
  parseNote,
  signNote,
} from '../../../src-main/trust/note.ts';
import { decodeStrictBase64 } from '../../../src-main/trust/strict-base64.ts';
import { testKey, withUnreducedScalar } from '../../support/ed25519-test-key.ts';

const log = ed25519Signer('example.com/log', testKey(1));
const other = ed25519Signer('example.com/other', testKey(2));
const TEXT = 'first line\n\nthird line\n';
const sound = signNote(TEXT, [log]).toString();

const signaturesOf = (bytes: Uint8Array | string): readonly NoteSignature[] => {
  const parsed = parseNote(Buffer.from(bytes));
  if (!parsed.ok) expect.fail(`line ${parsed.problem.line}: ${parsed.problem.reason}`);
  return parsed.note.signatures;
};
const statuses = (bytes: Uint8Array | string, keys = [log.key]): string[] => {
  const parsed = parseNote(Buffer.from(bytes));
  if (!parsed.ok) expect.fail(`line ${parsed.problem.line}: ${parsed.problem.reason}`);
  return checkSignatures(parsed.note, keys).map((check) => check.status);
};

describe('parseNote', () => {
  it('splits at the last blank line and keeps the blank lines of the text', () => {
    const parsed = parseNote(Buffer.from(sound));
    expect(parsed).toMatchObject({ ok: true, note: { text: TEXT } });
    expect(signaturesOf(sound)).toMatchObject([{ name: 'example.com/log', keyId: log.key.keyId, line: 5 }]);
  });

  it('accepts 16 signatures and refuses the 17th by its line', () => {
    const line = formatSignatureLine('x', 1, Buffer.alloc(64));
    expect(signaturesOf(`text\n\n${line.repeat(16)}`)).toHaveLength(16);
    expect(parseNote(Buffer.from(`text\n\n${line.repeat(17)}`))).toMatchObject({
      ok: false,
      problem: { code: 'NOTE_MALFORMED', line: 19, reason: 'the note has more than 16 signatures' },
    });
  });

  const b64 = Buffer.alloc(68, 0xfb).toString('base64');
  const cases: [name: string, note: string | Buffer, line: number, reason: RegExp][] = [
    ['an empty file', '', 1, /empty/],
    ['no line feed at the end', sound.slice(0, -1), 5, /line feed/],
    ['CR LF line ends', sound.replaceAll('\n', '\r\n'), 1, /U\+000D/],
    ['a NUL in the third line', sound.replace('third', 'th\0rd'), 3, /U\+0000/],
    ['a tab', sound.replace('third line', 'third\tline'), 3, /U\+0009/],
    ['a signature line that ends with CR', sound.replace(/\n$/, '\r\n'), 5, /U\+000D/],
    [
      'bytes that are not UTF-8',
      Buffer.concat([Buffer.from('one\ntwo '), Buffer.of(0xc3, 0x28), Buffer.from(`\n\n— x ${b64}\n`)]),
      2,
      /UTF-8/,
    ],
    ['a surrogate in three bytes', Buffer.concat([Buffer.of(0xed, 0xa0, 0x80), Buffer.from(`\n\n— x ${b64}\n`)]), 1, /UTF-8/],
    ['no blank line', `text\n— x ${b64}\n`, 2, /blank line/],
    ['a text without lines', `\n— x ${b64}\n`, 2, /blank line/],
    ['no signature after the blank line', 'text\n\n', 3, /no signature/],
    ['a hyphen for the em dash', sound.replace('— ', '- '), 5, /em dash/],
    ['an en dash for the em dash', sound.replace('— ', '– '), 5, /em dash/],
    ['no space after the dash', sound.replace('— ', '—'), 5, /em dash/],
    ['two spaces before the base64', sound.replace('example.com/log ', 'example.com/log  '), 5, /one space/],
    ['a word after the base64', sound.replace(/\n$/, ' x\n'), 5, /one space/],
    ['a space at the line end', sound.replace(/\n$/, ' \n'), 5, /one space/],
    ['a name alone', 'text\n\n— x\n', 3, /one space/],
    ['an empty name', `text\n\n—  ${b64}\n`, 3, /key name/],
    ['a plus sign in the name', `text\n\n— a+b ${b64}\n`, 3, /key name/],
    ['a no-break space in the name', `text\n\n— a\u00a0b ${b64}\n`, 3, /key name/],
    ['base64 without padding', `text\n\n— x ${b64.replace(/=+$/, '')}\n`, 3, /base64/],
    ['URL-safe base64', `text\n\n— x ${b64.replaceAll('+', '-').replaceAll('/', '_')}\n`, 3, /base64/],
    ['an asterisk in the base64', `text\n\n— x ${b64.replace('+', '*')}\n`, 3, /base64/],
    ['unused bits that are set', 'text\n\n— x AAAAAAF=\n', 3, /base64/],
    ['a key id without signature', `text\n\n— x ${Buffer.alloc(4).toString('base64')}\n`, 3, /shorter/],
    ['a bad line after a good one', `${sound}text\n`, 6, /em dash/],
    ['more bytes than a note may have', `${'x'.repeat(MAX_NOTE_BYTES)}${sound}`, 1, /bytes/],
  ];
  it.each(cases)('refuses %s', (_name, note, line, reason) => {
    const parsed = parseNote(Buffer.from(note));
    expect(parsed).toMatchObject({ ok: false, problem: { code: 'NOTE_MALFORMED', line } });
    expect(parsed.ok ? '' : parsed.problem.reason).toMatch(reason);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof parseNote(bytes).ok).toBe('boolean');
      }),
    );
  });

  it('reads one spelling only: what parses, put together again, is the same bytes', () => {
    let parsedNotes = 0;
    const piece = fc.constantFrom('a\n', '\n', `— a ${b64}\n`, `— b ${b64}\n`, '— ', ' ', '=', '\r');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const whole = pieces.join('');
        const parsed = parseNote(Buffer.from(whole));
        if (!parsed.ok) return;
        parsedNotes += 1;
        const lines = parsed.note.signatures.map(({ name, keyId, signature }) => formatSignatureLine(name, keyId, signature));
        expect(`${parsed.note.text}\n${lines.join('')}`).toBe(whole);
      }),
      { numRuns: 5000 },
    );
    expect(parsedNotes).toBeGreaterThan(0);
  });
});

describe('checkSignatures', () => {
  it('tells good, bad and unknown signatures apart', () => {
    const both = signNote(TEXT, [log, other]);
    expect(statuses(both)).toEqual(['good', 'unknown']);
    expect(statuses(both, [log.key, other.key])).toEqual(['good', 'good']);
    expect(statuses(both, [])).toEqual(['unknown', 'unknown']);
    expect(statuses(sound.replace('third', 'THIRD'))).toEqual(['bad']);
    expect(statuses(sound.replace('\n\n— ', '\n\n\n— '))).toEqual(['bad']);
  });

  it('takes a name without its key id, or a key id without its name, for an unknown key', () => {
    const [{ signature, keyId }] = signaturesOf(sound) as [NoteSignature];
    expect(statuses(`${TEXT}\n${formatSignatureLine('example.com/log', keyId ^ 1, signature)}`)).toEqual(['unknown']);
    expect(statuses(`${TEXT}\n${formatSignatureLine('example.com/lag', keyId, signature)}`)).toEqual(['unknown']);
  });

  it('calls a signature by another key under the trusted name and key id bad', () => {
    const forged = formatSignatureLine('example.com/log', log.key.keyId, signEd25519(testKey(9), Buffer.from(TEXT)));
    expect(statuses(`${TEXT}\n${forged}`)).toEqual(['bad']);
    expect(statuses(`${sound}${forged}`)).toEqual(['good', 'bad']);
  });

  it('refuses the malleable twin s + L, and signatures of any other length', () => {
    const [{ signature, keyId }] = signaturesOf(sound) as [NoteSignature];
    const twin = withUnreducedScalar(signature);
    expect(twin.equals(signature)).toBe(false);
    expect(statuses(`${TEXT}\n${formatSignatureLine('example.com/log', keyId, twin)}`)).toEqual(['bad']);
    for (const blob of [signature.subarray(0, 63), Buffer.concat([signature, Buffer.of(0)]), Buffer.of(1)]) {
      expect(statuses(`${TEXT}\n${formatSignatureLine('example.com/log', keyId, blob)}`)).toEqual(['bad']);
    }
  });

  it('lets no flipped bit of a signed note pass', () => {
    const bytes = Buffer.from(sound);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const parsed = parseNote(flipped);
      const passes = parsed.ok && checkSignatures(parsed.note, [log.key]).some((check) => check.status === 'good');
      if (passes) expect.fail(`bit ${bit} flipped and still good`);
    }
  });
});

describe('cosignature/v1', () => {
  const witness = cosignatureSigner('witness.example/w1', testKey(3), 1_748_736_000);

  it('signs the text with its time, after the signatures of the note', () => {
    const note = cosignNote(Buffer.from(sound), [witness]);
    expect(note.toString().startsWith(sound)).toBe(true);
    const parsed = parseNote(note);
    expect(parsed.ok && checkSignatures(parsed.note, [log.key, witness.key])).toMatchObject([
      { status: 'good' },
      { status: 'good', cosignedAtSeconds: 1_748_736_000, key: { algorithm: 'cosignature/v1' } },
    ]);
    const [, line] = signaturesOf(note) as [NoteSignature, NoteSignature];
    expect(line.signature).toHaveLength(72);
    expect(line.signature.readBigUInt64BE(0)).toBe(1_748_736_000n);
    const message = Buffer.from(`cosignature/v1\ntime 1748736000\n${TEXT}`);
    expect(verifyEd25519(witness.key.publicKey, message, line.signature.subarray(8))).toBe(true);
  });

  it('is bad once its time is changed, too large or missing', () => {
    const [{ signature, keyId, name }] = signaturesOf(signNote(TEXT, [witness])) as [NoteSignature];
    for (const time of [1_748_736_001n, 0n, 2n ** 63n]) {
      const blob = Buffer.from(signature);
      blob.writeBigUInt64BE(time);
      expect(statuses(`${TEXT}\n${formatSignatureLine(name, keyId, blob)}`, [witness.key]), `${time}`).toEqual(['bad']);
    }
    expect(statuses(`${TEXT}\n${formatSignatureLine(name, keyId, signature.subarray(8))}`, [witness.key])).toEqual(['bad']);
    expect(statuses(`${TEXT}\n${formatSignatureLine(name, keyId, Buffer.of(1))}`, [witness.key])).toEqual(['bad']);
  });

  it('has another key id than the plain key of the same name, so neither passes for the other', () => {
    const plain = ed25519Signer('witness.example/w1', testKey(3));
    expect(witness.key.keyId).not.toBe(plain.key.keyId);
    expect(statuses(signNote(TEXT, [plain]), [witness.key])).toEqual(['unknown']);
  });

  it('refuses times that are not whole seconds from 0', () => {
    for (const time of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => cosignatureSigner('w', testKey(3), time)).toThrow(RangeError);
  });
});

describe('signNote', () => {
  it('refuses to sign what would not parse back', () => {
    expect(() => signNote('no line feed', [log])).toThrow(RangeError);
    expect(() => signNote('a\rb\n', [log])).toThrow(/line 1.*U\+000D/);
    expect(() => signNote('lone \ud800 surrogate\n', [log])).toThrow(RangeError);
    expect(() => signNote(TEXT, [])).toThrow(RangeError);
    expect(() =>
      signNote(
        TEXT,
        Array.from({ length: 17 }, () => log),
      ),
    ).toThrow(/16 signatures/);
    expect(() => cosignNote(Buffer.from('not a note'), [log])).toThrow(/line 1/);
  });

  it('is deterministic', () => {
    expect(signNote(TEXT, [log]).toString()).toBe(sound);
  });
});

describe('verifier keys', () => {
  it('round-trip, also where the base64 has plus signs', () => {
    let plus = 0;
    for (let seed = 0; seed < 64; seed += 1) {
      for (const algorithm of ['ed25519', 'cosignature/v1'] as const) {
        const key = makeVerifierKey('example.com/log', testKey(seed), algorithm);
        if (key.vkey.split('+').length > 3) plus += 1;
        const parsed = parseVerifierKey(key.vkey);
        expect(parsed).toMatchObject({ ok: true, key: { name: key.name, keyId: key.keyId, algorithm, vkey: key.vkey } });
        expect(parsed.ok && parsed.key.publicKey.equals(key.publicKey)).toBe(true);
      }
    }
    expect(plus).toBeGreaterThan(0);
  });

  it('keep leading zeros of the key id', () => {
    expect(formatKeyId(0x0a)).toBe('0000000a');
    const raw = rawEd25519PublicKey(testKey(1));
    expect(log.key.vkey).toContain(`+${formatKeyId(noteKeyId('example.com/log', 'ed25519', raw))}+`);
  });

  const { vkey } = makeVerifierKey('example.com/log', testKey(1));
  const [name, id, ...key] = vkey.split('+') as [string, string, ...string[]];
  const base64 = key.join('+');
  const material = Buffer.from(base64, 'base64');
  const cases: [string, string, RegExp][] = [
    ['nothing', '', /not <name>/],
    ['a name alone', name, /not <name>/],
    ['no key', `${name}+${id}`, /not <name>/],
    ['an empty key', `${name}+${id}+`, /not <name>/],
    ['an empty name', `+${id}+${base64}`, /key name/],
    ['a space in the name', `a b+${id}+${base64}`, /key name/],
    ['a short key id', `${name}+${id.slice(1)}+${base64}`, /8 hexadecimal/],
    ['a key id that is no number', `${name}+0x${id.slice(2)}+${base64}`, /8 hexadecimal/],
    ['a key id of another key', `${name}+00000000+${base64}`, /key id is 00000000/],
    ['another name than the key id has', `${name}x+${id}+${base64}`, /name and key give/],
    ['base64 cut short', `${name}+${id}+${base64.slice(0, -1)}`, /base64/],
    ['a key of 31 bytes', `${name}+${id}+${material.subarray(0, 32).toString('base64')}`, /31 bytes/],
    ['an algorithm that is not known', `${name}+${id}+${Buffer.concat([Buffer.of(2), material.subarray(1)]).toString('base64')}`, /0x02/],
    [
      'the other algorithm under this key id',
      `${name}+${id}+${Buffer.concat([Buffer.of(4), material.subarray(1)]).toString('base64')}`,
      /give/,
    ],
  ];
  it.each(cases)('refuse %s', (_name, text, reason) => {
    const parsed = parseVerifierKey(text);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? '' : parsed.reason).toMatch(reason);
  });

  it('are not made for names that no key can have', () => {
    for (const bad of ['', 'a b', 'a+b', 'a\nb', 'a\u2003b']) expect(() => makeVerifierKey(bad, testKey(1))).toThrow(RangeError);
  });
});

describe('decodeStrictBase64', () => {
  it('knows one spelling of every byte string', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect([...(decodeStrictBase64(text) ?? [])]).toEqual([...bytes]);
        if (text.endsWith('=')) expect(decodeStrictBase64(text.replace(/=+$/, ''))).toBeUndefined();
        expect(decodeStrictBase64(`${text}\n`)).toBeUndefined();
        expect(decodeStrictBase64(` ${text}`)).toBeUndefined();
      }),
    );
    for (const text of ['A', 'AB', 'AB=', 'AB==', 'AAA-', 'AAA_', '====', 'A===', 'AA==AA==', 'AAAA====']) {
      expect(decodeStrictBase64(text), text).toBeUndefined();
    }
    expect(decodeStrictBase64('AA==')).toEqual(Buffer.of(0));
  });
});
