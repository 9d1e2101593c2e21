/** Serves a built interface the way the hosts do: the same security headers, and the contract over a WebSocket. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { SECURITY_HEADERS } from '../../src-main/app/content-security-policy.ts';
import { findRendererFile, listRendererFiles } from '../../src-main/app/renderer-files.ts';
import { createWebSocketPort } from '../../src-main/loopback/websocket-port.ts';
import type { Port } from '../../src-shared/contract/port.ts';

const TOKEN = 'fixture-token-0123456789';

export interface FixtureHost {
  /** With the token in its fragment. */
  readonly address: string;
  readonly origin: string;
  /** Ends all open connections, as when the app stops; new ones are let in again. */
  readonly dropConnections: () => void;
  readonly close: () => Promise<void>;
}

/** @param rendererDir the built interface. @param port 0: any free one. */
export const startFixtureHost = async (rendererDir: string, serve: (port: Port) => void, port = 0): Promise<FixtureHost> => {
  const files = listRendererFiles(rendererDir);
  const server: Server = createServer((request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const file = findRendererFile(files, path);
    if (file === null) {
      response.writeHead(404, SECURITY_HEADERS).end();
      return;
    }
    void file.read().then((content) => {
      response.writeHead(200, { ...SECURITY_HEADERS, 'Content-Type': file.contentType }).end(content);
    });
  });
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'countersign.v1' });
  server.on('upgrade', (request, socket, head) => {
    const offered = request.headers['sec-websocket-protocol'] ?? '';
    if (request.url !== '/socket' || !offered.includes(`token.${TOKEN}`)) {
      socket.destroy();
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      serve(createWebSocketPort(webSocket));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    address: `${origin}/#token=${TOKEN}`,
    dropConnections: () => {
      for (const client of sockets.clients) client.terminate();
    },
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
