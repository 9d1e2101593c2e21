/**
 * The stored part of a stream's Merkle log: tiles of level 1 (C2SP tlog-tiles), each up to 256 digests of blocks of 256
 * entries. With them and the lines of one block, any root and any proof is computed without reading the chain.
 */
import type { StoreDb } from '../store/index.ts';
import { BLOCK_ENTRIES, BLOCK_LEVEL } from '../trust/block-range.ts';
import { CompactRange, type Digest, DIGEST_BYTES, digestFromBytes, leafHash, nodeHash } from '../trust/merkle.ts';
import type { SubtreeSource } from '../trust/merkle-proof.ts';
import { positionOf } from './receipt-streams.ts';

/** Digests of a tile when it is full. */
export const TILE_DIGESTS = 256;

/** A tile by its number, each digest 32 bytes; undefined where it is not stored. */
export type ReadTile = (tileNo: number) => Uint8Array | undefined;

export const readTileOf =
  (db: StoreDb, streamNo: number): ReadTile =>
  (tileNo) =>
    db.get<{ digests: Buffer }>('SELECT digests FROM stream_tiles WHERE stream_no = ? AND tile_no = ?', [streamNo, tileNo])?.digests;

/** All digests of whole blocks, 32 bytes each, in order. */
export const readBlocks = (db: StoreDb, streamNo: number): Buffer =>
  Buffer.concat(
    db
      .all<{ digests: Buffer }>('SELECT digests FROM stream_tiles WHERE stream_no = ? ORDER BY tile_no', [streamNo])
      .map(({ digests }) => digests),
  );

export const digestsOf = (bytes: Uint8Array): Digest[] =>
  Array.from({ length: bytes.length / DIGEST_BYTES }, (_none, i) =>
    digestFromBytes(bytes.subarray(i * DIGEST_BYTES, (i + 1) * DIGEST_BYTES)),
  );

export const bytesOfDigests = (digests: readonly Digest[]): Buffer => Buffer.from(digests.join(''), 'latin1');

/** Leaf hashes of the lines `[from, to)`, which must all be of the size that a receipt may have. */
export const leavesOf = (db: StoreDb, streamNo: number, from: number, to: number): Digest[] =>
  db
    .all<{ pieces: number; bytes: Buffer }>(
      'SELECT pieces, bytes FROM receipt_lines WHERE position >= ? AND position < ? ORDER BY position',
      [positionOf(streamNo, from), positionOf(streamNo, to)],
    )
    .map(({ pieces, bytes }, i) => leafHash(pieces === 0 ? bytes : joinPieces(db, positionOf(streamNo, from + i), bytes)));

const joinPieces = (db: StoreDb, position: number, rest: Buffer): Buffer =>
  Buffer.concat([
    ...db
      .all<{ bytes: Buffer }>('SELECT bytes FROM receipt_line_pieces WHERE position = ? ORDER BY piece', [position])
      .map(({ bytes }) => bytes),
    rest,
  ]);

/** The stream's log as a source of subtrees for proofs; whole blocks from the tiles, leaves from the lines. */
export const subtreesOfStream = (db: StoreDb, streamNo: number): SubtreeSource => {
  const readTile = readTileOf(db, streamNo);
  const tiles = new Map<number, Uint8Array | undefined>();
  const leaves = new Map<number, readonly Digest[]>();
  const known = new Map<string, Digest>();
  const blockDigest = (block: number): Digest | undefined => {
    const tileNo = Math.floor(block / TILE_DIGESTS);
    if (!tiles.has(tileNo)) tiles.set(tileNo, readTile(tileNo));
    const at = (block % TILE_DIGESTS) * DIGEST_BYTES;
    const tile = tiles.get(tileNo);
    return tile === undefined || tile.length < at + DIGEST_BYTES ? undefined : digestFromBytes(tile.subarray(at, at + DIGEST_BYTES));
  };
  const leaf = (index: number): Digest => {
    const block = Math.floor(index / BLOCK_ENTRIES);
    const of = leaves.get(block) ?? leavesOf(db, streamNo, block * BLOCK_ENTRIES, (block + 1) * BLOCK_ENTRIES);
    leaves.set(block, of);
    const digest = of[index - block * BLOCK_ENTRIES];
    if (digest === undefined) throw new RangeError(`the stream has no line ${index}`);
    return digest;
  };
  const source: SubtreeSource = (level, index) => {
    if (level === 0) return leaf(index);
    const key = `${level}/${index}`;
    const found = known.get(key) ?? (level === BLOCK_LEVEL ? blockDigest(index) : undefined);
    const digest = found ?? nodeHash(source(level - 1, 2 * index), source(level - 1, 2 * index + 1));
    known.set(key, digest);
    return digest;
  };
  return source;
};

/**
 * Roots at the given sizes, from the stored tiles and the lines of the last blocks; null where the log they give does not
 * have `root` at `end`, so that damaged tiles vouch for nothing.
 */
export const storedRoots = (
  db: StoreDb,
  streamNo: number,
  sizes: readonly number[],
  end: number,
  root: Digest,
): Map<number, Digest> | null => {
  const blocks = digestsOf(readBlocks(db, streamNo));
  const range = new CompactRange();
  const roots = new Map<number, Digest>();
  for (const size of [...sizes.filter((each) => each <= end), end].sort((a, b) => a - b)) {
    const whole = Math.floor(size / BLOCK_ENTRIES);
    if (whole > blocks.length) return null;
    for (let block = range.end / BLOCK_ENTRIES; block < whole; block += 1) range.appendSubtree(BLOCK_LEVEL, blocks[block]!);
    const upTo = range.clone();
    const leaves = leavesOf(db, streamNo, whole * BLOCK_ENTRIES, size);
    if (leaves.length !== size - whole * BLOCK_ENTRIES) return null;
    for (const leaf of leaves) upTo.append(leaf);
    roots.set(size, upTo.root());
  }
  return roots.get(end) === root ? roots : null;
};
