/**
 * The Merkle leaves of a stretch of a log, gathered in the log's blocks of 256: whole blocks as one digest each, what
 * stands before the first and after the last block boundary as compact ranges. Stretches of any length join exactly,
 * because all of them cut at the same boundaries; and the digests of blocks are what a chain map and the search for a
 * rewritten block need.
 */
import { CompactRange, type Digest, type SubtreeNode } from './merkle.ts';

/** Entries of a block: a full tile of C2SP tlog-tiles. */
export const BLOCK_ENTRIES = 256;
export const BLOCK_LEVEL = 8;

/** The part of a tree head that lies in one stretch: see `StretchNodes`. */
export interface StretchHead {
  readonly size: number;
  /** Whole blocks of the stretch before `size`; −1 while the head lies before the first boundary of the stretch. */
  readonly blocks: number;
  /** Nodes from the last boundary, or from the start of the stretch, to `size`. */
  readonly nodes: readonly SubtreeNode[];
}

/** What a stretch hands to the one that joins. Structured-cloneable. */
export interface StretchNodes {
  readonly start: number;
  readonly end: number;
  /** Nodes before the first boundary; all nodes where no boundary was passed. */
  readonly head: readonly SubtreeNode[];
  /** Whether a boundary was passed, so that `head` is complete. */
  readonly passedBoundary: boolean;
  readonly blocks: readonly Digest[];
  /** Nodes after the last boundary. */
  readonly tail: readonly SubtreeNode[];
  readonly heads: readonly StretchHead[];
}

/** Takes the leaves of one stretch. */
export class StretchCollector {
  readonly #start: number;
  readonly #sizes: readonly number[];
  #nextSize: number;
  #head: readonly SubtreeNode[] = [];
  #passedBoundary: boolean;
  readonly #blocks: Digest[] = [];
  readonly #heads: StretchHead[] = [];
  #part: CompactRange;

  /** `sizes`: tree sizes whose heads are wanted, ascending. */
  constructor(start: number, sizes: readonly number[]) {
    this.#start = start;
    this.#part = new CompactRange(start);
    this.#passedBoundary = start % BLOCK_ENTRIES === 0;
    this.#sizes = sizes.filter((size) => size > start);
    this.#nextSize = this.#sizes[0] ?? Infinity;
  }

  append(leaf: Digest): void {
    const part = this.#part;
    part.append(leaf);
    const end = part.end;
    if (end % BLOCK_ENTRIES === 0) this.#endBlock(end);
    if (end === this.#nextSize) this.#takeHead(end);
  }

  #endBlock(end: number): void {
    if (this.#passedBoundary) {
      this.#blocks.push(this.#part.nodes()[0]!.digest);
    } else {
      this.#head = this.#part.nodes();
      this.#passedBoundary = true;
    }
    this.#part = new CompactRange(end);
  }

  #takeHead(size: number): void {
    this.#heads.push({ size, blocks: this.#passedBoundary ? this.#blocks.length : -1, nodes: this.#part.nodes() });
    this.#nextSize = this.#sizes[this.#heads.length] ?? Infinity;
  }

  finish(): StretchNodes {
    const rest = this.#part.nodes();
    return {
      start: this.#start,
      end: this.#part.end,
      head: this.#passedBoundary ? this.#head : rest,
      passedBoundary: this.#passedBoundary,
      blocks: this.#blocks,
      tail: this.#passedBoundary ? rest : [],
      heads: this.#heads,
    };
  }
}

/** Joins stretches in order into one log; knows its roots at the sizes that were asked for. */
export class BlockedLog {
  /** Whole blocks. */
  readonly #whole: CompactRange;
  /** The block that is not whole yet. */
  #part: CompactRange;
  readonly #blocks: Digest[] = [];
  readonly #roots = new Map<number, Digest>();

  /** From the beginning, or from a compact range from 0 that was kept. */
  constructor(from?: CompactRange) {
    const nodes = from?.nodes() ?? [];
    this.#whole = new CompactRange();
    for (const node of nodes.filter(({ level }) => level >= BLOCK_LEVEL)) this.#whole.appendSubtree(node.level, node.digest);
    this.#part = new CompactRange(this.#whole.end);
    for (const node of nodes.filter(({ level }) => level < BLOCK_LEVEL)) this.#part.appendSubtree(node.level, node.digest);
  }

  get size(): number {
    return this.#part.end;
  }

  /** Digests of the blocks that became whole since the construction, in order. */
  get newBlocks(): readonly Digest[] {
    return this.#blocks;
  }

  root(): Digest {
    return this.range().root();
  }

  /** The whole log as one compact range, which can be kept. */
  range(): CompactRange {
    return joined(this.#whole, this.#part.nodes());
  }

  /** The root at a size that some stretch was asked for. */
  rootAt(size: number): Digest | undefined {
    return size === this.size ? this.root() : this.#roots.get(size);
  }

  append(stretch: StretchNodes): void {
    if (stretch.start !== this.size) throw new RangeError(`the stretch starts at entry ${stretch.start}, not at ${this.size}`);
    const headRange = this.#part.clone();
    for (const { size, blocks, nodes } of stretch.heads) {
      if (blocks < 0) this.#roots.set(size, joined(this.#whole, [...joinedPart(headRange, nodes).nodes()]).root());
    }
    this.#appendPart(stretch.head);
    let done = 0;
    const heads = stretch.heads.filter(({ blocks }) => blocks >= 0);
    const takeHeads = (): void => {
      while (heads.length > 0 && heads[0]!.blocks === done) {
        const { size, nodes } = heads.shift()!;
        this.#roots.set(size, joined(this.#whole, nodes).root());
      }
    };
    takeHeads();
    for (const block of stretch.blocks) {
      this.#addBlock(block);
      done += 1;
      takeHeads();
    }
    this.#appendPart(stretch.tail);
  }

  #appendPart(nodes: readonly SubtreeNode[]): void {
    for (const { level, digest } of nodes) this.#part.appendSubtree(level, digest);
    if (this.#part.size > 0 && this.#part.end % BLOCK_ENTRIES === 0) this.#addBlock(this.#part.nodes()[0]!.digest);
  }

  #addBlock(digest: Digest): void {
    this.#whole.appendSubtree(BLOCK_LEVEL, digest);
    this.#blocks.push(digest);
    this.#part = new CompactRange(this.#whole.end);
  }
}

function joinedPart(part: CompactRange, nodes: readonly SubtreeNode[]): CompactRange {
  const copy = part.clone();
  for (const { level, digest } of nodes) copy.appendSubtree(level, digest);
  return copy;
}

function joined(whole: CompactRange, nodes: readonly SubtreeNode[]): CompactRange {
  const copy = whole.clone();
  for (const { level, digest } of nodes) copy.appendSubtree(level, digest);
  return copy;
}
