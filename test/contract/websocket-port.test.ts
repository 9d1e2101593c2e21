import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { createWebSocketPort, MAX_UNSENT_BYTES } from '../../src-main/loopback/websocket-port.ts';

class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  readonly closes: number[] = [];
  terminated = 0;
  send(text: string): void {
    this.sent.push(text);
  }
  close(code: number): void {
    this.closes.push(code);
    this.readyState = 2;
  }
  terminate(): void {
    this.terminated += 1;
    this.readyState = 3;
    this.emit('close');
  }
}

describe('the WebSocket port', () => {
  it('gives up a page that does not read, instead of our memory', () => {
    const socket = new FakeSocket();
    const port = createWebSocketPort(socket as unknown as WebSocket);
    let closes = 0;
    port.onClose(() => (closes += 1));
    socket.bufferedAmount = MAX_UNSENT_BYTES;
    port.send('the last that fits');
    socket.bufferedAmount = MAX_UNSENT_BYTES + 1;
    port.send('too much');
    port.send('after the end');
    expect([socket.sent, socket.terminated, closes]).toEqual([['the last that fits'], 1, 1]);
  });

  it('hears nothing after it was closed, and survives an error', () => {
    const socket = new FakeSocket();
    const port = createWebSocketPort(socket as unknown as WebSocket);
    const heard: string[] = [];
    port.onFrame((text) => heard.push(text));
    socket.emit('message', Buffer.from('é'), false);
    port.close();
    socket.emit('message', Buffer.from('late'), false);
    socket.emit('error', new Error('reset'));
    port.send('late');
    expect([heard, socket.sent, socket.closes]).toEqual([['é'], [], [1000]]);
  });
});
