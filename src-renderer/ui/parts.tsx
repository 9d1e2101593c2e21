import { Icon, type IconName } from '@blueprintjs/core';
import { type ReactNode, useId } from 'react';
import { initials } from './format.ts';
import type { Status } from './status.tsx';

export interface PanelProps {
  readonly title?: ReactNode;
  readonly note?: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
  /** False where the content brings its own edges: tables, lists of rows. */
  readonly pad?: boolean;
  readonly children: ReactNode;
}

export function Panel({ title, note, actions, className = '', pad = true, children }: PanelProps) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={title === undefined ? undefined : id}>
      {title === undefined ? null : (
        <header className="panel-head">
          <h2 id={id} className="nowrap">
            {title}
          </h2>
          {note === undefined || note === null ? null : <span className="muted small ellipsis">{note}</span>}
          {actions === undefined || actions === null ? null : <div className="row push">{actions}</div>}
        </header>
      )}
      <div className={pad ? 'panel-body' : 'panel-body flush'}>{children}</div>
    </section>
  );
}

/** Keys as they stand on the keyboard: `<Keys>Ctrl K</Keys>`. */
export function Keys({ children }: { readonly children: string }) {
  return (
    <span className="keys">
      {children.split(' ').map((key) => (
        <kbd key={key}>{key}</kbd>
      ))}
    </span>
  );
}

export interface MetricProps {
  /** With the unit: "MRR, USD". */
  readonly label: string;
  readonly value: ReactNode;
  readonly note?: ReactNode;
  readonly status?: Status;
}

/** A key figure. */
export function Metric({ label, value, note, status }: MetricProps) {
  return (
    <div className="metric">
      <div className="caps">{label}</div>
      <div className={`metric-value${status === undefined ? '' : ` t-${status}`}`}>{value}</div>
      <div className="tiny second">{note}</div>
    </div>
  );
}

/** Label and value; inside `<dl className="facts">`. */
export function Fact({ label, children }: { readonly label: ReactNode; readonly children: ReactNode }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </>
  );
}

export function IconText({
  icon,
  children,
  className = '',
}: {
  readonly icon: IconName;
  readonly children: ReactNode;
  readonly className?: string;
}) {
  return (
    <span className={`row ${className}`}>
      <Icon icon={icon} size={12} />
      <span className="ellipsis">{children}</span>
    </span>
  );
}

export function Avatar({ name }: { readonly name: string }) {
  return (
    <span className="avatar" aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** The product's mark: a seal with a tick and its shadow stroke. */
export function Mark({ size = 20, className = 'brand-mark' }: { readonly size?: number; readonly className?: string }) {
  return (
    <svg width={size} height={size} viewBox="0 0 20 20" className={className} aria-hidden="true">
      <circle cx="10" cy="10" r="8.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M5.5 10.4l3 3 6-6.8" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <path d="M5.5 6.6l3 3" fill="none" stroke="currentColor" strokeWidth="1.75" opacity="0.45" />
    </svg>
  );
}

export interface PageHeadProps {
  readonly crumbs?: ReactNode;
  readonly title: ReactNode;
  /** Pills right of the title. */
  readonly marks?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
}

/** The head of a screen. Its title takes the focus when a screen is opened, so that reading begins there. */
export function PageHead({ crumbs, title, marks, lead, actions }: PageHeadProps) {
  return (
    <div className="page-head">
      <div className="stack-0 grow">
        {crumbs === undefined ? null : (
          <nav className="crumbs" aria-label="Where you are">
            {crumbs}
          </nav>
        )}
        <div className="page-title">
          <h1 className="ellipsis" tabIndex={-1} data-page-title>
            {title}
          </h1>
          {marks}
          {lead === undefined ? null : <span className="lead ellipsis">{lead}</span>}
        </div>
      </div>
      {actions === undefined ? null : <div className="row none">{actions}</div>}
    </div>
  );
}
