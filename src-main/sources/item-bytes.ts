const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of an HTTP item: either `text` (well-formed) or `base64` (with padding); null where it has neither or both. */
export const itemBytes = ({ text, base64 }: Readonly<Record<string, unknown>>): Buffer | null => {
  if (typeof text === 'string' && base64 === undefined) return text.isWellFormed() ? Buffer.from(text, 'utf8') : null;
  if (typeof base64 === 'string' && text === undefined) return BASE64.test(base64) ? Buffer.from(base64, 'base64') : null;
  return null;
};
