import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { Backfill, Reconciliation, UsageValidation } from '../../../src-shared/contract/metering-care.ts';
import { type Answer, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, integer } from '../../ui/format.ts';
import { Keys, Metric, Panel } from '../../ui/parts.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from '../gates/scroll-region.tsx';
import { BackfillDialog } from './backfill-dialog.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { BACKFILL_LOOK, boundWords, bpText, validationLook } from './usage-words.ts';
import { ValidateDialog } from './validate-dialog.tsx';

const PAGE = 50;

/** Whether what was counted is what was sent: runs of the standing job, samples, and what was brought in later. */
export function ReconciliationTab() {
  const { query } = useAddress();
  const runs = useProcedure('reconciliation.list', { limit: PAGE }, { keep: true });
  const validations = useProcedure('usage.validations', { limit: PAGE }, { keep: true });
  const backfills = useProcedure('usage.backfills', { limit: PAGE }, { keep: true });
  const allowed = useAllowed();
  const reconcile = useCommand('reconciliation.run');
  const [schedule, setSchedule] = useState(false);
  const start = (): void => {
    if (allowed('reconciliation.run') === null && !reconcile.busy) reconcile.run({}).catch(() => undefined);
  };
  useShortcut('R', 'Reconcile now', start);
  const dialog = query['do'];
  const close = (): void => {
    setQuery({ do: undefined });
  };
  return (
    <div className="usage-reconcile">
      <Panel
        title="Reconciliation"
        note={runs.data === undefined ? null : scheduleNote(runs.data)}
        pad={false}
        className="scroll-panel usage-runs"
        actions={
          <>
            <ActionButton
              icon="calendar"
              text="Schedule…"
              refused={allowed('reconciliation.setSchedule')}
              onClick={() => setSchedule(true)}
            />
            <ActionButton
              icon="play"
              text="Reconcile"
              endIcon={<Keys>R</Keys>}
              refused={allowed('reconciliation.run')}
              loading={reconcile.busy}
              onClick={start}
            />
          </>
        }
      >
        <AnswerView
          of={runs}
          what="the runs"
          skeleton={<Skeleton rows={6} />}
          isEmpty={({ runs: list }) => list.length === 0}
          empty={
            <Empty icon="comparison" title="Nothing was reconciled yet">
              A run compares totals with what sources declare, proves that every event went into an aggregate, and recomputes a sample.
            </Empty>
          }
        >
          {(data) => (
            <>
              <LastRun run={data.runs[0]!} />
              <ScrollRegion label="Runs of the reconciliation">
                <RunTable runs={data.runs} />
              </ScrollRegion>
            </>
          )}
        </AnswerView>
      </Panel>
      <Panel
        title="Validations"
        note={validations.data === undefined ? null : counted(validations.data.validations.length, 'validation')}
        pad={false}
        className="scroll-panel"
        actions={
          <ActionButton icon="lab-test" text="Validate…" refused={allowed('usage.validate')} onClick={() => setQuery({ do: 'validate' })} />
        }
      >
        <AnswerView
          of={validations}
          what="the validations"
          skeleton={<Skeleton rows={6} />}
          isEmpty={({ validations: list }) => list.length === 0}
          empty={
            <Empty icon="lab-test" title="Usage was not validated yet">
              A random sample of stored usage is recomputed from its events; the answer says how sure it is of the rest.
            </Empty>
          }
        >
          {({ validations: list }) => (
            <ScrollRegion label="Validations">
              <ValidationTable validations={list} />
            </ScrollRegion>
          )}
        </AnswerView>
      </Panel>
      <Panel
        title="Backfills"
        note={backfills.data === undefined ? null : counted(backfills.data.backfills.length, 'backfill')}
        pad={false}
        className="scroll-panel"
        actions={
          <ActionButton
            icon="history"
            text="Start a backfill…"
            refused={allowed('usage.backfillStart')}
            onClick={() => setQuery({ do: 'backfill' })}
          />
        }
      >
        <AnswerView
          of={backfills}
          what="the backfills"
          skeleton={<Skeleton rows={6} />}
          isEmpty={({ backfills: list }) => list.length === 0}
          empty={
            <Empty icon="history" title="Nothing was brought in later">
              A backfill takes files of events apart from normal intake: it shows what would change before anything does, and can be taken
              back.
            </Empty>
          }
        >
          {({ backfills: list }) => (
            <ScrollRegion label="Backfills">
              <BackfillTable backfills={list} />
            </ScrollRegion>
          )}
        </AnswerView>
      </Panel>
      {dialog === 'validate' ? <ValidateDialog onClose={close} /> : null}
      {dialog === 'backfill' ? <BackfillDialog onClose={close} /> : null}
      {schedule && runs.data !== undefined ? <ScheduleDialog schedule={runs.data.schedule} onClose={() => setSchedule(false)} /> : null}
    </div>
  );
}

const scheduleNote = ({ schedule, nextRunAt, declared }: Answer<'reconciliation.list'>) => (
  <>
    {schedule.schedule === 'manual' ? (
      'only by hand'
    ) : nextRunAt === null ? (
      `schedule ${schedule.schedule} UTC`
    ) : (
      <>
        next <Time at={nextRunAt} form="short" />
      </>
    )}
    {declared.files === 0
      ? '; no source declares totals'
      : `; ${counted(declared.totals, 'declared total')} in ${counted(declared.files, 'file')}`}
  </>
);

/** The newest run, in figures that add up. */
function LastRun({ run }: { readonly run: Reconciliation }) {
  const { conservation: c, declared } = run;
  return (
    <div className="usage-last">
      <p className="break-say">
        <StatusWord status={run.holds ? 'ok' : 'bad'} strong>
          {run.holds ? 'It adds up.' : 'It does not add up.'}
        </StatusWord>{' '}
        {visibleText(run.says)}
      </p>
      <div className="usage-metrics">
        <Metric
          label="Received, events"
          value={integer(c.received)}
          note={`${integer(c.accounted)} accounted for`}
          {...(c.received === c.accounted ? {} : { status: 'bad' as const })}
        />
        <Metric
          label="Accepted, events"
          value={integer(c.accepted)}
          note={`${integer(c.aggregated)} in aggregates`}
          {...(c.accepted === c.aggregated ? {} : { status: 'bad' as const })}
        />
        <Metric
          label="Declared totals"
          value={integer(declared.compared)}
          note={declared.differing === 0 ? 'all equal' : `${integer(declared.differing)} differ, at most ${bpText(declared.worstBp)}`}
          {...(declared.differing === 0 ? {} : { status: 'warn' as const })}
        />
        <Metric
          label="Incidents"
          value={integer(run.incidents)}
          note={run.incidents === 0 ? 'none was needed' : 'opened or seen again'}
          {...(run.incidents === 0 ? {} : { status: 'bad' as const })}
        />
      </div>
    </div>
  );
}

function RunTable({ runs }: { readonly runs: readonly Reconciliation[] }) {
  return (
    <table className="table tight">
      <thead>
        <tr>
          <th scope="col" className="num">
            Run
          </th>
          <th scope="col">When</th>
          <th scope="col">By</th>
          <th scope="col">Verdict</th>
          <th scope="col" className="num">
            Compared
          </th>
          <th scope="col" className="num">
            Differ
          </th>
          <th scope="col" className="num hide-narrow">
            Worst
          </th>
          <th scope="col" className="num">
            Findings
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <tr key={run.runId}>
            <td className="num">
              <a href={hrefOf(`/usage/reconciliation/${run.runId}`)}>{run.runNo}</a>
            </td>
            <td>
              <Time at={run.at} form="short" />
            </td>
            <td>{run.by === null ? <span className="muted">schedule</span> : visibleText(run.by)}</td>
            <td>
              <StatusWord status={run.holds ? 'ok' : 'bad'}>{run.holds ? 'adds up' : 'does not'}</StatusWord>
            </td>
            <td className="num">{integer(run.declared.compared)}</td>
            <td className="num">{integer(run.declared.differing)}</td>
            <td className="num hide-narrow">{bpText(run.declared.worstBp)}</td>
            <td className="num">{integer(run.findings)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function ValidationTable({ validations }: { readonly validations: readonly UsageValidation[] }) {
  return (
    <table className="table tight">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Verdict</th>
          <th scope="col" className="num">
            Cells
          </th>
          <th scope="col" className="num">
            Deviate
          </th>
          <th scope="col" className="num">
            Worst
          </th>
          <th scope="col" className="num">
            Bound
          </th>
          <th scope="col" className="hide-narrow">
            By
          </th>
        </tr>
      </thead>
      <tbody>
        {validations.map((one) => {
          const look = validationLook(one);
          return (
            <tr key={one.validationId}>
              <td>
                <a href={hrefOf(`/usage/validation/${one.validationId}`)}>
                  <Time at={one.at} form="short" />
                </a>
              </td>
              <td>
                <StatusWord status={look.status}>{look.word}</StatusWord>
              </td>
              <td className="num" title={boundWords(one)}>
                {integer(one.sampled)} of {integer(one.population)}
              </td>
              <td className="num">{integer(one.deviating)}</td>
              <td className="num">{bpText(one.worstBp)}</td>
              <td className="num" title={boundWords(one)}>
                ≤ {bpText(one.boundBp)}
              </td>
              <td className="hide-narrow">{one.by === null ? <span className="muted">schedule</span> : visibleText(one.by)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function BackfillTable({ backfills }: { readonly backfills: readonly Backfill[] }) {
  return (
    <table className="table tight">
      <thead>
        <tr>
          <th scope="col" className="num">
            Backfill
          </th>
          <th scope="col">Days</th>
          <th scope="col">State</th>
          <th scope="col" className="num">
            Files
          </th>
          <th scope="col">Started</th>
          <th scope="col" className="hide-narrow">
            By
          </th>
          <th scope="col">
            <span className="visually-hidden">Open</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {backfills.map((one) => {
          const look = BACKFILL_LOOK[one.state];
          return (
            <tr key={one.backfillId}>
              <td className="num">
                <a href={hrefOf(`/usage/backfill/${one.backfillId}`)}>{one.backfillNo}</a>
              </td>
              <td>
                {one.from} – {one.to}
              </td>
              <td>
                <StatusWord status={look.status}>{look.word}</StatusWord>
              </td>
              <td className="num">{integer(one.files.length)}</td>
              <td>
                <Time at={one.startedAt} form="short" />
              </td>
              <td className="hide-narrow">{visibleText(one.startedBy)}</td>
              <td className="num">
                <Button
                  size="small"
                  variant="minimal"
                  text="Open"
                  aria-label={`Open backfill ${one.backfillNo}`}
                  onClick={() => {
                    router.go(`/usage/backfill/${one.backfillId}`);
                  }}
                />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
