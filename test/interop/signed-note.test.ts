// The example of the C2SP signed-note specification, with its published key.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseVerifierKey } from '../../src-main/trust/note-key.ts';
import { checkSignatures, formatSignatureLine, parseNote } from '../../src-main/trust/note.ts';
import { describeShared, sharedData } from '../support/shared-data.ts';

const file = (name: string): Buffer => readFileSync(sharedData('trust', 'signed-note', name));

function check(bytes: Uint8Array): string[] {
  const key = parseVerifierKey(file('c2sp-signed-note-example.vkey').toString().trim());
  const parsed = parseNote(bytes);
  if (!key.ok) expect.fail(key.reason);
  if (!parsed.ok) expect.fail(parsed.problem.reason);
  return checkSignatures(parsed.note, [key.key]).map((signature) => signature.status);
}

describeShared('the C2SP signed-note example', () => {
  it('verifies with its key', () => {
    expect(check(file('c2sp-signed-note-example.txt'))).toEqual(['good']);
  });

  it('does not once a letter is changed', () => {
    expect(check(Buffer.from(file('c2sp-signed-note-example.txt').toString().replace('example message', 'Example message')))).toEqual([
      'bad',
    ]);
  });

  it('comes out of our writer byte for byte', () => {
    const bytes = file('c2sp-signed-note-example.txt').toString();
    const parsed = parseNote(Buffer.from(bytes));
    if (!parsed.ok) expect.fail(parsed.problem.reason);
    const lines = parsed.note.signatures.map(({ name, keyId, signature }) => formatSignatureLine(name, keyId, signature));
    expect(`${parsed.note.text}\n${lines.join('')}`).toBe(bytes);
  });
});
