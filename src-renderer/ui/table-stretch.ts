/**
 * Scrolling over more rows than a browser can lay out. No element may be taller than about 17.9 million pixels (Firefox) or
 * 33.5 million (Chromium): 28 px rows run out at 640,000. So the scrolled element holds a stretch of at most
 * `MAX_STRETCH_PX`, and `base` says which row of the whole stands first in it. Small moves are exact to the pixel; a jump of
 * the thumb is read as a share of the whole. Up to the limit the base is 0 and nothing is different.
 */
export const MAX_STRETCH_PX = 8_000_000;

export interface Extent {
  /** Rows in all. */
  readonly total: number;
  /** Height of one row, px. */
  readonly rowHeight: number;
  /** Height of the window over the rows, px. */
  readonly viewHeight: number;
}

export interface Stretch {
  /** Position of the first row of the stretch: a whole number. */
  readonly base: number;
  /** Scroll offset inside the stretch, px. */
  readonly scrollTop: number;
}

/** Rows that the scrolled element holds. */
export const stretchRows = (total: number, rowHeight: number): number => Math.min(total, Math.floor(MAX_STRETCH_PX / rowHeight));

/** The row at the upper edge of the view, with a fraction: 12.5 is the middle of the row at position 12. */
export const topPosition = (stretch: Stretch, rowHeight: number): number => stretch.base + stretch.scrollTop / rowHeight;

const lastTop = ({ total, rowHeight, viewHeight }: Extent): number => Math.max(0, total - viewHeight / rowHeight);
const maxScroll = ({ total, rowHeight, viewHeight }: Extent): number => Math.max(0, stretchRows(total, rowHeight) * rowHeight - viewHeight);
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high));

/** So near to an end of the stretch, px, it moves along. */
const edgeOf = ({ viewHeight }: Extent): number => viewHeight * 4;

/** The stretch that shows `position` at the upper edge, with the thumb about where the share of the whole puts it. */
export const stretchAt = (position: number, extent: Extent): Stretch => {
  const { total, rowHeight } = extent;
  const top = clamp(position, 0, lastTop(extent));
  const rows = stretchRows(total, rowHeight);
  if (rows === total) return { base: 0, scrollTop: top * rowHeight };
  const max = maxScroll(extent);
  const room = edgeOf(extent) * 2;
  // Room on both sides, or the next small scroll would move the stretch again and lose pixels at its end.
  const wanted = clamp((top / lastTop(extent)) * max, room, max - room);
  const base = clamp(Math.round(top - wanted / rowHeight), 0, total - rows);
  return { base, scrollTop: (top - base) * rowHeight };
};

/**
 * What a scroll event means. `before` is the stretch as it was, `scrollTop` what the element now says. Where the answer's
 * scrollTop differs from it, the caller writes it back to the element.
 */
export const afterScroll = (before: Stretch, scrollTop: number, extent: Extent): Stretch => {
  const { total, rowHeight, viewHeight } = extent;
  const rows = stretchRows(total, rowHeight);
  if (rows === total) return { base: 0, scrollTop };
  const max = maxScroll(extent);
  const jumped = Math.abs(scrollTop - before.scrollTop) > viewHeight;
  if (jumped) {
    const top = (clamp(scrollTop, 0, max) / max) * lastTop(extent);
    return { base: clamp(Math.round(top - scrollTop / rowHeight), 0, total - rows), scrollTop };
  }
  const moved = { base: before.base, scrollTop };
  const edge = edgeOf(extent);
  const nearTop = scrollTop < edge && before.base > 0;
  const nearEnd = scrollTop > max - edge && before.base < total - rows;
  return nearTop || nearEnd ? stretchAt(topPosition(moved, rowHeight), extent) : moved;
};

/** Whether the whole row is in view. */
export const isInView = (position: number, stretch: Stretch, { rowHeight, viewHeight }: Extent): boolean => {
  const top = topPosition(stretch, rowHeight);
  return position >= top && position + 1 <= top + viewHeight / rowHeight;
};

/** The stretch with a row in the middle of the view: for places that are jumped to, where what stands around them counts. */
export const centred = (position: number, extent: Extent): Stretch =>
  stretchAt(position + 0.5 - extent.viewHeight / extent.rowHeight / 2, extent);

/** The stretch that brings a row into view with the smallest move; the same object where it is in view already. */
export const revealing = (position: number, stretch: Stretch, extent: Extent): Stretch => {
  const { rowHeight, viewHeight, total } = extent;
  const top = topPosition(stretch, rowHeight);
  const inView = viewHeight / rowHeight;
  const target = position < top ? position : position + 1 > top + inView ? position + 1 - inView : top;
  if (target === top) return stretch;
  const scrollTop = (target - stretch.base) * rowHeight;
  const rows = stretchRows(total, rowHeight);
  const within = scrollTop >= 0 && scrollTop <= maxScroll(extent);
  return within && (rows === total || Math.abs(scrollTop - stretch.scrollTop) <= viewHeight)
    ? { base: stretch.base, scrollTop }
    : stretchAt(target, extent);
};
