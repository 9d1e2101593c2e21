/**
 * Names what happened at each broken link, from where the named hash stands and who else names it. Runs after the second
 * pass, over the breaks alone.
 */
import type { ProbeHits } from './chain-probe.ts';
import type { Evidence, FindingCode, FindingDraft } from './findings.ts';
import type { LinkBreak } from './link-rules.ts';

export interface BreakContext {
  readonly genesisHash: string | null;
  /** Receipts in the chain as it is. */
  readonly receipts: number;
  /** Entries of the largest trusted checkpoint, or of the last one seen; null where there is none. */
  readonly trustedSize: number | null;
  /** Breaks that were counted but not kept. */
  readonly breaksDropped: number;
}

/** Hashes that the second pass must look for, so that the breaks can be told apart. */
export function hashesOfBreaks(breaks: readonly LinkBreak[]): Set<string> {
  const hashes = new Set<string>();
  for (const { named, own } of breaks) {
    if (named !== null) hashes.add(named);
    if (own !== null) hashes.add(own);
  }
  return hashes;
}

interface Classified {
  readonly code: FindingCode;
  readonly of: LinkBreak;
  readonly facts: Record<string, string | number>;
  readonly evidence: readonly Evidence[];
  readonly pointer?: string;
  /** Lines that stand here and should not. */
  readonly inserted?: number;
}

/** The findings for all kept breaks, in order. */
export function classifyBreaks(breaks: readonly LinkBreak[], hits: ProbeHits, context: BreakContext): FindingDraft[] {
  const linkOnly = new Set(hits.substituted);
  const consumed = new Set<number>();
  const byIndex = new Map<number, Classified>();
  for (const found of breaks) {
    // Only the link was edited, and the hash finding of this receipt says so.
    if (linkOnly.has(found.index) || consumed.has(found.index)) continue;
    byIndex.set(found.index, classify(found, breaks, hits, context, consumed, byIndex));
  }
  const classified = [...byIndex.values()];
  const missing = countMissing(classified, context);
  return classified.map((entry) => publishable(entry, missing));
}

function classify(
  found: LinkBreak,
  breaks: readonly LinkBreak[],
  hits: ProbeHits,
  context: BreakContext,
  consumed: Set<number>,
  known: ReadonlyMap<number, Classified>,
): Classified {
  const { index, named, own } = found;
  const copyOf = own === null ? undefined : (hits.at.get(own) ?? []).find((place) => place < index);
  if (copyOf !== undefined) {
    return {
      code: 'CHAIN_INSERTED',
      of: found,
      facts: { kind: 'copy', other: copyOf },
      evidence: [{ what: 'the same receipt', index: copyOf, ...(own === null ? {} : { value: own }) }],
      inserted: 1,
    };
  }
  if (named === null || (index === 0 && own !== null && own === context.genesisHash)) return classifyBeginning(found, context);
  const places = hits.at.get(named) ?? [];
  const earlier = places.findLast((place) => place < index);
  const later = places.find((place) => place > index);
  if (earlier !== undefined) return classifyEarlier(found, earlier, hits, known);
  if (later !== undefined) {
    return {
      code: 'CHAIN_REORDERED',
      of: found,
      facts: { kind: 'later', other: later },
      evidence: [{ what: 'its predecessor', index: later, value: named }],
    };
  }
  if (found.pairedWith !== null) {
    return {
      code: 'CHAIN_AMENDED_IN_PLACE',
      of: found,
      facts: { other: found.pairedWith },
      evidence: [{ what: 'names the same absent predecessor', index: found.pairedWith, value: named }],
    };
  }
  const resumes = breaks.find(
    (other) =>
      other.index > index &&
      (found.expected === null ? index === 0 && other.named === null && other.own === context.genesisHash : other.named === found.expected),
  );
  if (resumes !== undefined) {
    consumed.add(resumes.index);
    return {
      code: 'CHAIN_INSERTED',
      of: found,
      facts: { kind: 'unlinked', other: resumes.index },
      evidence: [{ what: 'goes on from the receipt before', index: resumes.index }],
      inserted: resumes.index - index,
    };
  }
  return { code: 'CHAIN_DELETED', of: found, facts: {}, evidence: [] };
}

/** A receipt that says it is the first and is not, or is the first and says it is not. */
function classifyBeginning(found: LinkBreak, { genesisHash }: BreakContext): Classified {
  const declared: Evidence[] = genesisHash === null ? [] : [{ what: 'genesis_hash of chain.json', file: 'chain.json', value: genesisHash }];
  if (found.named === null && found.own === genesisHash && found.index > 0) {
    return { code: 'CHAIN_REORDERED', of: found, facts: { kind: 'genesis', other: 0 }, evidence: declared };
  }
  const kind = found.named !== null ? 'linked' : found.index === 0 ? 'first' : 'second';
  return { code: 'CHAIN_GENESIS_UNDECLARED', of: found, facts: { kind }, evidence: declared };
}

/** The named predecessor stands earlier than directly before. */
function classifyEarlier(found: LinkBreak, earlier: number, hits: ProbeHits, known: ReadonlyMap<number, Classified>): Classified {
  const { index, named } = found;
  const rival = (hits.namedBy.get(named!) ?? []).find((child) => child === earlier + 1 && child !== index);
  if (rival !== undefined) {
    return {
      code: 'CHAIN_FORK',
      of: found,
      facts: { parent: earlier, other: rival },
      evidence: [
        { what: 'their common predecessor', index: earlier, value: named! },
        { what: 'the other successor', index: rival },
      ],
    };
  }
  if (known.get(earlier + 1)?.code === 'CHAIN_REORDERED') {
    return {
      code: 'CHAIN_REORDERED',
      of: found,
      facts: { kind: 'earlier', other: earlier },
      evidence: [{ what: 'its predecessor', index: earlier, value: named! }],
    };
  }
  return {
    code: 'CHAIN_INSERTED',
    of: found,
    facts: { kind: 'between', other: earlier },
    evidence: [{ what: 'its predecessor', index: earlier, value: named! }],
    inserted: index - earlier - 1,
  };
}

/** How many receipts a single deletion removed, as far as the size of a trusted checkpoint tells. */
function countMissing(classified: readonly Classified[], context: BreakContext): number | 'unknown' {
  const deletions = classified.filter(({ code }) => code === 'CHAIN_DELETED').length;
  const others = classified.filter(({ code, inserted }) => code !== 'CHAIN_DELETED' && inserted === undefined).length;
  if (deletions !== 1 || others > 0 || context.breaksDropped > 0 || context.trustedSize === null) return 'unknown';
  const inserted = classified.reduce((sum, entry) => sum + (entry.inserted ?? 0), 0);
  const missing = context.trustedSize - (context.receipts - inserted);
  return missing < 0 ? 'unknown' : missing;
}

function publishable({ code, of, facts, evidence }: Classified, missing: number | 'unknown'): FindingDraft {
  const gap =
    code === 'CHAIN_DELETED' ? { gap: { from: of.index, to: missing === 'unknown' ? null : of.index + missing, count: missing } } : {};
  return {
    code,
    index: of.index,
    byteOffset: of.byteOffset,
    byteLength: of.byteLength,
    ...(of.receiptId === null ? {} : { receiptId: of.receiptId }),
    pointer: '/previous_receipt_hash',
    ...(of.expected === null ? {} : { expected: of.expected }),
    ...(of.named === null ? {} : { actual: of.named }),
    ...(of.index > 0 ? { lastGoodIndex: of.index - 1 } : {}),
    ...gap,
    evidence: [...evidence],
    facts: { ...facts, altered: of.altered ? 1 : 0, ...(of.timestamp === null ? {} : { timestamp: of.timestamp }) },
  };
}
