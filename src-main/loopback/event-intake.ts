import type { IncomingMessage, ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from '../app/content-security-policy.ts';
import { type HostedApp, MAX_INTAKE_BYTES } from '../app/hosted-app.ts';

/** A body that takes longer than this is given up: a sender that stalls holds no connection. */
const BODY_MS = 15_000;

/**
 * Takes metering events of an emitter on this machine and answers for each. The token is looked at before anything of the
 * body is read.
 */
export const takeEventPost = async (
  app: HostedApp,
  token: string | null,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const { status, retryAfterSeconds, document } = await app.takeEvents({
    token,
    contentType: request.headers['content-type'] ?? '',
    declaredBytes: declaredLength(request),
    body: () => readBody(request),
  });
  response.writeHead(status, {
    ...SECURITY_HEADERS,
    'Content-Type': 'application/json; charset=utf-8',
    'Cache-Control': 'no-store',
    ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
    // What is left of a body that was not read ends with the connection.
    ...(status === 200 ? {} : { Connection: 'close' }),
  });
  response.end(JSON.stringify(document));
};

const declaredLength = (request: IncomingMessage): number | null => {
  const text = request.headers['content-length'];
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
};

/** The whole body, or null once it is larger than the intake takes or does not come. */
const readBody = (request: IncomingMessage): Promise<Uint8Array | null> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (value: Uint8Array | null): void => {
      clearTimeout(timer);
      request.removeAllListeners('data');
      resolve(value);
    };
    const timer = setTimeout(() => end(null), BODY_MS);
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAX_INTAKE_BYTES) {
        request.pause();
        end(null);
      } else chunks.push(chunk);
    });
    request.on('end', () => end(Uint8Array.from(Buffer.concat(chunks))));
    request.on('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
