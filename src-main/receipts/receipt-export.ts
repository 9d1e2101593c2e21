/**
 * Export of receipts: JSON, CSV and TSV with the ten columns of the receipt contract, or the chain's files as they came.
 * Rows are made in the store's readers, a chunk at a time; this side only passes chunks on, so memory stays bounded.
 */
import { Readable } from 'node:stream';
import { Zip, ZipDeflate } from 'fflate';
import type { Store } from '../store/index.ts';
import type { StreamPlace } from './receipt-bytes.ts';
import type { ExportFormat, exportReads, ExportPlan } from './receipt-export-queries.ts';

export type ExportStore = Store<typeof exportReads, Record<never, never>>;

/** A file to hand out; `open` may be called once. */
export interface ExportFile {
  readonly fileName: string;
  readonly contentType: string;
  readonly open: () => Readable;
}

const CONTENT_TYPES: Readonly<Record<ExportFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8; header=present',
  tsv: 'text/tab-separated-values; charset=utf-8; header=present',
  'chain-folder': 'application/zip',
};

const CHUNK_BYTES = 256 * 1024;

export const createExport = (store: ExportStore, plan: ExportPlan): ExportFile => {
  const { format } = plan;
  const name = plan.chains.length === 1 ? `${plan.chains[0]!.sourceName}-${plan.chains[0]!.folder}` : 'receipts';
  return {
    fileName: `${name.replaceAll(/[^\p{L}\p{N}._@-]+/gu, '-')}.${format === 'chain-folder' ? 'zip' : format}`,
    contentType: CONTENT_TYPES[format],
    open: () => Readable.from(format === 'chain-folder' ? zipOf(store, plan) : rowsOf(store, plan, format), { objectMode: false }),
  };
};

async function* rowsOf(store: ExportStore, { chains }: ExportPlan, format: Exclude<ExportFormat, 'chain-folder'>): AsyncGenerator<Buffer> {
  yield Buffer.from(await store.read('receiptExport.head', { format }), 'utf8');
  let isFirst = true;
  for (const { streamNo, from, to } of chains) {
    for (let at = from; at < to;) {
      const { text, next } = await store.read('receiptExport.rows', { streamNo, from: at, to, format, maxBytes: CHUNK_BYTES, isFirst });
      isFirst = false;
      at = next;
      if (text !== '') yield Buffer.from(text, 'utf8');
    }
  }
  if (format === 'json') yield Buffer.from(isFirst ? ']\n' : '\n]\n', 'utf8');
}

/** ZIP times are local and have no zone; a constant keeps the same chain the same bytes. */
const ZIP_TIME = new Date(1980, 0, 1);

/** `<source>/receipts/<folder>/…`, as a source has it: unpacked, it can be verified and added as a source again. */
async function* zipOf(store: ExportStore, { chains }: ExportPlan): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const zip = new Zip((error, data) => {
    if (error) throw error;
    ready.push(data);
  });
  const drain = function* (): Generator<Uint8Array> {
    yield* ready.splice(0);
  };
  const add = (path: string): ZipDeflate => {
    const entry = new ZipDeflate(path, { level: 1 });
    entry.mtime = ZIP_TIME;
    zip.add(entry);
    return entry;
  };
  for (const { chainNo, streamNo, sourceName, folder } of chains) {
    const base = `${sourceName}/receipts/${folder}/`;
    for (const { path, bytes } of await store.read('receiptExport.documents', { chainNo })) {
      add(base + path).push(bytes, true);
      yield* drain();
    }
    if (streamNo === null) continue;
    const entry = add(`${base}receipts.jsonl`);
    for (let at: StreamPlace | null = { line: 0, piece: 0 }; at !== null;) {
      const chunk: { bytes: Uint8Array; next: StreamPlace | null } | null = await store.read('receiptStore.bytes', {
        streamNo,
        at,
        maxBytes: CHUNK_BYTES,
      });
      entry.push(chunk?.bytes ?? new Uint8Array(0), false);
      at = chunk?.next ?? null;
      yield* drain();
    }
    entry.push(new Uint8Array(0), true);
    yield* drain();
  }
  zip.end();
  yield* drain();
}
