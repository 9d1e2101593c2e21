/** The console as `npm start` starts it, in a process of its own: what a page or a script on this machine talks to. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { WebSocket } from 'ws';
import { type Client, createClient } from '../../../src-shared/contract/client.ts';
import { contract, type Contract } from '../../../src-shared/contract/index.ts';
import { createWebSocketPort } from '../../../src-main/loopback/websocket-port.ts';
import { NOW } from './bench-workspace.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const READY = /^Countersign is ready: (\S+)$/m;
const START_MS = 60_000;
const STOP_MS = 20_000;

export interface HostProcess {
  /** With the token in its fragment. */
  readonly address: string;
  /** From the start of the process to the line that says it serves. */
  readonly startMs: number;
  readonly connect: () => Promise<Client<Contract>>;
  readonly stop: () => Promise<void>;
}

export async function startHost(folder: string, stateFolder: string): Promise<HostProcess> {
  const started = performance.now();
  const child = spawn(
    process.execPath,
    [
      resolve(ROOT, 'scripts/run.mjs'),
      'scripts/start.ts',
      ...['--host', 'loopback', '--no-open', '--exit-with-stdin', '--workspace', folder, '--now', NOW],
    ],
    { cwd: ROOT, env: { ...process.env, COUNTERSIGN_STATE_DIR: stateFolder }, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let [said, complained] = ['', ''];
  const exited = once(child, 'exit');
  child.stderr.on('data', (data: Buffer) => (complained += data.toString('utf8')));
  const stop = async (): Promise<void> => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited;
    clearTimeout(timer);
  };
  const address = await new Promise<string>((done, failed) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), START_MS);
    child.once('exit', (code) => failed(new Error(`the host ended with ${code}: ${said}${complained}`)));
    child.stdout.on('data', (data: Buffer) => {
      said += data.toString('utf8');
      const found = READY.exec(said)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      done(found);
    });
  });
  const startMs = performance.now() - started;
  return { address, startMs, connect: () => connect(address), stop };
}

async function connect(address: string): Promise<Client<Contract>> {
  const { origin, hash, host } = new URL(address);
  const socket = new WebSocket(`ws://${host}/socket`, ['countersign.v1', `token.${hash.replace('#token=', '')}`], {
    origin,
    perMessageDeflate: false,
  });
  await once(socket, 'open');
  return createClient(createWebSocketPort(socket), contract);
}
