/**
 * Last step of verifying a stored stream: joins what the stretches came to, looks a second time where something failed,
 * holds the log against its checkpoints, and says what is to be recorded.
 */
import type { StoreDb } from '../store/index.ts';
import { BLOCK_ENTRIES } from '../trust/block-range.ts';
import { type ProbeHits, type ProbeTargets, NO_HITS } from '../trust/chain-probe.ts';
import { serialiseState } from '../trust/chain-state.ts';
import { type ChainOutcome, type ChainResult, ChainRun } from '../trust/chain-verifier.ts';
import { type Finding, type FindingDraft, FINDINGS_CAP, severityOf } from '../trust/findings.ts';
import type { CheckpointStatus } from '../trust/log-judge.ts';
import type { SegmentSummary } from '../trust/segment-verifier.ts';
import { bytesOfDigests } from './merkle-tiles.ts';
import { type PreparedChain, runOptionsOf } from './stored-prepare.ts';

export interface ConcludeInput {
  readonly prepared: PreparedChain;
  /** Of all stretches, in order; without their fingerprints. */
  readonly summaries: readonly SegmentSummary[];
  /** Fingerprints of ids that stand more than once among the chains of the run. */
  readonly suspects: Float64Array;
  /** What a first call brought back, once the ids of all chains of the run were compared. */
  readonly hits: ProbeHits | null;
  /** Findings about ids, which only the caller could make, and how many more there are. */
  readonly drafts: readonly FindingDraft[];
  readonly uncounted: number;
}

/** A checkpoint as it stood at this verification. */
export interface CheckpointState extends CheckpointStatus {
  readonly documentNo: number;
  /** A finding is about it. */
  readonly flagged: boolean;
}

/** What a verification came to, as it is recorded. */
export interface StoredOutcome {
  /** With the findings of what was verified before, where it went on from a state. */
  readonly result: ChainResult;
  readonly checkpoints: readonly CheckpointState[];
  /** null where the next verification must start from zero. */
  readonly state: string | null;
  readonly verifiedFrom: number;
  /** Digests of blocks that became whole, 32 bytes each, and the first of them. */
  readonly blocks: Uint8Array;
  readonly firstBlock: number;
  /** One bit for each block that holds an error. */
  readonly brokenBlocks: Uint8Array;
  /** Trusted parties that signed the newest checkpoint that agrees. */
  readonly outsideParties: readonly string[];
  /** Whether it went on from a state and met an error that the state may have a part in. */
  readonly needsZero: boolean;
}

export type Concluded =
  | { readonly kind: 'outcome'; readonly outcome: StoredOutcome }
  /** Ids are suspected to repeat: compare these with those of the other chains, then call again. */
  | { readonly kind: 'suspects'; readonly hits: ProbeHits }
  /** The stretches do not meet: lines have other lengths than when they came. Verify it in one stretch. */
  | { readonly kind: 'uneven' };

type Probe = (streamNo: number, lines: number, targets: ProbeTargets) => ProbeHits;

export const concludeStored = (db: StoreDb, input: ConcludeInput, probe: Probe): Concluded => {
  const { prepared, summaries } = input;
  const run = new ChainRun(runOptionsOf(prepared));
  let at = run.start;
  for (const summary of summaries) {
    if (summary.start.index !== at.index || summary.start.byteOffset !== at.byteOffset) return { kind: 'uneven' };
    run.join(summary);
    at = summary.end;
  }
  run.endFirstPass();
  const targets = input.hits === null && prepared.lines > 0 ? run.probeTargets(input.suspects) : null;
  const hits = input.hits ?? (targets === null ? NO_HITS : probe(prepared.streamNo, prepared.lines, targets));
  if (input.hits === null && hits.suspects.length > 0) return { kind: 'suspects', hits };
  const outcome = run.conclude(hits, input.drafts, input.uncounted);
  return { kind: 'outcome', outcome: outcomeOf(db, prepared, outcome, summaries) };
};

function outcomeOf(db: StoreDb, prepared: PreparedChain, outcome: ChainOutcome, summaries: readonly SegmentSummary[]): StoredOutcome {
  const resumed = outcome.verifiedFrom > 0 || prepared.state !== null;
  const result = prepared.problem === null ? outcome.result : undecided(prepared, outcome.result, prepared.problem);
  const needsZero = resumed && result.findings.some(isBeyondNotes);
  const settledBefore = resumed ? settledFindings(db, prepared.streamNo) : [];
  const findings = [...settledBefore, ...result.findings].slice(0, FINDINGS_CAP);
  const flagged = new Set(findings.flatMap(({ file }) => (file === null ? [] : [file])));
  const documents = new Map(prepared.notes.map(({ name, documentNo }) => [name, documentNo]));
  return {
    result: { ...result, findings },
    checkpoints: outcome.checkpoints.map((status) => ({
      ...status,
      documentNo: documents.get(status.name)!,
      flagged: flagged.has(`${prepared.chain.folder}checkpoints/${status.name}`),
    })),
    state: prepared.problem === null ? stateOf(outcome, findings) : null,
    verifiedFrom: outcome.verifiedFrom,
    blocks: bytesOfDigests(outcome.blocks),
    firstBlock: outcome.firstBlock,
    brokenBlocks: brokenBlocks(prepared.lines, summaries, findings),
    outsideParties: partiesOf(outcome.checkpoints),
    needsZero,
  };
}

/** A chain whose manifest cannot be read: nothing is proven wrong, and nothing can be proven. */
function undecided(
  prepared: PreparedChain,
  result: ChainResult,
  problem: { readonly message: string; readonly nextStep: string },
): ChainResult {
  const finding: Finding = {
    code: 'CANON_PROFILE_UNKNOWN',
    severity: severityOf('CANON_PROFILE_UNKNOWN'),
    file: `${prepared.chain.folder}chain.json`,
    log: prepared.chain.log,
    index: null,
    line: null,
    byte_offset: null,
    byte_length: null,
    receipt_id: null,
    json_pointer: null,
    expected: null,
    actual: null,
    last_good_index: null,
    gap: null,
    evidence: [],
    explain: problem.message,
    next_step: problem.nextStep,
  };
  return {
    ...result,
    verdict: result.verdict === 'BROKEN' ? 'BROKEN' : 'INDETERMINATE',
    findings_total: result.findings_total + 1,
    findings: [...result.findings, finding].slice(0, FINDINGS_CAP),
  };
}

/** Errors of notes are found anew each time, and say nothing about what a state vouches for. */
const isBeyondNotes = ({ code, severity }: Finding): boolean => severity === 'error' && !code.startsWith('NOTE_');

/** Findings about receipts stay; those about the end of the file, the log and its notes are made anew each time. */
export const isSettled = (finding: Pick<Finding, 'code' | 'index' | 'byte_offset'>): boolean =>
  finding.index !== null && finding.byte_offset !== null && finding.code !== 'CHAIN_TORN_TAIL';

const settledFindings = (db: StoreDb, streamNo: number): Finding[] =>
  db
    .all<{ document: string }>(
      `SELECT d.document FROM stream_verdicts v JOIN verification_findings f USING (verification_no) JOIN receipt_findings d USING (finding_no)
       WHERE v.stream_no = ? ORDER BY f.place`,
      [streamNo],
    )
    .map(({ document }) => JSON.parse(document) as Finding)
    .filter(isSettled);

/**
 * The state to go on from. Only a chain in which nothing is wrong is gone on from: what a break is called depends on all
 * that comes after it, and whether a time lies in the future depends on when one asks.
 */
function stateOf(outcome: ChainOutcome, findings: readonly Finding[]): string | null {
  const { state } = outcome;
  if (state === null || state.earlier.errors > 0 || state.earlier.undecided) return null;
  // A head that did not agree would be taken for one that did.
  if (findings.some(isBeyondNotes)) return null;
  const settled = findings.filter(isSettled);
  if (settled.length !== state.earlier.warnings || settled.some(({ code }) => code !== 'CLOCK_BACKWARD')) return null;
  return serialiseState(state);
}

function brokenBlocks(lines: number, summaries: readonly SegmentSummary[], findings: readonly Finding[]): Uint8Array {
  const bits = new Uint8Array(Math.ceil(Math.ceil(lines / BLOCK_ENTRIES) / 8));
  const mark = (index: number | null | undefined): void => {
    const block = Math.floor((index ?? -1) / BLOCK_ENTRIES);
    if (block >= 0 && block >> 3 < bits.length) bits[block >> 3]! |= 1 << (block & 7);
  };
  for (const { findings: collected, breaks } of summaries) {
    for (const draft of collected.lanes.flat()) if (severityOf(draft.code) === 'error') mark(draft.index);
    for (const { index } of breaks) mark(index);
  }
  for (const { severity, index } of findings) if (severity === 'error') mark(index);
  return bits;
}

function partiesOf(checkpoints: readonly CheckpointStatus[]): string[] {
  const [newest] = checkpoints.filter(({ state }) => state === 'agrees').sort((a, b) => b.size! - a.size!);
  // The log's own signature anchors, but it is the source's: outside is who cosigned it.
  return [...new Set((newest?.signedBy ?? []).filter(({ trusted, kind }) => trusted && kind === 'witness').map(({ name }) => name))];
}
