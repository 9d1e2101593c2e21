import './figures.css';

/** Room left and right of the line for the dot of the last point, px. */
const INSET = { left: 2, right: 4, top: 2, bottom: 2 } as const;

export interface SparkLayout {
  /** Unbroken pieces of the line: a month without a value breaks it. */
  readonly pieces: readonly string[];
  /** Where the last known value stands. */
  readonly dot: { readonly x: number; readonly y: number; readonly value: number } | null;
  /** Height of the floor's rule. */
  readonly floor: number | null;
}

/** Where the points of a sparkline lie. The floor belongs to the span of values, so that it is always seen. */
export const sparkLayout = (
  values: readonly (number | null)[],
  { width, height, floor }: { readonly width: number; readonly height: number; readonly floor?: number | undefined },
): SparkLayout => {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { pieces: [], dot: null, floor: null };
  const low = Math.min(...known, floor ?? Infinity);
  const high = Math.max(...known, floor ?? -Infinity);
  const step = values.length < 2 ? 0 : (width - INSET.left - INSET.right) / (values.length - 1);
  const x = (at: number): number => INSET.left + at * step;
  // Equal values lie in the middle, not at the bottom: they are no low.
  const y = (value: number): number =>
    INSET.top + (high === low ? 0.5 : 1 - (value - low) / (high - low)) * (height - INSET.top - INSET.bottom);
  const pieces: string[][] = [[]];
  let dot: SparkLayout['dot'] = null;
  for (const [at, value] of values.entries()) {
    if (value === null) {
      pieces.push([]);
      continue;
    }
    dot = { x: x(at), y: y(value), value };
    pieces.at(-1)?.push(`${x(at).toFixed(1)},${y(value).toFixed(1)}`);
  }
  return {
    pieces: pieces.filter((piece) => piece.length > 1).map((piece) => piece.join(' ')),
    dot,
    floor: floor === undefined ? null : y(floor),
  };
};

export interface SparklineProps {
  readonly values: readonly (number | null)[];
  /** Values under it are too low: drawn as a dotted rule. */
  readonly floor?: number | undefined;
  readonly width?: number;
  readonly height?: number;
}

/** The way a figure came, beside the figure itself; it says nothing that the figure and its table do not say. */
export function Sparkline({ values, floor, width = 72, height = 18 }: SparklineProps) {
  const layout = sparkLayout(values, { width, height, floor });
  const low = layout.dot !== null && floor !== undefined && layout.dot.value < floor;
  return (
    <svg width={width} height={height} className="spark" aria-hidden="true">
      {layout.floor === null ? null : <line x1={0} x2={width} y1={layout.floor} y2={layout.floor} className="spark-floor" />}
      {layout.pieces.map((points) => (
        <polyline key={points} points={points} className="spark-line" />
      ))}
      {layout.dot === null ? null : <circle cx={layout.dot.x} cy={layout.dot.y} r={2} className={low ? 'spark-dot bad' : 'spark-dot'} />}
    </svg>
  );
}
