// What JSON writes otherwise than it stands: quotes, backslashes, control characters, and surrogates that may be alone.
const NOT_PLAIN = /["\\\x00-\x1f\ud800-\udfff]/;

/**
 * Canonical JSON (RFC 8785) of null, booleans, finite numbers, texts, lists and plain objects. Lone surrogates have no UTF-8
 * and become U+FFFD, as in the audit log. A packet has 170 kB of it, and writing it costs more than computing it: this is the
 * canonical writer with those two passes in one, and half as long.
 * @throws RangeError where a number is not finite
 */
export function canonicalText(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number' && !Number.isFinite(value)) throw new RangeError(`${value} has no canonical form`);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  let text = '';
  if (Array.isArray(value)) {
    for (const item of value as readonly unknown[]) text += text === '' ? canonicalText(item) : `,${canonicalText(item)}`;
    return `[${text}]`;
  }
  const object = value as Readonly<Record<string, unknown>>;
  for (const key of sorted(Object.keys(object))) {
    const member = object[key];
    if (member !== undefined) text += `${text === '' ? '' : ','}${quoted(key)}:${canonicalText(member)}`;
  }
  return `{${text}}`;
}

const quoted = (text: string): string => (NOT_PLAIN.test(text) ? JSON.stringify(text.toWellFormed()) : `"${text}"`);

/** By UTF-16 code units; most objects are in order already. */
function sorted(keys: string[]): string[] {
  for (let i = 1; i < keys.length; i += 1) if (keys[i]! < keys[i - 1]!) return keys.sort();
  return keys;
}
