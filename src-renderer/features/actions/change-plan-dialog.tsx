import { HTMLSelect, TextArea } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { PolicyAnswer } from '../../../src-shared/contract/approvals.ts';
import { useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { DecisionForm } from '../../ui/decision-form.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { tellOutcome } from './outcome.ts';
import { demandWords } from './policy-words.ts';

export interface ChangePlanProps {
  readonly tenant: { readonly tenantId: string; readonly name: string; readonly planId: string; readonly planVersion: string };
  readonly policy: PolicyAnswer;
  readonly onClose: () => void;
}

const keyOf = (planId: string, version: string): string => `${planId} ${version}`;

/** Puts a tenant on another version of a plan; what differs stands there before anything is asked. */
export function ChangePlanDialog({ tenant, policy, onClose }: ChangePlanProps) {
  const plans = useProcedure('plan.list', {});
  const [chosen, setChosen] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const { run, busy, error } = useCommand('action.changePlan');
  const notAllowed = useAllowed()('action.changePlan');
  const id = useId();
  const now = keyOf(tenant.planId, tenant.planVersion);
  const versions = (plans.data?.plans ?? []).filter((plan) => keyOf(plan.planId, plan.version) !== now);
  const plan = versions.find((each) => keyOf(each.planId, each.version) === chosen) ?? null;
  const preview = useProcedure(
    'action.previewPlan',
    { tenantId: tenant.tenantId, planId: plan?.planId ?? '-', planVersion: plan?.version ?? '-' },
    { enabled: plan !== null },
  );
  const asks = policy.approval !== null;
  const name = visibleText(tenant.name);
  return (
    <DecisionForm
      title={`Change the plan of ${name}`}
      icon="swap-horizontal"
      className="wide"
      act={plan === null ? 'Change the plan' : asks ? 'Ask for the plan' : `Change to ${plan.planId} ${plan.version}`}
      refused={
        notAllowed ??
        (plan === null ? 'Choose a version first.' : reason.trim().length < 3 ? 'Give a reason: it is kept with the change.' : null)
      }
      busy={busy}
      error={error}
      onAct={() => {
        if (plan === null) return;
        run({ tenantId: tenant.tenantId, planId: plan.planId, planVersion: plan.version, reason: reason.trim() }).then(
          (outcome) => {
            onClose();
            tellOutcome(outcome);
          },
          () => undefined,
        );
      }}
      onClose={onClose}
      note={<code>{policy.rule}</code>}
    >
      <div className="statement" tabIndex={-1} data-statement>
        <p>
          <b>{name}</b> is on{' '}
          <b>
            {visibleText(tenant.planId)} {tenant.planVersion}
          </b>
          . The new version counts from the moment it is carried out; usage stays as it is.
        </p>
        {policy.approval === null ? null : <p>{demandWords(policy.approval)}</p>}
      </div>
      <div className="stack-4">
        <label htmlFor={`${id}-plan`} className="strong">
          Plan and version
        </label>
        <HTMLSelect
          id={`${id}-plan`}
          fill
          value={chosen ?? ''}
          onChange={(event) => {
            setChosen(event.target.value === '' ? null : event.target.value);
          }}
          options={[
            { value: '', label: 'Choose a version' },
            ...versions.map((each) => ({
              value: keyOf(each.planId, each.version),
              label: `${each.name} (${each.planId} ${each.version})`,
            })),
          ]}
        />
      </div>
      {plan === null ? null : (
        <AnswerView of={preview} what="what differs" skeleton={<Skeleton rows={4} />}>
          {({ changes, warnings }) => (
            <div className="stack-4">
              {warnings.map((warning) => (
                <StatusWord key={warning} status="warn">
                  {visibleText(warning)}
                </StatusWord>
              ))}
              {changes.length === 0 ? (
                <p className="second">Price, limits and features are the same.</p>
              ) : (
                <div className="act-changes">
                  <table className="table" aria-label="What differs">
                    <thead>
                      <tr>
                        <th scope="col">What</th>
                        <th scope="col" className="num">
                          {visibleText(tenant.planId)} {tenant.planVersion}
                        </th>
                        <th scope="col" className="num">
                          {plan.planId} {plan.version}
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {changes.map((change) => (
                        <tr key={change.what}>
                          <th scope="row">{visibleText(change.what)}</th>
                          <td className="num">{change.before}</td>
                          <td className="num strong">{change.after}</td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
              )}
            </div>
          )}
        </AnswerView>
      )}
      <div className="stack-4">
        <label htmlFor={`${id}-reason`} className="strong">
          Reason
        </label>
        <TextArea
          id={`${id}-reason`}
          fill
          autoResize
          maxLength={2000}
          value={reason}
          onChange={(event) => {
            setReason(event.target.value);
          }}
        />
      </div>
    </DecisionForm>
  );
}
