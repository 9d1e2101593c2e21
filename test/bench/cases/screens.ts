import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { CHAIN_KEY } from '../support/bench-workspace.ts';
import { type HostProcess, startHost } from '../support/host-process.ts';
import { type Figure, figure, median, ms, percentile } from '../support/measure.ts';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const OPENINGS = 5;
const SCREEN_AIM_MS = 1500;
/** Frames of one pass over the table, and how far each goes: three quarters of the rows in view. */
const FRAMES = 300;
const PIXELS_PER_FRAME = 700;
/** A sixtieth of a second, and what a clock of 0.1 ms adds to it. */
const FRAME_MS = 1000 / 60;
const FRAME_AIM_MS = FRAME_MS + 0.5;

/** Something to read that came out of the database, not a frame around nothing. */
const OVERVIEW_READY = '.overview .seal-strip';
const ROWS_READY = '.receipts-table [role="grid"][aria-busy="false"] [data-position] code';

/**
 * The console in real Chromium: how long from opening its address to figures on the screen, and how even the frames are while
 * the receipts scroll by. The peer is the same console on a workspace of 1,000 receipts.
 */
export async function screens(host: HostProcess, smallRoot: string): Promise<Figure[]> {
  if (!existsSync(CHROMIUM)) return [figure('screens', `not measured: there is no ${CHROMIUM} (apt-get install chromium)`)];
  const small = await startHost(join(smallRoot, 'workspace'), join(smallRoot, 'state'));
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-background-networking', '--no-first-run'],
  });
  try {
    // Not counted: the browser itself gets warm.
    await open(browser, small.address, '/', OVERVIEW_READY);
    const table = `/receipts/${CHAIN_KEY}?view=receipts`;
    const overview = { big: [] as number[], small: [] as number[] };
    const chain = { big: [] as number[], small: [] as number[] };
    for (let i = 0; i < OPENINGS; i += 1) {
      overview.big.push(await open(browser, host.address, '/', OVERVIEW_READY));
      overview.small.push(await open(browser, small.address, '/', OVERVIEW_READY));
      chain.big.push(await open(browser, host.address, table, ROWS_READY));
      chain.small.push(await open(browser, small.address, table, ROWS_READY));
    }
    const frames = await scroll(browser, host.address, table);
    return [
      opening('first useful screen: overview', overview),
      opening('first useful screen: the chain’s receipts', chain),
      figure('start of the host, process to address', `${ms(host.startMs)}; ${ms(small.startMs)} on 1,000 receipts`),
      framesFigure('frames while all receipts scroll', frames.scrolling, frames.idle),
    ];
  } finally {
    await browser.close();
    await small.stop();
  }
}

const opening = (what: string, times: { readonly big: readonly number[]; readonly small: readonly number[] }): Figure => {
  const [big, few] = [median(times.big), median(times.small)];
  return figure(
    what,
    `${ms(big)}, at most ${ms(Math.max(...times.big))}; ${(big / few).toFixed(2)}× that of 1,000 receipts`,
    `≤ ${SCREEN_AIM_MS} ms`,
    big <= SCREEN_AIM_MS,
  );
};

const framesFigure = (what: string, frames: readonly number[], idle: readonly number[]): Figure => {
  const [p50, p95, most] = [percentile(frames, 50), percentile(frames, 95), Math.max(...frames)];
  const late = frames.filter((frame) => frame > 1.5 * FRAME_MS).length;
  return figure(
    what,
    `p50 ${ms(p50)}, p95 ${ms(p95)}, max ${ms(most)}; ${late} of ${frames.length} late; standing still p95 ${ms(percentile(idle, 95))}`,
    `p50 ≤ ${FRAME_MS.toFixed(1)} ms`,
    p50 <= FRAME_AIM_MS,
  );
};

/** Milliseconds from the start of navigation to the frame that shows what `ready` selects, in a browser window of its own. */
async function open(browser: Browser, address: string, to: string, ready: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.addInitScript((selector: string) => {
      const look = (): void => {
        if (document.querySelector(selector) === null) requestAnimationFrame(look);
        // The next frame comes when this one was painted.
        else requestAnimationFrame(() => ((globalThis as { readyMs?: number }).readyMs = performance.now()));
      };
      look();
    }, ready);
    await page.goto(`${address}&to=${encodeURIComponent(to)}`);
    const found = await page.waitForFunction(() => (globalThis as { readyMs?: number }).readyMs, undefined, { timeout: 60_000 });
    return (await found.jsonValue())!;
  } finally {
    await context.close();
  }
}

/** Frame times at rest, and while the table goes down from its first rows and, after a jump, from its middle. */
async function scroll(browser: Browser, address: string, to: string): Promise<{ scrolling: number[]; idle: number[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(`${address}&to=${encodeURIComponent(`${to}&at=0`)}`);
    await page.locator(ROWS_READY).first().waitFor();
    await page.waitForTimeout(500);
    const pass = (pixels: number, share: number | null): Promise<number[]> =>
      page.evaluate(
        async ({ pixels, share, frames }) => {
          const within = document.querySelector('.receipts-table [role="grid"]')!;
          const scroller = [within, ...within.querySelectorAll('*')].find(
            (element) => element.scrollHeight > element.clientHeight + 100 && /auto|scroll/.test(getComputedStyle(element).overflowY),
          )!;
          if (share !== null) scroller.scrollTop = scroller.scrollHeight * share;
          const frame = (): Promise<number> => new Promise((done) => requestAnimationFrame(done));
          const times: number[] = [];
          let last = await frame();
          for (let i = 0; i < frames; i += 1) {
            scroller.scrollTop += pixels;
            const now = await frame();
            times.push(now - last);
            last = now;
          }
          return times;
        },
        { pixels, share, frames: FRAMES },
      );
    const idle = await pass(0, null);
    const scrolling = [...(await pass(PIXELS_PER_FRAME, null)), ...(await pass(PIXELS_PER_FRAME, 0.5))];
    return { scrolling, idle };
  } finally {
    await context.close();
  }
}
