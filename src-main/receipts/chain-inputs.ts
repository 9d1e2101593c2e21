/** What a stored chain is verified with: its manifest and the checkpoints that count. */
import { createHash } from 'node:crypto';
import { isAppError } from '../../src-shared/kernel/errors.ts';
import type { StoreDb } from '../store/index.ts';
import type { ChainToVerify } from '../trust/chain-verifier.ts';
import { openCheckpoint } from '../trust/checkpoint.ts';
import type { VerifierKey } from '../trust/note-key.ts';
import { type ChainManifest, declaredGenesis, inferProfile, MANIFEST_FILE, parseManifest, RECEIPTS_FILE } from './chain-folder.ts';
import { chainKeyOf } from './chain-address.ts';
import { readLine } from './receipt-bytes.ts';
import type { StreamRow } from './receipt-streams.ts';

const CHECKPOINTS = 'checkpoints/';
const FIRST_LINE_BYTES = 65_536;

/** Who delivers a chain and under which name. */
export interface ChainPlace {
  readonly chainNo: number;
  readonly sourceName: string;
  readonly folder: string;
}

export interface ChainDescription {
  /** null where none came, or none that can be read. */
  readonly manifest: ChainManifest | null;
  /** What is wrong with chain.json, and what to do. */
  readonly problem: { readonly message: string; readonly nextStep: string } | null;
  readonly manifestSha256: string | null;
  readonly chain: ChainToVerify;
}

const newestDocument = (db: StoreDb, chainNo: number, path: string) =>
  db.get<{ sha256: string; bytes: Buffer }>(
    'SELECT sha256, bytes FROM chain_documents WHERE chain_no = ? AND path = ? ORDER BY document_no DESC LIMIT 1',
    [chainNo, path],
  );

/** The newest chain.json of a chain, and what it says or, without it, what the first line looks like. */
export const describeChain = (db: StoreDb, place: ChainPlace, stream: StreamRow | null): ChainDescription => {
  const document = newestDocument(db, place.chainNo, MANIFEST_FILE);
  let manifest: ChainManifest | null = null;
  let problem: ChainDescription['problem'] = null;
  if (document !== undefined) {
    try {
      manifest = parseManifest(document.bytes);
    } catch (error) {
      if (!isAppError(error)) throw error;
      problem = { message: error.message, nextStep: error.nextStep };
    }
  }
  const inferred = (): string => {
    const line = stream === null || stream.lines === 0 ? null : readLine(db, stream, 0, FIRST_LINE_BYTES);
    return line === null ? 'jcs-sha256-1' : inferProfile(line.bytes);
  };
  return {
    manifest,
    problem,
    manifestSha256: document?.sha256 ?? null,
    chain: {
      log: manifest?.chain_id ?? place.folder,
      profile: manifest?.profile ?? inferred(),
      genesisHash: declaredGenesis(manifest, stream === null ? 0 : stream.lineBytes + stream.tailBytes),
      source: manifest?.source ?? null,
      folder: `${chainKeyOf(place.sourceName, place.folder)}/`,
      receiptsFile: RECEIPTS_FILE,
    },
  };
};

/** A note that counts, by the document it is. */
export interface CountingNote {
  readonly documentNo: number;
  /** Name below `checkpoints/`; of an earlier version with `~` and the number of its document behind it. */
  readonly name: string;
  readonly bytes: Buffer;
}

interface NoteRow {
  readonly document_no: number;
  readonly path: string;
}

/** The number of the newest document of a chain; 0 where it has none. */
export const lastDocumentNo = (db: StoreDb, chainNo: number): number =>
  db.get<{ last: number | null }>('SELECT max(document_no) AS last FROM chain_documents WHERE chain_no = ?', [chainNo])?.last ?? 0;

/**
 * The notes that count: the newest version of each, and every earlier one that a trusted log signed, for a source must not
 * be able to make us forget a head by writing over its file. With `only`, those of these documents.
 */
export const countingNotes = (
  db: StoreDb,
  chainNo: number,
  log: string,
  trustedKeys: readonly VerifierKey[],
  only?: ReadonlySet<number>,
): CountingNote[] => {
  const rows = db.all<NoteRow>(
    `SELECT document_no, path FROM chain_documents WHERE chain_no = ? AND path >= '${CHECKPOINTS}' AND path < 'checkpoints0' ORDER BY path, document_no`,
    [chainNo],
  );
  const newest = new Map<string, { documentNo: number; versions: number }>();
  for (const { path, document_no: documentNo } of rows) newest.set(path, { documentNo, versions: (newest.get(path)?.versions ?? 0) + 1 });
  const bytesOf = (documentNo: number): Buffer =>
    db.get<{ bytes: Buffer }>('SELECT bytes FROM chain_documents WHERE document_no = ?', [documentNo])!.bytes;
  const notes: CountingNote[] = [];
  const headsByPath = new Map<string, Set<string>>();
  // The newest version comes first, so that an earlier one with the same head is not told twice.
  for (const { document_no: documentNo, path } of rows.reverse()) {
    if (only !== undefined && !only.has(documentNo)) continue;
    const name = path.slice(CHECKPOINTS.length);
    const { documentNo: newestNo, versions } = newest.get(path)!;
    const isNewest = newestNo === documentNo;
    const bytes = bytesOf(documentNo);
    if (versions === 1) {
      notes.push({ documentNo, name, bytes });
      continue;
    }
    const opened = openCheckpoint(bytes, trustedKeys, { log });
    const head = opened.trusted && opened.checkpoint !== undefined ? `${opened.checkpoint.size} ${opened.checkpoint.root}` : null;
    const heads = headsByPath.get(path) ?? new Set<string>();
    headsByPath.set(path, heads);
    if (isNewest) notes.push({ documentNo, name, bytes });
    else if (head !== null && !heads.has(head)) notes.push({ documentNo, name: `${name}~${documentNo}`, bytes });
    if (head !== null) heads.add(head);
  }
  return notes.reverse();
};

/** SHA-256 of the trusted keys, whatever their order. */
export const trustDigest = (vkeys: readonly string[]): string =>
  createHash('sha256')
    .update([...vkeys].sort().join('\n'))
    .digest('hex');
