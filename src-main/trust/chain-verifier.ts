/**
 * Verifies one chain: first pass over all lines (in one stretch or in many), second pass over what failed, checkpoints,
 * verdict. `verifyChain` does it in one go; `ChainRun` is the same in steps, for those that spread the passes over threads.
 */
import { BLOCK_ENTRIES } from './block-range.ts';
import { classifyBreaks, hashesOfBreaks } from './break-classifier.ts';
import { ChainJoiner } from './chain-joiner.ts';
import { ChainProbe, NO_HITS, type ProbeHits, type ProbeTargets } from './chain-probe.ts';
import { type ChainProfile, profileOf } from './chain-profile.ts';
import { type ChainVerifierState, digestOfHeads } from './chain-state.ts';
import { type FindingContext, publishFinding } from './explain.ts';
import { type Finding, FindingCollector, type FindingDraft } from './findings.ts';
import type { LegacyLayout } from './legacy-profile.ts';
import type { Breathe, LinePosition, LineSource } from './line-sink.ts';
import {
  type CheckpointFile,
  checkpointStatuses,
  type CheckpointStatus,
  judgeLog,
  type LastSeen,
  type LogToJudge,
  openNotes,
  type OpenedNotes,
} from './log-judge.ts';
import { type Digest, digestToHex, EMPTY_ROOT } from './merkle.ts';
import type { VerifierKey } from './note-key.ts';
import { RepeatedIds } from './repeated-id-findings.ts';
import { repeatedFingerprints } from './repeated-ids.ts';
import { type SegmentOptions, type SegmentSummary, SegmentVerifier } from './segment-verifier.ts';

export { profileOf } from './chain-profile.ts';

export type Verdict = 'VERIFIED' | 'VERIFIED_UNANCHORED' | 'BROKEN' | 'INDETERMINATE';

/** From the worst to the best. */
export const VERDICTS_BY_WEIGHT: readonly Verdict[] = ['BROKEN', 'INDETERMINATE', 'VERIFIED_UNANCHORED', 'VERIFIED'];

export const worstVerdict = (verdicts: readonly Verdict[]): Verdict =>
  VERDICTS_BY_WEIGHT.find((verdict) => verdicts.includes(verdict)) ?? 'VERIFIED';

export interface ChainToVerify {
  /** `chain_id`: the name of the chain's log. */
  readonly log: string;
  /** As chain.json says; a profile that is not known here makes the verdict INDETERMINATE. */
  readonly profile: string;
  readonly genesisHash: string | null;
  readonly source: string | null;
  /** Path of the chain's folder below what is verified, with '/' at its end, or empty; for findings. */
  readonly folder: string;
  readonly receiptsFile: string;
}

export interface ChainRunOptions {
  readonly chain: ChainToVerify;
  readonly checkpoints: readonly CheckpointFile[];
  readonly trustedKeys: readonly VerifierKey[];
  /** The head that is remembered outside the folder; a chain that has fallen behind it was rolled back. */
  readonly lastSeen?: LastSeen;
  /** For CLOCK_FUTURE; milliseconds since 1970. */
  readonly nowMs: number;
  /** Go on from here; ignored where a checkpoint asks for what lies before it. */
  readonly state?: ChainVerifierState;
  /** Digests of all whole blocks at an earlier verification: names the block that was rewritten. */
  readonly knownBlocks?: readonly Digest[];
  /** Only measurements do without. */
  readonly merkle?: boolean;
}

export interface ChainResult {
  readonly chain_id: string;
  readonly profile: string;
  readonly receipts: number;
  readonly bytes: number;
  /** Root of the Merkle log, hex; null where it was not built. */
  readonly root: string | null;
  readonly anchored_size: number;
  readonly verdict: Verdict;
  readonly findings_total: number;
  readonly findings: readonly Finding[];
}

export interface ChainOutcome {
  readonly result: ChainResult;
  readonly checkpoints: readonly CheckpointStatus[];
  /** To go on from; null where the chain cannot be verified by parts. */
  readonly state: ChainVerifierState | null;
  /** Index of the first line that was read: 0, or where the state stood. */
  readonly verifiedFrom: number;
  /** Digests of the blocks of 256 that became whole from block `firstBlock` on. */
  readonly blocks: readonly Digest[];
  readonly firstBlock: number;
}

const EMPTY = new Float64Array(0);

export class ChainRun {
  readonly start: LinePosition;
  readonly profile: ChainProfile | null;
  readonly #options: ChainRunOptions;
  readonly #notes: OpenedNotes;
  readonly #state: ChainVerifierState | undefined;
  readonly #joiner: ChainJoiner;

  constructor(options: ChainRunOptions) {
    this.#options = options;
    const { chain, state } = options;
    this.profile = profileOf(chain.profile);
    this.#notes = openNotes(options.checkpoints, options.trustedKeys, chain.log);
    this.#state = state !== undefined && this.#mayResume(state) ? state : undefined;
    this.start = this.#state === undefined ? { index: 0, byteOffset: 0 } : { index: this.#state.index, byteOffset: this.#state.byteOffset };
    this.#joiner = new ChainJoiner({
      genesisHash: chain.genesisHash,
      nowMs: options.nowMs,
      ...(this.#state === undefined ? {} : { start: { ...this.#state, position: this.start } }),
    });
  }

  /** Old heads must be the ones that were checked; the last seen one must not lie before the state. */
  #mayResume(state: ChainVerifierState): boolean {
    const { chain, lastSeen } = this.#options;
    if (state.log !== chain.log || state.profile !== chain.profile || state.genesisHash !== chain.genesisHash) return false;
    if (this.profile === null) return false;
    if (digestOfHeads(this.#notes.heads.filter(({ size }) => size < state.index)) !== state.heads) return false;
    const [atState] = this.#notes.heads.filter(({ size }) => size === state.index);
    if (atState !== undefined && state.range.root() !== atState.root) return false;
    return lastSeen === undefined || lastSeen.size >= state.index;
  }

  /** Bytes of fingerprints for each receipt, to be searched for repeats together with those of other chains. */
  get fingerprints(): readonly Float64Array<ArrayBuffer>[] {
    return this.#joiner.fingerprints;
  }

  get hasErrors(): boolean {
    return this.#joiner.findings.errors > 0 || this.#joiner.breaks.length > 0;
  }

  /** Options for the verifier of a stretch that starts at `start`. */
  segmentOptions(start: LinePosition, layout: LegacyLayout | null | undefined = this.#joiner.layout): SegmentOptions {
    const { lastSeen, nowMs, merkle } = this.#options;
    const sizes = new Set(this.#notes.heads.map(({ size }) => size));
    if (lastSeen !== undefined) sizes.add(lastSeen.size);
    return {
      profile: this.profile,
      start,
      nowMs,
      sizes: [...sizes].filter((size) => size > 0).sort((a, b) => a - b),
      ...(layout === undefined ? {} : { layout }),
      ...(merkle === undefined ? {} : { merkle }),
    };
  }

  /** Takes the stretches of the first pass, in order. */
  join(summary: SegmentSummary): void {
    this.#joiner.add(summary);
  }

  endFirstPass(): void {
    this.#joiner.finish();
  }

  /** What the second pass must look for; null where it is not needed. */
  probeTargets(suspects: Float64Array = EMPTY): ProbeTargets | null {
    const { breaks, findings, layout } = this.#joiner;
    if (this.profile === null) return null;
    const mismatches = findings.kept().filter(({ code }) => code === 'RECEIPT_HASH_MISMATCH');
    if (breaks.length === 0 && mismatches.length === 0 && suspects.length === 0) return null;
    const hashes = hashesOfBreaks(breaks);
    for (const { expected, actual } of mismatches) {
      hashes.add(expected!);
      hashes.add(actual!);
    }
    const substitutions = breaks
      .filter(({ altered, named, expected }) => altered && named !== null && expected !== null)
      .map(({ index, expected }) => ({ index, previous: expected! }));
    return { profile: this.profile, layout, hashes: [...hashes], suspects, substitutions };
  }

  /** Ends the run. `extra` are findings that only the caller could make: ids that repeat elsewhere. */
  conclude(hits: ProbeHits, extra: readonly FindingDraft[] = [], extraCount = 0): ChainOutcome {
    const { chain } = this.#options;
    const joiner = this.#joiner;
    const log = this.#logToJudge();
    const judged = judgeLog(log, {
      heads: joiner.hasLog ? this.#notes.heads : [],
      lastSeen: joiner.hasLog ? this.#options.lastSeen : undefined,
      knownBlocks: this.#options.knownBlocks,
      tornBytes: joiner.tornBytes,
    });
    const { index: receipts } = joiner.position;

    const settled = new FindingCollector();
    settled.merge(joiner.findings.collected());
    const context = { genesisHash: chain.genesisHash, receipts, trustedSize: judged.trustedSize, breaksDropped: joiner.breaksDropped };
    for (const draft of classifyBreaks(joiner.breaks, hits, context)) settled.add(withHashes(draft, chain, joiner.breaks));
    settled.count('CHAIN_DELETED', joiner.breaksDropped);
    for (const draft of extra) settled.add(draft);
    settled.count('CHAIN_DUPLICATE_ID', extraCount);
    explainMismatches(settled.kept(), hits);

    const all = new FindingCollector();
    all.merge(settled.collected());
    if (receipts === 0 && joiner.tornBytes === 0 && chain.genesisHash !== null) all.add(emptied(chain.genesisHash, judged.trustedSize));
    if (this.profile === null)
      all.add({
        code: 'CANON_PROFILE_UNKNOWN',
        file: 'chain.json',
        pointer: '/profile',
        actual: chain.profile,
        facts: { profile: chain.profile },
      });
    for (const draft of [...this.#notes.findings, ...judged.findings]) all.add(draft);

    const before = this.#state?.earlier ?? { errors: 0, warnings: 0, undecided: false };
    const undecided = before.undecided || this.profile === null || joiner.layout === null;
    const errors = all.errors + before.errors;
    const verdict = errors > 0 ? 'BROKEN' : undecided ? 'INDETERMINATE' : judged.anchored ? 'VERIFIED' : 'VERIFIED_UNANCHORED';
    const words: FindingContext = { folder: chain.folder, receiptsFile: chain.receiptsFile, log: chain.log, source: chain.source };
    const torn = joiner.tornBytes > 0 ? 1 : 0;
    const earlier = { errors: settled.errors - torn + before.errors, warnings: settled.warnings + before.warnings, undecided };
    return {
      result: {
        chain_id: chain.log,
        profile: chain.profile,
        receipts,
        bytes: joiner.position.byteOffset + joiner.tornBytes,
        root: joiner.hasLog ? digestToHex(joiner.log.root()) : null,
        anchored_size: judged.anchoredSize,
        verdict,
        findings_total: all.total + before.errors + before.warnings,
        findings: all.kept().map((draft) => publishFinding(draft, words)),
      },
      checkpoints: checkpointStatuses(this.#notes, log),
      state: this.profile === null || !joiner.hasLog ? null : this.#makeState(earlier),
      verifiedFrom: this.start.index,
      blocks: joiner.log.newBlocks,
      firstBlock: Math.floor(this.start.index / BLOCK_ENTRIES),
    };
  }

  /** The log, with the roots that are known without having been computed again. */
  #logToJudge(): LogToJudge {
    const { log } = this.#joiner;
    const vouched = new Map<number, Digest>([[0, EMPTY_ROOT]]);
    if (this.#state !== undefined) {
      for (const { size, root } of this.#notes.heads) if (size < this.#state.index) vouched.set(size, root);
      vouched.set(this.#state.index, this.#state.range.root());
    }
    return {
      size: this.#joiner.position.index,
      rootAt: (size) => log.rootAt(size) ?? vouched.get(size),
      blocks: log.newBlocks,
      blocksFrom: Math.floor(this.start.index / BLOCK_ENTRIES),
    };
  }

  #makeState(earlier: ChainVerifierState['earlier']): ChainVerifierState {
    const { chain } = this.#options;
    const { position, link, lastTimeMs, lastTimeIndex, layout, log } = this.#joiner;
    return {
      profile: chain.profile,
      log: chain.log,
      genesisHash: chain.genesisHash,
      index: position.index,
      byteOffset: position.byteOffset,
      link,
      lastTimeMs,
      lastTimeIndex,
      layout,
      range: log.range(),
      heads: digestOfHeads(this.#notes.heads.filter(({ size }) => size < position.index)),
      earlier,
    };
  }
}

/** Says which member of an altered receipt the neighbours confirm. */
function explainMismatches(drafts: readonly FindingDraft[], hits: ProbeHits): void {
  const linkOnly = new Set(hits.substituted);
  for (const draft of drafts) {
    if (draft.code !== 'RECEIPT_HASH_MISMATCH' || draft.index === undefined) continue;
    const successor = draft.index + 1;
    const namedHere = (hash: string | undefined): boolean => hash !== undefined && (hits.namedBy.get(hash) ?? []).includes(successor);
    const cause = linkOnly.has(draft.index) ? 'link' : namedHere(draft.actual) ? 'stated' : namedHere(draft.expected) ? 'computed' : '';
    draft.facts = { ...draft.facts, cause, successor };
    if (cause === 'link') draft.pointer = '/previous_receipt_hash';
    if (cause === 'stated') draft.evidence = [{ what: 'names the stated hash', index: successor, value: draft.actual! }];
    if (cause === 'computed') draft.evidence = [{ what: 'names the computed hash', index: successor, value: draft.expected! }];
  }
}

/** A beginning that was not declared compares hashes of receipts, not links. */
function withHashes(
  draft: FindingDraft,
  chain: ChainToVerify,
  breaks: readonly { readonly index: number; readonly own: string | null }[],
): FindingDraft {
  if (draft.code !== 'CHAIN_GENESIS_UNDECLARED' || draft.facts?.kind !== 'first') return draft;
  const own = breaks.find(({ index }) => index === draft.index)?.own ?? '';
  return { ...draft, expected: chain.genesisHash ?? '', actual: own, facts: { ...draft.facts, own, genesis: chain.genesisHash ?? '' } };
}

const emptied = (genesisHash: string, trustedSize: number | null): FindingDraft => ({
  code: 'CHAIN_DELETED',
  index: 0,
  gap: { from: 0, to: trustedSize, count: trustedSize ?? 'unknown' },
  evidence: [{ what: 'genesis_hash of chain.json', file: 'chain.json', value: genesisHash }],
});

/** Tells which of some ids earlier receipts have already, and at which index. */
export type KnownIds = (ids: readonly string[]) => Promise<ReadonlyMap<string, number>>;

export interface VerifyChainOptions extends ChainRunOptions {
  readonly source: LineSource;
  /** Called between slices of work with the bytes done so far; reject in order to cancel. */
  readonly breathe?: Breathe;
  /** Where verification goes on from a state: looks new ids up among those before it. */
  readonly lookUpKnownIds?: KnownIds;
}

/** A source that has become shorter than what was verified is read from the beginning. */
function withReachableState(options: VerifyChainOptions): ChainRunOptions {
  const { state, ...rest } = options;
  const { byteLength } = options.source;
  return state === undefined || (byteLength !== null && byteLength < state.byteOffset) ? rest : { ...rest, state };
}

/** Verifies one chain on this thread. Rejects only with what the source or `breathe` throw. */
export async function verifyChain(options: VerifyChainOptions): Promise<ChainOutcome> {
  const { source } = options;
  const breathe: Breathe = options.breathe ?? (() => undefined);
  const run = new ChainRun(withReachableState(options));
  const known = new RepeatedIds();
  const lookUp = run.start.index > 0 ? options.lookUpKnownIds : undefined;
  const segment = new SegmentVerifier({
    ...run.segmentOptions(run.start),
    ...(lookUp === undefined ? {} : { onId: (place) => known.collect(place) }),
  });
  const flush = async (): Promise<void> => {
    if (lookUp !== undefined) await known.flush(lookUp);
  };
  await source.feed(segment, run.start, async (bytes) => {
    await flush();
    await breathe(bytes);
  });
  await flush();
  run.join(segment.finish());
  run.endFirstPass();

  const { suspects, repeats } = repeatedFingerprints(run.fingerprints);
  const targets = run.probeTargets(suspects);
  if (targets === null) return run.conclude(NO_HITS, known.findings);
  const probe = new ChainProbe(targets);
  await source.feed(probe, { index: 0, byteOffset: 0 }, breathe);
  const hits = probe.finish();
  const drafts = known.among(
    null,
    hits.suspects.filter(({ index }) => index >= run.start.index),
  );
  return run.conclude(hits, [...known.findings, ...drafts], known.uncounted(repeats));
}
