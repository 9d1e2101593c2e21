import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, isAppError } from '../../src-shared/kernel/errors.ts';
import { attachment, type HostedApp } from '../app/hosted-app.ts';
import { SECURITY_HEADERS } from '../app/content-security-policy.ts';

/** Largest file that may be uploaded. */
export const MAX_UPLOAD_BYTES = 4 * 1024 * 1024 * 1024;

/**
 * Streams the file of a one-time ticket. The ticket is the key: it was given out over the token-guarded socket, so a plain
 * link with `download` works and needs no header.
 */
export const sendDownload = async (app: HostedApp, ticket: string, response: ServerResponse): Promise<void> => {
  const download = await app.openDownload(ticket);
  if (download === null) {
    answer(response, 404, { code: 'NOT_FOUND', message: 'This download was used or has run out.', nextStep: 'Export again.' });
    return;
  }
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': download.contentType,
    'Content-Disposition': attachment(download.fileName),
    'Cache-Control': 'no-store',
  });
  // When the source fails in mid-stream the connection is cut, so that a part is never taken for the whole.
  await pipeline(download.stream, response);
};

/** Takes the body as the file of a one-time ticket; answers 204, or the error as JSON. */
export const takeUpload = async (
  app: HostedApp,
  ticket: string,
  request: IncomingMessage,
  response: ServerResponse,
  maxBytes: number = MAX_UPLOAD_BYTES,
): Promise<void> => {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    refuseUpload(response, tooLarge(maxBytes));
    return;
  }
  const cap = createByteCap(maxBytes);
  request.on('error', (error) => cap.destroy(error));
  request.on('aborted', () => cap.destroy(new AppError('CANCELLED', 'The upload stopped halfway.', { nextStep: 'Upload it again.' })));
  request.pipe(cap);
  try {
    const taken = await app.acceptUpload(ticket, cap);
    if (taken) {
      response.writeHead(204, { ...SECURITY_HEADERS, 'Cache-Control': 'no-store' });
      response.end();
    } else {
      refuseUpload(response, new AppError('NOT_FOUND', 'This upload was used or has run out.', { nextStep: 'Choose the file again.' }));
    }
  } catch (error) {
    if (!isAppError(error)) throw error;
    refuseUpload(response, error);
  } finally {
    request.unpipe(cap);
    cap.destroy();
  }
};

const createByteCap = (maxBytes: number): Transform => {
  let bytes = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) => {
      bytes += chunk.length;
      if (bytes > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
};

const tooLarge = (maxBytes: number): AppError =>
  new AppError('FRAME_TOO_LARGE', `The file is larger than ${maxBytes} bytes; nothing of it was kept.`, {
    nextStep: 'Import it from a folder source instead.',
  });

const refuseUpload = (response: ServerResponse, error: AppError): void => {
  const status = error.code === 'NOT_FOUND' ? 404 : error.code === 'FRAME_TOO_LARGE' ? 413 : 422;
  answer(response, status, { code: error.code, message: error.message, nextStep: error.nextStep });
};

const answer = (response: ServerResponse, status: number, body: Readonly<Record<string, string>>): void => {
  // What is left of a request body is not read: the connection ends with the answer.
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'application/json; charset=utf-8', Connection: 'close' });
  response.end(JSON.stringify(body));
};
