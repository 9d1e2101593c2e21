import { useEffect, useState } from 'react';

export interface ReturnFocusProps {
  /** Takes the focus where the element it came from is gone, as a bar that closes with its selection. */
  readonly fallback?: string;
}

/** Stands beside a dialog that is made when it opens: when both go, the focus returns to where it came from. */
export function ReturnFocus({ fallback }: ReturnFocusProps) {
  const [from] = useState(() => (typeof document === 'undefined' ? null : document.activeElement));
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        // Something else has taken the focus meanwhile: it stays there.
        if (document.activeElement !== null && document.activeElement !== document.body) return;
        const target =
          from instanceof HTMLElement && from.isConnected
            ? from
            : fallback === undefined
              ? null
              : document.querySelector<HTMLElement>(fallback);
        target?.focus();
      });
    },
    [from, fallback],
  );
  return null;
}
