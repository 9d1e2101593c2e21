import { Button, type ButtonProps, Icon, PopoverNext } from '@blueprintjs/core';
import { useId, useState } from 'react';

export interface Refusal {
  /** One plain sentence: why not. */
  readonly reason: string;
  /** Policy and rule, as `can_delete_tenant, rule 7`. */
  readonly rule?: string;
  /** The way round: who can, or what to do first. */
  readonly wayRound?: string;
}

export interface ActionButtonProps extends Omit<ButtonProps, 'disabled'> {
  /** Set where the action is refused: the button stays visible and focusable, and says why. */
  readonly refused?: Refusal | string | null | undefined;
}

/** A button that is never bare grey: what may not be done stays visible and opens its reason on focus or press. */
export function ActionButton({ refused, ...props }: ActionButtonProps) {
  const [open, setOpen] = useState(false);
  const reasonId = useId();
  if (refused === null || refused === undefined) return <Button {...props} />;
  const refusal: Refusal = typeof refused === 'string' ? { reason: refused } : refused;
  const { intent: _intent, onClick: _onClick, className = '', ...rest } = props;
  return (
    <PopoverNext
      isOpen={open}
      onInteraction={(next) => {
        setOpen(next);
      }}
      placement="bottom-end"
      autoFocus={false}
      enforceFocus={false}
      content={
        <div className="why-not">
          <Icon icon="lock" size={14} className="t-warn" />
          <div className="stack-4">
            <span>{refusal.reason}</span>
            {refusal.rule === undefined ? null : <code className="muted">{refusal.rule}</code>}
            {refusal.wayRound === undefined ? null : <span className="second">{refusal.wayRound}</span>}
          </div>
        </div>
      }
      renderTarget={({ ref }) => (
        <span className="refused" ref={ref}>
          <Button
            {...rest}
            icon={<Icon icon="lock" />}
            className={`is-off ${className}`}
            aria-disabled
            aria-describedby={reasonId}
            onClick={() => {
              setOpen(true);
            }}
            onFocus={() => {
              setOpen(true);
            }}
            onBlur={() => {
              setOpen(false);
            }}
          />
          <span id={reasonId} className="visually-hidden">
            {refusal.reason} {refusal.wayRound}
          </span>
        </span>
      )}
    />
  );
}
