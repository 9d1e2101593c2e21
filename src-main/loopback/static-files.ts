import type { ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from '../app/content-security-policy.ts';
import { findRendererFile, type RendererFiles } from '../app/renderer-files.ts';

/**
 * Answers with a file of the built interface, or 404. Always whole and never cached: a conditional request could otherwise
 * get a 304 and keep a page whose token is of an earlier launch.
 */
export const sendFile = async (files: RendererFiles, path: string, response: ServerResponse, withBody: boolean): Promise<void> => {
  const file = findRendererFile(files, path);
  if (file === null) {
    response.writeHead(404, { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
    response.end('Not found.\n');
    return;
  }
  const content = await file.read();
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': file.contentType,
    'Content-Length': content.length,
    'Cache-Control': 'no-store',
  });
  response.end(withBody ? content : undefined);
};
