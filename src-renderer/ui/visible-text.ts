/**
 * Text that a stranger wrote, made safe to read: controls, invisible marks and marks that turn the reading direction become
 * visible escapes, so that what stands on the screen is what stands in the file. It is only ever set as text, never as HTML.
 */
const HIDDEN = new RegExp(
  '[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb\\ud800-\\udfff]',
  'gu',
);

const escapeOf = (character: string): string => {
  if (character === '\t') return '\\t';
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
};

export const visibleText = (text: string): string => text.replace(HIDDEN, escapeOf);

export const bytesOfBase64 = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Bytes as visible text; a byte that is not UTF-8 becomes `\x9d`, alone, and what stands around it stays readable. */
export const visibleBytes = (bytes: Uint8Array): string => {
  try {
    return visibleText(decoder.decode(bytes));
  } catch {
    let out = '';
    for (let at = 0; at < bytes.length;) {
      const length = sequenceLength(bytes, at);
      out +=
        length === 0
          ? `\\x${(bytes[at] ?? 0).toString(16).padStart(2, '0')}`
          : visibleText(decoder.decode(bytes.subarray(at, at + length)));
      at += Math.max(1, length);
    }
    return out;
  }
};

/** Length of the well-formed UTF-8 sequence at an offset; 0 where there is none. */
const sequenceLength = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  try {
    decoder.decode(bytes.subarray(at, at + length));
    return length;
  } catch {
    return 0;
  }
};
