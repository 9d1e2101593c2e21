import { Button, Icon, type IconName } from '@blueprintjs/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { CallError } from '../../src-shared/contract/client.ts';
import { CopyButton } from './hash.tsx';
import { Time } from './time.tsx';

/** An answer of the app as react-query holds it; only what the views need of it. */
export interface AnswerState<T> {
  readonly data: T | undefined;
  readonly error: CallError | null;
  readonly isFetching: boolean;
  /** When `data` was answered, ms since 1970. */
  readonly dataUpdatedAt: number;
  readonly refetch: () => unknown;
}

export const SKELETON_AFTER_MS = 150;

/** Nothing for 150 ms, then the skeleton: a quick answer must not flicker. */
export function AfterAMoment({ children }: { readonly children: ReactNode }) {
  const [due, setDue] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setDue(true), SKELETON_AFTER_MS);
    return () => {
      clearTimeout(timer);
    };
  }, []);
  return due ? children : null;
}

export interface SkeletonProps {
  readonly rows?: number;
  /** Height of one row in the final measures, px. */
  readonly rowHeight?: number;
}

/** Rows in their final measures, so that nothing moves when the content comes. */
export function Skeleton({ rows = 6, rowHeight = 28 }: SkeletonProps) {
  return (
    <div className="skeleton" aria-hidden="true">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="skeleton-row" style={{ height: rowHeight }}>
          <span style={{ width: `${38 + ((row * 29) % 37)}%` }} />
        </div>
      ))}
    </div>
  );
}

export interface EmptyProps {
  readonly icon?: IconName;
  /** What is missing: "No quarantined rows". */
  readonly title: string;
  /** What it gives. */
  readonly children?: ReactNode;
  /** The first step. */
  readonly action?: ReactNode;
}

export function Empty({ icon = 'inbox', title, children, action }: EmptyProps) {
  return (
    <div className="state-view">
      <Icon icon={icon} size={20} className="muted" />
      <div className="stack-4">
        <h3>{title}</h3>
        {children === undefined ? null : <p className="second">{children}</p>}
      </div>
      {action}
    </div>
  );
}

export interface ErrorViewProps {
  readonly error: { readonly code: string; readonly message: string; readonly nextStep: string; readonly requestId?: string | null };
  /** What could not be shown: "the sources". */
  readonly what?: string;
  /** What is safe all the same. */
  readonly safe?: string;
  readonly onRetry?: (() => unknown) | undefined;
  readonly actions?: ReactNode;
}

/** What happened, what is safe, the next step, code and request id. */
export function ErrorView({ error, what, safe, onRetry, actions }: ErrorViewProps) {
  const requestId = error.requestId ?? null;
  const details = `${error.code}${requestId === null ? '' : ` ${requestId}`}: ${error.message}`;
  return (
    <div className="state-view" role="alert">
      <Icon icon="error" size={20} className="t-bad" />
      <div className="stack-4">
        <h3>{what === undefined ? error.message : `Could not read ${what}`}</h3>
        {what === undefined ? null : <p className="second">{error.message}</p>}
        {safe === undefined ? null : <p className="second">{safe}</p>}
        <p>{error.nextStep}</p>
        <p className="tiny muted row">
          <code>{error.code}</code>
          {requestId === null ? null : (
            <span>
              request <code>{requestId}</code>, also in the log
            </span>
          )}
          <CopyButton text={details} what="the details" />
        </p>
      </div>
      {onRetry === undefined && actions === undefined ? null : (
        <div className="row">
          {onRetry === undefined ? null : <Button icon="refresh" text="Try again" onClick={() => void onRetry()} />}
          {actions}
        </div>
      )}
    </div>
  );
}

/** Known content that could not be refreshed keeps its place and says how old it is. */
export function StaleStrip({
  error,
  asOfMs,
  onRetry,
}: {
  readonly error: CallError;
  readonly asOfMs: number;
  readonly onRetry: () => unknown;
}) {
  return (
    <div className="stale-strip" role="status">
      <Icon icon="time" size={12} />
      <span className="grow">
        As of <Time at={new Date(asOfMs).toISOString()} form="short" />. {error.message}
      </span>
      <Button size="small" variant="minimal" text="Try again" onClick={() => void onRetry()} />
    </div>
  );
}

export interface AnswerViewProps<T> {
  readonly of: AnswerState<T>;
  /** For the error: "the sources". */
  readonly what: string;
  readonly skeleton?: ReactNode;
  readonly isEmpty?: (data: T) => boolean;
  readonly empty?: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** Shows an answer in whichever of the five states it is: loading, empty, error, stale, ready. */
export function AnswerView<T>({ of, what, skeleton, isEmpty, empty, children }: AnswerViewProps<T>) {
  if (of.data === undefined) {
    if (of.error !== null) return <ErrorView error={of.error} what={what} onRetry={() => of.refetch()} />;
    return (
      <div aria-busy="true" className="loading">
        <span className="visually-hidden">Reading {what}</span>
        <AfterAMoment>{skeleton ?? <Skeleton />}</AfterAMoment>
      </div>
    );
  }
  return (
    <>
      {of.error === null ? null : <StaleStrip error={of.error} asOfMs={of.dataUpdatedAt} onRetry={() => of.refetch()} />}
      {empty !== undefined && isEmpty?.(of.data) === true ? empty : children(of.data)}
    </>
  );
}
