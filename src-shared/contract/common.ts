import { z } from './define.ts';
import { ROLES } from './roles.ts';

/** Shapes that several procedures share. Times are ISO 8601 UTC, hashes lower-case hex, sizes and counts whole numbers. */
export const isoTime = z.iso.datetime({ offset: false });
export const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
export const count = z.int().min(0);
export const byteCount = z.int().min(0);
export const role = z.enum(ROLES);
export const label = z.string().trim().min(1).max(200);
export const reason = z.string().trim().min(3).max(2000);
/** Opaque: where the next page begins. */
export const cursor = z.string().min(1).max(200);
export const pageLimit = z.int().min(1).max(500).default(100);
export const noInput = z.strictObject({});
export const done = z.strictObject({ done: z.literal(true) });
/** Long work answers at once with a job; its progress comes as `job.changed` events. */
export const startedJob = z.strictObject({ jobId: z.string() });
/** A file to fetch from the host: over loopback by a one-time ticket, on the desktop through the save dialog. */
export const download = z.strictObject({ ticket: z.string(), fileName: z.string(), bytes: byteCount.nullable() });

/** How a person reaches a thing: a path inside the console, such as `/receipts/northwind/pro@1.4`. */
export const address = z.string().regex(/^\/[^\s]*$/);

export const verdict = z.enum(['VERIFIED', 'VERIFIED_UNANCHORED', 'BROKEN', 'INDETERMINATE']);
export type Verdict = z.infer<typeof verdict>;

export const severity = z.enum(['error', 'warning']);

/** A finding, in the published form of `verify --json` (docs/formats/verify-json.md). */
export const finding = z.strictObject({
  code: z.string(),
  severity,
  file: z.string().nullable(),
  log: z.string().nullable(),
  index: count.nullable(),
  line: count.nullable(),
  byte_offset: byteCount.nullable(),
  byte_length: byteCount.nullable(),
  receipt_id: z.string().nullable(),
  json_pointer: z.string().nullable(),
  expected: z.unknown(),
  actual: z.unknown(),
  last_good_index: count.nullable(),
  gap: z.unknown(),
  evidence: z.array(z.unknown()),
  explain: z.string(),
  next_step: z.string(),
});
export type FindingDocument = z.infer<typeof finding>;
