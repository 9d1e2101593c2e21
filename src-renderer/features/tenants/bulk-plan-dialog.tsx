import { Button, HTMLSelect, TextArea } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { CallError } from '../../../src-shared/contract/client.ts';
import type { TenantRow } from '../../../src-shared/contract/tenants.ts';
import { useAppClient } from '../../port/app-client.ts';
import { useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { DecisionForm } from '../../ui/decision-form.tsx';
import { counted } from '../../ui/format.ts';
import { type Status, StatusWord } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { planWord } from './tenant-words.ts';

interface Outcome {
  readonly status: Status;
  readonly says: string;
  readonly address: string | null;
}

export interface BulkPlanDialogProps {
  readonly rows: readonly TenantRow[];
  readonly onClose: () => void;
}

const SHORTEST_REASON = 3;
const keyOf = (planId: string, version: string): string => `${planId} ${version}`;

/** Puts several tenants on one version of a plan. Policy decides each by itself, and each answer is shown by its name. */
export function BulkPlanDialog({ rows, onClose }: BulkPlanDialogProps) {
  const { live } = useAppClient();
  const plans = useProcedure('plan.list', {}).data?.plans ?? [];
  const [chosen, setChosen] = useState('');
  const [why, setWhy] = useState('');
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  const [busy, setBusy] = useState(false);
  const notAllowed = useAllowed()('action.changePlan');
  const id = useId();
  const plan = plans.find((each) => keyOf(each.planId, each.version) === chosen);
  const open = rows.filter((row) => !outcomes.has(row.tenantId) && keyOf(row.planId, row.planVersion) !== chosen);
  const ended = outcomes.size > 0 && !busy;
  const act = async (planId: string, planVersion: string): Promise<void> => {
    setBusy(true);
    for (const { tenantId } of open) {
      const outcome = await live.call('action.changePlan', { tenantId, planId, planVersion, reason: why.trim() }).then(
        (answer): Outcome => ({
          status: answer.outcome === 'done' ? 'ok' : 'accent',
          says: answer.outcome === 'asked' && answer.request !== null ? `${answer.request.ref} is asked` : answer.says,
          address: answer.request?.address ?? null,
        }),
        (error: unknown): Outcome => ({
          status: 'bad',
          says: error instanceof CallError ? `${error.message} ${error.nextStep}` : String(error),
          address: null,
        }),
      );
      setOutcomes((before) => new Map([...before, [tenantId, outcome]]));
    }
    setBusy(false);
  };
  return (
    <DecisionForm
      title={`Change the plan of ${counted(rows.length, 'tenant')}`}
      icon="exchange"
      className="wide"
      act={
        ended
          ? 'Close'
          : plan === undefined
            ? 'Change the plan'
            : `Change ${counted(open.length, 'tenant')} to ${plan.planId} ${plan.version}`
      }
      busy={busy}
      refused={
        ended
          ? null
          : (notAllowed ??
            (plan === undefined
              ? 'Choose a version first.'
              : open.length === 0
                ? 'All of them have this version.'
                : why.trim().length < SHORTEST_REASON
                  ? 'Give a reason: it is kept with each change.'
                  : null))
      }
      onAct={() => {
        if (ended || plan === undefined) onClose();
        else void act(plan.planId, plan.version);
      }}
      onClose={onClose}
    >
      <div className="statement" tabIndex={-1} data-statement>
        Each change is decided by policy on its own: what needs confirmation is asked, what is refused stays as it is.
      </div>
      <div className="stack-4">
        <label htmlFor={`${id}-plan`} className="strong">
          Plan and version
        </label>
        <HTMLSelect
          id={`${id}-plan`}
          fill
          value={chosen}
          disabled={busy || ended}
          onChange={(event) => {
            setChosen(event.target.value);
          }}
          options={[
            { value: '', label: 'Choose a version' },
            ...plans.map((each) => ({ value: keyOf(each.planId, each.version), label: `${each.name} (${each.planId} ${each.version})` })),
          ]}
        />
      </div>
      <div className="bulk-list" tabIndex={0} role="region" aria-label="Tenants and what becomes of each">
        <table className="table tight plain inset">
          <thead>
            <tr>
              <th scope="col">Tenant</th>
              <th scope="col">Now</th>
              <th scope="col">What becomes of it</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => {
              const outcome = outcomes.get(row.tenantId);
              return (
                <tr key={row.tenantId}>
                  <th scope="row">{visibleText(row.name)}</th>
                  <td>
                    {planWord(row.planId)} <span className="muted">{row.planVersion}</span>
                  </td>
                  <td className="bulk-outcome">
                    {outcome === undefined ? (
                      keyOf(row.planId, row.planVersion) === chosen ? (
                        <span className="muted">has this version</span>
                      ) : busy ? (
                        <span className="muted">waits</span>
                      ) : null
                    ) : (
                      <StatusWord status={outcome.status}>
                        {outcome.address === null ? (
                          visibleText(outcome.says)
                        ) : (
                          <a href={hrefOf(outcome.address)}>{visibleText(outcome.says)}</a>
                        )}
                      </StatusWord>
                    )}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {ended ? (
        <div className="row">
          <Button
            variant="minimal"
            size="small"
            icon="repeat"
            text="Choose another version for the rest"
            onClick={() => {
              setOutcomes(new Map([...outcomes].filter(([, { status }]) => status !== 'bad')));
            }}
          />
        </div>
      ) : (
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
      )}
    </DecisionForm>
  );
}
