/** How much one sender may deliver: a bucket that fills at a steady rate and holds a burst. Pure: the clock is handed in. */

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

export interface RateBucket {
  /** Takes `amount` and answers 0, or takes nothing and answers after how many milliseconds it may be had. */
  take(amount: number, nowMs: number): number;
}

export function createRateBucket({ perSecond, burst }: RateLimit): RateBucket {
  let level = burst;
  let at: number | null = null;
  return {
    take: (amount, nowMs) => {
      // A clock that was set back fills nothing and takes nothing away.
      if (at !== null && nowMs > at) level = Math.min(burst, level + ((nowMs - at) / 1000) * perSecond);
      at = at === null ? nowMs : Math.max(at, nowMs);
      // More than the bucket ever holds passes when it is full: a cap of its own bounds one request.
      const needed = Math.min(amount, burst);
      if (level >= needed) {
        level -= amount;
        return 0;
      }
      return Math.ceil(((needed - level) / perSecond) * 1000);
    },
  };
}
