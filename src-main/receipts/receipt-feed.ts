import { createHash } from 'node:crypto';
import { AppError } from '../../src-shared/kernel/errors.ts';
import {
  type AppendedDelivery,
  type Delivery,
  type DeliveryResult,
  type FeedModule,
  type FileKind,
  NO_ROWS,
  type QuarantineInput,
  type WholeDelivery,
} from '../sources/index.ts';
import type { StoreDb } from '../store/index.ts';
import { chainAddress } from './chain-address.ts';
import { firstStoredDifference, readLine } from './receipt-bytes.ts';
import { type BadLine, ingestBytes } from './receipt-ingest.ts';
import { parseReceiptItem } from './receipt-items.ts';
import { lineProblem } from './receipt-line-check.ts';
import { ensureChain, findChain, findStream, openStream, type StreamRow } from './receipt-streams.ts';

const LINES = 'receipts.jsonl';
const MANIFEST = 'chain.json';

const NEXT_STEP = 'Look at the line in its chain, ask the source what it should be, then requeue the row or dismiss it with a reason.';

/** The chain's folder and the path below it. */
const splitPath = (path: string): { readonly folder: string; readonly file: string } => {
  const slash = path.indexOf('/');
  return { folder: path.slice(0, slash), file: path.slice(slash + 1) };
};

const classify = (path: string): FileKind | null => {
  const parts = path.split('/');
  if (parts.length === 2) return parts[1] === LINES ? 'appended' : parts[1] === MANIFEST ? 'whole' : null;
  return parts.length === 3 && parts[1] === 'checkpoints' && parts[2]!.endsWith('.note') ? 'whole' : null;
};

// A checkpoint must never be known before the lines it covers: it would look as if they had been cut off.
const order = (path: string): number => (path.endsWith(`/${MANIFEST}`) ? 0 : path.endsWith(`/${LINES}`) ? 1 : 2);

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const quarantineOf = (delivery: AppendedDelivery, folder: string, bad: BadLine): QuarantineInput => ({
  path: delivery.path,
  line: bad.index + 1,
  byteOffset: bad.byteOffset,
  bytes: bad.head,
  byteLength: bad.byteLength,
  code: bad.problem.code,
  says: bad.problem.says,
  nextStep: NEXT_STEP,
  address: chainAddress(delivery.sourceName, folder, bad.index),
});

/** The stream that takes the delivery, and how many of its bytes it already holds. */
const streamFor = (db: StoreDb, delivery: AppendedDelivery, folder: string): { readonly stream: StreamRow; readonly known: number } => {
  const chainNo = ensureChain(db, delivery.sourceId, folder, delivery.now);
  const current = findStream(db, chainNo);
  const open = (because: string): StreamRow =>
    openStream(db, { chainNo, generation: (current?.generation ?? 0) + 1, because, runId: delivery.runId, now: delivery.now });
  if (delivery.mode === 'restart' && current !== null)
    return { stream: open(delivery.because ?? 'The source changed its past.'), known: 0 };
  const stream = current ?? open('First delivery.');
  const taken = stream.lineBytes + stream.tailBytes;
  if (delivery.offset === taken) return { stream, known: 0 };
  const known = Math.min(delivery.bytes.length, taken - delivery.offset);
  if (known < 0 || firstStoredDifference(db, delivery.sourceId, folder, delivery.offset, delivery.bytes.subarray(0, known)) !== null)
    throw new AppError('CONFLICT', `The bytes delivered for ${delivery.path} do not follow those that are stored. Nothing was changed.`, {
      nextStep: 'Sync the source with “full”, which compares everything.',
      details: { path: delivery.path, offset: delivery.offset, taken },
    });
  return { stream, known };
};

const acceptLines = (db: StoreDb, delivery: AppendedDelivery): DeliveryResult => {
  const { folder } = splitPath(delivery.path);
  const { stream, known } = streamFor(db, delivery, folder);
  const bytes = Buffer.from(delivery.bytes.buffer, delivery.bytes.byteOffset, delivery.bytes.byteLength);
  const duplicate = countLineEnds(bytes.subarray(0, known));
  const result = ingestBytes(db, stream, bytes.subarray(known), delivery.atEnd, delivery.now);
  return {
    counts: {
      ...NO_ROWS,
      received: duplicate + result.lines,
      accepted: result.lines - result.bad.length,
      duplicate,
      quarantined: result.bad.length,
    },
    quarantine: result.bad.map((bad) => quarantineOf(delivery, folder, bad)),
  };
};

const countLineEnds = (bytes: Buffer): number => {
  let count = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
};

const acceptDocument = (db: StoreDb, delivery: WholeDelivery): DeliveryResult => {
  const { folder, file } = splitPath(delivery.path);
  const chainNo = ensureChain(db, delivery.sourceId, folder, delivery.now);
  const sha256 = createHash('sha256').update(delivery.bytes).digest('hex');
  const newest = db.get<{ sha256: string }>(
    'SELECT sha256 FROM chain_documents WHERE chain_no = ? AND path = ? ORDER BY document_no DESC LIMIT 1',
    [chainNo, file],
  );
  if (newest?.sha256 === sha256) return { counts: { ...NO_ROWS, received: 1, duplicate: 1 }, quarantine: [] };
  db.run(
    `INSERT INTO chain_documents (document_no, chain_no, path, sha256, bytes, received_at, run_id)
     VALUES ((SELECT coalesce(max(document_no), 0) + 1 FROM chain_documents), ?, ?, ?, ?, ?, ?)`,
    [chainNo, file, sha256, delivery.bytes, delivery.now, delivery.runId],
  );
  return { counts: { ...NO_ROWS, received: 1, accepted: 1 }, quarantine: [] };
};

/** The longest line that is looked at again; a longer one is no receipt whatever it says. */
const CHECKED_BYTES = 65_536;

const requeue: FeedModule['requeue'] = (db, sourceId, row) => {
  const stillBad = (code: string, says: string, nextStep = NEXT_STEP) => ({ outcome: 'still-bad', code, says, nextStep }) as const;
  const { folder } = splitPath(row.path);
  const chainNo = findChain(db, sourceId, folder);
  const stream = chainNo === null ? null : findStream(db, chainNo);
  const line = stream === null || row.line === null ? null : readLine(db, stream, row.line - 1, CHECKED_BYTES);
  if (stream === null || line === null)
    return stillBad(
      row.code,
      `The current generation of the chain has no line ${row.line}: the source no longer delivers this row.`,
      'Look at the chain’s generations, then dismiss the row with a reason.',
    );
  const withEnd = Buffer.concat([line.bytes, Buffer.from([10])]);
  const problem =
    line.byteLength > CHECKED_BYTES
      ? { code: 'CANON_SIZE', says: `The line has ${line.byteLength} bytes; a receipt has 65535 at most.` }
      : lineProblem(withEnd, 0, withEnd.length - 1);
  if (problem !== null) return stillBad(problem.code, problem.says);
  return {
    outcome: 'resolved',
    code: row.code,
    says: `Line ${row.line} of generation ${stream.generation} is a receipt now.`,
    nextStep: 'Verify the chain.',
  };
};

/**
 * The feed `receipts`: chains as they came. Every line is stored verbatim, garbage too; quarantine only annotates. Two
 * sources are two chains even where their folders have one name.
 */
export const receiptFeed: FeedModule = {
  feed: 'receipts',
  unfinishedLines: 'taken',
  classify,
  order,
  describe: (paths) => {
    const chains = new Set(paths.filter((path) => classify(path) !== null).map((path) => splitPath(path).folder));
    const notes = paths.filter((path) => order(path) === 2 && classify(path) !== null).length;
    return { items: chains.size, says: `${plural(chains.size, 'chain')}, ${plural(notes, 'checkpoint')}` };
  },
  parseItem: parseReceiptItem,
  accept: (db: StoreDb, delivery: Delivery) => (delivery.kind === 'appended' ? acceptLines(db, delivery) : acceptDocument(db, delivery)),
  firstDifference: (db, sourceId, path, offset, bytes) => firstStoredDifference(db, sourceId, splitPath(path).folder, offset, bytes),
  requeue,
};
