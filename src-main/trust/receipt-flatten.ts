/**
 * Flattens a nested receipt on import into a chain of profile `jcs-sha256-1` (trust format §4.1): a producer that still
 * wraps the two hashes in `hash_chain` is accepted, and what is stored is the flat canonical line. Verification itself never
 * accepts a nested record in such a chain: what is stored must be what was hashed.
 */
import canonicalize from 'canonicalize';
import { type CanonicalIssue, inspectLine } from './canonical-slow-path.ts';
import { readUnusualLine } from './record-reader.ts';

export type FlattenResult =
  | {
      readonly ok: true;
      /** The canonical line, without LF. */ readonly line: Buffer;
      /** It was flat and canonical already. */ readonly unchanged: boolean;
    }
  | { readonly ok: false; readonly reason: string };

const refuse = (reason: string): FlattenResult => ({ ok: false, reason });

/** What I-JSON forbids stays forbidden; spelling and order are put right, for the hash covers the canonical form. */
const blocking = ({ code }: CanonicalIssue): boolean => code !== 'CANON_UNSORTED' && code !== 'CANON_WHITESPACE';

/**
 * The flat canonical line of a receipt in either shape, hash and link kept as stated. Refused where the text is no I-JSON,
 * or where `current_hash` does not fit the flat canonical form: then the record belongs to profile `erlmcp-json-0`.
 * Never throws.
 */
export function flattenReceipt(line: Buffer): FlattenResult {
  const inspection = inspectLine(line, { strictness: 'canonical' });
  const problem = inspection.issues.find(blocking);
  if (problem !== undefined || !inspection.isObject)
    return refuse(problem === undefined ? 'it is not an object' : `byte ${problem.offset} ${problem.what}`);
  const receipt = JSON.parse(line.toString('utf8')) as Record<string, unknown>;
  const { hash_chain: chain, ...rest } = receipt;
  if (chain !== undefined && (typeof chain !== 'object' || chain === null || 'current_hash' in rest || 'previous_receipt_hash' in rest)) {
    return refuse('it states its hashes in two places');
  }
  const flat = Buffer.from(canonicalize({ ...rest, ...(chain as Record<string, unknown> | undefined) })!, 'utf8');
  const facts = readUnusualLine(flat);
  const [issue] = facts.issues;
  if (issue !== undefined) return refuse(`it ${issue.what}`);
  if (facts.own !== facts.stated) return refuse('its hash is not that of the flat canonical form');
  return { ok: true, line: flat, unchanged: flat.equals(line) };
}
