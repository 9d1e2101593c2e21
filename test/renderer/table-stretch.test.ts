import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  afterScroll,
  type Extent,
  MAX_STRETCH_PX,
  revealing,
  type Stretch,
  stretchAt,
  stretchRows,
  topPosition,
} from '../../src-renderer/ui/table-stretch.ts';

const view: Extent = { total: 10_000_000, rowHeight: 28, viewHeight: 560 };
const maxScroll = (e: Extent): number => Math.max(0, stretchRows(e.total, e.rowHeight) * e.rowHeight - e.viewHeight);
const small: Extent = { total: 1000, rowHeight: 28, viewHeight: 560 };

describe('scrolling over more rows than a browser can lay out', () => {
  it('is ordinary scrolling where everything fits', () => {
    expect(stretchRows(1000, 28)).toBe(1000);
    expect(afterScroll({ base: 0, scrollTop: 0 }, 12_345, small)).toEqual({ base: 0, scrollTop: 12_345 });
  });

  it('keeps the scrolled element within what browsers lay out', () => {
    for (const rowHeight of [24, 28, 32]) expect(stretchRows(10_000_000, rowHeight) * rowHeight).toBeLessThanOrEqual(MAX_STRETCH_PX);
  });

  it('shows the first row at the top and the last row at the end', () => {
    expect(topPosition(stretchAt(0, view), view.rowHeight)).toBe(0);
    const end = stretchAt(view.total, view);
    expect(end.scrollTop).toBeCloseTo(maxScroll(view), 3);
    expect(topPosition(end, view.rowHeight) + view.viewHeight / view.rowHeight).toBeCloseTo(view.total, 3);
  });

  it('reads a jump of the thumb as a share of the whole', () => {
    const start: Stretch = { base: 0, scrollTop: 0 };
    const half = afterScroll(start, maxScroll(view) / 2, view);
    expect(topPosition(half, view.rowHeight) / view.total).toBeCloseTo(0.5, 4);
    const end = afterScroll(start, maxScroll(view), view);
    expect(topPosition(end, view.rowHeight) + view.viewHeight / view.rowHeight).toBeCloseTo(view.total, 3);
    const back = afterScroll(end, 0, view);
    expect(topPosition(back, view.rowHeight)).toBe(0);
  });

  it('moves by exactly the pixels of a small scroll, also where the stretch moves along', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9_999_000 }),
        fc.array(fc.integer({ min: -500, max: 500 }), { maxLength: 60 }),
        (from, deltas) => {
          let at = stretchAt(from, view);
          for (const delta of deltas) {
            const to = Math.min(Math.max(at.scrollTop + delta, 0), maxScroll(view));
            const wanted = topPosition({ base: at.base, scrollTop: to }, view.rowHeight);
            at = afterScroll(at, to, view);
            expect(topPosition(at, view.rowHeight)).toBeCloseTo(wanted, 3);
            expect(at.scrollTop).toBeGreaterThanOrEqual(0);
            expect(at.scrollTop).toBeLessThanOrEqual(maxScroll(view) + 0.001);
            expect(Number.isInteger(at.base)).toBe(true);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never gets stuck before an end: small steps reach the first and the last row', () => {
    for (const direction of [-1, 1]) {
      let at = stretchAt(direction < 0 ? 40 : view.total - 60, view);
      for (let i = 0; i < 40; i += 1) at = afterScroll(at, Math.min(Math.max(at.scrollTop + direction * 100, 0), maxScroll(view)), view);
      const top = topPosition(at, view.rowHeight);
      expect(direction < 0 ? top : view.total - view.viewHeight / view.rowHeight - top).toBeCloseTo(0, 2);
    }
  });

  it('reveals any row, and leaves a row in view where it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: view.total - 1 }), fc.integer({ min: 0, max: view.total - 1 }), (from, to) => {
        const at = revealing(to, stretchAt(from, view), view);
        const top = topPosition(at, view.rowHeight);
        expect(to).toBeGreaterThanOrEqual(top - 0.001);
        expect(to + 1).toBeLessThanOrEqual(top + view.viewHeight / view.rowHeight + 0.001);
        expect(revealing(to, at, view)).toEqual(at);
      }),
    );
  });

  it('stays in place for a table that is shorter than its view', () => {
    const few: Extent = { total: 3, rowHeight: 28, viewHeight: 560 };
    expect(stretchAt(2, few)).toEqual({ base: 0, scrollTop: 0 });
    expect(revealing(2, { base: 0, scrollTop: 0 }, few)).toEqual({ base: 0, scrollTop: 0 });
  });
});
