import { randomBytes } from 'node:crypto';

/** UUID version 7 (RFC 9562): sorts by the time it was made. */
export function newUuid(nowMs: number = Date.now(), chance: Uint8Array = randomBytes(10)): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(nowMs, 0, 6);
  bytes.set(chance, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Joins an answer, a log line and an audit entry. */
export const newRequestId = (): string => `req_${randomBytes(6).toString('hex')}`;

/** 192 random bits, safe in a path. */
export const newTicket = (): string => randomBytes(24).toString('base64url');
