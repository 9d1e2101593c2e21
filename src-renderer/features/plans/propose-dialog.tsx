import { Button, Dialog, DialogBody, HTMLSelect, TextArea } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { PlanProposal, PlanVersionRow } from '../../../src-shared/contract/plans.ts';
import { type Answer, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { say } from '../../ui/notices.ts';
import { Keys } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { ErrorView } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { MissingList } from '../gates/motions-tab.tsx';
import { useDebounced } from '../packets/use-debounced.ts';
import { Differences } from './differences.tsx';
import { nextVersion, planAddress, planFileText } from './plan-words.ts';

const SHORTEST_REASON = 3;
const REST_MS = 250;

export interface ProposeDialogProps {
  readonly plans: readonly PlanVersionRow[];
  /** The plan that it begins with. */
  readonly planId: string | undefined;
  readonly onClose: () => void;
}

/** Proposes a version of a plan as the text of its file: what is wrong and what differs is said while it is written. */
export function ProposeDialog({ plans, planId, onClose }: ProposeDialogProps) {
  const [from, setFrom] = useState(planId ?? plans[0]?.planId ?? '');
  const base = useProcedure('plan.show', { planId: from }, { enabled: from !== '' }).data;
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? (base?.spec.planId === from ? planFileText(base.spec, nextVersion(base.spec.version)) : '');
  const asked = useDebounced(text, REST_MS);
  const check = useProcedure('plan.validate', { text: asked }, { enabled: asked !== '', keep: true });
  const guard = useProcedure('motion.guard', {}).data;
  const [why, setWhy] = useState('');
  const [answer, setAnswer] = useState<PlanProposal | null>(null);
  const { run, busy, error } = useCommand('plan.propose');
  const refused = useAllowed()('plan.propose');
  const id = useId();
  const found = check.data;
  const current = asked === text && !check.isPlaceholderData;
  const problem =
    text === ''
      ? 'Write the version.'
      : found?.valid !== true && current
        ? 'Correct what is wrong first.'
        : why.trim().length < SHORTEST_REASON
          ? 'A reason is needed; it is kept with the proposal.'
          : null;
  const priceFrozen = found?.changesPrice === true && guard?.allowed === false;
  const submit = (): void => {
    if (problem !== null || refused !== null || busy || !current) return;
    run({ text, reason: why.trim() }).then(
      (proposal) => {
        if (proposal.outcome === 'refused') {
          setAnswer(proposal);
          return;
        }
        onClose();
        router.go(planAddress(proposal.planId, proposal.version));
        say({
          status: 'ok',
          title: `${proposal.planId} ${proposal.version} was added`,
          text: 'No tenant has it yet; tenants stay on the version they have.',
        });
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
        title="Propose a version of a plan"
        icon="layers"
        className="decision plan-propose"
        transitionDuration={0}
      >
        <DialogBody useOverflowScrollContainer={false}>
          {answer === null ? (
            <div
              className="stack-16"
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                  event.preventDefault();
                  submit();
                }
              }}
            >
              <div className="propose-two">
                <div className="stack-4">
                  <div className="row between">
                    <label htmlFor={`${id}-text`} className="strong">
                      The version, as its file says it
                    </label>
                    {plans.length < 2 ? null : (
                      <HTMLSelect
                        aria-label="Begin with"
                        value={from}
                        onChange={(event) => {
                          setFrom(event.target.value);
                          setTyped(null);
                        }}
                        options={plans.map((plan) => ({ value: plan.planId, label: `from ${plan.name} ${plan.version}` }))}
                      />
                    )}
                  </div>
                  <TextArea
                    id={`${id}-text`}
                    fill
                    spellCheck={false}
                    className="mono propose-text"
                    value={text}
                    onChange={(event) => {
                      setTyped(event.target.value);
                    }}
                  />
                </div>
                <div className="propose-says" aria-live="polite" tabIndex={0} role="region" aria-label="What it says and what differs">
                  {found === undefined ? null : <Checked check={found} />}
                  {priceFrozen ? (
                    <div className="statement">
                      <StatusWord status="bad" strong>
                        {guard.says}
                      </StatusWord>
                      <MissingList missing={guard.missing} />
                      <p className="small second">
                        It may be proposed all the same: it will be refused, and the refusal is kept with what is missing.
                      </p>
                    </div>
                  ) : null}
                </div>
              </div>
              <div className="stack-4">
                <label htmlFor={`${id}-why`} className="strong">
                  Reason
                </label>
                <TextArea
                  id={`${id}-why`}
                  fill
                  autoResize
                  maxLength={2000}
                  value={why}
                  onChange={(event) => {
                    setWhy(event.target.value);
                  }}
                />
              </div>
              {error === null ? null : <ErrorView error={error} />}
              <div className="decision-foot">
                <Button size="large" text="Not now" className="push" onClick={onClose} />
                <ActionButton
                  size="large"
                  intent="primary"
                  text={
                    base === undefined || found?.spec === null || found === undefined
                      ? 'Propose the version'
                      : `Propose ${found.spec.planId} ${found.spec.version}`
                  }
                  endIcon={<Keys>Ctrl Enter</Keys>}
                  refused={refused ?? problem}
                  loading={busy}
                  onClick={submit}
                />
              </div>
            </div>
          ) : (
            <Refused answer={answer} missing={guard?.missing ?? []} onClose={onClose} />
          )}
        </DialogBody>
      </Dialog>
    </>
  );
}

/** What is wrong with the text, and what it would change. */
function Checked({ check }: { readonly check: Answer<'plan.validate'> }) {
  const errors = check.problems.filter(({ severity }) => severity === 'error');
  return (
    <div className="stack">
      <StatusWord status={check.valid ? 'ok' : 'bad'} strong>
        {check.valid ? 'It can be read' : `${errors.length === 1 ? 'One thing is' : `${errors.length} things are`} wrong`}
      </StatusWord>
      {check.problems.length === 0 ? null : (
        <ul className="propose-problems">
          {check.problems.map((each) => (
            <li key={`${each.code} ${each.pointer} ${each.says}`} className="small">
              <StatusWord status={each.severity === 'error' ? 'bad' : 'warn'}>
                {each.line === null ? each.severity : `line ${each.line}`}
              </StatusWord>
              <span>
                {visibleText(each.says)} <span className="second">{visibleText(each.nextStep)}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {check.spec === null ? null : (
        <>
          <h3>{check.comparedWith === null ? 'A new plan' : `Against ${check.comparedWith}`}</h3>
          {check.comparedWith === null ? (
            <p className="small second">There is no version of this plan yet.</p>
          ) : (
            <Differences differences={check.differences} label={`What differs from ${check.comparedWith}`} />
          )}
        </>
      )}
    </div>
  );
}

interface RefusedProps {
  readonly answer: PlanProposal;
  readonly missing: Answer<'motion.guard'>['missing'];
  readonly onClose: () => void;
}

function Refused({ answer, missing, onClose }: RefusedProps) {
  return (
    <div className="stack-16">
      <div className="statement" role="alert">
        <StatusWord status="bad" strong>
          Proposal {answer.proposalNo} is refused
        </StatusWord>
        <p>{visibleText(answer.says)}</p>
        <p>It is kept as a fact, with what was missing. No plan and no price was changed.</p>
      </div>
      <MissingList missing={missing} />
      <div className="decision-foot">
        <Button size="large" text="Close" className="push" autoFocus onClick={onClose} />
      </div>
    </div>
  );
}
