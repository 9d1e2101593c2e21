import { APP_ORIGIN, isAppUrl } from './app-origin.ts';

/** What is known of whoever sent a message, taken from Electron's event. */
export interface Sender {
  readonly webContentsId: number;
  /** null when the frame is gone or has navigated since. */
  readonly frame: { readonly origin: string; readonly url: string; readonly isTop: boolean } | null;
}

export type SenderDecision = 'accept' | 'unknown-window' | 'no-frame' | 'sub-frame' | 'foreign-origin';

/** Decides whether a message may reach the app: from a window of ours, its top frame, at exactly our origin. */
export const decideSender = (sender: Sender, windows: { has(webContentsId: number): boolean }): SenderDecision => {
  if (!windows.has(sender.webContentsId)) return 'unknown-window';
  if (sender.frame === null) return 'no-frame';
  if (!sender.frame.isTop) return 'sub-frame';
  if (sender.frame.origin !== APP_ORIGIN || !isAppUrl(sender.frame.url)) return 'foreign-origin';
  return 'accept';
};
