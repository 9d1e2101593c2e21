// Runs sandboxed in the page's process, before the page. It gives the page one channel for text and nothing else: what a
// text may do is decided by the contract's router in the main process. Bundled to one CommonJS file, because a sandboxed
// preload can load nothing but 'electron'.
import { contextBridge, ipcRenderer } from 'electron';
import { FRAME_CHANNEL, type CountersignBridge } from './ipc-channel.ts';

const bridge: CountersignBridge = {
  send: (text) => {
    if (typeof text === 'string') ipcRenderer.send(FRAME_CHANNEL, text);
  },
  onFrame: (listener) => {
    // The event object carries `sender` and stays here.
    const onMessage = (_event: unknown, text: unknown): void => {
      if (typeof text === 'string') listener(text);
    };
    ipcRenderer.on(FRAME_CHANNEL, onMessage);
    return () => {
      ipcRenderer.off(FRAME_CHANNEL, onMessage);
    };
  },
};

contextBridge.exposeInMainWorld('countersign', bridge);
