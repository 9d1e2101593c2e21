import { PopoverNext } from '@blueprintjs/core';
import type { JSX, KeyboardEvent } from 'react';
import { moveInList } from './roving.ts';

export interface MenuPopoverProps {
  readonly placement: 'bottom-start' | 'bottom-end';
  /** A Blueprint menu, or a card. */
  readonly content: JSX.Element;
  /** The button that opens it. */
  readonly children: JSX.Element;
}

const STOPS = 'a[href], button, [role="menuitem"]';

const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(STOPS)];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  const to = moveInList(event.key, at, stops.length, false);
  if (to === null) return;
  event.preventDefault();
  stops[to]?.focus();
};

/** A menu or card under its button: opens with the focus inside, arrows move, Esc closes and gives the focus back. */
export function MenuPopover({ placement, content, children }: MenuPopoverProps) {
  return (
    <PopoverNext
      placement={placement}
      transitionDuration={0}
      shouldReturnFocusOnClose
      onOpened={(node) => {
        node.querySelector<HTMLElement>(STOPS)?.focus();
      }}
      content={<div onKeyDown={onKeyDown}>{content}</div>}
    >
      {children}
    </PopoverNext>
  );
}
