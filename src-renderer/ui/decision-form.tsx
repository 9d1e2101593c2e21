import { Button, Dialog, DialogBody, type IconName } from '@blueprintjs/core';
import type { ReactNode } from 'react';
import type { CallError } from '../../src-shared/contract/client.ts';
import { ActionButton, type Refusal } from './action-button.tsx';
import { Keys } from './parts.tsx';
import { ReturnFocus } from './return-focus.tsx';
import { ErrorView } from './states.tsx';

export interface DecisionFormProps {
  readonly title: ReactNode;
  readonly icon?: IconName;
  /** Beside `decision`: `wide` for two columns. */
  readonly className?: string;
  /** The act and the means: "Suspend Kestrel Labs". */
  readonly act: string;
  readonly actIcon?: IconName;
  readonly danger?: boolean;
  /** Why it may not be done at all, or what is still missing; the button says so. */
  readonly refused?: Refusal | string | null;
  readonly busy?: boolean;
  readonly error?: CallError | null;
  readonly onAct: () => void;
  readonly onClose: () => void;
  /** Left of the quiet way out: the formal one ("Refuse with a reason…"). */
  readonly other?: ReactNode;
  /** Left in the foot: what is confirmed by acting. */
  readonly note?: ReactNode;
  /** Statement first, then subjects, then fields. */
  readonly children: ReactNode;
}

/**
 * The frame of a decision: what it is about, the fields, the error, and a foot with "Not now" and the act. Ctrl Enter acts
 * where nothing is missing, Esc does not. The focus goes to the statement (`data-statement`), else to the first field.
 */
export function DecisionForm(props: DecisionFormProps) {
  const { title, icon, className = '', act, actIcon, danger = false, refused = null, busy = false, error = null } = props;
  const { onAct, onClose, other, note, children } = props;
  const submit = (): void => {
    if (refused === null && !busy) onAct();
  };
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog
        isOpen
        onClose={onClose}
        title={title}
        icon={icon ?? null}
        className={`decision ${className}`}
        transitionDuration={0}
        onOpened={(node) => {
          // A field that took the focus by itself keeps it.
          if (node.contains(document.activeElement) && document.activeElement?.matches('input, select, textarea') === true) return;
          (
            node.querySelector<HTMLElement>('[data-statement]') ??
            node.querySelector<HTMLElement>('.bp6-dialog-body input, .bp6-dialog-body select, .bp6-dialog-body textarea')
          )?.focus();
        }}
      >
        <DialogBody useOverflowScrollContainer={false}>
          <div
            className="stack-16"
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                submit();
              }
            }}
          >
            {children}
            {error === null ? null : <ErrorView error={error} />}
            <div className="decision-foot">
              {note === undefined ? null : <div className="small second grow">{note}</div>}
              <span className="push" />
              {other}
              <Button size="large" text="Not now" onClick={onClose} />
              <ActionButton
                size="large"
                intent={danger ? 'danger' : 'primary'}
                {...(actIcon === undefined ? {} : { icon: actIcon })}
                text={act}
                endIcon={<Keys>Ctrl Enter</Keys>}
                refused={refused}
                loading={busy}
                onClick={submit}
              />
            </div>
          </div>
        </DialogBody>
      </Dialog>
    </>
  );
}
