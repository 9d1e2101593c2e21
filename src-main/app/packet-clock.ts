/** Looks while the console is open whether a month's packet is due, now and every quarter of an hour. */
const EVERY_MS = 15 * 60_000;

export function createPacketClock(buildDue: () => Promise<void>): { start: () => void; stop: () => Promise<void> } {
  let timer: NodeJS.Timeout | null = null;
  let building: Promise<void> = Promise.resolve();
  const look = (): void => {
    // One after another: a look that takes long is not begun twice.
    building = building.then(buildDue);
  };
  return {
    start: () => {
      if (timer !== null) return;
      look();
      timer = setInterval(look, EVERY_MS);
      timer.unref();
    },
    stop: async () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
      await building;
    },
  };
}
