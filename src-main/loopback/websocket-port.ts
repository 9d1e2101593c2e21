import type { WebSocket } from 'ws';
import { createPortCore, type Port } from '../../src-shared/contract/port.ts';

/** Text that may wait for a page that does not read: then the page is given up, not our memory. */
export const MAX_UNSENT_BYTES = 32 * 1024 * 1024;

const CLOSE_NORMAL = 1000;
const CLOSE_NOT_TEXT = 1003;

/** A port over an open WebSocket. The size of incoming frames is the server's `maxPayload`. */
export const createWebSocketPort = (socket: WebSocket): Port => {
  const core = createPortCore();
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) socket.close(CLOSE_NOT_TEXT);
    else core.deliver(data.toString('utf8'));
  });
  socket.on('close', core.closed);
  // A frame over the limit or broken UTF-8: ws closes with the right code by itself, but must not throw.
  socket.on('error', () => undefined);
  return {
    send: (text) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > MAX_UNSENT_BYTES) {
        socket.terminate();
        return;
      }
      socket.send(text);
    },
    onFrame: core.onFrame,
    close: () => {
      // Ours ends now; what the page still sends while the two sides say goodbye is not heard.
      core.closed();
      socket.close(CLOSE_NORMAL);
    },
    onClose: core.onClose,
  };
};
