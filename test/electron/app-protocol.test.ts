import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { SECURITY_HEADERS } from '../../src-main/app/content-security-policy.ts';
import { listRendererFiles } from '../../src-main/app/renderer-files.ts';
import { handleAppProtocol, registerAppScheme } from '../../src-main/electron/app-protocol.ts';
import { protocol, resetElectron } from './support/electron-stub.ts';

vi.mock('electron', () => import('./support/electron-stub.ts'));

const TICKET = 'ticket-0123456789abcdef';

describe('app://ops/', () => {
  let folder: string;
  const redeemed: string[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'countersign-renderer-'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'app.js'), 'let a;');
    writeFileSync(join(folder, 'app.js.map'), '{}');
    writeFileSync(join(folder, 'notes.xyz'), 'unknown kind');
    symlinkSync('/etc/passwd', join(folder, 'link.txt'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    resetElectron();
    redeemed.length = 0;
    handleAppProtocol({
      files: listRendererFiles(folder),
      openDownload: (ticket) => {
        redeemed.push(ticket);
        return Promise.resolve(
          ticket === TICKET && redeemed.length === 1
            ? { fileName: 'receipts.csv', contentType: 'text/csv', stream: Readable.from([Buffer.from('a,b\n')]) }
            : null,
        );
      },
    });
  });
  const get = (url: string, method = 'GET'): Promise<Response> => {
    const handler = protocol.handlers.get('app');
    if (handler === undefined) throw new Error('no handler');
    return handler({ method, url, headers: new Headers() } as Request);
  };

  it('is registered as a real origin without any loosening', () => {
    registerAppScheme();
    expect(protocol.privileged).toEqual([{ scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
  });

  it('serves the built files with the security headers', async () => {
    for (const [url, type] of [
      ['app://ops/', 'text/html; charset=utf-8'],
      ['app://ops', 'text/html; charset=utf-8'],
      ['app://ops/index.html?x=1', 'text/html; charset=utf-8'],
      ['app://ops/app.js', 'text/javascript; charset=utf-8'],
    ] as const) {
      const answer = await get(url);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(answer.headers.get(name)).toBe(value);
    }
  });

  it.each([
    ['app://ops/app.js.map', 404],
    ['app://ops/notes.xyz', 404],
    ['app://ops/link.txt', 404],
    ['app://ops/receipts', 404],
    ['app://ops/../../etc/passwd', 404],
    ['app://ops/%2e%2e/%2e%2e/etc/passwd', 404],
    ['app://ops/..%2f..%2fetc/passwd', 404],
    ['app://ops/..%5c..%5cetc/passwd', 404],
    ['app://ops//etc/passwd', 404],
    ['app://ops/app.js%00.html', 404],
    ['app://ops/__proto__', 404],
    ['app://evil/', 404],
    ['app://ops.evil/', 404],
    ['app://ops:80/', 404],
    ['app://user@ops/', 404],
  ])('has nothing at %s', async (url, status) => {
    const answer = await get(url);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-security-policy')).toBe(SECURITY_HEADERS['Content-Security-Policy']);
  });

  it.each(['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'])('refuses %s', async (method) => {
    expect((await get('app://ops/', method)).status).toBe(405);
  });

  it('delivers the file of a ticket once', async () => {
    const answer = await get(`app://ops/downloads/${TICKET}`);
    expect(await answer.text()).toBe('a,b\n');
    expect(answer.headers.get('content-disposition')).toContain('attachment; filename="receipts.csv"');
    expect((await get(`app://ops/downloads/${TICKET}`)).status).toBe(404);
    expect((await get('app://ops/downloads/short')).status).toBe(404);
    expect((await get('app://ops/downloads/../app.js')).status).toBe(200);
    expect(redeemed).toEqual([TICKET, TICKET]);
  });

  it('says when the interface is not built', () => {
    const empty = mkdtempSync(join(tmpdir(), 'countersign-empty-'));
    expect(() => listRendererFiles(empty)).toThrow('npm run build');
    rmSync(empty, { recursive: true });
  });
});
