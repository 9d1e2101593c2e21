import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Port } from '../../src-shared/contract/port.ts';
import { createIpcHost } from '../../src-main/electron/ipc-port.ts';
import { ipcMain, postFromPage, resetElectron, StubWebContents, topFrame } from './support/electron-stub.ts';

vi.mock('electron', () => import('./support/electron-stub.ts'));

describe('the IPC port', () => {
  let ports: Port[];
  let heard: string[];
  let closes: number;
  let refused: string[];
  let page: StubWebContents;
  let host: ReturnType<typeof createIpcHost>;

  beforeEach(() => {
    resetElectron();
    ports = [];
    heard = [];
    refused = [];
    closes = 0;
    host = createIpcHost({
      onPort: (port) => {
        ports.push(port);
        port.onFrame((text) => heard.push(text));
        port.onClose(() => (closes += 1));
      },
      onRefused: (why) => refused.push(why),
    });
    page = new StubWebContents();
    host.register(page as never);
  });

  it('gives one port to a document and answers on the one channel', () => {
    postFromPage(page, topFrame(), 'a');
    postFromPage(page, topFrame(), 'b');
    expect(heard).toEqual(['a', 'b']);
    expect(ports).toHaveLength(1);
    ports[0]?.send('answer');
    expect(page.sent).toEqual([{ channel: 'countersign:frame', text: 'answer' }]);
  });

  it('drops what strangers send, without an answer', () => {
    const stranger = new StubWebContents();
    postFromPage(stranger, topFrame(), 'x');
    postFromPage(page, null, 'x');
    postFromPage(page, { origin: 'app://ops', url: 'app://ops/', parent: topFrame() }, 'x');
    postFromPage(page, topFrame('https://evil.example/', 'https://evil.example'), 'x');
    postFromPage(page, topFrame('', ''), 'x');
    expect(refused).toEqual(['unknown-window', 'no-frame', 'sub-frame', 'foreign-origin', 'foreign-origin']);
    expect([heard, ports, page.sent, stranger.sent]).toEqual([[], [], [], []]);
  });

  it('hears text alone', () => {
    postFromPage(page, topFrame(), { text: 'x' });
    postFromPage(page, topFrame(), 'x', 'y');
    postFromPage(page, topFrame());
    postFromPage(page, topFrame(), new Uint8Array(3));
    expect(refused).toEqual(['not-text', 'not-text', 'not-text', 'not-text']);
    expect(heard).toEqual([]);
  });

  it('starts anew with each document, and not with a move inside one', () => {
    postFromPage(page, topFrame(), 'a');
    page.emit('did-start-navigation', { isMainFrame: true, isSameDocument: true });
    page.emit('did-start-navigation', { isMainFrame: false, isSameDocument: false });
    postFromPage(page, topFrame(), 'b');
    expect([ports.length, closes]).toEqual([1, 0]);
    page.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    expect(closes).toBe(1);
    ports[0]?.send('for the old page');
    expect(page.sent).toEqual([]);
    postFromPage(page, topFrame(), 'c');
    expect([ports.length, heard]).toEqual([2, ['a', 'b', 'c']]);
  });

  it('tells the page when the app closes, and hears nothing more until it is loaded anew', () => {
    postFromPage(page, topFrame(), 'a');
    ports[0]?.close();
    ports[0]?.close();
    expect([page.sent.map(({ text }) => text), closes]).toEqual([[''], 1]);
    postFromPage(page, topFrame(), 'b');
    expect(heard).toEqual(['a']);
    page.emit('did-start-navigation', { isMainFrame: true, isSameDocument: false });
    postFromPage(page, topFrame(), 'c');
    expect(heard).toEqual(['a', 'c']);
  });

  it('ends with the process or the window of the page', () => {
    postFromPage(page, topFrame(), 'a');
    page.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(closes).toBe(1);
    postFromPage(page, topFrame(), 'b');
    page.destroyed = true;
    page.emit('destroyed');
    expect(closes).toBe(2);
    postFromPage(page, topFrame(), 'c');
    expect(refused).toEqual(['unknown-window']);
    ports[1]?.send('late');
    expect(page.sent).toEqual([]);
  });

  it('stops listening when it is closed', () => {
    postFromPage(page, topFrame(), 'a');
    host.close();
    expect([closes, ipcMain.listenerCount('countersign:frame')]).toEqual([1, 0]);
  });
});
