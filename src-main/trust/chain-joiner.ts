/** Joins the summaries of stretches, in order, into what is known of the whole chain after the first pass. */
import { BlockedLog } from './block-range.ts';
import { FindingCollector, type FindingDraft } from './findings.ts';
import type { LegacyLayout } from './legacy-profile.ts';
import type { LinePosition } from './line-sink.ts';
import { afterLine, afterUnreadable, judgeLink, LINK_START, type LinkBreak, type LinkState } from './link-rules.ts';
import type { CompactRange } from './merkle.ts';
import { BREAKS_CAP, clockBackward, type FirstLink, type FutureRun, type SegmentSummary } from './segment-verifier.ts';
import { formatTimestamp } from './timestamps.ts';

/** Where an earlier verification stopped; see chain-state.ts. */
export interface JoinerStart {
  readonly position: LinePosition;
  readonly link: LinkState;
  readonly lastTimeMs: number | null;
  readonly lastTimeIndex: number | null;
  readonly range: CompactRange;
  readonly layout: LegacyLayout | null | undefined;
}

export interface JoinerOptions {
  readonly genesisHash: string | null;
  /** For CLOCK_FUTURE: what `now` was. */
  readonly nowMs: number;
  readonly start?: JoinerStart;
}

export class ChainJoiner {
  readonly findings = new FindingCollector();
  readonly log: BlockedLog;
  readonly breaks: LinkBreak[] = [];
  readonly fingerprints: Float64Array<ArrayBuffer>[] = [];
  breaksDropped = 0;
  /** Whether any stretch was joined without its Merkle nodes. */
  hasLog = true;
  layout: LegacyLayout | null | undefined;
  position: LinePosition;
  tornBytes = 0;
  link: LinkState;
  lastTimeMs: number | null;
  lastTimeIndex: number | null;
  readonly #options: JoinerOptions;
  #run: FutureRun | null = null;
  #lastBreak: LinkBreak | null = null;

  constructor(options: JoinerOptions) {
    const { start } = options;
    this.#options = options;
    this.log = new BlockedLog(start?.range);
    this.position = start?.position ?? { index: 0, byteOffset: 0 };
    this.link = start?.link ?? LINK_START;
    this.lastTimeMs = start?.lastTimeMs ?? null;
    this.lastTimeIndex = start?.lastTimeIndex ?? null;
    this.layout = start?.layout;
  }

  /** Takes the next stretch; it must start where the last one ended. */
  add(summary: SegmentSummary): void {
    if (summary.start.index !== this.position.index || summary.start.byteOffset !== this.position.byteOffset) {
      throw new RangeError(`the stretch starts at line ${summary.start.index}, not at ${this.position.index}`);
    }
    this.findings.merge(summary.findings);
    this.#joinLinks(summary);
    this.#joinTimes(summary);
    if (summary.nodes === null) this.hasLog = false;
    else this.log.append(summary.nodes);
    this.fingerprints.push(summary.fingerprints);
    this.position = summary.end;
    if (summary.layout !== undefined) this.layout = summary.layout;
    this.tornBytes = summary.tornBytes;
  }

  #joinLinks(summary: SegmentSummary): void {
    const { firstLink } = summary;
    if (firstLink === null) {
      if (summary.end.index > summary.start.index) this.link = afterUnreadable(this.link);
      return;
    }
    const before = firstLink.afterUnreadable ? afterUnreadable(this.link) : this.link;
    const judgement = judgeLink(before, firstLink.previous, firstLink.own, firstLink.stated, this.#options.genesisHash);
    if (judgement === 'ok') {
      if (firstLink.pairedWith !== null) this.#keep(firstLink.pairedWith);
    } else {
      this.#takeFirstBreak(firstLink, judgement === 'pair', before);
    }
    for (const found of summary.breaks) this.#keep(found);
    this.breaksDropped += summary.breaksDropped;

    const { link } = summary;
    if (link.hash === null && link.beforeRun === null) {
      // No line of the stretch has a hash, so what stood before the stretch still is the last that had one.
      this.link = afterUnreadable(before);
    } else if (summary.lastIsFirst) {
      this.link = afterLine(before, firstLink.own, firstLink.stated, judgement === 'ok' ? null : (firstLink.previous ?? null));
    } else {
      this.link = link;
    }
  }

  #takeFirstBreak(first: FirstLink, isPair: boolean, before: LinkState): void {
    const found: LinkBreak = { ...first.asBreak, expected: before.hash };
    if (isPair && this.#lastBreak !== null) {
      this.#lastBreak.pairedWith = lastOfPair(first) ?? found.index;
      return;
    }
    found.pairedWith = lastOfPair(first);
    this.#keep(found);
  }

  #keep(found: LinkBreak): void {
    this.#lastBreak = found;
    if (this.breaks.length < BREAKS_CAP) this.breaks.push(found);
    else this.breaksDropped += 1;
  }

  #joinTimes(summary: SegmentSummary): void {
    const { firstTime, lastTime } = summary;
    if (firstTime !== null && this.lastTimeMs !== null && firstTime.timeMs < this.lastTimeMs) {
      this.findings.add(clockBackward(firstTime, this.lastTimeMs, this.lastTimeIndex!));
    }
    if (lastTime !== null) {
      this.lastTimeMs = lastTime.timeMs;
      this.lastTimeIndex = lastTime.index;
    }
    this.findings.count('CLOCK_FUTURE', summary.futureRunsDropped);
    for (const run of summary.futureRuns) {
      if (this.#run?.to === run.first.index) {
        this.#run.to = run.to;
        this.#run.latestMs = Math.max(this.#run.latestMs, run.latestMs);
      } else {
        this.#endRun();
        this.#run = { ...run };
      }
    }
  }

  #endRun(): void {
    if (this.#run === null) return;
    this.findings.add(clockFuture(this.#run, this.#options.nowMs));
    this.#run = null;
  }

  /** Call once, after the last stretch. */
  finish(): void {
    this.#endRun();
  }
}

/** The last of the lines after the first one that name the same predecessor. */
const lastOfPair = ({ pairedWith }: FirstLink): number | null => (pairedWith === null ? null : (pairedWith.pairedWith ?? pairedWith.index));

/** A run of receipts from the future is one finding. */
function clockFuture({ first, to, latestMs }: FutureRun, nowMs: number): FindingDraft {
  return {
    code: 'CLOCK_FUTURE',
    index: first.index,
    byteOffset: first.byteOffset,
    byteLength: first.byteLength,
    ...(first.receiptId === null ? {} : { receiptId: first.receiptId }),
    pointer: '/timestamp',
    expected: formatTimestamp(nowMs),
    actual: formatTimestamp(first.timeMs),
    gap: { from: first.index, to, count: to - first.index },
    facts: { latest: formatTimestamp(latestMs) },
  };
}
