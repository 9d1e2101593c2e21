/** One receipt, checked step by step as a person would with a shell: canonical form, what is cut, its hash, its link. */
import { createHash } from 'node:crypto';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { inspectLine, type TopMember } from '../trust/canonical-slow-path.ts';
import { type LegacyLayout, statedHashes } from '../trust/legacy-profile.ts';
import { CURRENT_HASH, ReceiptFields } from '../trust/receipt-fields.ts';
import type { ChainProfile } from '../trust/chain-profile.ts';
import { type LineFacts, readLegacyLine, readUnusualLine } from '../trust/record-reader.ts';

export type ReceiptSteps = OutputOf<Contract, 'receipt.get'>['steps'];
type Cut = ReceiptSteps['cuts'][number];
type Insert = ReceiptSteps['inserts'][number];

export interface StepsInput {
  readonly line: Buffer;
  readonly index: number;
  readonly profile: ChainProfile;
  /** Of the first record (profile erlmcp-json-0). */
  readonly layout: LegacyLayout | null | undefined;
  /** Recomputed hash of the line before; null where there is none, or where it has none. */
  readonly predecessorHash: string | null;
  readonly genesisHash: string | null;
}

/** What the verifier reads from a line: its issues, its recomputed hash, what it names. */
export const factsOf = (line: Buffer, index: number, profile: ChainProfile, layout: LegacyLayout | null | undefined): LineFacts =>
  profile === 'jcs-sha256-1' ? readUnusualLine(line) : readLegacyLine(line, layout, index);

export const receiptSteps = (input: StepsInput): ReceiptSteps => {
  const { line, index, profile, layout, predecessorHash, genesisHash } = input;
  const facts = factsOf(line, index, profile, layout);
  const [issue] = facts.issues.filter(({ code }) => code !== 'CANON_PROFILE_UNKNOWN');
  const marks = facts.own === null ? null : marksOf(line, profile, facts.own);
  const named = facts.previous ?? null;
  return {
    canonical: {
      holds: issue === undefined,
      code: issue?.code ?? null,
      says: issue === undefined ? soundWords(profile) : `Byte ${issue.offset} of the line ${issue.what}.`,
    },
    cuts: marks?.cuts ?? [],
    inserts: marks?.inserts ?? [],
    preimageBytes: marks?.preimageBytes ?? null,
    recomputedHash: facts.own,
    storedHash: facts.stated,
    hashHolds: facts.own === null || facts.stated === null ? null : facts.own === facts.stated,
    namedPrevious: named,
    predecessorHash,
    linkHolds: linkHolds(facts, index, predecessorHash, genesisHash),
  };
};

const soundWords = (profile: ChainProfile): string =>
  profile === 'jcs-sha256-1'
    ? 'The line is the one text that RFC 8785 allows for its content.'
    : 'The line is strict JSON, hashed as it is spelled.';

function linkHolds(
  { readable, previous, own }: LineFacts,
  index: number,
  predecessorHash: string | null,
  genesisHash: string | null,
): boolean | null {
  if (!readable || previous === undefined) return null;
  if (index === 0) return previous === null && (genesisHash === null || own === genesisHash);
  return predecessorHash === null ? null : previous === predecessorHash;
}

interface Marks {
  readonly cuts: readonly Cut[];
  readonly inserts: readonly Insert[];
  readonly preimageBytes: number;
}

/** The cuts and inserts that lead to the recomputed hash; null where none do (a line that cannot be taken apart). */
function marksOf(line: Buffer, profile: ChainProfile, own: string): { cuts: Cut[]; inserts: Insert[]; preimageBytes: number } | null {
  const fields = new ReceiptFields();
  const members: TopMember[] = [];
  inspectLine(line, { strictness: profile === 'jcs-sha256-1' ? 'canonical' : 'lexemes', fields, members });
  const nested = members.some(({ name }) => name === 'hash_chain') && !fields.has(CURRENT_HASH);
  for (const { cuts, inserts } of nested ? nestedMarks(line, members) : [flatMarks(line, fields)]) {
    const preimage = preimageOf(line, cuts, inserts);
    if (createHash('sha256').update(preimage).digest('hex') === own)
      return { cuts: [...cuts], inserts: [...inserts], preimageBytes: preimage.length };
  }
  return null;
}

const cut = (line: Buffer, offset: number, end: number): Cut => ({
  offset,
  length: end - offset,
  text: line.toString('utf8', offset, end).toWellFormed(),
});

/** `,"current_hash":"…"`, with the comma that joins it. */
function flatMarks(line: Buffer, fields: ReceiptFields): Omit<Marks, 'preimageBytes'> {
  if (!fields.has(CURRENT_HASH)) return { cuts: [], inserts: [] };
  let from = fields.keyStart[CURRENT_HASH]!;
  let to = fields.valueEnd[CURRENT_HASH]!;
  if (line[from - 1] === 0x2c) from -= 1;
  else if (line[to] === 0x2c) to += 1;
  return { cuts: [cut(line, from, to)], inserts: [] };
}

const NOT_HASHED: ReadonlySet<string> = new Set(['hash_chain', 'conformance_events']);

/** Without `hash_chain` and `conformance_events`, and with the previous hash lifted out to each place it may have. */
function nestedMarks(line: Buffer, members: readonly TopMember[]): Omit<Marks, 'preimageBytes'>[] {
  const { previous } = statedHashes(line, members);
  if (previous === undefined) return [];
  const link = `"previous_receipt_hash":${previous === null ? 'null' : `"${previous}"`}`;
  const kept = members.filter(({ name }) => !NOT_HASHED.has(name));
  const cuts: Cut[] = [];
  members.forEach((member, i) => {
    if (!NOT_HASHED.has(member.name)) return;
    // The comma before a member goes with it; a member before the first that stays takes the one behind it.
    const staysBefore = members.slice(0, i).some(({ name }) => !NOT_HASHED.has(name));
    const next = members[i + 1];
    if (staysBefore) cuts.push(cut(line, members[i - 1]!.valueEnd, member.valueEnd));
    else cuts.push(cut(line, member.keyStart, next === undefined ? member.valueEnd : next.keyStart));
  });
  const inserts = [
    ...kept.map(({ keyStart }) => ({ offset: keyStart, text: `${link},` })),
    ...(kept.length === 0 ? [] : [{ offset: kept.at(-1)!.valueEnd, text: `,${link}` }]),
  ];
  return inserts.map((insert) => ({ cuts, inserts: [insert] }));
}

/** The bytes that are hashed: what stays of the line, with what is put in. An insert comes before a cut at its place. */
export const preimageOf = (line: Buffer, cuts: readonly Pick<Cut, 'offset' | 'length'>[], inserts: readonly Insert[]): Buffer => {
  const parts: Buffer[] = [];
  let at = 0;
  const marks = [
    ...inserts.map(({ offset, text }) => ({ offset, length: 0, text })),
    ...cuts.map(({ offset, length }) => ({ offset, length, text: '' })),
  ].sort((a, b) => a.offset - b.offset || b.text.length - a.text.length);
  for (const { offset, length, text } of marks) {
    parts.push(line.subarray(at, offset), Buffer.from(text, 'utf8'));
    at = Math.max(at, offset + length);
  }
  parts.push(line.subarray(at));
  return Buffer.concat(parts);
};
