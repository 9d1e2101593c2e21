/**
 * Base64 as the C2SP formats spell it (RFC 4648 §4): with padding, no other alphabet, no white space, unused bits zero. So
 * a byte string has one spelling, and an edit that would decode alike is still seen.
 */

/** The decoded bytes, or undefined where the text is not that spelling. */
export function decodeStrictBase64(text: string): Buffer | undefined {
  if (text.length % 4 !== 0) return undefined;
  // Node's decoder forgives; whatever it forgave comes back spelled otherwise.
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}
