import { createHash, type Hash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { openForReading, type OpenedForReading, schemaVersionOf } from './damaged-database.ts';
import { assertHeadroom } from './disk-space.ts';
import { syncFolder, type WorkControl } from './file-work.ts';
import { withStoreErrorsAsync } from './store-errors.ts';
import { type ScannedTable, type ScannedValue, scanTable, tablesOf } from './table-scan.ts';

export interface SalvagedTable {
  readonly table: string;
  readonly file: string;
  readonly rows: number;
  readonly total: number | null;
  /** Rows that are there but could not be read; null where `damaged` is true and nothing says how many. */
  readonly unreadable: number | null;
  readonly damaged: boolean;
  /** Rowids between which nothing could be read, ends included, as decimal strings. */
  readonly unreadable_rowids: readonly { readonly from: string; readonly to: string }[];
  readonly reasons: readonly string[];
  readonly bytes: number;
  readonly sha256: string;
}

/** `manifest.json` of an export of what is readable. */
export interface SalvageManifest {
  readonly format: 'countersign-salvage/1';
  readonly made_at: string;
  readonly database: string;
  readonly database_bytes: number;
  readonly schema_version: number;
  readonly read_through: OpenedForReading['how'];
  readonly tables: readonly SalvagedTable[];
}

export interface SalvageOptions extends WorkControl {
  /** ISO 8601 UTC. */
  readonly madeAt: string;
  /** A folder for a copy of the database, needed where it cannot be opened as it lies. */
  readonly scratch: string;
}

const BUFFER_BYTES = 1024 * 1024;
const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** JSON has no place for blobs, for integers beyond 2^53 and for infinities: those become objects with one key. */
const jsonValue = (value: ScannedValue): unknown => {
  if (typeof value === 'bigint') return value <= MAX_SAFE && value >= -MAX_SAFE ? Number(value) : { integer: value.toString() };
  if (typeof value === 'number') return Number.isFinite(value) ? value : { real: String(value) };
  if (value instanceof Uint8Array) return { base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  return value;
};

/** Writes lines through one buffer and keeps their digest. */
class LineWriter {
  readonly #fd: number;
  readonly #hash: Hash = createHash('sha256');
  #parts: string[] = [];
  #waiting = 0;
  #bytes = 0;

  constructor(file: string) {
    this.#fd = openSync(file, 'wx', 0o600);
  }

  write(line: string): void {
    this.#parts.push(line, '\n');
    this.#waiting += line.length;
    if (this.#waiting >= BUFFER_BYTES) this.#flush();
  }

  end(): { readonly bytes: number; readonly sha256: string } {
    this.#flush();
    fsyncSync(this.#fd);
    closeSync(this.#fd);
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  abandon(): void {
    closeSync(this.#fd);
  }

  #flush(): void {
    const chunk = Buffer.from(this.#parts.join(''), 'utf8');
    this.#parts = [];
    this.#waiting = 0;
    this.#hash.update(chunk);
    for (let written = 0; written < chunk.length;) written += writeSync(this.#fd, chunk, written);
    this.#bytes += chunk.length;
  }
}

const salvageTable = (opened: OpenedForReading, folder: string, table: ScannedTable, control: WorkControl): SalvagedTable => {
  const file = `${encodeURIComponent(table.name)}.ndjson`;
  const writer = new LineWriter(join(folder, file));
  const columns = opened.db.prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?) ORDER BY cid').all(table.name);
  try {
    const scan = scanTable(
      opened.db,
      table,
      (values) => {
        writer.write(JSON.stringify(Object.fromEntries(columns.map(({ name }, i) => [name, jsonValue(values[i] ?? null)]))));
      },
      control,
    );
    return {
      table: table.name,
      file,
      rows: scan.readable,
      total: scan.total,
      unreadable: scan.unreadable,
      damaged: scan.damaged,
      unreadable_rowids: scan.ranges.map(({ from, to }) => ({ from: from.toString(), to: to.toString() })),
      reasons: scan.reasons,
      ...writer.end(),
    };
  } catch (error) {
    writer.abandon();
    throw error;
  }
};

/**
 * Exports everything that can still be read of a database into a new folder: one NDJSON file a table, `schema.sql`,
 * `manifest.json` with counts, digests and what could not be read, and `SHA256SUMS` for `sha256sum -c`. The database is not
 * changed. The folder appears whole or not at all. Fails with ALREADY_EXISTS, CANCELLED or a STORE_… code.
 */
export const salvageDatabase = (file: string, target: string, options: SalvageOptions): Promise<SalvageManifest> =>
  withStoreErrorsAsync({ file }, async () => {
    if (existsSync(target))
      throw new AppError('ALREADY_EXISTS', `“${basename(target)}” is there already. Nothing was written.`, {
        nextStep: 'Choose a folder that does not exist yet.',
      });
    const { size } = await stat(file);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    // Base64 and JSON take about a third more than the rows themselves.
    await assertHeadroom(dirname(target), Math.ceil(size * 1.4));
    const opened = await openForReading(file, options.scratch, options);
    const partial = `${target}.partial`;
    try {
      await rm(partial, { recursive: true, force: true });
      await mkdir(partial, { mode: 0o700 });
      const tables = tablesOf(opened.db);
      const salvaged = tables.map((table) => salvageTable(opened, partial, table, options));
      const manifest: SalvageManifest = {
        format: 'countersign-salvage/1',
        made_at: options.madeAt,
        database: basename(file),
        database_bytes: size,
        schema_version: schemaVersionOf(opened.db),
        read_through: opened.how,
        tables: salvaged,
      };
      const texts = {
        'schema.sql': tables.map(({ sql }) => `${sql};\n`).join('\n'),
        'manifest.json': `${JSON.stringify(manifest, null, 2)}\n`,
      };
      const sums = salvaged.map(({ file: name, sha256 }) => `${sha256}  ${name}`);
      for (const [name, text] of Object.entries(texts)) {
        await writeFile(join(partial, name), text, { mode: 0o600, flush: true });
        sums.push(`${createHash('sha256').update(text).digest('hex')}  ${name}`);
      }
      await writeFile(join(partial, 'SHA256SUMS'), `${sums.join('\n')}\n`, { mode: 0o600, flush: true });
      await rename(partial, target);
      await syncFolder(dirname(target));
      return manifest;
    } catch (error) {
      await rm(partial, { recursive: true, force: true });
      throw error;
    } finally {
      await opened.close();
    }
  });
