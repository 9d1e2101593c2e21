/**
 * Fingerprints of receipt_ids and of hashes for the index `receipt_keys`: 52-bit numbers, exact as doubles and as SQLite
 * integers. Their upper bits keep the order of the text, so that receipts are found by the beginning of an id or a hash; a
 * fingerprint never proves anything, the stored bytes do.
 */
import { fingerprint } from '../trust/repeated-ids.ts';

const HASH_DIGITS = 13;
/** Of an id: its first 8 hex digits (a UUID's first group), or the first 4 bytes of other text. */
const ID_PREFIX_DIGITS = 8;
/** Below them 20 bits of a hash of the whole id tell ids apart that begin alike, as UUIDs of one minute do. */
const ID_REST = 2 ** 20;

/** Fingerprint of a hash of at least 13 hex digits: its first 52 bits. */
export const hashFingerprint = (hex: string): number => Number.parseInt(hex.slice(0, HASH_DIGITS), 16);

const HEX_PREFIX = /^[0-9a-f]{8}/i;

const idPrefix = (id: string): number =>
  HEX_PREFIX.test(id)
    ? Number.parseInt(id.slice(0, ID_PREFIX_DIGITS), 16)
    : Buffer.concat([Buffer.from(id, 'utf8').subarray(0, 4), PAD], 4).readUInt32BE();

const PAD = Buffer.alloc(4);

/** Fingerprint of a receipt_id. */
export const idFingerprint = (id: string): number => {
  const bytes = Buffer.from(id, 'utf8');
  return idPrefix(id) * ID_REST + (fingerprint(bytes, 0, bytes.length) % ID_REST);
};

/** Half-open range of fingerprints. */
export interface FingerprintRange {
  readonly from: number;
  readonly to: number;
}

const rangeOfDigits = (digits: string): FingerprintRange => {
  const width = 16 ** (HASH_DIGITS - digits.length);
  const from = Number.parseInt(digits, 16) * width;
  return { from, to: from + width };
};

/** Where receipts can stand whose id or hash begins with `text`; overlapping ranges are possible. */
export const rangesOfPrefix = (text: string): FingerprintRange[] => {
  const ranges: FingerprintRange[] = [];
  const exact = idFingerprint(text);
  ranges.push({ from: exact, to: exact + 1 });
  const hex = /^[0-9a-f]+$/i.exec(text)?.[0];
  if (hex !== undefined) ranges.push(rangeOfDigits(hex.slice(0, HASH_DIGITS)));
  const bytes = Buffer.from(text, 'utf8');
  if (HEX_PREFIX.test(text)) ranges.push(rangeOfDigits(text.slice(0, ID_PREFIX_DIGITS)));
  else if (bytes.length >= 4) {
    const from = bytes.readUInt32BE() * ID_REST;
    ranges.push({ from, to: from + ID_REST });
  }
  return ranges;
};
