import type { FindingDocument } from '../../src-shared/contract/common.ts';
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { ReceiptRow } from '../../src-shared/contract/receipts.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { MAX_LINE_BYTES } from '../trust/canonical-scanner.ts';
import { profileOf } from '../trust/chain-verifier.ts';
import type { ChainProfile } from '../trust/chain-profile.ts';
import type { LegacyLayout } from '../trust/legacy-profile.ts';
import { readLegacyLine } from '../trust/record-reader.ts';
import { chainAddress, chainKeyOf } from './chain-address.ts';
import { describeChain } from './chain-inputs.ts';
import { type ChainStanding, standingOfChain } from './chain-list.ts';
import type { ChainArgs } from './chain-queries.ts';
import { conformanceOf } from './conformance.ts';
import { parseExact, parseForDisplay } from './exact-json.ts';
import { readLine } from './receipt-bytes.ts';
import { rangesOfPrefix } from './receipt-fingerprint.ts';
import { factsOf, receiptSteps } from './receipt-steps.ts';
import { findStream, indexOf, LINES_PER_STREAM, type StreamRow } from './receipt-streams.ts';
import { type StoredReceipt, viewStoredReceipt, viewStoredReceipts } from './receipt-view.ts';

type ReceiptAnswer = OutputOf<Contract, 'receipt.get'>;
type Match = OutputOf<Contract, 'receipt.find'>['matches'][number];

/** A longer line is no receipt; of it only the beginning is shown. */
const SHOWN_BYTES = MAX_LINE_BYTES + 1;
const NEIGHBOURS = 2;

const standing = (db: StoreDb, args: ChainArgs): { readonly chain: ChainStanding; readonly stream: StreamRow } => {
  const chain = standingOfChain(db, args.sourceName, args.folder, args.generation);
  const stream = chain === null || chain.streamNo === null ? null : findStream(db, chain.chainNo, chain.generation);
  if (chain === null || stream === null) throw noChain(args);
  return { chain, stream };
};

/** There is no such chain, or it has no such generation. */
export const noChain = ({ sourceName, folder, generation }: ChainArgs): AppError =>
  new AppError(
    'NOT_FOUND',
    generation === null
      ? `There is no chain ${chainKeyOf(sourceName, folder)} here.`
      : `The chain ${chainKeyOf(sourceName, folder)} has no generation ${generation}.`,
    { nextStep: 'Look in the list of chains.', details: { chainKey: chainKeyOf(sourceName, folder) } },
  );

/** Codes of the findings at lines `[from, to)`, by line. */
const codesAt = (db: StoreDb, verificationNo: number | null, from: number, to: number): Map<number, string[]> => {
  const codes = new Map<number, string[]>();
  if (verificationNo === null) return codes;
  const rows = db.all<{ line_index: number; code: string }>(
    `SELECT f.line_index, d.code FROM verification_findings f JOIN receipt_findings d USING (finding_no)
     WHERE f.verification_no = ? AND f.line_index >= ? AND f.line_index < ? ORDER BY f.place`,
    [verificationNo, from, to],
  );
  for (const { line_index: index, code } of rows) codes.set(index, [...(codes.get(index) ?? []), code]);
  return codes;
};

const rowOf = (receipt: StoredReceipt, findings: readonly string[]): ReceiptRow => ({
  index: receipt.index,
  line: receipt.index + 1,
  byteOffset: receipt.byteOffset,
  byteLength: receipt.byteLength,
  receiptId: receipt.receiptId,
  timestamp: receipt.timestamp,
  planId: receipt.planId,
  hash: receipt.hash,
  previousHash: receipt.previousHash,
  refusal: receipt.refusal,
  findings: [...findings],
});

const rowsBetween = (db: StoreDb, chain: ChainStanding, from: number, to: number): ReceiptRow[] => {
  const codes = codesAt(db, chain.verificationNo, from, to);
  return viewStoredReceipts(db, chain.streamNo!, from, to).map((receipt) => rowOf(receipt, codes.get(receipt.index) ?? []));
};

/** The layout that the first record pins, for profile erlmcp-json-0. */
const layoutOf = (db: StoreDb, stream: StreamRow, profile: ChainProfile): LegacyLayout | null | undefined => {
  if (profile !== 'erlmcp-json-0') return undefined;
  const first = readLine(db, stream, 0, SHOWN_BYTES);
  return first === null ? undefined : (readLegacyLine(first.bytes, undefined, 0).layout ?? null);
};

function getReceipt(db: StoreDb, args: ChainArgs & { readonly index: number }): ReceiptAnswer {
  const { chain, stream } = standing(db, args);
  const { index } = args;
  const stored = readLine(db, stream, index, SHOWN_BYTES);
  if (stored === null)
    throw new AppError(
      'NOT_FOUND',
      `The chain ${chainKeyOf(args.sourceName, args.folder)} has ${stream.lines} receipts; there is none at #${index}.`,
      {
        nextStep: 'Choose one from 0 on.',
        details: { receipts: stream.lines },
      },
    );
  const line = Buffer.from(stored.bytes);
  const described = describeChain(db, chain, stream);
  const profile = profileOf(described.chain.profile) ?? 'jcs-sha256-1';
  const layout = layoutOf(db, stream, profile);
  const before = index === 0 ? null : readLine(db, stream, index - 1, SHOWN_BYTES);
  const predecessorHash =
    before === null || before.byteLength > MAX_LINE_BYTES ? null : factsOf(Buffer.from(before.bytes), index - 1, profile, layout).own;
  const neighbours = rowsBetween(db, chain, Math.max(0, index - NEIGHBOURS), Math.min(stream.lines, index + NEIGHBOURS + 1));
  const text = line.toString('utf8');
  return {
    row: neighbours.find((row) => row.index === index)!,
    profile: described.chain.profile,
    line: Buffer.from(text, 'utf8').equals(line) ? text : null,
    lineBase64: line.toString('base64'),
    fields: parseForDisplay(line),
    steps: receiptSteps({ line, index, profile, layout, predecessorHash, genesisHash: described.chain.genesisHash }),
    neighbours,
    findings: findingsAt(db, chain.verificationNo, index),
    conformance: conformanceOf(parseExact(line)),
  };
}

const findingsAt = (db: StoreDb, verificationNo: number | null, index: number): FindingDocument[] =>
  verificationNo === null
    ? []
    : db
        .all<{ document: string }>(
          `SELECT d.document FROM verification_findings f JOIN receipt_findings d USING (finding_no)
           WHERE f.verification_no = ? AND f.line_index = ? ORDER BY f.place`,
          [verificationNo, index],
        )
        .map(({ document }) => JSON.parse(document) as FindingDocument);

/** Lines that are looked at for one search; a longer text finds its receipt at once. */
const LOOKED_AT = 4_000;

function findReceipts(db: StoreDb, { text, limit }: { readonly text: string; readonly limit: number }): Match[] {
  const wanted = text.toLowerCase();
  const matches = new Map<number, Match>();
  let looked = 0;
  for (const { from, to } of rangesOfPrefix(text)) {
    for (const { position } of db.all<{ position: number }>(
      'SELECT position FROM receipt_keys WHERE fingerprint >= ? AND fingerprint < ? ORDER BY fingerprint, position LIMIT ?',
      [from, to, LOOKED_AT],
    )) {
      if (matches.size >= limit || looked >= LOOKED_AT) return [...matches.values()];
      if (matches.has(position)) continue;
      looked += 1;
      const receipt = viewStoredReceipt(db, position);
      if (receipt === null) continue;
      const { receiptId, hash } = receipt;
      if (receiptId?.toLowerCase().startsWith(wanted) !== true && hash?.startsWith(wanted) !== true) continue;
      const place = placeOf(db, Math.floor(position / LINES_PER_STREAM));
      if (place === null) continue;
      const index = indexOf(position);
      matches.set(position, {
        chainKey: chainKeyOf(place.name, place.folder),
        index,
        receiptId,
        hash,
        address: chainAddress(place.name, place.folder, index),
      });
    }
  }
  return [...matches.values()];
}

/** Source and folder of a stream that is the current one of its chain; null for an earlier generation. */
const placeOf = (db: StoreDb, streamNo: number): { readonly name: string; readonly folder: string } | null =>
  db.get<{ name: string; folder: string }>(
    `SELECT s.name, c.folder FROM streams t JOIN chains c USING (chain_no) JOIN sources s USING (source_id)
     WHERE t.stream_no = ? AND t.generation = (SELECT max(generation) FROM streams WHERE chain_no = t.chain_no)`,
    [streamNo],
  ) ?? null;

export const receiptReads = {
  /** Rows from `from` on: one range of positions. */
  'receipts.page': (
    db: StoreDb,
    args: ChainArgs & { from: number; limit: number },
  ): { rows: ReceiptRow[]; total: number; generation: number } => {
    const { chain, stream } = standing(db, args);
    return {
      rows: rowsBetween(db, chain, args.from, Math.min(stream.lines, args.from + args.limit)),
      total: stream.lines,
      generation: stream.generation,
    };
  },
  'receipts.get': (db: StoreDb, args: ChainArgs & { index: number }): ReceiptAnswer => getReceipt(db, args),
  'receipts.find': (db: StoreDb, args: { text: string; limit: number }): Match[] => findReceipts(db, args),
  /** Where a hash stands in the workspace, earlier generations too. */
  'receipts.whereHash': (db: StoreDb, { hash }: { hash: string }): { chainKey: string; generation: number; index: number }[] =>
    rangesOfPrefix(hash)
      .flatMap(({ from, to }) =>
        db.all<{ position: number }>('SELECT position FROM receipt_keys WHERE fingerprint >= ? AND fingerprint < ? LIMIT 20', [from, to]),
      )
      .filter(({ position }) => viewStoredReceipt(db, position)?.hash === hash)
      .flatMap(({ position }) =>
        db
          .all<{ name: string; folder: string; generation: number }>(
            'SELECT s.name, c.folder, t.generation FROM streams t JOIN chains c USING (chain_no) JOIN sources s USING (source_id) WHERE t.stream_no = ?',
            [Math.floor(position / LINES_PER_STREAM)],
          )
          .map(({ name, folder, generation }) => ({ chainKey: chainKeyOf(name, folder), generation, index: indexOf(position) })),
      ),
} satisfies QueryMap;
