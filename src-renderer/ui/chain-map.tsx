import { type MouseEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { layoutMap, type MapBreak, type MapCheckpoint, type MapRun, type MapState } from './chain-map-layout.ts';
import { mapWords, sayMap } from './chain-map-words.ts';
import './chain-map.css';

export interface ChainMapProps {
  readonly runs: readonly MapRun[];
  readonly total: number;
  readonly checkpoints: readonly MapCheckpoint[];
  readonly breaks: readonly MapBreak[];
  /** Marks the receipt that the lens shows. */
  readonly at?: number | undefined;
  /** First and last time of the chain, under the ends of the axis. */
  readonly from?: ReactNode;
  readonly to?: ReactNode;
  readonly onPick?: (index: number) => void;
}

const BAR_Y = 28;
const BAR_H = 30;

/**
 * A chain from its first receipt to its last. Fill says the state; crack, hatch and words say it again without colour. Drawn
 * in as many shapes as there are pixels at most, so ten million receipts cost what a thousand do.
 */
export function ChainMap({ runs, total, checkpoints, breaks, at, from, to, onPick }: ChainMapProps) {
  const host = useRef<HTMLDivElement>(null);
  const hatch = useId();
  const [width, setWidth] = useState(1180);
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const watch = new ResizeObserver(() => {
      if (element.clientWidth > 0) setWidth(element.clientWidth);
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
    };
  }, []);
  const map = useMemo(() => layoutMap({ runs, total, width, checkpoints, breaks }), [runs, total, width, checkpoints, breaks]);
  const pick = (event: MouseEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect();
    onPick?.(Math.min(total - 1, Math.max(0, Math.floor(((event.clientX - box.left) / box.width) * total))));
  };
  const lens = at === undefined || total === 0 ? null : Math.round(((at + 0.5) / total) * width);
  return (
    <div ref={host} className="chain-map-host">
      <svg
        width={width}
        height={68}
        viewBox={`0 0 ${width} 68`}
        className={`chain-map${onPick === undefined ? '' : ' pickable'}`}
        role="img"
        aria-label={sayMap(runs, total, checkpoints, breaks)}
        onClick={pick}
      >
        <defs>
          <pattern id={hatch} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="5" height="5" className="map-idle-bg" />
            <line x1="0" y1="0" x2="0" y2="5" className="map-hatch" />
          </pattern>
        </defs>
        {map.segments.map((s) => (
          <Segment key={`${s.x}-${s.state}`} x={s.x} width={s.width} state={s.state} hatch={hatch} />
        ))}
        {map.ticks.map((x) => (
          <line key={x} x1={x} x2={x} y1={BAR_Y} y2={BAR_Y + BAR_H} className="map-tick" />
        ))}
        {map.flags.map((flag) => (
          <g key={`${flag.x}-${String(flag.holds)}`}>
            <line x1={flag.x} x2={flag.x} y1={16} y2={64} className={flag.holds ? 'map-cp' : 'map-cp bad'} />
            <path d={`M${flag.x - 5} 8 h10 l-5 8 z`} className={flag.holds ? 'map-flag' : 'map-flag bad'} />
            {flag.label === null ? null : (
              <text x={flag.x + (flag.side === 'end' ? -8 : 8)} textAnchor={flag.side} y={15} className="map-text">
                {flag.label}
              </text>
            )}
          </g>
        ))}
        {lens === null ? null : <path d={`M${lens - 4} ${BAR_Y + BAR_H + 7} l4 -5 l4 5 z`} className="map-lens" />}
        {map.cracks.map((x) => (
          <g key={x}>
            <path d={`M${x - 3} 24 l6 9 l-6 9 l6 9 l-6 11`} className="map-crack" />
            <line x1={x} x2={x} y1={60} y2={68} className="map-lead" />
          </g>
        ))}
      </svg>
      <div className="map-axis tiny" aria-hidden="true">
        {map.axis.map((label, i) => (
          <span key={label.text} className={`map-label ${label.side}`} style={{ left: label.x }}>
            {label.text}
            {i === 0 && from !== undefined ? <span className="map-time">{from}</span> : null}
            {i > 0 && i === map.axis.length - 1 && to !== undefined ? <span className="map-time">{to}</span> : null}
          </span>
        ))}
        {map.crackLabel === null ? null : (
          <span className={`map-label strong t-bad ${map.crackLabel.side}`} style={{ left: map.crackLabel.x }}>
            {map.crackLabel.text}
          </span>
        )}
      </div>
    </div>
  );
}

function Segment({
  x,
  width,
  state,
  hatch,
}: {
  readonly x: number;
  readonly width: number;
  readonly state: MapState;
  readonly hatch: string;
}) {
  if (state === 'doubtful') return <rect x={x} y={BAR_Y} width={width} height={BAR_H} fill={`url(#${hatch})`} />;
  return (
    <>
      <rect x={x} y={BAR_Y} width={width} height={BAR_H} className={`map-${state}`} />
      {state === 'anchored' || state === 'verified' ? (
        <rect x={x} y={BAR_Y + BAR_H - 4} width={width} height={4} className={`map-${state}-bar`} />
      ) : null}
    </>
  );
}

const STATES: readonly MapState[] = ['anchored', 'verified', 'broken', 'doubtful', 'not-verified'];

/** What the fills and signs mean; only those that this map uses. */
export function ChainMapLegend({ runs, checkpoints }: Pick<ChainMapProps, 'runs' | 'checkpoints'>) {
  const used = new Set(runs.map((run) => run.state));
  return (
    <span className="legend hide-narrow">
      {STATES.filter((state) => used.has(state)).map((state) => (
        <span key={state}>
          <i className={`lg-${state}`} />
          {mapWords(state, checkpoints)}
        </span>
      ))}
      {checkpoints.length === 0 ? null : (
        <span>
          <i className="lg-flag" />
          outside checkpoint
        </span>
      )}
    </span>
  );
}
