import { Button, Checkbox, Dialog, DialogBody, Icon, type IconName, TextArea } from '@blueprintjs/core';
import { type ReactNode, useId, useState } from 'react';
import type { CallError } from '../../src-shared/contract/client.ts';
import { Keys } from './parts.tsx';
import { ErrorView } from './states.tsx';

export interface DecisionProps {
  readonly title: string;
  readonly icon?: IconName;
  /** The act in plain words, with its consequence. It gets the focus, not the button. */
  readonly statement: ReactNode;
  /** What is concerned, what else is known. */
  readonly children?: ReactNode;
  /** Asks for a reason of at least three characters, which is kept. */
  readonly reasonLabel?: string;
  /** The worst known fact, to be confirmed: "I know that …". */
  readonly knowing?: ReactNode;
  /** The act and the means: "Remove northwind". */
  readonly act: string;
  readonly danger?: boolean;
  readonly busy?: boolean;
  readonly error?: CallError | null;
  readonly onAct: (reason: string) => void;
  readonly onClose: () => void;
}

const SHORTEST_REASON = 3;

/** A decision: the statement first, then what is known, then the button that says the act. Ctrl Enter acts, Esc does not. */
export function DecisionDialog(props: DecisionProps) {
  const { title, icon, statement, children, reasonLabel, knowing, act, danger = false, busy = false, error = null, onAct, onClose } = props;
  const [reason, setReason] = useState('');
  const [known, setKnown] = useState(false);
  const reasonId = useId();
  const missing =
    reasonLabel !== undefined && reason.trim().length < SHORTEST_REASON
      ? 'A reason is needed; it is kept in the audit log.'
      : knowing !== undefined && !known
        ? 'Confirm what is known first.'
        : null;
  const submit = (): void => {
    if (missing === null && !busy) onAct(reason.trim());
  };
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      icon={icon ?? null}
      className="decision"
      transitionDuration={0}
      onOpened={(node) => {
        node.querySelector<HTMLElement>('[data-statement]')?.focus();
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
          <div className="statement" tabIndex={-1} data-statement>
            {statement}
          </div>
          {children}
          {reasonLabel === undefined ? null : (
            <div className="stack-4">
              <label htmlFor={reasonId} className="strong">
                {reasonLabel}
              </label>
              <TextArea id={reasonId} fill autoResize value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
            </div>
          )}
          {knowing === undefined ? null : (
            <Checkbox checked={known} onChange={(event) => setKnown(event.target.checked)} labelElement={knowing} />
          )}
          {error === null ? null : <ErrorView error={error} />}
          <div className="decision-foot">
            {missing === null ? null : (
              <span className="small muted row">
                <Icon icon="info-sign" size={12} />
                {missing}
              </span>
            )}
            <Button size="large" text="Not now" className="push" onClick={onClose} />
            <Button
              size="large"
              intent={danger ? 'danger' : 'primary'}
              text={act}
              endIcon={<Keys>Ctrl Enter</Keys>}
              loading={busy}
              aria-disabled={missing !== null}
              className={missing === null ? '' : 'is-off'}
              onClick={submit}
            />
          </div>
        </div>
      </DialogBody>
    </Dialog>
  );
}
