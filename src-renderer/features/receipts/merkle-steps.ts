/** SHA-256 of bytes, as the caller has it: WebCrypto in the window, node:crypto in a test. */
export type Sha256 = (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

export interface PathStep {
  /** Where the sibling stands. */
  readonly side: 'left' | 'right';
  readonly hash: string;
}

const fromHex = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * The hash after each step of an inclusion proof (RFC 6962 §2.1: node = SHA-256(0x01 ‖ left ‖ right)). The last one is the
 * root. Computed in this window, so that the screen does not only repeat what the app behind it says.
 */
export const foldPath = async (leafHash: string, path: readonly PathStep[], sha256: Sha256): Promise<string[]> => {
  const results: string[] = [];
  let current = leafHash;
  for (const { side, hash } of path) {
    const node = new Uint8Array(65);
    node[0] = 1;
    node.set(fromHex(side === 'left' ? hash : current), 1);
    node.set(fromHex(side === 'left' ? current : hash), 33);
    current = toHex(await sha256(node));
    results.push(current);
  }
  return results;
};

/** WebCrypto's SHA-256; null where the page has none (a page that is not in a secure context). */
export const windowSha256 = (): Sha256 | null =>
  typeof crypto === 'undefined' || (crypto.subtle as SubtleCrypto | undefined) === undefined
    ? null
    : async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
