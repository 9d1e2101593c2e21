import { join, resolve } from 'node:path';
import { copyForReading, copyMayHelp } from './damaged-database.ts';
import { DATABASE_NAME } from './open-database.ts';
import { openStorePool, type StorePool, type StorePoolOptions } from './store-pool.ts';
import type { QueryMap } from './types.ts';

export interface ReadOnlyPool<Reads extends QueryMap, Writes extends QueryMap> extends StorePool<Reads, Writes> {
  /** What is read: the workspace itself, or a copy of it because it could not be opened where it lies. */
  readonly readThrough: 'in place' | 'copy' | 'repaired copy';
}

/**
 * Opens a workspace for looking only: one that another console holds, one on a drive that cannot be written, one whose
 * header is damaged. Fails with the STORE_… error of the plain way when no way works.
 *
 * @param scratch a folder for a copy, should one be needed; the copy goes when the pool is closed
 */
export const openReadOnlyPool = async <Reads extends QueryMap, Writes extends QueryMap>(
  options: Omit<StorePoolOptions, 'mode' | 'create'>,
  scratch: string,
): Promise<ReadOnlyPool<Reads, Writes>> => {
  let refused: unknown;
  try {
    const pool = await openStorePool<Reads, Writes>({ ...options, mode: 'read-only' });
    return { ...pool, readThrough: 'in place' };
  } catch (error) {
    refused = error;
  }
  const help = copyMayHelp(refused);
  const copy = help && (await copyForReading(join(resolve(options.folder), DATABASE_NAME), scratch, help.repair));
  if (copy === undefined) throw refused;
  try {
    const pool = await openStorePool<Reads, Writes>({ ...options, folder: copy.folder, mode: 'read-only' });
    return {
      ...pool,
      readThrough: copy.how,
      close: async () => {
        await pool.close();
        await copy.remove();
      },
    };
  } catch (error) {
    await copy.remove();
    throw error;
  }
};
