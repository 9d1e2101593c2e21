import { isAppError } from '../../src-shared/kernel/errors.ts';
import type { AppendedDelivery, Delivery, FeedModule, QuarantineInput } from './feed-module.ts';
import {
  errnoOf,
  hashSourceFile,
  type ListedFile,
  listFeed,
  openSourceFile,
  sameStat,
  type SourceFile,
  statSourceFile,
} from './folder-reader.ts';
import { grouped, plural } from './source.ts';
import type { FileCursor } from './sync-queries.ts';
import {
  changedPastResult,
  garbageError,
  lineEnds,
  newCursor,
  okResult,
  type RunContext,
  type RunResult,
  sha256Hex,
  shrankResult,
  TAIL_BYTES,
} from './sync-run.ts';

/** Documents are small; a larger one is not read into memory. */
const MAX_WHOLE_BYTES = 16 * 1024 * 1024;
/** For feeds that wait for whole lines: a longer one is taken for garbage. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
/** Small documents are taken together, to spare a commit for each. */
const BATCH_FILES = 64;
const BATCH_BYTES = 1024 * 1024;
/** What quarantine shows of a file that is too large to be taken. */
const HEAD_BYTES = 64 * 1024;

/** One run of one feed of a folder source. */
export const syncFolder = async (run: RunContext): Promise<RunResult> => {
  const listing = await listFeed(run.source.location, run.module, run.signal);
  const known = new Map(run.begun.files.map((file) => [file.path, file]));
  if (listing === null) {
    if (known.size === 0)
      return { outcome: 'ok', says: `The source has no folder ${run.module.feed}.`, nextStep: null, code: null, cursor: null };
    return {
      outcome: 'offline',
      says: `The source’s folder is there, but its folder ${run.module.feed} is not.`,
      nextStep: 'Connect the drive, or put the folder back. What was synced before stays.',
      code: 'SOURCE_UNREACHABLE',
      cursor: cursorText(known.values()),
    };
  }
  return new FolderRun(run, known).run(listing.files, listing.passedOver);
};

const cursorText = (files: Iterable<FileCursor>): string => {
  let count = 0;
  let bytes = 0;
  for (const file of files) {
    count += 1;
    bytes += file.taken;
  }
  return `files=${count};bytes=${bytes}`;
};

/** Files of one folder belong together: a chain's checkpoints are not taken when its lines could not be. */
const groupOf = (path: string): string => path.slice(0, Math.max(0, path.indexOf('/')));

interface Batch {
  readonly deliveries: Delivery[];
  /** Files that are too large: what is held of them. */
  readonly unusable: QuarantineInput[];
  readonly cursors: FileCursor[];
  bytes: number;
}
const emptyBatch = (): Batch => ({ deliveries: [], unusable: [], cursors: [], bytes: 0 });

interface Difference {
  readonly kind: 'changed-past' | 'shrank';
  readonly because: string;
}

class FolderRun {
  private readonly ctx: RunContext;
  private readonly known: Map<string, FileCursor>;
  private batch: Batch = emptyBatch();
  private doneBytes = 0;
  private takenBytes = 0;
  private totalBytes = 0;
  private readonly changed: string[] = [];
  private readonly differences: Difference[] = [];
  private readonly newlyGone: string[] = [];
  private readonly problems: string[] = [];
  private readonly failedGroups = new Set<string>();

  constructor(ctx: RunContext, known: Map<string, FileCursor>) {
    this.ctx = ctx;
    this.known = known;
  }

  async run(
    files: readonly ListedFile[],
    passedOver: readonly { readonly path: string; readonly why: string; readonly unreadable: boolean }[],
  ): Promise<RunResult> {
    for (const { path, why, unreadable } of passedOver) {
      if (!unreadable) continue;
      this.problems.push(`${path}: ${why}.`);
      this.failedGroups.add(groupOf(`${path}/`));
    }
    const touched: ListedFile[] = [];
    await this.eachFile(files, async (file) => {
      if (await this.isTouched(file)) touched.push(file);
    });
    await this.eachFile(touched, (file) => this.file(file));
    await this.markGone(files, passedOver);
    await this.flush();
    return this.result(passedOver.filter(({ unreadable }) => !unreadable).length);
  }

  /** A file that cannot be taken is named, and with it the rest of its folder is left for the next run. */
  private async eachFile(files: readonly ListedFile[], work: (file: ListedFile) => Promise<void>): Promise<void> {
    for (const file of files) {
      this.ctx.signal.throwIfAborted();
      const group = groupOf(file.path);
      if (group !== '' && this.failedGroups.has(group)) continue;
      try {
        await work(file);
      } catch (error) {
        const why = this.fileProblem(error);
        if (why === null) throw error;
        this.problems.push(`${file.path}: ${why}`);
        this.failedGroups.add(group);
      }
    }
  }

  /** Whether the file must be opened at all, from what the file system says; adds what there is to read to the total. */
  private async isTouched(listed: ListedFile): Promise<boolean> {
    const now = await statSourceFile(this.ctx.source.location, this.ctx.module.feed, listed.path);
    const before = this.known.get(listed.path);
    const isSame = before?.kind === listed.kind && before.goneSince === null && sameStat(before.stat, now);
    if (isSame && !this.ctx.full && (listed.kind === 'whole' || before.taken === now.size)) return false;
    const grew = before !== undefined && before.stat?.inode === now.inode && now.size > before.taken && !this.ctx.full;
    this.totalBytes += listed.kind === 'appended' && grew ? now.size - before.taken : now.size;
    return true;
  }

  /** Why one file cannot be taken, when the others still can. */
  private fileProblem(error: unknown): string | null {
    if (this.ctx.signal.aborted) return null;
    if (isAppError(error)) return error.code === 'SOURCE_UNREADABLE' || error.code === 'SOURCE_GARBAGE' ? error.message : null;
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return 'it went away while the source was read.';
    if (errno === 'ELOOP') return 'it is a link, and links are not followed.';
    return errno === undefined || errno.startsWith('SQLITE') || errno.startsWith('ERR_') ? null : `it cannot be read (${errno}).`;
  }

  private async file(listed: ListedFile): Promise<void> {
    const file = await openSourceFile(this.ctx.source.location, this.ctx.module.feed, listed.path);
    try {
      const known = this.known.get(listed.path);
      const before = known?.kind === listed.kind ? known : undefined;
      if (listed.kind === 'whole') await this.whole(listed.path, file, before);
      else {
        await this.flush();
        await this.appended(listed.path, file, before);
      }
    } finally {
      await file.close();
    }
  }

  private async whole(path: string, file: SourceFile, before: FileCursor | undefined): Promise<void> {
    const { size } = file.stat;
    const largest = this.ctx.module.maxWholeBytes ?? MAX_WHOLE_BYTES;
    if (size > largest) {
      if (this.ctx.module.tooLarge) return this.tooLarge(path, file, before, this.ctx.module.tooLarge);
      throw garbageError(`it has ${grouped(size)} bytes; a document has ${grouped(largest)} at most.`, 'Ask the source what it put there.');
    }
    const bytes = await file.read(0, size);
    // Replaced in the very moment: the next run takes it whole.
    if (bytes === null || !(await file.isUnchanged())) return;
    const sha256 = sha256Hex(bytes);
    const isKnown = before !== undefined && before.taken === size && before.tailSha256 === sha256;
    const cursor: FileCursor = { ...newCursor(path, 'whole'), stat: file.stat, taken: size, tailBytes: size, tailSha256: sha256 };
    this.batch.cursors.push(cursor);
    this.known.set(path, cursor);
    if (!isKnown) {
      this.batch.deliveries.push({ kind: 'whole', ...this.delivery(path), bytes });
      this.batch.bytes += size;
      this.takenBytes += size;
    }
    this.progress(size);
    if (this.batch.cursors.length >= BATCH_FILES || this.batch.bytes >= BATCH_BYTES) await this.flush();
  }

  /** Held by its head and hash, so that it is counted once and again only when it changed. */
  private async tooLarge(
    path: string,
    file: SourceFile,
    before: FileCursor | undefined,
    held: NonNullable<FeedModule['tooLarge']>,
  ): Promise<void> {
    const { size } = file.stat;
    const head = await file.read(0, HEAD_BYTES);
    const sha256 = await hashSourceFile(file, (bytes) => {
      this.ctx.signal.throwIfAborted();
      this.progress(bytes);
    });
    if (head === null || sha256 === null || !(await file.isUnchanged())) return;
    const isKnown = before !== undefined && before.taken === size && before.tailSha256 === sha256;
    const cursor: FileCursor = { ...newCursor(path, 'whole'), stat: file.stat, taken: size, tailBytes: size, tailSha256: sha256 };
    this.batch.cursors.push(cursor);
    this.known.set(path, cursor);
    if (!isKnown) {
      this.batch.unusable.push(held({ path, byteLength: size, sha256, head }));
      this.takenBytes += size;
    }
    if (this.batch.cursors.length >= BATCH_FILES) await this.flush();
  }

  private async appended(path: string, file: SourceFile, before: FileCursor | undefined): Promise<void> {
    if (before === undefined) return this.deliver(path, file, newCursor(path, 'appended'), null, new Uint8Array(0));
    const { size, inode } = file.stat;
    const grew = size > before.taken && before.stat?.inode === inode;
    const tail = grew && !this.ctx.full ? await file.read(before.taken - before.tailBytes, before.tailBytes) : null;
    if (tail !== null && sha256Hex(tail) === before.tailSha256) return this.deliver(path, file, before, null, tail);

    const difference = await this.difference(path, file, before);
    if (difference === null) {
      const end = await file.read(before.taken - before.tailBytes, before.tailBytes);
      if (end === null) return;
      if (size > before.taken) return this.deliver(path, file, before, null, end);
      const cursor = { ...before, stat: file.stat, goneSince: null };
      this.known.set(path, cursor);
      this.batch.cursors.push(cursor);
      return;
    }
    this.changed.push(path);
    this.differences.push({ ...difference, because: `${path}: ${difference.because}` });
    return this.deliver(path, file, newCursor(path, 'appended'), difference.because, new Uint8Array(0));
  }

  /** Compares the whole past of a file with what is stored. */
  private async difference(path: string, file: SourceFile, before: FileCursor): Promise<Difference | null> {
    const { size } = file.stat;
    const { module, store, source } = this.ctx;
    const shorter = `It has ${grouped(size)} bytes; ${grouped(before.taken)} were taken before.`;
    if (!module.firstDifference)
      return size < before.taken
        ? { kind: 'shrank', because: shorter }
        : { kind: 'changed-past', because: 'It was touched without having grown at its end.' };
    const end = Math.min(size, before.taken);
    for (let offset = 0; offset < end;) {
      this.ctx.signal.throwIfAborted();
      const bytes = await file.read(offset, Math.min(this.ctx.chunkBytes, end - offset));
      if (bytes === null) return { kind: 'shrank', because: 'It became shorter while it was read.' };
      const at = await store.read('sync.compare', { feed: module.feed, sourceId: source.sourceId, path, offset, bytes });
      if (at !== null)
        return {
          kind: 'changed-past',
          because: `From byte ${grouped(at)} on it is not what was delivered before.${size < before.taken ? ` ${shorter}` : ''}`,
        };
      offset += bytes.length;
      this.progress(bytes.length);
    }
    return size < before.taken ? { kind: 'shrank', because: shorter } : null;
  }

  /** Delivers what stands after `from`; with `because`, all of it as a new generation. */
  private async deliver(path: string, file: SourceFile, from: FileCursor, because: string | null, tail: Uint8Array): Promise<void> {
    const { chunkBytes } = this.ctx;
    const { size } = file.stat;
    let cursor: FileCursor = { ...from, goneSince: null };
    let guard = tail;
    let first = from.stat === null;
    let ahead: Promise<Uint8Array<ArrayBuffer> | null> | null = null;
    while (first || cursor.taken < size) {
      this.ctx.signal.throwIfAborted();
      let bytes = await (ahead ?? file.read(cursor.taken, Math.min(chunkBytes, size - cursor.taken)));
      ahead = null;
      if (bytes === null) return this.unfinishedRead(path);
      bytes = await this.atLineEnd(file, cursor.taken, bytes, size);
      if (bytes === null) return this.unfinishedRead(path);
      const taken = cursor.taken + bytes.length;
      // Only a feed that waits for whole lines leaves bytes at the end.
      if (bytes.length === 0 && !first) break;
      const ends = lineEnds(bytes);
      guard = lastBytes(guard, bytes);
      const delivery: AppendedDelivery = {
        kind: 'appended',
        ...this.delivery(path),
        mode: first && because !== null ? 'restart' : 'append',
        because: first ? because : null,
        offset: cursor.taken,
        bytes,
        atEnd: taken === size,
      };
      cursor = {
        ...cursor,
        stat: file.stat,
        taken,
        lines: cursor.lines + ends.lines,
        unfinished: ends.lines > 0 ? ends.after : cursor.unfinished + bytes.length,
        tailBytes: guard.length,
        tailSha256: sha256Hex(guard),
      };
      first = false;
      // The next chunk is read while the writer takes this one.
      if (taken < size) ahead = file.read(taken, Math.min(chunkBytes, size - taken));
      ahead?.catch(() => undefined);
      const { length } = bytes;
      await this.ctx.take({ deliveries: [delivery], unusable: [], cursors: [cursor], page: null });
      this.known.set(path, cursor);
      this.takenBytes += length;
      this.progress(length);
    }
    await ahead;
  }

  private unfinishedRead(path: string): void {
    this.problems.push(`${path}: it became shorter while it was read.`);
    this.failedGroups.add(groupOf(path));
  }

  /**
   * Cuts a chunk after its last line end. A line longer than the chunk is delivered in pieces to a feed that takes
   * unfinished lines, and read on to its end for one that does not.
   */
  private async atLineEnd(
    file: SourceFile,
    offset: number,
    chunk: Uint8Array<ArrayBuffer>,
    size: number,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    let bytes = chunk;
    const waits = this.ctx.module.unfinishedLines === 'left';
    if (!waits && offset + bytes.length === size) return bytes;
    for (;;) {
      const end = bytes.lastIndexOf(10) + 1;
      // A copy, for a view would drag the whole chunk's memory through to the writer.
      if (end > 0) return end === bytes.length ? bytes : bytes.slice(0, end);
      if (!waits) return bytes;
      if (offset + bytes.length === size) return bytes.slice(0, 0);
      if (bytes.length >= MAX_LINE_BYTES)
        throw garbageError(
          `a line at byte ${grouped(offset)} is longer than ${grouped(MAX_LINE_BYTES)} bytes.`,
          'Ask the source what it put there.',
        );
      const longer = await file.read(offset, Math.min(size - offset, bytes.length * 2));
      if (longer === null) return null;
      bytes = longer;
    }
  }

  /** Files the source no longer has: remembered, never taken for an instruction to forget them. */
  private async markGone(
    files: readonly ListedFile[],
    passedOver: readonly { readonly path: string; readonly unreadable: boolean }[],
  ): Promise<void> {
    const present = new Set(files.map(({ path }) => path));
    const hidden = passedOver.filter(({ unreadable }) => unreadable).map(({ path }) => `${path}/`);
    const now = this.ctx.now();
    for (const cursor of this.known.values()) {
      if (present.has(cursor.path) || hidden.some((path) => cursor.path.startsWith(path)) || cursor.goneSince !== null) continue;
      const gone = { ...cursor, goneSince: now };
      this.newlyGone.push(cursor.path);
      this.known.set(cursor.path, gone);
      this.batch.cursors.push(gone);
      if (this.batch.cursors.length >= BATCH_FILES) await this.flush();
    }
  }

  private result(links: number): RunResult {
    const cursor = cursorText(this.known.values());
    const changedPast = this.differences.find(({ kind }) => kind === 'changed-past');
    if (this.problems.length > 0)
      return {
        outcome: 'failed',
        says: `${plural(this.problems.length, 'file')} could not be taken; the others were. ${this.problems[0]}${changedPast ? ` The source also changed its past: ${changedPast.because}` : ''}`,
        nextStep: 'Look at the named file at the source, then sync again.',
        code: 'SOURCE_UNREADABLE',
        cursor,
      };
    if (changedPast) return changedPastResult(cursor, this.changed, changedPast.because);
    const shorter = this.differences[0];
    if (shorter) return shrankResult(cursor, shorter.because);
    const lost = this.newlyGone.length;
    if (lost > 0)
      return shrankResult(
        cursor,
        `${plural(lost, 'file')} that it delivered ${lost === 1 ? 'is' : 'are'} gone; the first is ${this.newlyGone[0]}.`,
      );
    const gone = [...this.known.values()].filter(({ goneSince }) => goneSince !== null).length;
    const notes = [
      gone > 0 ? `${plural(gone, 'file')} that it delivered before ${gone === 1 ? 'is' : 'are'} no longer there.` : '',
      links > 0 ? `${plural(links, 'link')} in it ${links === 1 ? 'was' : 'were'} not followed.` : '',
    ];
    return okResult(cursor, this.takenBytes, notes.filter((note) => note !== '').join(' '));
  }

  private delivery(path: string): { sourceId: string; sourceName: string; runId: string; path: string; now: string } {
    const { source, runId, now } = this.ctx;
    return { sourceId: source.sourceId, sourceName: source.name, runId, path, now: now() };
  }

  private async flush(): Promise<void> {
    const { deliveries, unusable, cursors } = this.batch;
    this.batch = emptyBatch();
    if (deliveries.length + cursors.length > 0) await this.ctx.take({ deliveries, unusable, cursors, page: null });
  }

  private progress(bytes: number): void {
    this.doneBytes += bytes;
    this.ctx.progress(this.doneBytes, Math.max(this.totalBytes, this.doneBytes));
  }
}

/** The last `TAIL_BYTES` bytes of `before` followed by `bytes`. */
const lastBytes = (before: Uint8Array, bytes: Uint8Array): Uint8Array => {
  if (bytes.length >= TAIL_BYTES) return bytes.slice(bytes.length - TAIL_BYTES);
  const keep = before.subarray(Math.max(0, before.length - (TAIL_BYTES - bytes.length)));
  const joined = new Uint8Array(keep.length + bytes.length);
  joined.set(keep);
  joined.set(bytes, keep.length);
  return joined;
};
