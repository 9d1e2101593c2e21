/** The report is drawn by the packaged compute worker too: its libraries and fonts are in the bundle. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildMain } from '../../scripts/build-main.ts';
import { exportPacket } from '../../src-main/packets/export/export-packet.ts';
import type { ExportedFile } from '../../src-main/packets/packet-for-export.ts';
import { packetForExport } from '../support/packet-for-export.ts';

const cache = resolve(import.meta.dirname, '../../.cache');

describe('the bundled compute worker', () => {
  let folder: string;
  beforeAll(async () => {
    // Inside the checkout, where the native database that stays outside the bundle is found.
    mkdirSync(cache, { recursive: true });
    folder = mkdtempSync(join(cache, 'bundle-'));
    await buildMain(folder);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('draws a packet to the same bytes as the checkout does', async () => {
    const packet = packetForExport();
    const worker = new Worker(join(folder, 'compute-worker.js'), { workerData: { countersignWorker: 'compute' } });
    try {
      const drawn = await new Promise<ExportedFile>((done, failed) => {
        worker.on('error', failed);
        worker.on('message', (message: { type: string; value?: ExportedFile; error?: unknown }) => {
          if (message.type === 'done') done(message.value!);
          else if (message.type === 'failed') failed(new Error(JSON.stringify(message.error)));
        });
        worker.postMessage({
          type: 'run',
          id: 1,
          name: 'packets.export',
          input: { packet, format: 'pdf' },
          cancel: new SharedArrayBuffer(4),
        });
      });
      expect(drawn.fileName).toBe('packet-2026-04-r1.pdf');
      expect(Buffer.compare(drawn.bytes, (await exportPacket(packet, 'pdf')).bytes)).toBe(0);
    } finally {
      await worker.terminate();
    }
  });
});
