import { Button, Dialog, DialogBody, HTMLSelect, TextArea } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { say } from '../../ui/notices.ts';
import { Keys } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { AnswerView, ErrorView, Skeleton } from '../../ui/states.tsx';
import { InputsTable } from './inputs-table.tsx';
import { monthName } from './packet-words.ts';

export interface BuildDialogProps {
  /** Those that may be built, newest first. */
  readonly months: readonly string[];
  readonly month: string;
  readonly onClose: () => void;
}

/** Building: what it will be made of, each with its digest and age; what is missing, with the way to it. */
export function BuildDialog({ months, month: first, onClose }: BuildDialogProps) {
  const [month, setMonth] = useState(first);
  const [reason, setReason] = useState('');
  const ids = { month: useId(), reason: useId() };
  const inputs = useProcedure('packet.inputs', { month }, { keep: true });
  const { run, busy, error, reset } = useCommand('packet.build');
  const notAllowed = useAllowed()('packet.build');
  const answer = inputs.data;
  const again = answer?.packet ?? null;
  const refused =
    notAllowed ??
    (answer === undefined
      ? 'The inputs are still being read.'
      : !answer.ready
        ? answer.says
        : again !== null && again.changed.length === 0 && reason.trim().length < 3
          ? 'Nothing has changed since the newest revision. Give a reason to build another one all the same.'
          : null);
  const submit = (): void => {
    if (refused !== null || busy) return;
    run({ month, ...(reason.trim().length < 3 ? {} : { reason: reason.trim() }) }).then(
      (made) => {
        say({
          status: made.referenceRefusal === null ? 'ok' : 'warn',
          title: made.outcome === 'built' ? `The packet of ${monthName(month)} is built` : 'Nothing new to build',
          text: made.says,
        });
        onClose();
        router.go(made.address);
      },
      () => undefined,
    );
  };
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog
        isOpen
        onClose={onClose}
        title={`Build the packet of ${monthName(month)}`}
        icon="build"
        className="build"
        transitionDuration={0}
        onOpened={(node) => {
          node.querySelector<HTMLElement>('select, [data-build]')?.focus();
        }}
      >
        <DialogBody useOverflowScrollContainer={false}>
          <div
            className="stack-16"
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
            }}
          >
            {months.length < 2 ? null : (
              <div className="row">
                <label htmlFor={ids.month} className="strong">
                  Month
                </label>
                <HTMLSelect
                  id={ids.month}
                  value={month}
                  onChange={(event) => {
                    setMonth(event.target.value);
                    reset();
                  }}
                  options={months.map((each) => ({ value: each, label: monthName(each) }))}
                />
              </div>
            )}
            <AnswerView of={inputs} what="the inputs" skeleton={<Skeleton rows={6} rowHeight={32} />}>
              {(data) => (
                <>
                  <p className="statement" tabIndex={-1} data-build>
                    {data.says}
                  </p>
                  <InputsTable inputs={data.inputs} onLeave={onClose} />
                </>
              )}
            </AnswerView>
            {again === null ? null : (
              <div className="stack-4">
                <p className="second">
                  Revision {again.revision} is there already.{' '}
                  {again.changed.length === 0 ? 'Its inputs have not changed since.' : `Changed since: ${again.changed.join(', ')}.`} What
                  is built becomes revision {again.revision + 1}; the older one stays.
                </p>
                <label htmlFor={ids.reason} className="strong">
                  Why it is built again {again.changed.length === 0 ? '' : <span className="muted">optional</span>}
                </label>
                <TextArea
                  id={ids.reason}
                  fill
                  autoResize
                  maxLength={2000}
                  value={reason}
                  onChange={(event) => {
                    setReason(event.target.value);
                  }}
                />
              </div>
            )}
            {error === null ? null : <ErrorView error={error} />}
            <div className="decision-foot">
              <Button size="large" text="Not now" className="push" onClick={onClose} />
              <ActionButton
                size="large"
                intent="primary"
                icon="build"
                text={again === null ? 'Build the packet' : `Build revision ${again.revision + 1}`}
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
