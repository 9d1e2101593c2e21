/**
 * First step of verifying a stored stream: what it is held against, and from where. It goes on from the state of the last
 * verification only where that state provably fits what is stored now; in every doubt it starts from zero.
 */
import { createHash } from 'node:crypto';
import type { StoreDb } from '../store/index.ts';
import { parseCheckpoint } from '../trust/checkpoint.ts';
import { type ChainVerifierState, digestOfHeads, restoreState, serialiseState } from '../trust/chain-state.ts';
import { ChainRun, type ChainRunOptions, type ChainToVerify, profileOf } from '../trust/chain-verifier.ts';
import type { LinePosition } from '../trust/line-sink.ts';
import { type LastSeen, openNotes } from '../trust/log-judge.ts';
import { digestToHex } from '../trust/merkle.ts';
import { parseVerifierKey, type VerifierKey } from '../trust/note-key.ts';
import { parseNote } from '../trust/note.ts';
import { readLegacyLine } from '../trust/record-reader.ts';
import type { SegmentOptions } from '../trust/segment-verifier.ts';
import { type ChainPlace, type CountingNote, countingNotes, describeChain, lastDocumentNo, trustDigest } from './chain-inputs.ts';
import { digestsOf, readBlocks, storedRoots } from './merkle-tiles.ts';
import { readLine } from './receipt-bytes.ts';
import { findStream, type StreamRow } from './receipt-streams.ts';
import { StoredLines } from './stored-lines.ts';

/** Changes with every change of what a verification may say; a state of another version is not gone on from. */
export const RULE_VERSION = '1';

export interface StoredChainInput {
  readonly place: ChainPlace;
  readonly vkeys: readonly string[];
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly lastSeen: LastSeen | null;
  readonly fromZero: boolean;
  /** Whether a chain with the inputs of its last verification may be left as it is. */
  readonly skipUnchanged: boolean;
}

/** Everything a verification of a stream needs, in a form that crosses threads. */
export interface PreparedChain {
  readonly place: ChainPlace;
  readonly streamNo: number;
  /** Lines to verify: those that were there when it was prepared. */
  readonly lines: number;
  readonly chain: ChainToVerify;
  /** Why chain.json cannot be read; then nothing can be decided. */
  readonly problem: { readonly message: string; readonly nextStep: string } | null;
  readonly notes: readonly CountingNote[];
  readonly vkeys: readonly string[];
  readonly nowMs: number;
  readonly lastSeen: LastSeen | null;
  /** The state to go on from; null: from zero. */
  readonly state: string | null;
  readonly start: LinePosition;
  readonly verify: Omit<SegmentOptions, 'start' | 'onId'>;
  /** Digests of all whole blocks of the last verification, 32 bytes each. */
  readonly knownBlocks: Uint8Array | null;
  /** Lines that are in the index of fingerprints already. */
  readonly keyed: number;
  readonly lastDocumentNo: number;
  readonly trustSha256: string;
  readonly inputsSha256: string;
}

interface VerdictRow {
  readonly state: string | null;
  readonly state_sha256: string | null;
  readonly rule_version: string;
  readonly trust_sha256: string;
  readonly last_document_no: number;
  readonly keyed: number;
  readonly inputs_sha256: string;
  readonly receipts: number;
  readonly root: string | null;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The keys that were parsed last: every step of a verification needs the same ones. */
let parsedLast: { readonly of: string; readonly keys: readonly VerifierKey[] } = { of: '', keys: [] };

export const keysOf = (vkeys: readonly string[]): readonly VerifierKey[] => {
  const of = vkeys.join('\n');
  if (parsedLast.of !== of) {
    const keys = vkeys.flatMap((vkey) => {
      const parsed = parseVerifierKey(vkey);
      return parsed.ok ? [parsed.key] : [];
    });
    parsedLast = { of, keys };
  }
  return parsedLast.keys;
};

/** The options of a run over a prepared chain. */
export const runOptionsOf = (prepared: PreparedChain): ChainRunOptions => {
  const { chain, state } = prepared;
  const restored = state === null ? undefined : restoreState(state, chain);
  return {
    chain,
    checkpoints: prepared.notes,
    trustedKeys: keysOf(prepared.vkeys),
    nowMs: prepared.nowMs,
    ...(prepared.lastSeen === null ? {} : { lastSeen: prepared.lastSeen }),
    ...(restored === undefined ? {} : { state: restored }),
    ...(prepared.knownBlocks === null ? {} : { knownBlocks: digestsOf(prepared.knownBlocks) }),
  };
};

/** Prepares the current generation of a chain. `incomplete`: there is none, or its copy is not finished. */
export const prepareStored = (db: StoreDb, input: StoredChainInput): PreparedChain | 'incomplete' | 'unchanged' => {
  const { place, vkeys } = input;
  const stream = findStream(db, place.chainNo);
  if (stream?.complete !== true) return 'incomplete';
  const described = describeChain(db, place, stream);
  const row = db.get<VerdictRow>(
    `SELECT v.state, f.state_sha256, f.rule_version, f.trust_sha256, f.inputs_sha256, f.receipts, f.root, v.last_document_no, v.keyed
     FROM stream_verdicts v JOIN verifications f USING (verification_no) WHERE v.stream_no = ?`,
    [stream.streamNo],
  );
  const trustSha256 = trustDigest(vkeys);
  const lastDocument = lastDocumentNo(db, place.chainNo);
  const base: Base = {
    place,
    streamNo: stream.streamNo,
    lines: stream.lines,
    chain: described.chain,
    problem: described.problem,
    vkeys,
    nowMs: input.nowMs,
    keyed: Math.min(row?.keyed ?? 0, stream.lines),
    lastDocumentNo: lastDocument,
    trustSha256,
    inputsSha256: sha256(
      JSON.stringify([
        RULE_VERSION,
        described.manifestSha256,
        lastDocument,
        stream.streamNo,
        stream.lines,
        stream.lineBytes,
        stream.tailBytes,
        trustSha256,
      ]),
    ),
  };
  if (input.skipUnchanged && row?.inputs_sha256 === base.inputsSha256 && fits(row, input.lastSeen)) return 'unchanged';
  const resumed = !input.fromZero && described.problem === null && row !== undefined ? goOn(db, stream, base, row, input.lastSeen) : null;
  return resumed ?? fromZero(db, stream, base, input.lastSeen);
};

/** Whether what was verified last is what this installation remembers, or more. */
const fits = ({ receipts, root }: VerdictRow, lastSeen: LastSeen | null): boolean =>
  lastSeen === null || lastSeen.size < receipts || (lastSeen.size === receipts && lastSeen.root === root);

type Base = Omit<PreparedChain, 'notes' | 'lastSeen' | 'state' | 'start' | 'verify' | 'knownBlocks'>;

const START: LinePosition = { index: 0, byteOffset: 0 };

function fromZero(db: StoreDb, stream: StreamRow, base: Base, lastSeen: LastSeen | null): PreparedChain {
  const { chain } = base;
  const profile = profileOf(chain.profile);
  const notes = countingNotes(db, base.place.chainNo, chain.log, keysOf(base.vkeys));
  const firstLine = profile === 'erlmcp-json-0' ? readLine(db, stream, 0, 65_536) : null;
  const layout = firstLine === null ? undefined : (readLegacyLine(firstLine.bytes, undefined, 0).layout ?? null);
  const blocks = readBlocks(db, stream.streamNo);
  return {
    ...base,
    notes,
    lastSeen,
    state: null,
    start: START,
    verify: { profile, nowMs: base.nowMs, sizes: wantedSizes(notes, lastSeen, base.lines), ...(layout === undefined ? {} : { layout }) },
    knownBlocks: blocks.length === 0 ? null : blocks,
  };
}

/** Sizes whose roots may be asked for, without checking a signature: a root too many costs nothing. */
function wantedSizes(notes: readonly CountingNote[], lastSeen: LastSeen | null, lines: number): number[] {
  const sizes = new Set<number>(lastSeen === null ? [] : [lastSeen.size]);
  for (const { bytes } of notes) {
    const note = parseNote(bytes);
    const body = note.ok ? parseCheckpoint(note.note.text) : note;
    if (body.ok) sizes.add(body.checkpoint.size);
  }
  return [...sizes].filter((size) => size > 0 && size <= lines).sort((a, b) => a - b);
}

/** Goes on from the stored state, or null where anything about it does not fit. */
function goOn(db: StoreDb, stream: StreamRow, base: Base, row: VerdictRow, lastSeen: LastSeen | null): PreparedChain | null {
  const { chain } = base;
  if (row.state === null || sha256(row.state) !== row.state_sha256) return null;
  if (row.rule_version !== RULE_VERSION || row.trust_sha256 !== base.trustSha256) return null;
  const state = restoreState(row.state, chain);
  if (state === undefined || !standsIn(db, stream, state)) return null;

  const trustedKeys = keysOf(base.vkeys);
  const notes = countingNotes(
    db,
    base.place.chainNo,
    chain.log,
    trustedKeys,
    notesToLookAt(db, stream.streamNo, base, row.last_document_no),
  );
  const newNos = new Set(notes.filter(({ documentNo }) => documentNo > row.last_document_no).map(({ name }) => name));
  const { heads } = openNotes(notes, trustedKeys, chain.log);
  const below = heads.filter(({ name, size }) => size < state.index && newNos.has(name));
  const seenBelow = lastSeen !== null && lastSeen.size < state.index;
  if (below.length > 0 || seenBelow) {
    const sizes = [...below.map(({ size }) => size), ...(seenBelow ? [lastSeen.size] : [])];
    const roots = storedRoots(db, stream.streamNo, sizes, state.index, state.range.root());
    if (roots === null || below.some(({ size, root }) => roots.get(size) !== root)) return null;
    if (seenBelow && digestToHex(roots.get(lastSeen.size)!) !== lastSeen.root) return null;
  }
  if (lastSeen?.size === state.index && digestToHex(state.range.root()) !== lastSeen.root) return null;

  // Heads that agreed before are vouched for by the state; only those that are looked at again are bound to it.
  const bound: ChainVerifierState = { ...state, heads: digestOfHeads(heads.filter(({ size }) => size < state.index)) };
  const prepared = {
    ...base,
    notes,
    lastSeen: seenBelow ? null : lastSeen,
    state: serialiseState(bound),
    start: { index: state.index, byteOffset: state.byteOffset },
    knownBlocks: null,
  };
  const run = new ChainRun(runOptionsOf({ ...prepared, verify: { profile: profileOf(chain.profile), nowMs: base.nowMs, sizes: [] } }));
  if (run.start.index !== state.index) return null;
  const { start: _start, ...verify } = run.segmentOptions(run.start);
  return { ...prepared, verify };
}

/** Whether the stream still has what the state says was verified. */
function standsIn(db: StoreDb, stream: StreamRow, state: ChainVerifierState): boolean {
  if (state.index > stream.lines) return false;
  const offset = state.index === stream.lines ? stream.lineBytes : new StoredLines(db.raw, stream.streamNo).offsetOf(state.index);
  return offset === state.byteOffset;
}

/** Notes that came since, those about which something was found, and the newest that agrees. */
function notesToLookAt(db: StoreDb, streamNo: number, base: Base, lastLookedAt: number): Set<number> {
  const newest = db.get<{ document_no: number }>(
    `SELECT document_no FROM checkpoint_states WHERE stream_no = ? AND state = 'agrees' ORDER BY size DESC LIMIT 1`,
    [streamNo],
  );
  const nos = [
    ...db.all<{ document_no: number }>('SELECT document_no FROM chain_documents WHERE chain_no = ? AND document_no > ?', [
      base.place.chainNo,
      lastLookedAt,
    ]),
    ...db.all<{ document_no: number }>(
      `SELECT document_no FROM checkpoint_states WHERE stream_no = ? AND (flagged = 1 OR state <> 'agrees')`,
      [streamNo],
    ),
    ...(newest === undefined ? [] : [newest]),
  ];
  return new Set(nos.map(({ document_no: documentNo }) => documentNo));
}
