/** The members of a receipt line, by place: what a scanner hands to the rules without making an object. */

/** Members of a flat receipt in canonical order; their numbers are the slots of `ReceiptFields`. */
export const RECEIPT_MEMBERS = [
  'audit_fields',
  'current_hash',
  'envelope_claim',
  'plan_id',
  'previous_receipt_hash',
  'receipt_id',
  'refusal_trigger',
  'timestamp',
  'version',
] as const;

export const AUDIT_FIELDS = 0;
export const CURRENT_HASH = 1;
export const ENVELOPE_CLAIM = 2;
export const PLAN_ID = 3;
export const PREVIOUS_HASH = 4;
export const RECEIPT_ID = 5;
export const REFUSAL_TRIGGER = 6;
export const TIMESTAMP = 7;
export const VERSION = 8;
/** A member that is none of the above. */
export const OTHER = 9;

const SLOTS = RECEIPT_MEMBERS.length;

/** Places of the members of one line; offsets count in the buffer that was scanned. Reused from line to line. */
export class ReceiptFields {
  /** First byte of the key's opening quote; −1 where the member is absent. */
  readonly keyStart = new Int32Array(SLOTS);
  /** First byte of the value. */
  readonly valueStart = new Int32Array(SLOTS);
  /** Byte after the value. */
  readonly valueEnd = new Int32Array(SLOTS);
  /** First byte of the opening quote of a member that no receipt has; −1 where there is none. */
  otherKeyStart = -1;
  otherKeyEnd = -1;
  /** First member of `envelope_claim` whose value is not a number, by its key; −1 where all are. */
  claimKeyStart = -1;
  claimKeyEnd = -1;

  reset(): void {
    for (let slot = 0; slot < SLOTS; slot += 1) this.keyStart[slot] = -1;
    this.otherKeyStart = -1;
    this.claimKeyStart = -1;
  }

  has(slot: number): boolean {
    return this.keyStart[slot]! >= 0;
  }
}

/** The member names as bytes, and their lengths, by slot. */
export const MEMBER_NAMES: readonly Uint8Array[] = RECEIPT_MEMBERS.map((name) => Uint8Array.from(Buffer.from(name, 'latin1')));
export const NAME_LENGTHS = Int32Array.from(MEMBER_NAMES, (name) => name.length);

/** The slot of the member whose name is the bytes `[start, end)`, or `OTHER`. */
export function memberSlot(bytes: Uint8Array, start: number, end: number): number {
  let slot: number;
  switch (end - start) {
    case 7:
      slot = bytes[start] === 0x70 ? PLAN_ID : VERSION;
      break;
    case 9:
      slot = TIMESTAMP;
      break;
    case 10:
      slot = RECEIPT_ID;
      break;
    case 12:
      slot = bytes[start] === 0x61 ? AUDIT_FIELDS : CURRENT_HASH;
      break;
    case 14:
      slot = ENVELOPE_CLAIM;
      break;
    case 15:
      slot = REFUSAL_TRIGGER;
      break;
    case 21:
      slot = PREVIOUS_HASH;
      break;
    default:
      return OTHER;
  }
  const name = MEMBER_NAMES[slot]!;
  for (let i = 0; i < name.length; i += 1) if (bytes[start + i] !== name[i]) return OTHER;
  return slot;
}

/** The same for a name at hand as text. */
export function slotOfName(name: string): number {
  const slot = (RECEIPT_MEMBERS as readonly string[]).indexOf(name);
  return slot < 0 ? OTHER : slot;
}
