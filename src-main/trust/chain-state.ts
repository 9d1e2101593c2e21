/**
 * Where a verification stopped, so that the next one reads only what is new. It holds no more than the head of the chain:
 * at most 2 KB, whatever its length. It vouches for everything before it, so whoever keeps it must offer to verify from
 * zero; a digest guards it against accidents, not against the machine's owner.
 */
import { createHash } from 'node:crypto';
import type { LegacyLayout } from './legacy-profile.ts';
import type { LinkState } from './link-rules.ts';
import { CompactRange, digestToHex } from './merkle.ts';

export const STATE_VERSION = 1;

/** Counts of findings in what was verified before; the findings themselves are kept by the caller. */
export interface EarlierFindings {
  readonly errors: number;
  readonly warnings: number;
  /** The profile could not be verified at all. */
  readonly undecided: boolean;
}

export interface ChainVerifierState {
  readonly profile: string;
  readonly log: string;
  readonly genesisHash: string | null;
  /** Receipts that were verified, and their bytes with line feeds. */
  readonly index: number;
  readonly byteOffset: number;
  readonly link: LinkState;
  readonly lastTimeMs: number | null;
  readonly lastTimeIndex: number | null;
  readonly layout: LegacyLayout | null | undefined;
  /** The log up to `index`. */
  readonly range: CompactRange;
  /** Digest of the trusted heads below `index` that agreed (`digestOfHeads`). */
  readonly heads: string;
  readonly earlier: EarlierFindings;
}

/** Digest of heads, so that a checkpoint that appears later for an old size is not overlooked. */
export function digestOfHeads(heads: readonly { readonly size: number; readonly root: string }[]): string {
  const lines = heads.map(({ size, root }) => `${size} ${digestToHex(root)}\n`);
  return createHash('sha256')
    .update([...new Set(lines)].sort().join(''))
    .digest('hex');
}

const digestOf = (body: string): string => createHash('sha256').update(`countersign chain state\n${body}`).digest('hex');

/** One line of JSON text and its digest, at most 2 KB for chains below 10⁹ receipts. */
export function serialiseState(state: ChainVerifierState): string {
  const { range, ...rest } = state;
  const body = JSON.stringify({ version: STATE_VERSION, ...rest, range: range.toBytes().toString('base64') });
  return `${digestOf(body)} ${body}`;
}

/** The state of `serialiseState`, or undefined where the text is damaged, of another version, or of another chain. */
export function restoreState(
  text: string,
  of: { readonly log: string; readonly profile: string; readonly genesisHash: string | null },
): ChainVerifierState | undefined {
  const [digest, body] = [text.slice(0, 64), text.slice(65)];
  if (text[64] !== ' ' || digestOf(body) !== digest) return undefined;
  const parsed = JSON.parse(body) as Omit<ChainVerifierState, 'range'> & { readonly version: number; readonly range: string };
  if (parsed.version !== STATE_VERSION || parsed.log !== of.log || parsed.profile !== of.profile || parsed.genesisHash !== of.genesisHash) {
    return undefined;
  }
  const { version: _version, range, ...rest } = parsed;
  return { ...rest, layout: 'layout' in rest ? rest.layout : undefined, range: CompactRange.fromBytes(Buffer.from(range, 'base64')) };
}
