import { Readable } from 'node:stream';
import { protocol } from 'electron';
import { SECURITY_HEADERS } from '../app/content-security-policy.ts';
import { attachment, DOWNLOAD_PATH, type HostedApp, TICKET } from '../app/hosted-app.ts';
import { findRendererFile, type RendererFiles } from '../app/renderer-files.ts';
import { APP_SCHEME, isAppUrl } from './app-origin.ts';

/**
 * Must run before the app is ready. Standard: a real origin and relative addresses; secure: a secure context. Nothing that
 * loosens: no CSP bypass, no CORS, no service workers.
 */
export const registerAppScheme = (): void => {
  protocol.registerSchemesAsPrivileged([{ scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } }]);
};

export interface AppProtocolOptions {
  readonly files: RendererFiles;
  readonly openDownload: HostedApp['openDownload'];
}

/** Serves `app://ops/` from the list of built files, with the security headers on every answer. Must run when ready. */
export const handleAppProtocol = (options: AppProtocolOptions): void => {
  protocol.handle(APP_SCHEME, (request) => answerAppRequest(request, options));
};

/** What a request gets: GET only, our host only, a file of the list or a ticket's file. */
export const answerAppRequest = async (request: Pick<Request, 'method' | 'url'>, options: AppProtocolOptions): Promise<Response> => {
  if (request.method !== 'GET') return plain(405, 'Only GET is answered.');
  if (!isAppUrl(request.url)) return plain(404, 'Not found.');
  const path = new URL(request.url).pathname || '/';
  if (path.startsWith(DOWNLOAD_PATH)) return answerDownload(path.slice(DOWNLOAD_PATH.length), options);
  const file = findRendererFile(options.files, path);
  if (file === null) return plain(404, 'Not found.');
  const content = await file.read();
  return new Response(new Uint8Array(content), { headers: { ...SECURITY_HEADERS, 'Content-Type': file.contentType } });
};

const answerDownload = async (ticket: string, options: AppProtocolOptions): Promise<Response> => {
  const download = TICKET.test(ticket) ? await options.openDownload(ticket) : null;
  if (download === null) return plain(404, 'This download was used or has run out. Export again.');
  // Node and the DOM each declare the same stream type; the constructor takes either.
  return new Response(Readable.toWeb(download.stream) as ConstructorParameters<typeof Response>[0], {
    headers: {
      ...SECURITY_HEADERS,
      'Content-Type': download.contentType,
      'Content-Disposition': attachment(download.fileName),
      'Cache-Control': 'no-store',
    },
  });
};

const plain = (status: number, text: string): Response =>
  new Response(`${text}\n`, { status, headers: { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' } });
