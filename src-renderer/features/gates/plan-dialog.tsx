import { Button, Dialog, DialogBody, HTMLSelect, InputGroup, TextArea } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { Freeze } from '../../../src-shared/contract/gates.ts';
import { roleWord, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { say } from '../../ui/notices.ts';
import { Keys } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { AnswerView, ErrorView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { dayWords } from './gates-words.ts';

const DAY_MS = 86_400_000;
const PLAN_DAYS = 14;

/** Who does what until when; a newer plan stands beside the earlier ones. */
export function PlanDialog({ freeze, lifts, onClose }: { readonly freeze: Freeze; readonly lifts: string; readonly onClose: () => void }) {
  const nowMs = useNow();
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const members = useProcedure('member.list', {}).data?.members ?? [];
  const history = useProcedure('freeze.history', { freezeNo: freeze.freezeNo });
  const [owner, setOwner] = useState(freeze.plan?.ownerId ?? '');
  const [steps, setSteps] = useState(freeze.plan?.steps ?? '');
  const [dueOn, setDueOn] = useState(() => freeze.plan?.dueOn ?? new Date(nowMs + PLAN_DAYS * DAY_MS).toISOString().slice(0, 10));
  const { run, busy, error } = useCommand('freeze.plan');
  const refused = useAllowed()('freeze.plan');
  const id = useId();
  const ownerId = owner === '' ? (members[0]?.memberId ?? '') : owner;
  const problem =
    steps.trim().length < 3
      ? 'Say what is done: at least three characters.'
      : !/^\d{4}-\d{2}-\d{2}$/.test(dueOn) || dueOn < today
        ? 'The plan is due today or later.'
        : null;
  const submit = (): void => {
    if (problem !== null || refused !== null || busy) return;
    run({ freezeNo: freeze.freezeNo, ownerId, steps: steps.trim(), dueOn }).then(
      (planned) => {
        onClose();
        say({
          status: 'ok',
          title: `The corrective plan is recorded, due ${dayWords(planned.plan?.dueOn ?? dueOn)}`,
          text: 'A newer plan replaces it; this one stays in the history.',
        });
      },
      () => undefined,
    );
  };
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog isOpen onClose={onClose} title="Corrective plan" icon="snowflake" className="decision wide" transitionDuration={0}>
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
            <div className="statement">
              {freeze.latest ?? freeze.says} Price and packaging changes are frozen. {lifts}
            </div>
            <ul className="plan-gates">
              {freeze.gates.map((gate) => (
                <li key={gate.gate}>
                  <StatusWord status="bad" icon="cross">
                    {gate.short} {gate.name}
                  </StatusWord>
                  <span className="second">{visibleText(gate.says)}</span>
                </li>
              ))}
            </ul>
            <div className="dialog-two">
              <div className="stack-4">
                <label htmlFor={`${id}-owner`} className="strong">
                  Who answers for it
                </label>
                <HTMLSelect
                  id={`${id}-owner`}
                  fill
                  value={ownerId}
                  onChange={(event) => setOwner(event.target.value)}
                  options={members.map(({ memberId, name, role }) => ({ value: memberId, label: `${name}, ${roleWord(role)}` }))}
                />
              </div>
              <div className="stack-4">
                <label htmlFor={`${id}-due`} className="strong">
                  Until when
                </label>
                <InputGroup
                  id={`${id}-due`}
                  fill
                  type="date"
                  min={today}
                  value={dueOn}
                  onChange={(event) => setDueOn(event.target.value)}
                />
              </div>
            </div>
            <div className="stack-4">
              <label htmlFor={`${id}-steps`} className="strong">
                What is done
              </label>
              <TextArea
                id={`${id}-steps`}
                fill
                autoResize
                autoFocus
                maxLength={5000}
                value={steps}
                onChange={(event) => setSteps(event.target.value)}
              />
            </div>
            <details className="plan-history">
              <summary>What happened to this freeze</summary>
              <AnswerView of={history} what="the history" skeleton={<Skeleton rows={3} />}>
                {({ events }) => (
                  <ul className="changes">
                    {events.map((event, at) => (
                      <li key={at}>
                        <span className="muted nowrap">
                          <Time at={event.at} form="short" />
                        </span>
                        <span>
                          {visibleText(event.says)}
                          {event.by === null ? null : <span className="muted"> {visibleText(event.by)}</span>}
                          {event.runNo === null ? null : (
                            <>
                              {' '}
                              <a href={hrefOf(`/evidence/run/${event.runNo}`)}>run {event.runNo}</a>
                            </>
                          )}
                        </span>
                      </li>
                    ))}
                  </ul>
                )}
              </AnswerView>
            </details>
            {error === null ? null : <ErrorView error={error} />}
            <div className="decision-foot">
              <Button size="large" text="Not now" className="push" onClick={onClose} />
              <ActionButton
                size="large"
                intent="primary"
                text="Record the plan"
                endIcon={<Keys>Ctrl Enter</Keys>}
                refused={refused ?? problem}
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
