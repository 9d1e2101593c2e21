/** Looks while the console is open whether a month's packet is due: at its start, every quarter of an hour, and when told to. */
const EVERY_MS = 15 * 60_000;

export function createPacketClock(buildDue: () => Promise<void>): {
  start: () => void;
  /** Does nothing before the start and after the end. */
  look: () => void;
  stop: () => Promise<void>;
} {
  let timer: NodeJS.Timeout | null = null;
  let building: Promise<void> = Promise.resolve();
  const look = (): void => {
    if (timer === null) return;
    // One after another: a look that takes long is not begun twice.
    building = building.then(buildDue);
  };
  return {
    start: () => {
      if (timer !== null) return;
      timer = setInterval(look, EVERY_MS);
      timer.unref();
      look();
    },
    look,
    stop: async () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await building;
    },
  };
}
