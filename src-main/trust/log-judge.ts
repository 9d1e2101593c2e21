/**
 * Holds a chain's Merkle log against its checkpoints: which heads are trusted, which agree, where the log was cut, rewritten
 * or forked, and up to which entry it is anchored (attack corpus decisions 3 to 10).
 */
import { BLOCK_ENTRIES } from './block-range.ts';
import { openCheckpoint, type OpenedCheckpoint } from './checkpoint.ts';
import type { Evidence, FindingDraft } from './findings.ts';
import { type Digest, digestToHex } from './merkle.ts';
import type { VerifierKey } from './note-key.ts';

/** A file of the folder `checkpoints`. */
export interface CheckpointFile {
  /** Its name in that folder. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A head that somebody remembers from an earlier look, outside the folder. */
export interface LastSeen {
  readonly size: number;
  /** Root, hex. */
  readonly root: string;
  /** Who remembers it, as the middle of a sentence: "this console on 3 June". */
  readonly where: string;
}

export interface NotedHead {
  readonly name: string;
  readonly size: number;
  readonly root: Digest;
}

/** `agrees`, `differs`: its root is, is not, that of the receipts. `ahead`: it has more entries than there are receipts. */
export type CheckpointState = 'agrees' | 'differs' | 'ahead' | 'untrusted' | 'malformed';

export interface CheckpointStatus {
  readonly name: string;
  readonly state: CheckpointState;
  readonly size: number | null;
  /** Hex. */
  readonly root: string | null;
  readonly origin: string | null;
  readonly signedBy: readonly {
    readonly name: string;
    readonly kind: 'log' | 'witness' | 'unknown';
    readonly trusted: boolean;
    readonly cosignedAtSeconds: number | null;
  }[];
}

export interface OpenedNotes {
  readonly findings: readonly FindingDraft[];
  /** Trusted heads by size. */
  readonly heads: readonly NotedHead[];
  readonly opened: readonly { readonly name: string; readonly result: OpenedCheckpoint }[];
}

/** Opens all notes of a chain's folder. */
export function openNotes(files: readonly CheckpointFile[], trustedKeys: readonly VerifierKey[], log: string): OpenedNotes {
  const findings: FindingDraft[] = [];
  const heads: NotedHead[] = [];
  const opened = [...files]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, bytes }) => ({ name, result: openCheckpoint(bytes, trustedKeys, { log }) }));
  for (const { name, result } of opened) {
    for (const problem of result.problems) {
      findings.push({
        code: problem.code,
        file: `checkpoints/${name}`,
        line: problem.line,
        ...('expected' in problem ? { expected: problem.expected, actual: problem.actual } : {}),
        facts: { reason: problem.reason, name, ...(result.checkpoint === undefined ? {} : { size: result.checkpoint.size }) },
      });
    }
    if (result.trusted && result.checkpoint !== undefined) heads.push({ name, size: result.checkpoint.size, root: result.checkpoint.root });
  }
  heads.sort((a, b) => a.size - b.size);
  return { findings, heads, opened };
}

export interface LogToJudge {
  readonly size: number;
  /** Root at each wanted size up to `size`; undefined where it was not computed. */
  readonly rootAt: (size: number) => Digest | undefined;
  /** Whole blocks from `blocksFrom` on (counted in blocks). */
  readonly blocks: readonly Digest[];
  readonly blocksFrom: number;
}

export interface LogVerdict {
  readonly findings: readonly FindingDraft[];
  /** Entries that the newest agreeing trusted head covers; 0 where none agrees. */
  readonly anchoredSize: number;
  /** Whether that head has exactly as many entries as there are receipts. */
  readonly anchored: boolean;
  /** Largest size that a trusted head or the last seen one tells; null where there is none. */
  readonly trustedSize: number | null;
}

export interface JudgeOptions {
  readonly heads: readonly NotedHead[];
  readonly lastSeen?: LastSeen | undefined;
  /** Digests of whole blocks from an earlier verification, to name the block that was rewritten. */
  readonly knownBlocks?: readonly Digest[] | undefined;
  readonly tornBytes: number;
}

/** Judges the log. UNANCHORED_TAIL is among the findings. */
export function judgeLog(log: LogToJudge, { heads, lastSeen, knownBlocks, tornBytes }: JudgeOptions): LogVerdict {
  const findings: FindingDraft[] = [];
  const here = heads.filter(({ size }) => size <= log.size);
  const agreeing = here.filter(({ size, root }) => log.rootAt(size) === root);
  const anchoredSize = agreeing.at(-1)?.size ?? 0;
  findings.push(...forks(heads));
  const forked = new Set(findings.flatMap(({ evidence }) => (evidence ?? []).map(({ file }) => file)));
  const differing = here.filter((head) => !agreeing.includes(head) && !forked.has(noteFile(head)));
  const agreesBelow = (size: number): number => agreeing.findLast((head) => head.size < size)?.size ?? 0;

  const provenFork = differing.find(({ size }) => size < anchoredSize);
  if (provenFork !== undefined) findings.push(inconsistent(provenFork, agreeing.at(-1)!, agreesBelow(provenFork.size)));
  const [rewritten, ...following] = differing.filter(({ size }) => size > anchoredSize);
  if (rewritten !== undefined) {
    findings.push(rootMismatch(rewritten, following, log, agreesBelow(rewritten.size), knownBlocks));
  }
  const ahead = heads.filter(({ size }) => size > log.size).at(-1);
  if (ahead !== undefined) findings.push(truncated(ahead, log.size, tornBytes));
  if (lastSeen !== undefined) findings.push(...sinceLastSeen(log, lastSeen, ahead));
  // Where the log itself contradicts the receipts, more has been said than that nobody covers the rest.
  if (log.size > anchoredSize && findings.length === 0) {
    findings.push({
      code: 'UNANCHORED_TAIL',
      gap: { from: anchoredSize, to: log.size, count: log.size - anchoredSize },
      facts: { size: log.size, anchored: anchoredSize },
    });
  }
  const sizes = [heads.at(-1)?.size ?? -1, lastSeen?.size ?? -1];
  const trustedSize = Math.max(...sizes);
  return {
    findings,
    anchoredSize,
    anchored: agreeing.length > 0 && anchoredSize === log.size,
    trustedSize: trustedSize < 0 ? null : trustedSize,
  };
}

const noteFile = ({ name }: NotedHead): string => `checkpoints/${name}`;
const asEvidence = (what: string, head: NotedHead): Evidence => ({
  what,
  file: noteFile(head),
  value: `${head.size} ${digestToHex(head.root)}`,
});

/** Trusted heads of one size with different roots: one finding for each such size. */
function forks(heads: readonly NotedHead[]): FindingDraft[] {
  const findings: FindingDraft[] = [];
  for (let i = 0; i < heads.length;) {
    const same = heads.filter(({ size }) => size === heads[i]!.size);
    const other = same.find(({ root }) => root !== same[0]!.root);
    if (other !== undefined) {
      findings.push({
        code: 'LOG_FORK_PROVEN',
        file: noteFile(other),
        expected: digestToHex(same[0]!.root),
        actual: digestToHex(other.root),
        evidence: same.map((head) => asEvidence('a signed head of this size', head)),
        facts: { kind: 'same-size', size: other.size, note: same[0]!.name, other: other.name },
      });
    }
    i += same.length;
  }
  return findings;
}

/** A smaller head that the receipts under a larger, agreeing head contradict. */
const inconsistent = (smaller: NotedHead, larger: NotedHead, from: number): FindingDraft => ({
  code: 'LOG_FORK_PROVEN',
  file: noteFile(smaller),
  actual: digestToHex(smaller.root),
  gap: { from, to: smaller.size, count: 'unknown' },
  evidence: [asEvidence('signed, and contradicted by the receipts', smaller), asEvidence('signed, and confirmed by the receipts', larger)],
  facts: { kind: 'inconsistent', size: smaller.size, note: larger.name, other: smaller.name, larger: larger.size },
});

function rootMismatch(
  head: NotedHead,
  following: readonly NotedHead[],
  log: LogToJudge,
  from: number,
  knownBlocks: readonly Digest[] | undefined,
): FindingDraft {
  const range = narrow(from, head.size, log, knownBlocks);
  const actual = log.rootAt(head.size);
  return {
    code: 'LOG_ROOT_MISMATCH',
    file: noteFile(head),
    expected: digestToHex(head.root),
    ...(actual === undefined ? {} : { actual: digestToHex(actual) }),
    ...(range.from > 0 ? { lastGoodIndex: range.from - 1 } : {}),
    gap: { from: range.from, to: range.to, count: 'unknown' },
    evidence: [asEvidence('signed head', head), ...following.map((later) => asEvidence('differs too, as a consequence', later))].slice(
      0,
      20,
    ),
    facts: { size: head.size, note: head.name, anchored: from },
  };
}

/** The first block that differs from what an earlier verification saw, if that is known. */
function narrow(from: number, to: number, log: LogToJudge, known: readonly Digest[] | undefined): { from: number; to: number } {
  if (known === undefined) return { from, to };
  for (let block = Math.max(log.blocksFrom, Math.floor(from / BLOCK_ENTRIES)); block < known.length; block += 1) {
    const now = log.blocks[block - log.blocksFrom];
    if (now === undefined || block * BLOCK_ENTRIES >= to) break;
    if (now !== known[block]) return { from: Math.max(from, block * BLOCK_ENTRIES), to: Math.min(to, (block + 1) * BLOCK_ENTRIES) };
  }
  return { from, to };
}

const truncated = (head: NotedHead, size: number, tornBytes: number): FindingDraft => ({
  code: 'LOG_TRUNCATED',
  expected: String(head.size),
  actual: String(size),
  ...(size > 0 ? { lastGoodIndex: size - 1 } : {}),
  gap: { from: size, to: head.size, count: head.size - size },
  evidence: [asEvidence('signed head', head)],
  facts: { size, want: head.size, note: head.name, torn: tornBytes > 0 ? 1 : 0 },
});

function sinceLastSeen(log: LogToJudge, seen: LastSeen, ahead: NotedHead | undefined): FindingDraft[] {
  const evidence: Evidence[] = [{ what: `last seen by ${seen.where}`, value: `${seen.size} ${seen.root}` }];
  if (seen.size > log.size) {
    if (ahead !== undefined && ahead.size >= seen.size) return [];
    const gap = { from: log.size, to: seen.size, count: seen.size - log.size };
    return [
      {
        code: 'LOG_ROLLBACK',
        expected: String(seen.size),
        actual: String(log.size),
        gap,
        evidence,
        facts: { size: log.size, want: seen.size, where: seen.where },
      },
    ];
  }
  const root = log.rootAt(seen.size);
  if (root === undefined || digestToHex(root) === seen.root) return [];
  const gap = { from: 0, to: seen.size, count: 'unknown' as const };
  return [
    {
      code: 'LOG_ROOT_MISMATCH',
      expected: seen.root,
      actual: digestToHex(root),
      gap,
      evidence,
      facts: { size: seen.size, note: '', where: seen.where, anchored: 0 },
    },
  ];
}

/** How each note stands, for the list of checkpoints. */
export function checkpointStatuses({ opened }: OpenedNotes, log: LogToJudge): CheckpointStatus[] {
  return opened.map(({ name, result }) => {
    const { checkpoint } = result;
    return {
      name,
      state: stateOf(result, log),
      size: checkpoint?.size ?? null,
      root: checkpoint === undefined ? null : digestToHex(checkpoint.root),
      origin: checkpoint?.origin ?? null,
      signedBy: result.signatures.map((check) => ({
        name: check.signature.name,
        kind: check.status === 'unknown' ? 'unknown' : check.key.algorithm === 'ed25519' ? 'log' : 'witness',
        trusted: check.status === 'good',
        cosignedAtSeconds: check.status === 'good' ? (check.cosignedAtSeconds ?? null) : null,
      })),
    };
  });
}

function stateOf({ checkpoint, trusted }: OpenedCheckpoint, log: LogToJudge): CheckpointState {
  if (checkpoint === undefined) return 'malformed';
  if (!trusted) return 'untrusted';
  if (checkpoint.size > log.size) return 'ahead';
  const root = log.rootAt(checkpoint.size);
  // A root that was not computed again was checked when the log was that small.
  return root === undefined || root === checkpoint.root ? 'agrees' : 'differs';
}
