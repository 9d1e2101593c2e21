import { useSyncExternalStore } from 'react';
import { age, columnTime, factTime, localTime, parseTime, shortTime } from './time-format.ts';

const TICK_MS = 15_000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of [...listeners]) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
};

/** The present moment, ms, moving every quarter of a minute: one timer for the whole page. */
export const useNow = (): number =>
  useSyncExternalStore(
    subscribe,
    () => now,
    () => now,
  );

/** Minutes east of UTC on this machine at a moment. */
const offsetAt = (iso: string): number => -new Date(iso).getTimezoneOffset();

export interface TimeProps {
  readonly at: string;
  /**
   * `fact`: the whole moment with the local time beside; `short`: as short as it stays clear, local time in the tooltip;
   * `column`: for narrow columns of recent things.
   */
  readonly form?: 'fact' | 'short' | 'column';
  /** With seconds; facts only. */
  readonly seconds?: boolean;
  /** Adds "4 min ago". */
  readonly withAge?: boolean;
}

/** A moment: UTC, with the local time beside. */
export function Time({ at, form = 'fact', seconds = false, withAge = false }: TimeProps) {
  const nowMs = useNow();
  if (parseTime(at) === null) return <span>{at}</span>;
  const local = localTime(at, offsetAt(at));
  const text = form === 'fact' ? factTime(at, seconds) : form === 'short' ? shortTime(at, nowMs) : columnTime(at, nowMs);
  const whole = [factTime(at, true), local, age(at, nowMs)].filter((part) => part !== '').join(', ');
  return (
    <time dateTime={at} title={whole} className="time">
      {text}
      {form === 'fact' && local !== '' ? <span className="muted"> {local}</span> : null}
      {withAge ? <span className="muted">, {age(at, nowMs)}</span> : null}
    </time>
  );
}
