import type { AppendedDelivery, Delivery, HttpItem, QuarantineInput } from './feed-module.ts';
import { fetchPage, type HttpOptions, type Page, parseNdjson } from './http-reader.ts';
import { ITEM_UNUSABLE } from './quarantine.ts';
import { grouped } from './source.ts';
import type { FileCursor, PageCursor } from './sync-queries.ts';
import {
  changedPastResult,
  garbageError,
  newCursor,
  okResult,
  type RunContext,
  type RunResult,
  sha256Hex,
  shrankResult,
} from './sync-run.ts';

export interface HttpRunOptions {
  readonly token: string | null;
  readonly http: HttpOptions;
  /** Items a page. */
  readonly limit: number;
}

const START: PageCursor = { after: null, bytes: 0, sha256: null, etag: null };
/** A source that keeps handing out cursors without items would be read for ever. */
const MAX_EMPTY_PAGES = 100;

/** Thrown inside a run when the past is not what it was: everything is then read again and compared. */
class PastDiffers extends Error {
  readonly because: string;
  constructor(because: string) {
    super(because);
    this.because = because;
  }
}

/** One run of one feed of an HTTP source. */
export const syncHttp = async (run: RunContext, options: HttpRunOptions): Promise<RunResult> => {
  const reader = new HttpRun(run, options);
  let because = '';
  try {
    if (!run.full || run.begun.files.length === 0) return await reader.readOn();
  } catch (error) {
    if (!(error instanceof PastDiffers)) throw error;
    because = error.because;
  }
  try {
    return await reader.compareAll(because);
  } catch (error) {
    if (error instanceof PastDiffers)
      throw garbageError('The source changed its past while it was compared.', 'It is compared again with the next sync.');
    throw error;
  }
};

type PlacedItem = Exclude<HttpItem, { kind: 'garbage' }>;

/** Which files are delivered anew, after everything was compared. */
interface Plan {
  /** Appended files whose past differs: why, and how long they are now. */
  readonly restart: ReadonlyMap<string, { readonly because: string; readonly bytes: number }>;
  /** Whole files that changed: SHA-256 of what they are now. */
  readonly whole: ReadonlyMap<string, string>;
}

class HttpRun {
  private readonly ctx: RunContext;
  private readonly options: HttpRunOptions;
  private readonly known: Map<string, FileCursor>;
  private page: PageCursor;
  private doneBytes = 0;
  private takenBytes = 0;

  constructor(ctx: RunContext, options: HttpRunOptions) {
    this.ctx = ctx;
    this.options = options;
    this.known = new Map(ctx.begun.files.map((file) => [file.path, file]));
    this.page = ctx.begun.page;
  }

  /** Takes what stands after the cursor. */
  async readOn(plan?: Plan): Promise<RunResult> {
    let empty = 0;
    for (;;) {
      const page = await this.fetch(this.page);
      if (page.kind === 'not-modified') break;
      if (page.kind === 'cursor-gone') throw new PastDiffers('The source no longer knows where we left off.');
      if (page.kind === 'no-such-feed') return this.noSuchFeed();
      const next = this.nextCursor(page, this.page);
      await this.takePage(page, next, plan);
      if (page.next === null) break;
      empty = page.body.length === 0 ? empty + 1 : 0;
      if (empty > MAX_EMPTY_PAGES)
        throw garbageError('The source hands out cursors without items, without end.', 'Tell whoever runs the source.');
    }
    return okResult(this.cursorText(), this.takenBytes);
  }

  /** Reads everything from the beginning, compares it with what is stored, and takes anew what differs. */
  async compareAll(reason: string): Promise<RunResult> {
    const seen = new Map<string, { bytes: number; lines: number; because: string | null; sha256: string | null }>();
    let cursor: PageCursor = START;
    let empty = 0;
    for (;;) {
      const page = await this.fetch(cursor);
      if (page.kind === 'no-such-feed') return this.noSuchFeed();
      if (page.kind !== 'page') throw garbageError('The source refuses to begin from the start.', 'Tell whoever runs the source.');
      for (const { placed } of this.itemsOf(page.body, 1)) {
        if (placed === null) continue;
        const state = seen.get(placed.path) ?? { bytes: 0, lines: 0, because: null, sha256: null };
        seen.set(placed.path, state);
        if (placed.kind === 'whole') state.sha256 = sha256Hex(placed.bytes);
        else await this.compareLine(placed, state);
      }
      if (page.next === null) break;
      empty = page.body.length === 0 ? empty + 1 : 0;
      if (empty > MAX_EMPTY_PAGES)
        throw garbageError('The source hands out cursors without items, without end.', 'Tell whoever runs the source.');
      cursor = this.nextCursor(page, cursor);
    }
    const restart = new Map<string, { because: string; bytes: number }>();
    const whole = new Map<string, string>();
    const gone: string[] = [];
    let shrank: string | null = null;
    for (const known of this.known.values()) {
      const now = seen.get(known.path);
      if (now === undefined) gone.push(known.path);
      else if (known.kind === 'appended' && now.because !== null) restart.set(known.path, { because: now.because, bytes: now.bytes });
      else if (known.kind === 'appended' && now.bytes < known.taken) {
        const because = `It has ${grouped(now.bytes)} bytes; ${grouped(known.taken)} were taken before.`;
        shrank ??= `${known.path}: ${because}`;
        restart.set(known.path, { because, bytes: now.bytes });
      }
    }
    const changedPast = [...restart].find(([path]) => seen.get(path)?.because !== null);
    for (const [path, state] of seen) {
      const known = this.known.get(path);
      if (state.sha256 !== null && (known?.kind !== 'whole' || known.tailSha256 !== state.sha256)) whole.set(path, state.sha256);
    }
    this.page = START;
    const result = await this.readOn({ restart, whole });
    if (changedPast) return changedPastResult(this.cursorText(), [...restart.keys()], `${changedPast[0]}: ${changedPast[1].because}`);
    if (shrank !== null) return shrankResult(this.cursorText(), shrank);
    if (gone.length > 0)
      return shrankResult(this.cursorText(), `It no longer delivers ${gone[0]}${gone.length > 1 ? ` and ${gone.length - 1} more` : ''}.`);
    return { ...result, says: `${reason}${reason === '' ? '' : ' '}Everything was compared: the past is what it was. ${result.says}` };
  }

  private async compareLine(
    placed: Extract<PlacedItem, { kind: 'line' }>,
    state: { bytes: number; lines: number; because: string | null },
  ): Promise<void> {
    if (placed.line !== state.lines + 1) throw this.gap(placed, state.lines + 1);
    const { module, store, source } = this.ctx;
    const bytes = placed.ended ? withEnd(placed.bytes) : placed.bytes;
    const taken = this.known.get(placed.path)?.taken ?? 0;
    const known = Math.min(bytes.length, taken - state.bytes);
    if (known > 0 && state.because === null && module.firstDifference) {
      const at = await store.read('sync.compare', {
        feed: module.feed,
        sourceId: source.sourceId,
        path: placed.path,
        offset: state.bytes,
        bytes: bytes.slice(0, known),
      });
      if (at !== null) state.because = `From byte ${grouped(at)} (line ${grouped(placed.line)}) on it is not what was delivered before.`;
    }
    state.bytes += bytes.length;
    if (placed.ended) state.lines += 1;
  }

  private async takePage(page: Extract<Page, { kind: 'page' }>, next: PageCursor, plan: Plan | undefined): Promise<void> {
    const { bytes: skip, sha256 } = this.page;
    if (skip > 0 && (page.body.length < skip || sha256Hex(page.body.subarray(0, skip)) !== sha256))
      throw new PastDiffers('The page we had read in part is not what it was.');
    const fresh = page.body.subarray(skip);
    if (fresh.length === 0 && next.after === this.page.after) return;
    const firstItem = skip === 0 ? 1 : countLines(page.body.subarray(0, skip)) + 1;
    const deliveries = new DeliveryBuilder(this.ctx, this.known, plan);
    const unusable: QuarantineInput[] = [];
    for (const { placed, says, bytes, number } of this.itemsOf(fresh, firstItem)) {
      if (placed !== null) deliveries.add(placed, (line, due) => this.gap(line, due));
      else unusable.push(this.unusableItem(bytes, says, number));
    }
    const { list, cursors } = deliveries.finish();
    await this.ctx.take({ deliveries: list, unusable, cursors: [...cursors.values()], page: next });
    for (const [path, cursor] of cursors) this.known.set(path, cursor);
    this.page = next;
    for (const delivery of list) this.takenBytes += delivery.bytes.length;
  }

  private *itemsOf(
    body: Buffer,
    firstItem: number,
  ): Generator<{ readonly placed: PlacedItem | null; readonly says: string; readonly bytes: Buffer; readonly number: number }> {
    let number = firstItem;
    for (const { item, bytes } of parseNdjson(body, firstItem)) {
      const parsed = this.ctx.module.parseItem(item);
      yield parsed.kind === 'garbage' ? { placed: null, says: parsed.says, bytes, number } : { placed: parsed, says: '', bytes, number };
      number += 1;
    }
  }

  private unusableItem(bytes: Buffer, says: string, number: number): QuarantineInput {
    const { feed } = this.ctx.module;
    return {
      path: `feeds/${feed}${this.page.after === null ? '' : `?after=${this.page.after}`}`,
      line: number,
      byteOffset: null,
      bytes: Uint8Array.from(bytes),
      byteLength: bytes.length,
      code: ITEM_UNUSABLE,
      says,
      nextStep: 'Tell whoever runs the source which item it is; when it is delivered in the documented form, sync with “full”.',
      address: null,
    };
  }

  private gap(placed: Extract<PlacedItem, { kind: 'line' }>, due: number): Error {
    return garbageError(
      `The source skips lines of ${placed.path}: line ${grouped(due)} is due, line ${grouped(placed.line)} came. Nothing of this page was taken.`,
      'Tell whoever runs the source; it is asked for the same page again.',
    );
  }

  private async fetch(cursor: PageCursor): Promise<Page> {
    const { source, module, signal, now } = this.ctx;
    signal.throwIfAborted();
    const page = await fetchPage({
      location: source.location,
      feed: module.feed,
      token: this.options.token,
      after: cursor.after,
      etag: cursor.etag,
      limit: this.options.limit,
      signal,
      now: now(),
      options: this.options.http,
    });
    if (page.kind === 'page') {
      this.doneBytes += page.body.length;
      this.ctx.progress(this.doneBytes, null);
    }
    return page;
  }

  /** Where the next request begins: at the next page, or inside this one, which may grow. */
  private nextCursor(page: Extract<Page, { kind: 'page' }>, current: PageCursor): PageCursor {
    if (page.next === null) return { after: current.after, bytes: page.body.length, sha256: sha256Hex(page.body), etag: page.etag };
    if (page.next === current.after)
      throw garbageError('The source names the page we are on as the next one.', 'Tell whoever runs the source.');
    return { after: page.next, bytes: 0, sha256: null, etag: null };
  }

  private noSuchFeed(): RunResult {
    if (this.known.size === 0)
      return {
        outcome: 'ok',
        says: `The source does not offer the feed ${this.ctx.module.feed}.`,
        nextStep: null,
        code: null,
        cursor: null,
      };
    return {
      outcome: 'failed',
      says: `The source no longer offers the feed ${this.ctx.module.feed}.`,
      nextStep: 'Ask whoever runs the source. What was synced before stays.',
      code: 'SOURCE_UNREADABLE',
      cursor: this.cursorText(),
    };
  }

  private cursorText(): string {
    return this.page.after ?? 'start';
  }
}

/** Puts the items of one page together: neighbouring lines of one file become one delivery. */
class DeliveryBuilder {
  readonly list: Delivery[] = [];
  private readonly cursors = new Map<string, FileCursor>();
  private readonly ctx: RunContext;
  private readonly known: ReadonlyMap<string, FileCursor>;
  private readonly plan: Plan | undefined;
  private open: { path: string; parts: Uint8Array[]; offset: number; because: string | null } | null = null;

  constructor(ctx: RunContext, known: ReadonlyMap<string, FileCursor>, plan: Plan | undefined) {
    this.ctx = ctx;
    this.known = known;
    this.plan = plan;
  }

  add(placed: PlacedItem, gap: (line: Extract<PlacedItem, { kind: 'line' }>, due: number) => Error): void {
    if (placed.kind === 'whole') this.addWhole(placed);
    else this.addLine(placed, gap);
  }

  finish(): { readonly list: readonly Delivery[]; readonly cursors: ReadonlyMap<string, FileCursor> } {
    this.close();
    return { list: this.list, cursors: this.cursors };
  }

  private addWhole({ path, bytes }: Extract<PlacedItem, { kind: 'whole' }>): void {
    const sha256 = sha256Hex(bytes);
    // After a comparison only what differs is delivered, in its newest form.
    if (this.plan && this.plan.whole.get(path) !== sha256) return;
    this.close();
    this.list.push({ kind: 'whole', ...this.base(path), bytes: Uint8Array.from(bytes) });
    this.cursors.set(path, { ...newCursor(path, 'whole'), taken: bytes.length, tailBytes: bytes.length, tailSha256: sha256 });
  }

  private addLine(
    placed: Extract<PlacedItem, { kind: 'line' }>,
    gap: (line: Extract<PlacedItem, { kind: 'line' }>, due: number) => Error,
  ): void {
    const { path, line, ended } = placed;
    const because = this.plan?.restart.get(path)?.because ?? null;
    const restarts = because !== null && line === 1;
    const cursor = restarts ? newCursor(path, 'appended') : (this.cursors.get(path) ?? this.known.get(path) ?? newCursor(path, 'appended'));
    const due = cursor.lines + 1;
    if (line < due) {
      // Compared a moment ago, or about to be.
      if (this.plan) return;
      throw new PastDiffers(`The source delivers line ${grouped(line)} of ${path} again.`);
    }
    if (line > due) throw gap(placed, due);
    const { unfinished } = cursor;
    if (unfinished > 0 && (placed.bytes.length < unfinished || sha256Hex(placed.bytes.subarray(0, unfinished)) !== cursor.tailSha256))
      throw new PastDiffers(`The unfinished last line of ${path} is not what it was.`);
    const bytes = (ended ? withEnd(placed.bytes) : Uint8Array.from(placed.bytes)).subarray(unfinished);
    if (this.open?.path !== path || restarts) {
      this.close();
      this.open = { path, parts: [], offset: cursor.taken, because: restarts ? because : null };
    }
    this.open.parts.push(bytes);
    this.cursors.set(path, {
      ...cursor,
      goneSince: null,
      taken: cursor.taken + bytes.length,
      lines: cursor.lines + (ended ? 1 : 0),
      unfinished: ended ? 0 : placed.bytes.length,
      tailBytes: ended ? 0 : placed.bytes.length,
      tailSha256: sha256Hex(ended ? new Uint8Array(0) : placed.bytes),
    });
  }

  private close(): void {
    const { open } = this;
    this.open = null;
    if (open === null) return;
    const joined = new Uint8Array(open.parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of open.parts) {
      joined.set(part, at);
      at += part.length;
    }
    if (joined.length === 0) return;
    // A copy is complete when it is as long as it was when it was compared.
    const copyBytes = this.plan?.restart.get(open.path)?.bytes ?? 0;
    const delivery: AppendedDelivery = {
      kind: 'appended',
      ...this.base(open.path),
      mode: open.because === null ? 'append' : 'restart',
      because: open.because,
      offset: open.offset,
      bytes: joined,
      atEnd: open.offset + joined.length >= copyBytes,
    };
    this.list.push(delivery);
  }

  private base(path: string): { sourceId: string; sourceName: string; runId: string; path: string; now: string } {
    const { source, runId, now } = this.ctx;
    return { sourceId: source.sourceId, sourceName: source.name, runId, path, now: now() };
  }
}

const withEnd = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
  const ended = new Uint8Array(bytes.length + 1);
  ended.set(bytes);
  ended[bytes.length] = 10;
  return ended;
};

const countLines = (bytes: Buffer): number => {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines += 1;
  return lines;
};
