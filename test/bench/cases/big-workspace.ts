import { appendFileSync, closeSync, constants, cpSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Client } from '../../../src-shared/contract/client.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { type BenchWorkspace, CHAIN_KEY, openBenchWorkspace, scratch } from '../support/bench-workspace.ts';
import { bigChain, CHAIN, receiptLine } from '../support/big-chain.ts';
import { startHost } from '../support/host-process.ts';
import { type Figure, figure, median, ms, percentile } from '../support/measure.ts';
import { screens } from './screens.ts';

const NEW_RECEIPTS = 1_000;
const RESUMES = 7;
const RESUME_AIM_MS = 50;
const PAGES = 300;
const PAGE_ROWS = 100;
const PAGE_AIM_MS = 20;
const SMALL_CHAIN = 1_000;

/**
 * A workspace with one long chain, made by the real sync and the real verification, and then used: new receipts come and
 * are verified, pages are read at deep places, the console opens it and scrolls. It is gone when the case ends.
 */
export async function bigWorkspace(receipts: number): Promise<Figure[]> {
  const big = scratch('workspace');
  const few = scratch('workspace-small');
  try {
    const chain = bigChain(receipts);
    const source = join(big.folder, 'source');
    // The chain grows below, and the one in the cache must not.
    cpSync(chain.source, source, { recursive: true, mode: constants.COPYFILE_FICLONE });
    const figures: Figure[] = [];
    const workspace = await openBenchWorkspace(big.folder, source);
    try {
      await workspace.sync();
      await workspace.client.call('trustedLog.add', { text: readFileSync(chain.trust, 'utf8') });
      figures.push(...(await resume(workspace, join(source, 'receipts', CHAIN, 'receipts.jsonl'), receipts)));
      figures.push(...(await pages('through the contract', workspace.client)));
    } finally {
      await workspace.close();
    }
    figures.push(offsetPages(join(workspace.folder, 'countersign.db'), receipts));
    await makeSmall(few.folder);
    const host = await startHost(workspace.folder, workspace.stateFolder);
    try {
      const client = await host.connect();
      figures.push(...(await pages('over the loopback socket', client)));
      client.close();
      figures.push(...(await screens(host, few.folder)));
    } finally {
      await host.stop();
    }
    return figures;
  } finally {
    big.remove();
    few.remove();
  }
}

async function makeSmall(folder: string): Promise<void> {
  const workspace = await openBenchWorkspace(folder, bigChain(SMALL_CHAIN).source);
  await workspace.sync();
  await workspace.app.verifyWorkspace({ fromZero: true });
  await workspace.close();
}

/** New receipts among many: from the call to the stored verdict, in the running app. The peer verifies all of them. */
async function resume({ app, sync }: BenchWorkspace, file: string, receipts: number): Promise<Figure[]> {
  const timed = async (fromZero: boolean): Promise<number> => {
    const start = performance.now();
    const { verdict } = await app.verifyWorkspace({ fromZero });
    const elapsedMs = performance.now() - start;
    if (verdict !== 'VERIFIED' && verdict !== 'VERIFIED_UNANCHORED') throw new Error(`the bench workspace is ${verdict}`);
    return elapsedMs;
  };
  const fromZeroMs = await timed(true);
  const times: number[] = [];
  let previous = hashOfLastLine(file);
  for (let round = 0, next = receipts; round < RESUMES; round += 1, next += NEW_RECEIPTS) {
    let lines = '';
    for (let i = next; i < next + NEW_RECEIPTS; i += 1) {
      const made = receiptLine(i, previous);
      previous = made.hash;
      lines += `${made.line}\n`;
    }
    appendFileSync(file, lines);
    await sync();
    times.push(await timed(false));
  }
  const again = await timed(true);
  const zeroMs = Math.min(fromZeroMs, again);
  const p50 = median(times);
  const all = (receipts + RESUMES * NEW_RECEIPTS) / 1000;
  return [
    figure(
      'resume: 1,000 new receipts, call to stored verdict',
      `${ms(p50)}, at most ${ms(Math.max(...times))}; ${Math.round(zeroMs / p50)}× quicker than from zero`,
      `≤ ${RESUME_AIM_MS} ms`,
      p50 <= RESUME_AIM_MS,
    ),
    figure('verify the stored chain from zero', `${(zeroMs / 1000).toFixed(1)} s (${Math.round(all / (zeroMs / 1000))} k/s)`),
  ];
}

function hashOfLastLine(file: string): string {
  const { size } = statSync(file);
  const tail = Buffer.alloc(Math.min(size, 65_536));
  const fd = openSync(file, 'r');
  readSync(fd, tail, 0, tail.length, size - tail.length);
  closeSync(fd);
  const last = tail.toString('utf8').trimEnd().split('\n').at(-1)!;
  return (JSON.parse(last) as { readonly current_hash: string }).current_hash;
}

/** Deep places, each far from the one before: what a person does who jumps. */
async function pages(how: string, client: Client<Contract>): Promise<Figure[]> {
  const { total } = await client.call('receipt.page', { chainKey: CHAIN_KEY, from: 0, limit: 1 });
  const times: number[] = [];
  for (let i = 0; i < PAGES; i += 1) {
    const from = Math.floor(((i * 0.618_033_988_75) % 1) * (total - PAGE_ROWS));
    const start = performance.now();
    const { rows } = await client.call('receipt.page', { chainKey: CHAIN_KEY, from, limit: PAGE_ROWS });
    times.push(performance.now() - start);
    if (rows.length !== PAGE_ROWS || rows[0]?.index !== from) throw new Error(`the page at ${from} is not the one that was asked for`);
  }
  const [p50, p95] = [percentile(times, 50), percentile(times, 95)];
  return [
    figure(`a page of ${PAGE_ROWS} receipts ${how}`, `p50 ${ms(p50)}, p95 ${ms(p95)}`, `p95 ≤ ${PAGE_AIM_MS} ms`, p95 <= PAGE_AIM_MS),
  ];
}

/** What pages would cost if they were numbered: `OFFSET` walks over all rows before. Bare SQL, no contract, no thread. */
function offsetPages(file: string, receipts: number): Figure {
  const db = new Sqlite(file, { readonly: true });
  try {
    const byOffset = db.prepare('SELECT position, bytes FROM receipt_lines ORDER BY position LIMIT ? OFFSET ?');
    const byKey = db.prepare('SELECT position, bytes FROM receipt_lines WHERE position >= ? ORDER BY position LIMIT ?');
    const first = db.prepare<[], { readonly position: number }>('SELECT min(position) AS position FROM receipt_lines').get()!.position;
    const times = { byOffset: [] as number[], byKey: [] as number[] };
    for (let i = 0; i < 20; i += 1) {
      const from = Math.floor(((i * 0.618_033_988_75) % 1) * (receipts - PAGE_ROWS));
      let start = performance.now();
      byKey.all(first + from, PAGE_ROWS);
      times.byKey.push(performance.now() - start);
      start = performance.now();
      byOffset.all(PAGE_ROWS, from);
      times.byOffset.push(performance.now() - start);
    }
    const p95 = { byOffset: percentile(times.byOffset, 95), byKey: percentile(times.byKey, 95) };
    return figure('the same rows in bare SQL', `p95 by position ${ms(p95.byKey)}, by OFFSET ${ms(p95.byOffset)}`);
  } finally {
    db.close();
  }
}
