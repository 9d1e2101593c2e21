import { Dialog, DialogBody, Button, HTMLSelect, InputGroup, TextArea } from '@blueprintjs/core';
import { useId, useMemo, useState } from 'react';
import { useCommand, useProcedure } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { say } from '../../ui/notices.ts';
import { Fact, Keys } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { AnswerView, ErrorView, Skeleton } from '../../ui/states.tsx';
import { Pill } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { correctionProblem, correctionValue } from './correction.ts';
import { usePacket } from './packet-context.tsx';
import type { DialogProps } from './packet-dialogs.tsx';
import { monthName } from './packet-words.ts';
import { TrialRows, TurnedGates } from './trial-rows.tsx';
import { useDebounced } from './use-debounced.ts';

const SETTLE_MS = 250;

/** One assumption, its present value and meaning, the new value and why; what would change stands there before it is done. */
export function CorrectDialog({ onClose }: DialogProps) {
  const { packet } = usePacket();
  const { head, assumptions } = packet;
  const [pointer, setPointer] = useState(assumptions[0]?.pointer ?? '');
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const ids = { pointer: useId(), value: useId(), reason: useId() };
  const { run, busy, error } = useCommand('packet.correctAssumption');
  const chosen = assumptions.find((each) => each.pointer === pointer);
  const problem = chosen === undefined ? 'Choose an assumption.' : correctionProblem(chosen, text);
  const change = useMemo(
    () => (chosen === undefined || problem !== null ? null : { pointer: chosen.pointer, value: correctionValue(chosen, text) }),
    [chosen, problem, text],
  );
  const asked = useDebounced(change, SETTLE_MS);
  const trial = useProcedure(
    'packet.trial',
    { packetId: head.packetId, ...(asked === null ? {} : { assumptions: [asked] }) },
    { enabled: asked !== null, keep: true },
  );
  const missing =
    text === '' ? 'Write the new value first.' : (problem ?? (reason.trim().length < 3 ? 'A reason is needed; it is kept.' : null));
  const month = monthName(head.month);
  const submit = (): void => {
    if (missing !== null || change === null || busy) return;
    run({ packetId: head.packetId, changes: [change], reason: reason.trim() }).then(
      (made) => {
        say({
          status: 'ok',
          title: `Revision ${made.revision} of ${month} is built`,
          text: `${made.says} Revision ${head.revision} stays as it was.`,
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
        title={`Correct an assumption of ${month}`}
        icon="edit"
        className="correct"
        transitionDuration={0}
        onOpened={(node) => {
          node.querySelector('select')?.focus();
        }}
      >
        <DialogBody useOverflowScrollContainer={false}>
          <div
            className="stack-16"
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
            }}
          >
            <p className="second">
              A correction makes a new version of the assumptions and revision {head.revision + 1} of the packet, in draft. This revision is
              superseded and stays readable.
            </p>
            <div className="stack-4">
              <label htmlFor={ids.pointer} className="strong">
                Assumption
              </label>
              <HTMLSelect
                id={ids.pointer}
                fill
                value={pointer}
                onChange={(event) => {
                  setPointer(event.target.value);
                  setText('');
                }}
                options={assumptions.map((each) => ({
                  value: each.pointer,
                  label: `${visibleText(each.title)} (${visibleText(each.value)} ${each.unit})`,
                }))}
              />
            </div>
            {chosen === undefined ? null : (
              <dl className="facts">
                <Fact label="Stands at">
                  <code className="wrap-anywhere">{visibleText(chosen.pointer)}</code>
                </Fact>
                <Fact label="Now">
                  <b>{visibleText(chosen.value)}</b> {chosen.unit}
                </Fact>
                {chosen.min === null && chosen.max === null ? null : (
                  <Fact label="May be">
                    {chosen.min === null ? 'up to ' : `${chosen.min} `}
                    {chosen.max === null ? 'or more' : chosen.min === null ? chosen.max : `to ${chosen.max}`}
                  </Fact>
                )}
              </dl>
            )}
            <div className="correct-fields">
              <div className="stack-4">
                <label htmlFor={ids.value} className="strong">
                  New value{chosen === undefined || chosen.unit === '' ? '' : `, ${chosen.unit}`}
                </label>
                <InputGroup
                  id={ids.value}
                  value={text}
                  onValueChange={setText}
                  placeholder={chosen?.value}
                  aria-invalid={text !== '' && problem !== null}
                  intent={text !== '' && problem !== null ? 'danger' : 'none'}
                />
                {text !== '' && problem !== null ? <span className="small t-bad">{problem}</span> : null}
              </div>
              <div className="stack-4">
                <label htmlFor={ids.reason} className="strong">
                  Reason
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
            </div>
            <section className="correct-trial" aria-label="What would change" aria-live="polite">
              <header className="row between">
                <h3>What would change</h3>
                <Pill icon="calculator">not recorded yet</Pill>
              </header>
              {change === null ? (
                <p className="small second">Write a new value, and the figures that would move stand here.</p>
              ) : (
                <AnswerView of={trial} what="what would change" skeleton={<Skeleton rows={4} rowHeight={24} />}>
                  {(answer) => (
                    <>
                      <TrialRows rows={answer.rows} caption="What would change" onlyChanged />
                      <TurnedGates gates={answer.gates} />
                    </>
                  )}
                </AnswerView>
              )}
            </section>
            {error === null ? null : <ErrorView error={error} />}
            <div className="decision-foot">
              <Button size="large" text="Not now" className="push" onClick={onClose} />
              <ActionButton
                size="large"
                intent="primary"
                text={`Correct it and build revision ${head.revision + 1}`}
                endIcon={<Keys>Ctrl Enter</Keys>}
                refused={missing}
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
