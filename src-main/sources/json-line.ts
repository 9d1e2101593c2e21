/** Lines of JSON texts (FeedModule.jsonLines). Pure. */

/** Whether there is nothing between the two places but what JSON passes over. */
export const isBlank = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at]!;
    if (byte !== 0x20 && byte !== 0x0d && byte !== 0x09 && byte !== 0x0a) return false;
  }
  return true;
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether the bytes are a whole JSON object: no longer line begins with one, so it is finished though no LF follows yet. */
export const isWholeObject = (bytes: Uint8Array): boolean => {
  let at = 0;
  while (at < bytes.length && isBlank(bytes, at, at + 1)) at += 1;
  if (bytes[at] !== 0x7b) return false;
  try {
    JSON.parse(decoder.decode(bytes));
    return true;
  } catch {
    return false;
  }
};
