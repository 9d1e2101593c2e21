import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { createMemoryPortPair } from '../../../src-shared/contract/memory-port.ts';
import { createPortCore, type Port } from '../../../src-shared/contract/port.ts';
import type { HostedApp } from '../../../src-main/app/hosted-app.ts';
import { FRAME_CHANNEL, type CountersignBridge } from '../../../src-main/electron/ipc-channel.ts';
import { createIpcHost } from '../../../src-main/electron/ipc-port.ts';
import { startLoopbackHost } from '../../../src-main/loopback/main.ts';
import {
  contextBridge,
  ipcRenderer,
  postFromPage,
  resetElectron,
  StubWebContents,
  topFrame,
} from '../../electron/support/electron-stub.ts';

/** A host with one caller connected to it. */
export interface Connected {
  /** The caller's end. Frames put in here are the hostile ones too: nothing on this side checks them. */
  readonly port: Port;
  /** The caller goes away without saying so. */
  readonly vanish: () => void;
  readonly close: () => Promise<void>;
}

export interface Adapter {
  readonly name: string;
  readonly connect: (serve: (port: Port) => void) => Promise<Connected>;
}

const memory: Adapter = {
  name: 'memory',
  connect: (serve) => {
    const [callerEnd, appEnd] = createMemoryPortPair();
    serve(appEnd);
    return Promise.resolve({
      port: callerEnd,
      vanish: callerEnd.close,
      close: () => {
        callerEnd.close();
        return Promise.resolve();
      },
    });
  },
};

export const hostedApp = (serve: (port: Port) => void, more: Partial<HostedApp> = {}): HostedApp => ({
  serve,
  openDownload: () => Promise.resolve(null),
  acceptUpload: () => Promise.resolve(false),
  close: () => Promise.resolve(),
  ...more,
});

/** A folder with the least that a built interface has. */
export const makeRendererDir = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-renderer-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Countersign</title>');
  return folder;
};

export const openSocket = (url: string, options: { origin?: string; token?: string; protocols?: string[] }): WebSocket =>
  new WebSocket(url, options.protocols ?? ['countersign.v1', `token.${options.token}`], {
    ...(options.origin === undefined ? {} : { origin: options.origin }),
    perMessageDeflate: false,
  });

const webSocket: Adapter = {
  name: 'WebSocket',
  connect: async (serve) => {
    const rendererDir = makeRendererDir();
    const host = await startLoopbackHost({ app: hostedApp(serve), rendererDir });
    const socket = openSocket(`${host.origin.replace('http', 'ws')}/socket`, { origin: host.origin, token: host.token });
    const core = createPortCore();
    socket.on('message', (data: Buffer) => core.deliver(data.toString('utf8')));
    socket.on('close', core.closed);
    socket.on('error', () => undefined);
    await new Promise((resolve) => socket.once('open', resolve));
    return {
      port: {
        send: (text) => {
          if (socket.readyState === socket.OPEN) socket.send(text);
        },
        onFrame: core.onFrame,
        onClose: core.onClose,
        close: () => socket.close(),
      },
      vanish: () => socket.terminate(),
      close: async () => {
        socket.terminate();
        await host.close();
        rmSync(rendererDir, { recursive: true, force: true });
      },
    };
  },
};

/** Through the real preload and the real IPC port; only `electron` itself is the stub. */
const electron: Adapter = {
  name: 'Electron',
  connect: async (serve) => {
    resetElectron();
    const ipc = createIpcHost({ onPort: serve });
    const webContents = new StubWebContents();
    ipc.register(webContents as never);
    ipcRenderer.deliver = (channel, ...args) => {
      // What crosses a process is a copy, later.
      queueMicrotask(() => {
        if (channel === FRAME_CHANNEL) postFromPage(webContents, topFrame(), ...args);
      });
    };
    webContents.page.on(FRAME_CHANNEL, (...args: unknown[]) => ipcRenderer.emit(FRAME_CHANNEL, ...args));
    const bridge = await loadPreload();
    const core = createPortCore();
    bridge.onFrame((text) => {
      if (text === '') core.closed();
      else core.deliver(text);
    });
    const vanish = (): void => {
      webContents.destroyed = true;
      webContents.emit('destroyed');
      core.closed();
    };
    return {
      port: { send: bridge.send, onFrame: core.onFrame, onClose: core.onClose, close: vanish },
      vanish,
      close: () => {
        vanish();
        ipc.close();
        return Promise.resolve();
      },
    };
  },
};

let preloaded: CountersignBridge | undefined;
/** Runs the preload once: modules are kept, and it holds nothing of one connection. */
const loadPreload = async (): Promise<CountersignBridge> => {
  if (preloaded === undefined) {
    await import('../../../src-main/electron/preload.ts');
    preloaded = contextBridge.exposed.get('countersign') as CountersignBridge;
  }
  return preloaded;
};

export const ADAPTERS: readonly Adapter[] = [memory, webSocket, electron];
