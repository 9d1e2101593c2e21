import { readFile, rename } from 'node:fs/promises';
import { writeFileAtomic } from './file-work.ts';
import { nativeCode, withStoreErrorsAsync } from './store-errors.ts';

/** Small JSON files beside the database or in the state folder: read leniently, written atomically. */

/**
 * Reads a JSON file; undefined where there is none. A file that is not JSON is renamed to `<name>.unreadable`, so that
 * nothing is lost and a bad file never blocks a start, and undefined is given.
 */
export const readJsonFile = (file: string): Promise<unknown> =>
  withStoreErrorsAsync({ file }, async () => {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (error) {
      if (nativeCode(error) === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return JSON.parse(text) as unknown;
    } catch {
      await rename(file, `${file}.unreadable`);
      return undefined;
    }
  });

/** Writes a JSON file so that it is whole or the old one at every moment. Mode 0600. */
export const writeJsonFile = (file: string, value: unknown): Promise<void> =>
  withStoreErrorsAsync({ file }, () => writeFileAtomic(file, `${JSON.stringify(value, null, 2)}\n`));
