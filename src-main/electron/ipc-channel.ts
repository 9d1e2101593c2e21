/** The one channel between page and app, in both directions. */
export const FRAME_CHANNEL = 'countersign:frame';

/** What the preload puts on `window.countersign`. */
export interface CountersignBridge {
  readonly send: (text: string) => void;
  /** Returns the function that stops listening. An empty text says that the app has closed this connection. */
  readonly onFrame: (listener: (text: string) => void) => () => void;
}
