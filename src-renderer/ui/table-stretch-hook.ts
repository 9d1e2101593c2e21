import { observeElementOffset, useVirtualizer, type Virtualizer } from '@tanstack/react-virtual';
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';
import { afterScroll, centred, type Extent, isInView, revealing, type Stretch, stretchRows } from './table-stretch.ts';

export const HEAD_HEIGHT = 32;
const OVERSCAN = 8;

export interface VisibleRow {
  readonly position: number;
  /** px from the top of the rows' box. */
  readonly top: number;
}

export interface RowsInView {
  readonly rows: readonly VisibleRow[];
  /** Height of the box that holds the rows, px. */
  readonly height: number;
  /** Whole rows that fit. */
  readonly pageRows: number;
  /** Brings a row into view: with the smallest move, or into the middle where it was out of view. */
  readonly reveal: (position: number, how?: 'nearest' | 'centre') => void;
}

/**
 * The rows in view of any number of rows. TanStack Virtual works on a stretch that a browser can lay out; where the table is
 * longer, the stretch moves along under it (table-stretch.ts).
 */
export const useRowsInView = (scroller: RefObject<HTMLDivElement | null>, total: number, rowHeight: number): RowsInView => {
  const stretch = useRef<Stretch>({ base: 0, scrollTop: 0 });
  const [base, setBase] = useState(0);
  const extentOf = (element: HTMLElement): Extent => ({
    total,
    rowHeight,
    viewHeight: Math.max(rowHeight, element.clientHeight - HEAD_HEIGHT),
  });
  const latest = useRef(extentOf);
  useLayoutEffect(() => {
    latest.current = extentOf;
  });

  const settle = (element: HTMLElement, next: Stretch): void => {
    const moved = next.base !== stretch.current.base;
    stretch.current = next;
    if (element.scrollTop !== next.scrollTop) element.scrollTop = next.scrollTop;
    if (moved) setBase(next.base);
  };

  const rows = useVirtualizer<HTMLDivElement, HTMLDivElement>({
    count: stretchRows(total, rowHeight),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: HEAD_HEIGHT,
    initialRect: { width: 1200, height: 600 },
    observeElementOffset: (instance: Virtualizer<HTMLDivElement, HTMLDivElement>, tell) =>
      observeElementOffset(instance, (offset, isScrolling) => {
        const element = instance.scrollElement;
        if (element === null) return;
        settle(element, afterScroll(stretch.current, offset, latest.current(element)));
        tell(stretch.current.scrollTop, isScrolling);
      }),
  });
  const items = rows.getVirtualItems();
  const view = rows.scrollRect?.height ?? 600;
  return {
    rows: items.flatMap((item) => (item.index + base < total ? [{ position: item.index + base, top: item.start - HEAD_HEIGHT }] : [])),
    height: stretchRows(total, rowHeight) * rowHeight,
    pageRows: Math.max(1, Math.floor((view - HEAD_HEIGHT) / rowHeight)),
    reveal: (position, how = 'nearest') => {
      const element = scroller.current;
      if (element === null) return;
      const extent = latest.current(element);
      const jump = how === 'centre' && !isInView(position, stretch.current, extent);
      settle(element, jump ? centred(position, extent) : revealing(position, stretch.current, extent));
    },
  };
};
