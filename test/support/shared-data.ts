import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';

/** Inputs this project did not write live beside the repository, and are absent from most checkouts. */
const SHARED_DATA_ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../../../shared/data');

/** Whether the shared data folder is beside this checkout. */
export const hasSharedData: boolean = existsSync(SHARED_DATA_ROOT);

/** Absolute path of a file or folder of the shared data: `sharedData('trust', 'merkle')`. It need not exist. */
export const sharedData = (...path: readonly string[]): string => join(SHARED_DATA_ROOT, ...path);

/**
 * `describe` for suites over the shared data. Where the folder is absent the suite is reported as skipped under a name
 * that says why. `fn` is still called to collect the test names, so read files inside tests or hooks, or guard the
 * reading with `hasSharedData`.
 */
export const describeShared = (name: string, fn: () => void): void => {
  if (hasSharedData) describe(name, fn);
  else describe.skip(`${name} (skipped: ../shared/data is absent)`, fn);
};
