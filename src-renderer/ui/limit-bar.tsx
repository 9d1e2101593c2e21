import type { Status } from './status.tsx';
import { integer } from './format.ts';
import './figures.css';

export type LimitState = 'none' | 'ok' | 'soft' | 'over';

/** Where the soft limit is marked, in percent, unless a plan says otherwise. */
const SOFT_PERCENT = 80;

export const LIMIT_STATUS: Readonly<Record<LimitState, Status>> = { none: 'idle', ok: 'idle', soft: 'warn', over: 'bad' };
const WORD: Readonly<Record<LimitState, string>> = { none: '', ok: '', soft: 'soft', over: 'over' };

/** Percent of a limit, rounded down: 99.9% is not yet 100%. */
export const limitPercent = (percent: number): string => `${integer(Math.floor(percent))}%`;

export interface LimitBarProps {
  /** Used of the limit; may lie above 100. */
  readonly percent: number;
  readonly state: LimitState;
  /** Where the soft limit lies, in percent of the limit. */
  readonly soft?: number | undefined;
  /** Fills the width it is given; else it has that of a cell. */
  readonly wide?: boolean;
}

/** Usage against a limit: bar, the mark of the soft limit, the figure, and a word once a mark is crossed. */
export function LimitBar({ percent, state, soft = SOFT_PERCENT, wide = false }: LimitBarProps) {
  const status = LIMIT_STATUS[state];
  return (
    <span className={`limit${wide ? ' limit-wide' : ''}`}>
      <svg className="limit-track" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect className={`limit-fill fill-${status}`} width={Math.min(100, Math.max(0, percent))} height="6" />
        <rect className="limit-mark" x={Math.min(99, soft)} width={wide ? 0.5 : 1.5} height="6" />
      </svg>
      <span className={`limit-num t-${status}`}>{limitPercent(percent)}</span>
      <span className={`limit-word t-${status}`}>{WORD[state]}</span>
    </span>
  );
}
