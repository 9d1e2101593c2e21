import { Icon, type IconName } from '@blueprintjs/core';
import { type ReactNode, useId } from 'react';

export type Status = 'ok' | 'warn' | 'bad' | 'idle' | 'accent';

export const STATUS_ICON: Readonly<Record<Status, IconName>> = {
  ok: 'tick-circle',
  warn: 'warning-sign',
  bad: 'error',
  idle: 'minus',
  accent: 'edit',
};

export interface StatusWordProps {
  readonly status: Status;
  readonly icon?: IconName;
  readonly strong?: boolean;
  readonly children: ReactNode;
}

/** Icon and word together: colour is never the only carrier. */
export function StatusWord({ status, icon, strong = false, children }: StatusWordProps) {
  return (
    <span className={`status t-${status}${strong ? ' strong' : ''}`}>
      <Icon icon={icon ?? STATUS_ICON[status]} size={12} />
      <span className="status-text">{children}</span>
    </span>
  );
}

export interface PillProps {
  readonly status?: Status;
  /** `false` where the word alone is enough, as for a count. */
  readonly icon?: IconName | false;
  readonly children: ReactNode;
}

export function Pill({ status = 'idle', icon, children }: PillProps) {
  return (
    <span className={`pill pill-${status}`}>
      {icon === false ? null : <Icon icon={icon ?? STATUS_ICON[status]} size={11} />}
      {children}
    </span>
  );
}

export interface BannerProps {
  readonly status: Status;
  readonly icon?: IconName;
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

/** A banner for a state that holds until something is done: what, why, what next. */
export function Banner({ status, icon, title, actions, children }: BannerProps) {
  const id = useId();
  return (
    <section className={`banner banner-${status}`} aria-labelledby={id}>
      <Icon icon={icon ?? STATUS_ICON[status]} size={16} className={`t-${status}`} />
      <div className="grow stack-0">
        <div id={id} className="strong">
          {title}
        </div>
        {children === undefined ? null : <div className="second">{children}</div>}
      </div>
      {actions === undefined ? null : <div className="row">{actions}</div>}
    </section>
  );
}
