/** Whole runs, several times, the median of each; peers in turn (A B A B), so that a drifting machine hurts both alike. */

export interface Contender {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

export const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? NaN;
};

/** Median seconds of each contender. */
export async function race(contenders: readonly Contender[], rounds = 3): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, run } of contenders) {
      const start = performance.now();
      await run();
      times.get(name)!.push((performance.now() - start) / 1000);
    }
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

/**
 * The same for work that stays in this thread: seconds of its processor time, so that what else the machine does is not in
 * it. One round before those that count, so that all of it is compiled.
 */
export function raceInThread(
  contenders: readonly { readonly name: string; readonly run: () => void }[],
  rounds: number,
): Map<string, number> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round += 1) {
    for (const { name, run } of contenders) {
      const start = process.threadCpuUsage();
      run();
      const { user, system } = process.threadCpuUsage(start);
      if (round >= 0) times.get(name)!.push((user + system) / 1e6);
    }
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

export interface Figure {
  readonly what: string;
  readonly figure: string;
  readonly aim: string;
  readonly reached: boolean | null;
}

export const figure = (what: string, value: string, aim = '', reached: boolean | null = null): Figure => ({
  what,
  figure: value,
  aim,
  reached,
});

/** Milliseconds for people: three digits at most. */
export const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
