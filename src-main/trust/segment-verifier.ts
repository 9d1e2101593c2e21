/**
 * Verifies a stretch of a chain, line by line: canonical form, schema, hash, links inside the stretch, times, Merkle
 * leaves. It needs nothing from the stretch before it, so stretches run in parallel; what it cannot judge alone (its first
 * link, its first time) goes into a small summary for the one that joins (chain-joiner.ts).
 */
import { hash } from 'node:crypto';
import { type StretchNodes, StretchCollector } from './block-range.ts';
import { scanCanonicalObject } from './canonical-scanner.ts';
import { type CollectedFindings, FindingCollector, FINDINGS_CAP, type FindingCode, type FindingDraft } from './findings.ts';
import type { ChainProfile } from './chain-profile.ts';
import type { LegacyLayout } from './legacy-profile.ts';
import type { LinePosition, LineSink } from './line-sink.ts';
import { afterLine, afterUnreadable, judgeLink, LINK_START, type LinkBreak, type LinkState } from './link-rules.ts';
import type { Digest } from './merkle.ts';
import { CURRENT_HASH, PREVIOUS_HASH, RECEIPT_ID, ReceiptFields, TIMESTAMP } from './receipt-fields.ts';
import { type LineFacts, readLegacyLine, readUnusualLine } from './record-reader.ts';
import { fitsPlainly, isHex64, recomputeHash } from './receipt-rules.ts';
import { fingerprint, FingerprintList, type SuspectLine } from './repeated-ids.ts';
import { formatTimestamp, parseTimestamp } from './timestamps.ts';

export interface SegmentOptions {
  /** null: the profile is not known; lines are only counted and hashed into the log. */
  readonly profile: ChainProfile | null;
  readonly start: LinePosition;
  /** The layout of profile `erlmcp-json-0`; null: none reproduces the first record; undefined: find it there. */
  readonly layout?: LegacyLayout | null;
  /** Later than this is the future. Milliseconds since 1970. */
  readonly nowMs: number;
  /** Sizes of the log whose roots are wanted, ascending. */
  readonly sizes: readonly number[];
  /** Whether to build the Merkle log; only measurements do without. */
  readonly merkle?: boolean;
  /** Called for the id and the recomputed hash of each readable receipt, where they are held against an index. */
  readonly onId?: (place: SuspectLine, own: string | null) => void;
}

/** A receipt by its place, for findings about two of them. */
export interface TimedPlace {
  readonly index: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly receiptId: string | null;
  readonly timeMs: number;
}

/** Consecutive receipts whose time is in the future. */
export interface FutureRun {
  readonly first: TimedPlace;
  /** Index after the last one. */
  to: number;
  latestMs: number;
}

/** What must be joined with the stretch before: the first readable line. */
export interface FirstLink {
  /** Unreadable lines came before it in this stretch. */
  readonly afterUnreadable: boolean;
  readonly previous: string | null | undefined;
  readonly own: string | null;
  readonly stated: string | null;
  readonly asBreak: LinkBreak;
  /** The line after it names the same; that break was not recorded if this one is a break. */
  pairedWith: LinkBreak | null;
}

/** What a stretch comes to. Structured-cloneable; its size does not depend on the stretch but for the fingerprints. */
export interface SegmentSummary {
  readonly start: LinePosition;
  readonly end: LinePosition;
  readonly layout: LegacyLayout | null | undefined;
  readonly firstLink: FirstLink | null;
  readonly link: LinkState;
  /** The last line of the stretch is the one of `firstLink`. */
  readonly lastIsFirst: boolean;
  readonly breaks: readonly LinkBreak[];
  readonly breaksDropped: number;
  readonly firstTime: TimedPlace | null;
  readonly lastTime: TimedPlace | null;
  readonly futureRuns: readonly FutureRun[];
  readonly futureRunsDropped: number;
  readonly findings: CollectedFindings;
  readonly nodes: StretchNodes | null;
  readonly fingerprints: Float64Array<ArrayBuffer>;
  /** Bytes after the last LF. */
  readonly tornBytes: number;
}

/** Breaks that are kept for classification; further ones are counted. */
export const BREAKS_CAP = 2 * FINDINGS_CAP;

/** Holds a copy of a line where the line's own buffer cannot serve. */
const padded = Buffer.alloc(65_535 + 2, 0x0a);

export class SegmentVerifier implements LineSink {
  readonly #options: SegmentOptions;
  readonly #fields = new ReceiptFields();
  readonly #findings = new FindingCollector();
  readonly #nodes: StretchCollector | null;
  readonly #ids = new FingerprintList();
  #layout: LegacyLayout | null | undefined;
  #index: number;
  #offset: number;
  #link: LinkState = LINK_START;
  #firstLink: FirstLink | null = null;
  #lastReadable = -1;
  readonly #breaks: LinkBreak[] = [];
  #breaksDropped = 0;
  #lastBreak: LinkBreak | null = null;
  #firstTime: TimedPlace | null = null;
  #lastTimeMs = NaN;
  #lastTimeIndex = -1;
  readonly #futureRuns: FutureRun[] = [];
  #futureRunsDropped = 0;
  #tornBytes = 0;

  constructor(options: SegmentOptions) {
    this.#options = options;
    this.#layout = options.layout;
    this.#index = options.start.index;
    this.#offset = options.start.byteOffset;
    this.#nodes = options.merkle === false ? null : new StretchCollector(options.start.index, options.sizes);
  }

  get lines(): number {
    return this.#index - this.#options.start.index;
  }

  get findingsTotal(): number {
    return this.#findings.total + this.#breaks.length + this.#breaksDropped;
  }

  line(buffer: Buffer, start: number, end: number): void {
    let bytes = buffer;
    let from = start;
    let to = end;
    if (start === 0 || buffer.length === end) {
      // No byte before the line for the leaf prefix, or none behind it to stop the scanner.
      to = 1 + buffer.copy(padded, 1, start, end);
      padded[to] = 0x0a;
      from = 1;
      bytes = padded;
    }
    if (this.#nodes !== null) {
      const before = bytes[from - 1]!;
      bytes[from - 1] = 0;
      this.#nodes.append(hash('sha256', bytes.subarray(from - 1, to), 'binary'));
      bytes[from - 1] = before;
    }
    if (this.#options.profile === 'jcs-sha256-1') {
      if (!this.#plainLine(bytes, from, to)) this.#take(bytes, from, to, readUnusualLine(Buffer.from(bytes.subarray(from, to))));
    } else if (this.#options.profile === 'erlmcp-json-0') {
      const facts = readLegacyLine(Buffer.from(bytes.subarray(from, to)), this.#layout, this.#index);
      this.#layout = facts.layout;
      this.#take(bytes, from, to, facts);
    }
    this.#index += 1;
    this.#offset += to - from + 1;
  }

  oversizedLine(byteLength: number, leaf: Digest): void {
    this.#nodes?.append(leaf);
    this.#add('CANON_SIZE', byteLength, { pointer: '', actual: String(byteLength), facts: { what: `is a record of ${byteLength} bytes` } });
    this.#link = afterUnreadable(this.#link);
    this.#index += 1;
    this.#offset += byteLength + 1;
  }

  tornTail(head: Buffer, byteLength: number): void {
    this.#tornBytes = byteLength;
    const zeros = head.every((byte) => byte === 0);
    const last = head.at(-1) === 0x7d && byteLength === head.length;
    this.#add('CHAIN_TORN_TAIL', byteLength, { facts: { bytes: byteLength, kind: zeros ? 'zeros' : last ? 'whole' : 'part' } });
  }

  /** The usual line, without a single object; false: ask the slow path. */
  #plainLine(bytes: Buffer, start: number, end: number): boolean {
    const fields = this.#fields;
    if (!scanCanonicalObject(bytes, start, end, fields) || !fitsPlainly(bytes, fields)) return false;
    const { valueStart, valueEnd } = fields;
    const timeMs = parseTimestamp(bytes, valueStart[TIMESTAMP]! + 1, valueEnd[TIMESTAMP]! - 1);
    if (Number.isNaN(timeMs)) return false;
    const hashAt = valueStart[CURRENT_HASH]! + 1;
    const stated = bytes.toString('latin1', hashAt, hashAt + 64);
    const own = recomputeHash(bytes, start, end, fields);
    if (own !== stated && !isHex64(bytes, hashAt)) return false;
    const previousAt = valueStart[PREVIOUS_HASH]! + 1;
    let previous: string | null = null;
    if (valueEnd[PREVIOUS_HASH]! - previousAt > 4) {
      previous = bytes.toString('latin1', previousAt, previousAt + 64);
      if (previous !== this.#link.hash && !isHex64(bytes, previousAt)) return false;
    }
    const idStart = valueStart[RECEIPT_ID]! + 1;
    const idEnd = valueEnd[RECEIPT_ID]! - 1;
    if (own !== stated) this.#hashMismatch(end - start, own, stated, idOf(bytes, idStart, idEnd));
    this.#ids.push(fingerprintOf(bytes, idStart, idEnd));
    if (this.#options.onId !== undefined) this.#tellId(idOf(bytes, idStart, idEnd), end - start, own);
    this.#takeLink(bytes, start, end, previous, own, stated, idStart, idEnd, timeMs);
    this.#takeTime(bytes, start, end, idStart, idEnd, timeMs);
    return true;
  }

  /** A line that the slow path has read. */
  #take(bytes: Buffer, start: number, end: number, facts: LineFacts): void {
    const { receiptId } = facts;
    for (const issue of facts.issues) {
      this.#findings.add({
        code: issue.code,
        index: this.#index,
        byteOffset: this.#offset + issue.offset,
        byteLength: issue.length,
        ...(receiptId === null ? {} : { receiptId }),
        ...(issue.pointer === null ? {} : { pointer: issue.pointer }),
        ...(this.#index > 0 ? { lastGoodIndex: this.#index - 1 } : {}),
        facts: { what: issue.what, at: issue.offset },
      });
    }
    if (!facts.readable) {
      this.#link = afterUnreadable(this.#link);
      return;
    }
    if (facts.own !== null && facts.stated !== null && facts.own !== facts.stated) {
      this.#hashMismatch(end - start, facts.own, facts.stated, receiptId);
    }
    if (receiptId !== null) {
      const id = Buffer.from(receiptId, 'utf8');
      this.#ids.push(fingerprint(id, 0, id.length));
      this.#tellId(receiptId, end - start, facts.own);
    }
    this.#takeLink(bytes, start, end, facts.previous, facts.own, facts.stated, -1, -1, facts.timeMs, receiptId);
    if (!Number.isNaN(facts.timeMs)) this.#takeTime(bytes, start, end, -1, -1, facts.timeMs, receiptId);
  }

  #tellId(id: string, byteLength: number, own: string | null): void {
    this.#options.onId?.({ id, index: this.#index, byteOffset: this.#offset, byteLength }, own);
  }

  #hashMismatch(byteLength: number, own: string, stated: string, receiptId: string | null): void {
    this.#add('RECEIPT_HASH_MISMATCH', byteLength, {
      ...(receiptId === null ? {} : { receiptId }),
      pointer: '/current_hash',
      expected: own,
      actual: stated,
    });
  }

  #takeLink(
    bytes: Buffer,
    start: number,
    end: number,
    previous: string | null | undefined,
    own: string | null,
    stated: string | null,
    idStart: number,
    idEnd: number,
    timeMs: number,
    id: string | null = null,
  ): void {
    let brokenNaming: string | null = null;
    if (this.#firstLink === null) {
      const asBreak = this.#makeBreak(bytes, start, end, previous ?? null, own, stated, idStart, idEnd, timeMs, id);
      this.#firstLink = { afterUnreadable: this.#link.started, previous, own, stated, asBreak, pairedWith: null };
      // Whether it is one is not known yet; the joiner decides.
      brokenNaming = previous ?? null;
      this.#lastBreak = asBreak;
    } else if (previous !== this.#link.hash || previous === null) {
      const judgement = judgeLink(this.#link, previous, own, stated, null);
      if (judgement !== 'ok') {
        brokenNaming = previous ?? null;
        const found = this.#makeBreak(bytes, start, end, previous ?? null, own, stated, idStart, idEnd, timeMs, id);
        if (judgement === 'pair' && this.#lastBreak === this.#firstLink.asBreak) {
          this.#firstLink.pairedWith = found;
          // Whether the first line is a break is not known here; if it is none, further lines pair with this one.
          this.#lastBreak = found;
        } else if (judgement === 'pair' && this.#lastBreak !== null) this.#lastBreak.pairedWith = this.#index;
        else this.#keepBreak(found);
      }
    }
    this.#link = afterLine(this.#link, own, stated, brokenNaming);
    this.#lastReadable = this.#index;
  }

  #keepBreak(found: LinkBreak): void {
    this.#lastBreak = found;
    if (this.#breaks.length < BREAKS_CAP) this.#breaks.push(found);
    else this.#breaksDropped += 1;
  }

  #makeBreak(
    bytes: Buffer,
    start: number,
    end: number,
    named: string | null,
    own: string | null,
    stated: string | null,
    idStart: number,
    idEnd: number,
    timeMs: number,
    id: string | null,
  ): LinkBreak {
    return {
      index: this.#index,
      byteOffset: this.#offset,
      byteLength: end - start,
      receiptId: idStart < 0 ? id : idOf(bytes, idStart, idEnd),
      timestamp: Number.isNaN(timeMs) ? null : formatTimestamp(timeMs),
      named,
      own,
      expected: this.#link.hash,
      altered: own !== null && stated !== null && own !== stated,
      pairedWith: null,
    };
  }

  #takeTime(bytes: Buffer, start: number, end: number, idStart: number, idEnd: number, timeMs: number, id: string | null = null): void {
    const isFuture = timeMs > this.#options.nowMs;
    if (isFuture || this.#firstTime === null || timeMs < this.#lastTimeMs) {
      const place: TimedPlace = {
        index: this.#index,
        byteOffset: this.#offset,
        byteLength: end - start,
        receiptId: idStart < 0 ? id : idOf(bytes, idStart, idEnd),
        timeMs,
      };
      if (timeMs < this.#lastTimeMs) this.#findings.add(clockBackward(place, this.#lastTimeMs, this.#lastTimeIndex));
      this.#firstTime ??= place;
      if (isFuture) this.#takeFuture(place);
    }
    this.#lastTimeMs = timeMs;
    this.#lastTimeIndex = this.#index;
  }

  #takeFuture(place: TimedPlace): void {
    const run = this.#futureRuns.at(-1);
    if (run?.to === place.index) {
      run.to += 1;
      run.latestMs = Math.max(run.latestMs, place.timeMs);
    } else if (this.#futureRuns.length < FINDINGS_CAP) {
      this.#futureRuns.push({ first: place, to: place.index + 1, latestMs: place.timeMs });
    } else {
      this.#futureRunsDropped += 1;
    }
  }

  #add(code: FindingCode, byteLength: number, rest: Omit<FindingDraft, 'code' | 'index' | 'byteOffset' | 'byteLength'>): void {
    this.#findings.add({
      code,
      index: this.#index,
      byteOffset: this.#offset,
      byteLength,
      ...(this.#index > 0 ? { lastGoodIndex: this.#index - 1 } : {}),
      ...rest,
    });
  }

  finish(): SegmentSummary {
    return {
      start: this.#options.start,
      end: { index: this.#index, byteOffset: this.#offset },
      layout: this.#layout,
      firstLink: this.#firstLink,
      link: this.#link,
      lastIsFirst:
        this.#firstLink !== null && this.#lastReadable === this.#firstLink.asBreak.index && this.#lastReadable === this.#index - 1,
      breaks: this.#breaks,
      breaksDropped: this.#breaksDropped,
      firstTime: this.#firstTime,
      lastTime:
        this.#lastTimeIndex < 0
          ? null
          : { index: this.#lastTimeIndex, byteOffset: 0, byteLength: 0, receiptId: null, timeMs: this.#lastTimeMs },
      futureRuns: this.#futureRuns,
      futureRunsDropped: this.#futureRunsDropped,
      findings: this.#findings.collected(),
      nodes: this.#nodes?.finish() ?? null,
      fingerprints: this.#ids.take(),
      tornBytes: this.#tornBytes,
    };
  }
}

/** A receipt that is older than the one before it. */
export const clockBackward = (place: TimedPlace, beforeMs: number, beforeIndex: number): FindingDraft => ({
  code: 'CLOCK_BACKWARD',
  index: place.index,
  byteOffset: place.byteOffset,
  byteLength: place.byteLength,
  ...(place.receiptId === null ? {} : { receiptId: place.receiptId }),
  pointer: '/timestamp',
  expected: formatTimestamp(beforeMs),
  actual: formatTimestamp(place.timeMs),
  facts: { before: beforeIndex },
});

/** An id counts as what it says, not as it is spelled: the other profile, and the second pass, unescape it. */
function fingerprintOf(bytes: Buffer, start: number, end: number): number {
  for (let i = start; i < end; i += 1) {
    if (bytes[i] !== 0x5c) continue;
    const said = Buffer.from(idOf(bytes, start, end), 'utf8');
    return fingerprint(said, 0, said.length);
  }
  return fingerprint(bytes, start, end);
}

/** Text of an id that has no escapes, or of one whose escapes are JSON's. */
function idOf(bytes: Buffer, start: number, end: number): string {
  const spelled = bytes.toString('utf8', start, end);
  return spelled.includes('\\') ? (JSON.parse(`"${spelled}"`) as string) : spelled;
}
