import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { CONTRACT_LIMITS } from '../../src-shared/contract/limits.ts';
import type { Port } from '../../src-shared/contract/port.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { SECURITY_HEADERS } from '../app/content-security-policy.ts';
import type { HostedApp } from '../app/hosted-app.ts';
import { listRendererFiles, type RendererFiles } from '../app/renderer-files.ts';
import { sendDownload, takeUpload } from './file-transfer.ts';
import { decideRequest, decideUpgrade, type GuardedRequest, type GuardSettings, type Refusal, SUBPROTOCOL } from './request-guard.ts';
import { sendFile } from './static-files.ts';
import { createWebSocketPort } from './websocket-port.ts';

export interface LoopbackOptions {
  readonly app: HostedApp;
  /** The built interface. */
  readonly rendererDir: string;
  /** 0 (the default): any free one. */
  readonly port?: number;
  /** Closes when stdin ends: a parent process that dies takes us with it. */
  readonly exitWithStdin?: boolean;
  /** Told of each refused request and of what went wrong inside; nothing of the request itself. */
  readonly log?: (entry: {
    readonly level: 'warn' | 'error';
    readonly text: string;
    readonly status?: number;
    readonly error?: unknown;
  }) => void;
}

export interface LoopbackHost {
  /** With the token in its fragment: whoever has it, has the console. Fragments are not sent to servers. */
  readonly address: string;
  /** Without the token. */
  readonly origin: string;
  readonly token: string;
  /** Ends all connections, then closes the app. */
  readonly close: () => Promise<void>;
  /** Resolves once the host has closed, by whatever way. */
  readonly closed: Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const HANDSHAKE_MS = 5000;
const MAX_CONNECTIONS = 128;

/**
 * Serves the app to a browser on this machine. For source checkouts, CI and closed networks; never packaged. Binds the
 * loopback address alone and prints nothing.
 * @throws AppError `CONFLICT` when the port is taken.
 */
export const startLoopbackHost = async (options: LoopbackOptions): Promise<LoopbackHost> => {
  const { app } = options;
  const log = options.log ?? (() => undefined);
  const files = listRendererFiles(options.rendererDir);
  const token = randomBytes(32).toString('base64url');
  const server = createServer({ headersTimeout: HANDSHAKE_MS, connectionsCheckingInterval: 1000, maxHeaderSize: 16 * 1024 });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, options.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const host = `${LOOPBACK}:${port}`;
  const settings: GuardSettings = { hosts: [host], origin: `http://${host}`, token };

  const refused = (refusal: Refusal): void => {
    log({ level: 'warn', text: `Refused a request: ${refusal.reason}`, status: refusal.status });
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handle(request, response, { app, files, settings, refused }).catch((error: unknown) => {
      // A browser that leaves in mid-file is no fault of ours.
      if (!isPeerGone(error)) log({ level: 'error', text: 'A request failed', error });
      if (!response.headersSent) response.writeHead(500, SECURITY_HEADERS);
      response.destroy();
    });
  });
  server.on('clientError', (_error, socket: Duplex) => {
    endSocket(socket, { kind: 'refuse', status: 400, reason: 'The request cannot be read.' });
  });

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: CONTRACT_LIMITS.frameBytes,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  const ports = new Set<Port>();
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const decision = decideUpgrade(guarded(request), settings);
    if (decision.kind === 'refuse') {
      refused(decision);
      endSocket(socket, decision);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const webPort = createWebSocketPort(webSocket);
      ports.add(webPort);
      webPort.onClose(() => {
        ports.delete(webPort);
      });
      app.serve(webPort);
    });
  });

  let markClosed: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    markClosed = resolve;
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closing ??= (async () => {
      process.stdin.off('end', onStdinEnd);
      for (const webPort of [...ports]) webPort.close();
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      // Pages get a moment for the closing handshake; those that do not answer are cut off.
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 250).unref())]);
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await ended;
      await app.close();
      markClosed();
    })());
  const onStdinEnd = (): void => {
    void close();
  };
  if (options.exitWithStdin === true) {
    process.stdin.on('end', onStdinEnd);
    process.stdin.resume();
  }
  return { address: `${settings.origin}/#token=${token}`, origin: settings.origin, token, close, closed };
};

interface Served {
  readonly app: HostedApp;
  readonly files: RendererFiles;
  readonly settings: GuardSettings;
  readonly refused: (refusal: Refusal) => void;
}

const handle = async (request: IncomingMessage, response: ServerResponse, served: Served): Promise<void> => {
  const decision = decideRequest(guarded(request), served.settings);
  switch (decision.kind) {
    case 'refuse':
      served.refused(decision);
      response.writeHead(decision.status, { ...SECURITY_HEADERS, 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' });
      response.end(`${decision.reason}\n`);
      return;
    case 'file':
      await sendFile(served.files, decision.path, response, request.method === 'GET');
      return;
    case 'download':
      await sendDownload(served.app, decision.ticket, response);
      return;
    case 'token-holds':
      response.writeHead(204, SECURITY_HEADERS);
      response.end();
      return;
    case 'upload':
      await takeUpload(served.app, decision.ticket, request, response);
  }
};

const guarded = (request: IncomingMessage): GuardedRequest => ({
  method: request.method ?? '',
  target: request.url ?? '',
  headers: request.headersDistinct,
});

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new AppError('CONFLICT', `Port ${port} is in use on this machine.`, {
              nextStep: 'Choose another with --port, or leave it out.',
            })
          : error,
      );
    });
    server.listen({ host: LOOPBACK, port, exclusive: true }, resolve);
  });

/** Answers on a socket that no response object stands for, and closes it. */
const endSocket = (socket: Duplex, refusal: Refusal): void => {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const body = `${refusal.reason}\n`;
  const headers = {
    ...SECURITY_HEADERS,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${refusal.status} ${STATUS_TEXT[refusal.status]}\r\n${lines.join('')}\r\n${body}`, () => socket.destroy());
};

const STATUS_TEXT: Readonly<Record<Refusal['status'], string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  421: 'Misdirected Request',
};

const isPeerGone = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(String(error.code));
