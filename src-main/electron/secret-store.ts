import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { safeStorage } from 'electron';
import { z } from 'zod';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { SecretStore } from '../app/host-capabilities.ts';

const secretFile = z.object({ version: z.literal(1), secrets: z.record(z.string(), z.base64()) });

/** Linux without a keyring: Electron would then encrypt with a key that stands in its source. */
const UNSAFE_BACKENDS: readonly string[] = ['basic_text', 'unknown'];

export interface SecretStoreOptions {
  readonly file: string;
  readonly platform: NodeJS.Platform;
}

/**
 * Secrets encrypted by the operating system's key store, one file of mode 0600 beside the app's data. Must be made when the
 * app is ready. Where the system offers no real protection the store is `none` and refuses to keep anything.
 */
export const createSystemSecrets = async ({ file, platform }: SecretStoreOptions): Promise<SecretStore> => {
  const safe =
    (await safeStorage.isAsyncEncryptionAvailable()) &&
    !(platform === 'linux' && UNSAFE_BACKENDS.includes(safeStorage.getSelectedStorageBackend()));
  if (!safe) return refusingStore;
  let last: Promise<unknown> = Promise.resolve();
  /** One at a time: each change reads, changes and replaces the whole file. */
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const set = async (name: string, value: string): Promise<void> => {
    const encrypted = (await safeStorage.encryptStringAsync(value)).toString('base64');
    writeSecrets(file, { ...readSecrets(file), [name]: encrypted });
  };
  return {
    kind: 'system',
    get: (name) =>
      inTurn(async () => {
        const secrets = readSecrets(file);
        const encrypted = Object.hasOwn(secrets, name) ? secrets[name] : undefined;
        if (encrypted === undefined) return null;
        const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(encrypted, 'base64'));
        // The system has changed its key: what is kept under the old one is written anew.
        if (shouldReEncrypt) await set(name, result);
        return result;
      }),
    set: (name, value) => inTurn(() => set(name, value)),
    delete: (name) =>
      inTurn(() => {
        const rest = Object.entries(readSecrets(file)).filter(([other]) => other !== name);
        writeSecrets(file, Object.fromEntries(rest));
        return Promise.resolve();
      }),
  };
};

const refusingStore: SecretStore = {
  kind: 'none',
  get: () => Promise.resolve(null),
  set: () =>
    Promise.reject(
      new AppError('NO_SECRET_STORE', 'This system has no safe place for secrets, so nothing was kept.', {
        nextStep: 'Set up a keyring (GNOME Keyring or KWallet), then start the app again.',
      }),
    ),
  delete: () => Promise.resolve(),
};

const readSecrets = (file: string): Readonly<Record<string, string>> => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  const parsed = secretFile.safeParse(parseJson(text));
  if (parsed.success) return parsed.data.secrets;
  // Set aside, not overwritten: somebody may still be able to read it.
  renameSync(file, `${file}.damaged`);
  return {};
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

const writeSecrets = (file: string, secrets: Readonly<Record<string, string>>): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify({ version: 1, secrets }), { mode: 0o600, flush: true });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
};
