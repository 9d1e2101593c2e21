import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { formatExact, readExact } from '../../../src-shared/kernel/quantity.ts';

/**
 * What a source says it sent: `<source>/events/<name>.totals.json` (docs/formats/usage-totals.md). Events are counted once
 * each, by the month of their own time; the quantity is the plain sum of their quantities.
 */

export const TOTALS_FORMAT = 'countersign.usage-totals/1';
export const MAX_TOTALS_BYTES = 32 * 1024 * 1024;
const MAX_TOTALS = 500_000;

export interface DeclaredTotal {
  readonly tenantId: string;
  readonly metric: string;
  /** Null where the source counts no events. */
  readonly events: number | null;
  /** Canonical decimal text. */
  readonly quantity: string;
}

export interface Declaration {
  readonly month: string;
  readonly asOf: string;
  readonly totals: readonly DeclaredTotal[];
  readonly sha256: string;
}

export type DeclarationReading =
  { readonly ok: true; readonly declaration: Declaration } | { readonly ok: false; readonly says: string; readonly nextStep: string };

export const isTotalsPath = (path: string): boolean => /(^|\/)[^/]+\.totals\.json$/i.test(path);

const bad = (says: string): DeclarationReading => ({
  ok: false,
  says,
  nextStep: `Write the file as docs/formats/usage-totals.md says (${TOTALS_FORMAT}), and sync again.`,
});

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TOP = new Set(['format', 'month', 'as_of', 'totals']);
const ENTRY = new Set(['tenant_id', 'metric', 'events', 'quantity']);
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** Reads a declaration. Strict: a member that nobody knows is more likely a slip than an addition. */
export function readDeclaration(bytes: Uint8Array): DeclarationReading {
  if (bytes.length > MAX_TOTALS_BYTES) return bad(`The file is larger than ${MAX_TOTALS_BYTES} bytes.`);
  if (!isUtf8(bytes)) return bad('The file is no UTF-8 text.');
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch {
    return bad('The file is no JSON.');
  }
  if (!isObject(document) || document['format'] !== TOTALS_FORMAT) return bad(`The file does not say "format": "${TOTALS_FORMAT}".`);
  const stranger = Object.keys(document).find((key) => !TOP.has(key));
  if (stranger !== undefined) return bad(`The file has a member nobody knows: ${JSON.stringify(stranger.slice(0, 60))}.`);
  const { month, as_of: asOf, totals } = document;
  if (typeof month !== 'string' || !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) return bad('"month" must be a month such as "2026-05".');
  if (typeof asOf !== 'string' || !INSTANT.test(asOf) || Number.isNaN(Date.parse(asOf)))
    return bad('"as_of" must be a UTC time such as "2026-06-01T00:10:00Z".');
  if (!Array.isArray(totals) || totals.length > MAX_TOTALS) return bad(`"totals" must be a list of up to ${MAX_TOTALS} entries.`);
  const read: DeclaredTotal[] = [];
  const seen = new Set<string>();
  for (const [at, entry] of (totals as unknown[]).entries()) {
    const total = readTotal(entry);
    if (typeof total === 'string') return bad(`Entry ${at + 1} of "totals": ${total}`);
    const key = JSON.stringify([total.tenantId, total.metric]);
    if (seen.has(key)) return bad(`Entry ${at + 1} of "totals": ${total.tenantId} has a total of ${total.metric} already.`);
    seen.add(key);
    read.push(total);
  }
  return {
    ok: true,
    declaration: {
      month,
      asOf: new Date(Date.parse(asOf)).toISOString(),
      totals: read,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    },
  };
}

/** The entry, or what is wrong with it. */
function readTotal(entry: unknown): DeclaredTotal | string {
  if (!isObject(entry)) return 'it must be an object.';
  const stranger = Object.keys(entry).find((key) => !ENTRY.has(key));
  if (stranger !== undefined) return `it has a member nobody knows: ${JSON.stringify(stranger.slice(0, 60))}.`;
  const { tenant_id: tenantId, metric, events = null, quantity } = entry;
  if (typeof tenantId !== 'string' || tenantId === '' || tenantId.length > 200) return '"tenant_id" must be the id of a tenant.';
  if (typeof metric !== 'string' || metric === '' || metric.length > 64) return '"metric" must be the name of a metric.';
  if (events !== null && (!Number.isSafeInteger(events) || (events as number) < 0)) return '"events" must be a whole number from 0 on.';
  // A fraction as a JSON number is read as a double by most programs; a sum must not depend on that.
  const text = typeof quantity === 'number' && Number.isSafeInteger(quantity) ? String(quantity) : quantity;
  const exact = typeof text === 'string' ? readExact(text) : 'syntax';
  if (typeof exact !== 'bigint') return '"quantity" must be a decimal number as text, such as "1204.5".';
  return { tenantId, metric, events: events as number | null, quantity: formatExact(exact) };
}
