import { createPortCore, type Port } from '../../src-shared/contract/port.ts';

/** How a port is opened, and what is known when it cannot be. */
export interface PortOpener {
  /** Resolves with an open port. @throws PortRefused when trying again is useless. */
  readonly open: () => Promise<Port>;
}

/** The host is there and does not let this page in. */
export class PortRefused extends Error {
  override readonly name = 'PortRefused';
}

/** What the preload script of the desktop puts on the window. An empty text says that the app closed this connection. */
interface Bridge {
  readonly send: (text: string) => void;
  readonly onFrame: (listener: (text: string) => void) => () => void;
}

const bridgeOf = (host: object): Bridge | null => {
  const bridge = (host as { readonly countersign?: Partial<Bridge> }).countersign;
  return typeof bridge?.send === 'function' && typeof bridge.onFrame === 'function' ? (bridge as Bridge) : null;
};

const openBridge = (bridge: Bridge): Port => {
  const core = createPortCore();
  const stop = bridge.onFrame((text) => {
    if (text === '') close();
    else core.deliver(text);
  });
  const close = (): void => {
    stop();
    core.closed();
  };
  return {
    send: (text) => {
      if (!core.isClosed()) bridge.send(text);
    },
    onFrame: core.onFrame,
    close,
    onClose: core.onClose,
  };
};

const SOCKET_PATH = '/socket';
const SUBPROTOCOL = 'countersign.v1';

/** Opens a WebSocket to our own origin. The token is a subprotocol: it is in no address and no log. */
const openSocket = (token: string): Promise<Port> =>
  new Promise((resolve, reject) => {
    const url = `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${SOCKET_PATH}`;
    const socket = new WebSocket(url, [SUBPROTOCOL, `token.${token}`]);
    const core = createPortCore();
    let opened = false;
    socket.addEventListener('message', (event: MessageEvent<unknown>) => {
      if (typeof event.data === 'string') core.deliver(event.data);
    });
    socket.addEventListener('close', () => {
      if (opened) core.closed();
      else whyClosed(token).then(reject, reject);
    });
    socket.addEventListener('open', () => {
      opened = true;
      resolve({
        send: (text) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        onFrame: core.onFrame,
        close: () => {
          socket.close();
        },
        onClose: core.onClose,
      });
    });
  });

/** Answers whether the token holds, and does nothing else. */
const TOKEN_CHECK_PATH = '/token';
const UNAUTHORISED = 401;

/**
 * A browser does not say why a socket did not open, so the token is asked about by itself. That the page is served again
 * would prove nothing: the app may have come back between the two.
 */
const whyClosed = async (token: string): Promise<Error> => {
  try {
    const answer = await fetch(TOKEN_CHECK_PATH, { method: 'POST', headers: { Authorization: `Bearer ${token}` }, cache: 'no-store' });
    if (answer.status === UNAUTHORISED) return new PortRefused('The token of this launch is missing or no longer holds.');
  } catch {
    // Nobody answers: the app is not running, and may come back.
  }
  return new Error('The app does not answer.');
};

/** The desktop's bridge where it is present, else a WebSocket to the loopback host. */
export const hostPort = (token: string | null): PortOpener => {
  const bridge = bridgeOf(window);
  if (bridge !== null) return { open: () => Promise.resolve(openBridge(bridge)) };
  return {
    open: () => (token === null ? Promise.reject(new PortRefused('This page has no token.')) : openSocket(token)),
  };
};
