/** Rows are read in windows of a fixed size, keyed by position: window 3 of size 100 holds the rows 300 to 399. */
export interface RowSpan {
  /** First position. */
  readonly from: number;
  /** Last position, included. */
  readonly to: number;
}

/** The windows that cover a span of positions, in order; none for an empty table. */
export const windowsOver = ({ from, to }: RowSpan, size: number, total: number): number[] => {
  if (total === 0 || to < from) return [];
  const first = Math.floor(Math.max(0, from) / size);
  const last = Math.floor(Math.min(total - 1, to) / size);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
};

export const windowOf = (position: number, size: number): number => Math.floor(position / size);
export const windowStart = (window: number, size: number): number => window * size;

/**
 * Whether the windows in view follow on from those read before: then they are read at once. After a jump of the thumb they
 * are read when it rests, or a drag over a million rows would ask for hundreds of windows that nobody sees.
 */
export const followsOn = (before: readonly number[], now: readonly number[]): boolean => {
  const [first, last] = [before[0], before.at(-1)];
  if (first === undefined || last === undefined) return true;
  return now.every((window) => window >= first - 1 && window <= last + 1);
};

/** Which element shows the first row in view: elements are numbered around a ring. */
export interface RingPlace {
  readonly first: number;
  readonly rotation: number;
}

/**
 * After a small scroll most rows stay in view: the ring turns, so that they keep their elements and only the few new rows are
 * written. After a jump no row stays: the ring rests, so that every element is written where it stands and none is moved.
 * Moving or styling elements anew costs a browser far more than writing text into them.
 */
export const turnRing = (before: RingPlace, first: number, count: number): RingPlace => {
  const moved = first - before.first;
  return { first, rotation: Math.abs(moved) < count ? before.rotation + moved : before.rotation };
};

/** The number of the element that shows the i-th row in view. */
export const ringKey = (place: RingPlace, i: number, ring: number): number => (((place.rotation + i) % ring) + ring) % ring;
