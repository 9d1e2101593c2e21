import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSystemSecrets } from '../../src-main/electron/secret-store.ts';
import { resetElectron, safeStorage } from './support/electron-stub.ts';

vi.mock('electron', () => import('./support/electron-stub.ts'));

describe('the system secret store', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    resetElectron();
    folder = mkdtempSync(join(tmpdir(), 'countersign-secrets-'));
    file = join(folder, 'data', 'secrets.json');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps a secret encrypted, in a file of this user alone', async () => {
    const store = await createSystemSecrets({ file, platform: 'linux' });
    expect(store.kind).toBe('system');
    await store.set('source/acme', 'a very secret token');
    expect(await (await createSystemSecrets({ file, platform: 'linux' })).get('source/acme')).toBe('a very secret token');
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain('secret token');
    expect(text).not.toContain(Buffer.from('a very secret token').toString('base64'));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).toBe(0o700);
  });

  it('keeps, replaces and deletes many at once', async () => {
    const store = await createSystemSecrets({ file, platform: 'darwin' });
    await Promise.all(Array.from({ length: 20 }, (_, i) => store.set(`name ${i}`, `value ${i}`)));
    await Promise.all([store.set('name 3', 'new'), store.delete('name 4'), store.delete('never there')]);
    expect(await Promise.all([store.get('name 0'), store.get('name 3'), store.get('name 4'), store.get('name 19')])).toEqual([
      'value 0',
      'new',
      null,
      'value 19',
    ]);
    expect(await store.get('__proto__')).toBeNull();
    expect(await store.get('constructor')).toBeNull();
  });

  it.each(['basic_text', 'unknown'])('refuses on Linux with the backend %s', async (backend) => {
    safeStorage.backend = backend;
    const store = await createSystemSecrets({ file, platform: 'linux' });
    expect(store.kind).toBe('none');
    await expect(store.set('k', 'v')).rejects.toMatchObject({ code: 'NO_SECRET_STORE' });
    expect(await store.get('k')).toBeNull();
    expect(() => statSync(file)).toThrow('ENOENT');
  });

  it('does not ask for a backend where there is only one', async () => {
    safeStorage.backend = 'basic_text';
    expect((await createSystemSecrets({ file, platform: 'darwin' })).kind).toBe('system');
  });

  it('refuses where nothing can be encrypted', async () => {
    safeStorage.available = false;
    expect((await createSystemSecrets({ file, platform: 'win32' })).kind).toBe('none');
  });

  it('writes a secret anew when the system has changed its key', async () => {
    const store = await createSystemSecrets({ file, platform: 'linux' });
    await store.set('k', 'v');
    const before = statSync(file).ino;
    safeStorage.shouldReEncrypt = true;
    expect(await store.get('k')).toBe('v');
    expect(statSync(file).ino).not.toBe(before);
  });

  it.each(['not json', '{}', '{"version":1,"secrets":{"k":7}}', '{"version":2,"secrets":{}}'])(
    'sets a damaged file aside: %s',
    async (text) => {
      const store = await createSystemSecrets({ file, platform: 'linux' });
      await store.set('k', 'v');
      writeFileSync(file, text);
      expect(await store.get('k')).toBeNull();
      expect(readFileSync(`${file}.damaged`, 'utf8')).toBe(text);
      await store.set('k', 'again');
      expect(await store.get('k')).toBe('again');
    },
  );
});
