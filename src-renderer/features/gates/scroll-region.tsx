import type { ReactNode } from 'react';

/** What scrolls inside a panel can be reached and scrolled by the keyboard. */
export function ScrollRegion({
  label,
  pad = false,
  children,
}: {
  readonly label: string;
  readonly pad?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className={`scroll-region${pad ? ' padded' : ''}`} tabIndex={0} role="group" aria-label={label}>
      {children}
    </div>
  );
}
