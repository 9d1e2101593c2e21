import { ipcMain, type IpcMainEvent, type WebContents } from 'electron';
import { createPortCore, type Port, type PortCore } from '../../src-shared/contract/port.ts';
import { FRAME_CHANNEL } from './ipc-channel.ts';
import { decideSender, type SenderDecision } from './sender-policy.ts';

export interface IpcHost {
  /** From now on messages of this window are heard; each document loaded in it gets a port of its own. */
  readonly register: (webContents: WebContents) => void;
  readonly close: () => void;
}

export interface IpcHostOptions {
  readonly onPort: (port: Port) => void;
  readonly onRefused?: (why: Exclude<SenderDecision, 'accept'> | 'not-text') => void;
}

/** Turns the one channel into ports. A message of a stranger is dropped without an answer. */
export const createIpcHost = (options: IpcHostOptions): IpcHost => {
  const windows = new Map<number, WebContents>();
  const open = new Map<number, PortCore>();
  /** Documents whose port the app has closed: they are not heard again until they are loaded anew. */
  const ended = new Set<number>();

  const endDocument = (id: number): void => {
    const core = open.get(id);
    open.delete(id);
    ended.delete(id);
    core?.closed();
  };

  const openPort = (webContents: WebContents): PortCore => {
    const { id } = webContents;
    const core = createPortCore();
    const send = (text: string): void => {
      if (!core.isClosed() && !webContents.isDestroyed()) webContents.send(FRAME_CHANNEL, text);
    };
    open.set(id, core);
    options.onPort({
      send,
      onFrame: core.onFrame,
      close: () => {
        if (core.isClosed()) return;
        send('');
        open.delete(id);
        ended.add(id);
        core.closed();
      },
      onClose: core.onClose,
    });
    return core;
  };

  const onMessage = (event: IpcMainEvent, ...args: unknown[]): void => {
    const { sender, senderFrame } = event;
    const decision = decideSender(
      {
        webContentsId: sender.id,
        frame: senderFrame === null ? null : { origin: senderFrame.origin, url: senderFrame.url, isTop: senderFrame.parent === null },
      },
      windows,
    );
    if (decision !== 'accept') {
      options.onRefused?.(decision);
      return;
    }
    const [text] = args;
    if (args.length !== 1 || typeof text !== 'string') {
      options.onRefused?.('not-text');
      return;
    }
    if (ended.has(sender.id)) return;
    (open.get(sender.id) ?? openPort(sender)).deliver(text);
  };
  ipcMain.on(FRAME_CHANNEL, onMessage);

  return {
    register: (webContents) => {
      const { id } = webContents;
      windows.set(id, webContents);
      // A new document starts from nothing: calls of the old one are cancelled and its answers go nowhere.
      webContents.on('did-start-navigation', (details) => {
        if (details.isMainFrame && !details.isSameDocument) endDocument(id);
      });
      webContents.on('render-process-gone', () => {
        endDocument(id);
      });
      webContents.once('destroyed', () => {
        windows.delete(id);
        endDocument(id);
      });
    },
    close: () => {
      ipcMain.off(FRAME_CHANNEL, onMessage);
      for (const id of [...open.keys()]) endDocument(id);
      windows.clear();
    },
  };
};
