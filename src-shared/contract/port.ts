/**
 * A two-way channel of text frames: the one thing a host must bring. Everything above it (envelope, client, router) is
 * written once. Adapters: memory (tests), WebSocket (loopback host), Electron IPC.
 */
export interface Port {
  /** Sends one frame. After the port has closed this does nothing: whoever waits for an answer learns it from `onClose`. */
  readonly send: (text: string) => void;
  /**
   * Frames of the other side, in order, each once. A frame that comes while nobody listens is kept and delivered to the
   * first listener.
   * @returns a function that ends the subscription.
   */
  readonly onFrame: (listener: (text: string) => void) => () => void;
  /** Closes both directions. Calling it again does nothing. */
  readonly close: () => void;
  /** Called once, also when the listener comes after the port has closed. */
  readonly onClose: (listener: () => void) => () => void;
}

/** What an adapter uses to fulfil the listening half of `Port`. */
export interface PortCore {
  readonly onFrame: Port['onFrame'];
  readonly onClose: Port['onClose'];
  readonly deliver: (text: string) => void;
  /** Marks the port as closed and tells the listeners; only the first call does something. */
  readonly closed: () => void;
  readonly isClosed: () => boolean;
}

/** Keeps the listeners of one port, holds back frames that come too early and remembers that it has closed. */
export const createPortCore = (): PortCore => {
  const frameListeners = new Set<(text: string) => void>();
  const closeListeners = new Set<() => void>();
  let early: string[] = [];
  let closed = false;
  return {
    onFrame: (listener) => {
      frameListeners.add(listener);
      const waiting = early;
      early = [];
      for (const text of waiting) listener(text);
      return () => {
        frameListeners.delete(listener);
      };
    },
    onClose: (listener) => {
      if (closed) {
        queueMicrotask(listener);
        return () => undefined;
      }
      closeListeners.add(listener);
      return () => {
        closeListeners.delete(listener);
      };
    },
    deliver: (text) => {
      if (closed) return;
      if (frameListeners.size === 0) early.push(text);
      else for (const listener of [...frameListeners]) listener(text);
    },
    closed: () => {
      if (closed) return;
      closed = true;
      early = [];
      frameListeners.clear();
      const listeners = [...closeListeners];
      closeListeners.clear();
      for (const listener of listeners) listener();
    },
    isClosed: () => closed,
  };
};
