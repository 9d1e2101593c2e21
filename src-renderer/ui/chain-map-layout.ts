/** Where everything on the chain map stands, in whole pixels. Pure: the same chain and width give the same picture. */
export const BLOCK = 256;

export type MapState = 'anchored' | 'verified' | 'broken' | 'doubtful' | 'not-verified';
export interface MapRun {
  readonly fromIndex: number;
  readonly toIndex: number;
  readonly state: MapState;
}
export interface MapCheckpoint {
  /** Receipts it covers; null where the note cannot be read. */
  readonly size: number | null;
  readonly state: 'agrees' | 'differs' | 'ahead' | 'untrusted' | 'malformed';
  /** Trusted parties that signed it. */
  readonly parties: number;
}
export interface MapBreak {
  readonly index: number;
  readonly label: string;
}
export interface MapInput {
  readonly runs: readonly MapRun[];
  /** Receipts in the chain. */
  readonly total: number;
  /** Width to draw in, px. */
  readonly width: number;
  readonly checkpoints: readonly MapCheckpoint[];
  readonly breaks: readonly MapBreak[];
}

export interface MapSegment {
  readonly x: number;
  readonly width: number;
  readonly state: MapState;
}
export interface MapFlag {
  readonly x: number;
  readonly holds: boolean;
  /** null where the next flag stands too near for words. */
  readonly label: string | null;
  readonly side: 'start' | 'end';
  /** Checkpoints that stand at this flag. */
  readonly count: number;
}
export interface MapLabel {
  readonly x: number;
  readonly text: string;
  readonly side: 'start' | 'middle' | 'end';
}
export interface MapLayout {
  readonly blocks: number;
  readonly segments: readonly MapSegment[];
  /** Left edges of the blocks; empty where they would stand closer than 6 px. */
  readonly ticks: readonly number[];
  readonly flags: readonly MapFlag[];
  readonly cracks: readonly number[];
  readonly crackLabel: MapLabel | null;
  readonly axis: readonly MapLabel[];
}

/** The worst state in a pixel wins: a pixel may stand for thousands of receipts, and a break must never drown in them. */
const WORST: readonly MapState[] = ['anchored', 'verified', 'not-verified', 'doubtful', 'broken'];
const BREAK_WIDTH = 8;
const LABEL_GAP = 74;
const CHARACTER = 6.2;

const group = (n: number): string => String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), Math.max(low, high));

export const layoutMap = (input: MapInput): MapLayout => {
  const { total } = input;
  const width = Math.max(1, Math.floor(input.width));
  const x = (index: number): number => (total === 0 ? 0 : (clamp(index, 0, total) / total) * width);
  const blocks = Math.ceil(total / BLOCK);
  const segments = segmentsOf(input.runs, x, width);
  // A crack stands in the middle of the broken blocks around it: the blocks say how exactly the place is known.
  const crackAt = (index: number): number => {
    const at = x(index + 0.5);
    const around = segments.find((s) => s.state === 'broken' && at >= s.x - 1 && at <= s.x + s.width + 1 && s.width <= 64);
    return Math.round(clamp(around === undefined ? at : around.x + around.width / 2, 4, width - 4));
  };
  const cracks = distinct(input.breaks.map((b) => crackAt(b.index)));
  const crackLabel = labelOf(input.breaks[0], crackAt, width);
  const perBlock = (BLOCK / Math.max(total, 1)) * width;
  return {
    blocks,
    segments,
    ticks: perBlock < 6 ? [] : Array.from({ length: Math.max(0, blocks - 1) }, (_, i) => Math.round(x((i + 1) * BLOCK))),
    flags: flagsOf(input.checkpoints, x, width),
    cracks,
    crackLabel,
    axis: axisOf(total, x, width, crackLabel),
  };
};

const distinct = (values: readonly number[]): number[] => {
  const kept: number[] = [];
  for (const value of [...values].sort((a, b) => a - b)) if (value - (kept.at(-1) ?? -Infinity) >= BREAK_WIDTH) kept.push(value);
  return kept;
};

const segmentsOf = (runs: readonly MapRun[], x: (index: number) => number, width: number): MapSegment[] => {
  const worst = new Int8Array(width).fill(-1);
  const paint = (from: number, to: number, rank: number): void => {
    for (let at = clamp(from, 0, width - 1); at < clamp(to, from + 1, width); at += 1) worst[at] = Math.max(worst[at] ?? -1, rank);
  };
  for (const run of runs) {
    const [from, to] = [Math.floor(x(run.fromIndex)), Math.round(x(run.toIndex + 1))];
    const thin = run.state === 'broken' ? Math.max(0, BREAK_WIDTH - (to - from)) : 0;
    paint(from - Math.floor(thin / 2), to + Math.ceil(thin / 2), WORST.indexOf(run.state));
  }
  const segments: MapSegment[] = [];
  let start = 0;
  for (let at = 1; at <= width; at += 1) {
    if (at < width && worst[at] === worst[start]) continue;
    const state = WORST[worst[start] ?? -1];
    if (state !== undefined) segments.push({ x: start, width: at - start, state });
    start = at;
  }
  return segments;
};

const flagsOf = (checkpoints: readonly MapCheckpoint[], x: (index: number) => number, width: number): MapFlag[] => {
  const placed = checkpoints
    .flatMap((c) =>
      c.size === null || c.state === 'malformed' || c.state === 'untrusted'
        ? []
        : [{ ...c, at: clamp(Math.round(x(c.size)), 5, width - 5) }],
    )
    .sort((a, b) => a.at - b.at);
  const flags: { x: number; holds: boolean; says: string; count: number }[] = [];
  for (const c of placed) {
    const holds = c.state === 'agrees';
    const says = holds ? `${c.parties} ${c.parties === 1 ? 'party' : 'parties'}` : c.state;
    const before = flags.at(-1);
    if (before !== undefined && c.at - before.x < 12 && before.holds === holds) {
      before.count += 1;
      before.x = c.at;
      before.says = holds ? says : c.state;
    } else flags.push({ x: c.at, holds, says, count: 1 });
  }
  return flags.map((flag, i) => {
    const side = flag.x > width - LABEL_GAP ? 'end' : 'start';
    const next = flags[i + 1];
    const previous = flags[i - 1];
    const room =
      side === 'start'
        ? next === undefined
          ? Infinity
          : next.x - flag.x - (next.x > width - LABEL_GAP ? LABEL_GAP : 0)
        : flag.x - (previous?.x ?? -Infinity) - 8;
    return { x: flag.x, holds: flag.holds, label: room < LABEL_GAP - 8 ? null : flag.says, side, count: flag.count };
  });
};

const labelOf = (first: MapBreak | undefined, crackAt: (index: number) => number, width: number): MapLabel | null => {
  if (first === undefined) return null;
  const at = crackAt(first.index);
  const half = (first.label.length * CHARACTER) / 2;
  if (at - half < 0) return { x: 0, text: first.label, side: 'start' };
  if (at + half > width) return { x: width, text: first.label, side: 'end' };
  return { x: Math.round(at), text: first.label, side: 'middle' };
};

const axisOf = (total: number, x: (index: number) => number, width: number, crack: MapLabel | null): MapLabel[] => {
  if (total === 0) return [];
  const last = `#${group(total - 1)}`;
  if (total === 1) return [{ x: 0, text: '#0', side: 'start' }];
  const labels: MapLabel[] = [{ x: 0, text: '#0', side: 'start' }];
  let step = BLOCK;
  while (x(step) < 180 && step < total) step *= 2;
  for (let index = step; index < total; index += step) {
    const at = Math.round(x(index));
    const far = at > 80 && at < width - 40 - last.length * CHARACTER;
    if (far && (crack === null || Math.abs(at - crackMiddle(crack)) > 40 + (crack.text.length * CHARACTER) / 2)) {
      labels.push({ x: at, text: `#${group(index)}`, side: 'middle' });
    }
  }
  return [...labels, { x: width, text: last, side: 'end' }];
};

const crackMiddle = (label: MapLabel): number => {
  const half = (label.text.length * CHARACTER) / 2;
  return label.side === 'start' ? label.x + half : label.side === 'end' ? label.x - half : label.x;
};
