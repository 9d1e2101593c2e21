/**
 * A strict scanner of canonical JSON (RFC 8785 restricted to I-JSON) over bytes, without building objects. It says yes
 * only to what is surely canonical; whatever is wrong, or merely rare (keys beyond ASCII, unusual numbers), it leaves to
 * canonical-slow-path.ts, which decides with libraries and names code, byte and pointer.
 *
 * One scan answers two questions at once: is the line canonical, and where do the members of the receipt stand.
 */
import {
  CURRENT_HASH,
  ENVELOPE_CLAIM,
  MEMBER_NAMES,
  memberSlot,
  NAME_LENGTHS,
  OTHER,
  PREVIOUS_HASH,
  type ReceiptFields,
  REFUSAL_TRIGGER,
  TIMESTAMP,
} from './receipt-fields.ts';

/** The record's own object counts as 1 (attack corpus decision 19). */
export const MAX_DEPTH = 64;
/** Bytes of a line without its LF: the longest entry of a C2SP tlog. */
export const MAX_LINE_BYTES = 65_535;

/** From the opening quote of 64 characters to the closing one. */
const HASH_VALUE_END = 65;

/** What a byte means inside a string. */
const PLAIN = 0;
const QUOTE = 1;
const BACKSLASH = 2;
const CONTROL = 3;
const LEAD_2 = 4;
const LEAD_3 = 5;
const LEAD_4 = 6;
const BAD_LEAD = 7;

const STRING_CLASS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  STRING_CLASS[byte] =
    byte < 0x20
      ? CONTROL
      : byte === 0x22
        ? QUOTE
        : byte === 0x5c
          ? BACKSLASH
          : byte < 0x80
            ? PLAIN
            : byte < 0xc2
              ? BAD_LEAD
              : byte < 0xe0
                ? LEAD_2
                : byte < 0xf0
                  ? LEAD_3
                  : byte < 0xf5
                    ? LEAD_4
                    : BAD_LEAD;
}

const depthKeyStart = new Int32Array(MAX_DEPTH + 1);
const depthKeyEnd = new Int32Array(MAX_DEPTH + 1);
const depthIsObject = new Uint8Array(MAX_DEPTH + 1);

/**
 * Whether the bytes `[start, end)` of `bytes` are surely one canonical JSON object, and where its members stand. `false`
 * means "ask the slow path", not "wrong".
 *
 * One thing is left to the caller: the 64 bytes between the quotes of `current_hash` and `previous_receipt_hash` are not
 * looked at. A "yes" holds only if they are lower-case hex digits; else the slow path must be asked. `bytes[end]` must exist and be a control byte (the LF of the line): it stops
 * every inner loop.
 */
export function scanCanonicalObject(bytes: Uint8Array, start: number, end: number, fields: ReceiptFields): boolean {
  fields.reset();
  if (end - start > MAX_LINE_BYTES || bytes[start] !== 0x7b) return false;
  let p = start;
  let depth = 0;
  let wantKey = false;
  /** Slot of the member of the top object that is being read. */
  let slot = OTHER;
  for (;;) {
    if (wantKey) {
      if (bytes[p] !== 0x22) return false;
      const keyStart = p + 1;
      p = keyStart;
      if (depth === 1) {
        // The members of a receipt are few and sorted: mostly the key is the next one of the list.
        slot = nextSlot(bytes, p, slot);
        p += slot === OTHER ? 0 : NAME_LENGTHS[slot]!;
      }
      let k = bytes[p]!;
      while ((k > 0x22 && k < 0x80 && k !== 0x5c) || k === 0x20 || k === 0x21) k = bytes[++p]!;
      if (k !== 0x22 || bytes[p + 1] !== 0x3a) return false;
      // ASCII without escapes: the order of UTF-16 code units is the order of bytes.
      const before = depthKeyStart[depth]!;
      if (before >= 0 && !comesBefore(bytes, before, depthKeyEnd[depth]!, keyStart, p)) return false;
      depthKeyStart[depth] = keyStart;
      depthKeyEnd[depth] = p;
      if (depth === 1) {
        if (slot === OTHER || p - keyStart !== NAME_LENGTHS[slot]!) slot = memberSlot(bytes, keyStart, p);
        if (slot === OTHER) {
          if (fields.otherKeyStart < 0) {
            fields.otherKeyStart = keyStart - 1;
            fields.otherKeyEnd = p + 1;
          }
        } else {
          fields.keyStart[slot] = keyStart - 1;
          fields.valueStart[slot] = p + 2;
        }
      }
      p += 2;
      wantKey = false;
    }

    if (depth === 1 && (slot === CURRENT_HASH || slot === PREVIOUS_HASH) && bytes[p] === 0x22 && bytes[p + HASH_VALUE_END] === 0x22) {
      // Left to the caller, who compares the digits with a computed hash: that is quicker than to look at each.
      p += HASH_VALUE_END + 1;
      fields.valueEnd[slot] = p;
      if (bytes[p] !== 0x2c) return false;
      p += 1;
      wantKey = true;
      continue;
    }

    const c = bytes[p]!;
    const isNumber = c === 0x2d || (c >= 0x30 && c <= 0x39);
    if (depth === 2 && slot === ENVELOPE_CLAIM && !isNumber && fields.claimKeyStart < 0) {
      fields.claimKeyStart = depthKeyStart[2]! - 1;
      fields.claimKeyEnd = depthKeyEnd[2]! + 1;
    }
    if (c === 0x22) {
      let v = bytes[++p]!;
      while (v > 0x22 && v < 0x80 && v !== 0x5c) v = bytes[++p]!;
      if (v === 0x22) {
        p += 1;
      } else {
        p = scanString(bytes, p);
        if (p < 0) return false;
      }
    } else if (isNumber) {
      p = scanNumber(bytes, p);
      if (p < 0) return false;
    } else if (c === 0x7b) {
      if (depth === MAX_DEPTH) return false;
      depth += 1;
      p += 1;
      if (bytes[p] !== 0x7d) {
        depthIsObject[depth] = 1;
        depthKeyStart[depth] = -1;
        wantKey = true;
        continue;
      }
      p += 1;
      depth -= 1;
    } else if (c === 0x5b) {
      if (depth === MAX_DEPTH) return false;
      p += 1;
      if (bytes[p] !== 0x5d) {
        depth += 1;
        depthIsObject[depth] = 0;
        continue;
      }
      p += 1;
    } else if (c === 0x6e) {
      if (bytes[p + 1] !== 0x75 || bytes[p + 2] !== 0x6c || bytes[p + 3] !== 0x6c) return false;
      p += 4;
    } else if (c === 0x74) {
      if (bytes[p + 1] !== 0x72 || bytes[p + 2] !== 0x75 || bytes[p + 3] !== 0x65) return false;
      p += 4;
    } else if (c === 0x66) {
      if (bytes[p + 1] !== 0x61 || bytes[p + 2] !== 0x6c || bytes[p + 3] !== 0x73 || bytes[p + 4] !== 0x65) return false;
      p += 5;
    } else {
      return false;
    }

    for (;;) {
      if (depth === 0) return p === end;
      if (depth === 1 && slot !== OTHER) fields.valueEnd[slot] = p;
      const next = bytes[p];
      if (next === 0x2c) {
        p += 1;
        wantKey = depthIsObject[depth] === 1;
        break;
      }
      if (next !== (depthIsObject[depth] === 1 ? 0x7d : 0x5d)) return false;
      p += 1;
      depth -= 1;
    }
  }
}

/** The slot after `last` whose name stands at `p`, or `OTHER`; `refusal_trigger` is the one that may be skipped. */
function nextSlot(bytes: Uint8Array, p: number, last: number): number {
  const next = last === OTHER ? 0 : last + 1;
  if (next < OTHER && startsWithName(bytes, p, next)) return next;
  if (next === REFUSAL_TRIGGER && startsWithName(bytes, p, TIMESTAMP)) return TIMESTAMP;
  return OTHER;
}

function startsWithName(bytes: Uint8Array, p: number, slot: number): boolean {
  const name = MEMBER_NAMES[slot]!;
  for (let i = 0; i < name.length; i += 1) if (bytes[p + i] !== name[i]) return false;
  return true;
}

/** Whether the key at `[a, aEnd)` sorts strictly before the one at `[b, bEnd)`. */
function comesBefore(bytes: Uint8Array, a: number, aEnd: number, b: number, bEnd: number): boolean {
  const common = Math.min(aEnd - a, bEnd - b);
  for (let i = 0; i < common; i += 1) {
    const x = bytes[a + i]!;
    const y = bytes[b + i]!;
    if (x !== y) return x < y;
  }
  return aEnd - a < bEnd - b;
}

/** Scans a string value from after its opening quote; returns the byte after the closing one, or −1. */
function scanString(bytes: Uint8Array, from: number): number {
  let p = from;
  for (;;) {
    while (STRING_CLASS[bytes[p]!] === PLAIN) p += 1;
    switch (STRING_CLASS[bytes[p]!]!) {
      case QUOTE:
        return p + 1;
      case BACKSLASH:
        p = scanEscape(bytes, p + 1);
        if (p < 0) return -1;
        break;
      case LEAD_2:
        if (!isTrail(bytes[p + 1]!)) return -1;
        p += 2;
        break;
      case LEAD_3: {
        const lead = bytes[p]!;
        const second = bytes[p + 1]!;
        // E0 needs A0–BF (no overlong form), ED needs 80–9F (no surrogates).
        if (!isTrail(second) || (lead === 0xe0 && second < 0xa0) || (lead === 0xed && second > 0x9f)) return -1;
        if (!isTrail(bytes[p + 2]!)) return -1;
        p += 3;
        break;
      }
      case LEAD_4: {
        const lead = bytes[p]!;
        const second = bytes[p + 1]!;
        // F0 needs 90–BF (no overlong form), F4 needs 80–8F (nothing beyond U+10FFFF).
        if (!isTrail(second) || (lead === 0xf0 && second < 0x90) || (lead === 0xf4 && second > 0x8f)) return -1;
        if (!isTrail(bytes[p + 2]!) || !isTrail(bytes[p + 3]!)) return -1;
        p += 4;
        break;
      }
      default:
        return -1;
    }
  }
}

const isTrail = (byte: number): boolean => byte >= 0x80 && byte < 0xc0;

/** Scans an escape from after its backslash: only the forms that RFC 8785 §3.2.2.2 produces. */
function scanEscape(bytes: Uint8Array, p: number): number {
  switch (bytes[p]!) {
    case 0x22: // "
    case 0x5c: // \
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return p + 1;
    case 0x75: {
      // A control character without a short form: 0000–001f but 08, 09, 0a, 0c, 0d; lower-case hex.
      if (bytes[p + 1] !== 0x30 || bytes[p + 2] !== 0x30) return -1;
      const high = bytes[p + 3]!;
      const low = bytes[p + 4]!;
      const isDigit = low >= 0x30 && low <= 0x39;
      const isLetter = low >= 0x61 && low <= 0x66;
      if (!isDigit && !isLetter) return -1;
      if (high === 0x31) return p + 5;
      if (high !== 0x30) return -1;
      return (isDigit && low < 0x38) || low === 0x62 || low === 0x65 || low === 0x66 ? p + 5 : -1;
    }
    default:
      return -1;
  }
}

/**
 * Scans a number; returns the byte after it, or −1 where the slow path must decide. A decimal of at most 15 significant
 * digits is what its double prints as, so no conversion is needed.
 */
function scanNumber(bytes: Uint8Array, from: number): number {
  let p = from;
  if (bytes[p] === 0x2d) p += 1;
  const whole = p;
  let c = bytes[p]!;
  if (c === 0x30) {
    c = bytes[++p]!;
    if (c >= 0x30 && c <= 0x39) return -1;
  } else {
    while (c >= 0x30 && c <= 0x39) c = bytes[++p]!;
    if (p === whole) return -1;
  }
  const wholeDigits = p - whole;
  if (c === 0x2e) {
    const fraction = ++p;
    c = bytes[p]!;
    while (c >= 0x30 && c <= 0x39) c = bytes[++p]!;
    if (p === fraction || bytes[p - 1] === 0x30 || wholeDigits + p - fraction > 15) return -1;
    // Below 10⁻⁶ the exponent form is canonical.
    if (bytes[whole] === 0x30 && isTiny(bytes, fraction)) return -1;
  } else if (wholeDigits > 15 || (bytes[whole] === 0x30 && whole > from)) {
    return -1;
  }
  return c === 0x65 || c === 0x45 ? -1 : p;
}

/** Six zeros after the point. */
function isTiny(bytes: Uint8Array, fraction: number): boolean {
  for (let i = 0; i < 6; i += 1) if (bytes[fraction + i] !== 0x30) return false;
  return true;
}
