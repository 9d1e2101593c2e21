import { migrations } from '../../migrations/index.ts';
import {
  closeWriter,
  createStoreDb,
  migrate,
  openReader,
  openWriter,
  type QueryMap,
  type Store,
  type StoreDb,
} from '../../src-main/store/index.ts';

/** A `Store` over one writing and one reading connection of this thread: the named queries run as in the pool's workers. */
export interface PlainStore<Reads extends QueryMap, Writes extends QueryMap> extends Store<Reads, Writes> {
  readonly db: StoreDb;
  close(): void;
}

type AnyQuery = (db: StoreDb, args: unknown) => unknown;

/** Opens (and makes) the database file with the shipped schema. Arguments and results are cloned, as between threads. */
export const openPlainStore = async <Reads extends QueryMap, Writes extends QueryMap>(
  file: string,
  reads: Reads,
  writes: Writes,
): Promise<PlainStore<Reads, Writes>> => {
  const raw = openWriter(file, { create: true });
  await migrate(raw, migrations, { now: '2026-01-01T00:00:00.000Z', backup: () => Promise.resolve('none') });
  const readerRaw = openReader(file);
  const db = createStoreDb(raw);
  const reader = createStoreDb(readerRaw);
  const run = (connection: StoreDb, queries: QueryMap, name: string, args: unknown): unknown => {
    const query = (queries as unknown as Readonly<Record<string, AnyQuery>>)[name];
    if (query === undefined) throw new Error(`there is no query named ${name}`);
    return structuredClone(query(connection, structuredClone(args)));
  };
  return {
    db,
    read: ((name: string, args: unknown) => Promise.resolve().then(() => run(reader, reads, name, args))) as Store<Reads, Writes>['read'],
    write: ((name: string, args: unknown) =>
      Promise.resolve().then(() => raw.transaction(() => run(db, writes, name, args)).immediate())) as Store<Reads, Writes>['write'],
    close: () => {
      readerRaw.close();
      closeWriter(raw);
    },
  };
};
