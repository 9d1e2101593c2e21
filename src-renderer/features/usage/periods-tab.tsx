import { useState } from 'react';
import type { UsagePeriod } from '../../../src-shared/contract/metering.ts';
import { useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { counted, integer } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { Fact, Panel } from '../../ui/parts.tsx';
import { amountText } from '../../ui/quantity-format.ts';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from '../gates/scroll-region.tsx';
import { PERIOD_LOOK } from './usage-words.ts';

/** Months: which still take events, which were closed and by whom, and what came after. */
export function PeriodsTab() {
  const answer = useProcedure('period.list', {});
  const refused = useAllowed()('period.close');
  const [closing, setClosing] = useState<UsagePeriod | null>(null);
  return (
    <AnswerView
      of={answer}
      what="the periods"
      skeleton={<Skeleton rows={12} />}
      isEmpty={({ periods }) => periods.length === 0}
      empty={
        <Panel className="grow">
          <Empty icon="calendar" title="No month has usage yet">
            A month opens with its first event, stays in grace while late ones may come, and is closed then.
          </Empty>
        </Panel>
      }
    >
      {({ periods, settings }) => (
        <div className="usage-two">
          <Panel title="Months" note={counted(periods.length, 'month')} pad={false} className="scroll-panel usage-main">
            <ScrollRegion label="Months">
              <table className="table tight">
                <thead>
                  <tr>
                    <th scope="col">Month</th>
                    <th scope="col">State</th>
                    <th scope="col">Closes or closed</th>
                    <th scope="col" className="hide-narrow">
                      By
                    </th>
                    <th scope="col" className="num">
                      Events
                    </th>
                    <th scope="col" className="num">
                      Late
                    </th>
                    <th scope="col" className="num hide-narrow">
                      Tenants
                    </th>
                    <th scope="col" className="num">
                      Cost, {periods[0]?.cost.currency}
                    </th>
                    <th scope="col">
                      <span className="visually-hidden">Act</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {periods.map((period) => (
                    <PeriodRow key={period.month} period={period} refused={refused} onClose={() => setClosing(period)} />
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          </Panel>
          <div className="stack-12 usage-side">
            <Panel title="How months close">
              <div className="stack-8">
                <p className="second">
                  A month is open while it runs, in grace for {integer(settings.lateWindowHours)} hours after its end, then closed. An event
                  of a closed month is no loss: it is an adjustment of the next open month, and keeps its own.
                </p>
                <dl className="facts">
                  <Fact label="Late window">{integer(settings.lateWindowHours)} h</Fact>
                  <Fact label="Sets of dimensions">{integer(settings.mostSeries)} a tenant and metric</Fact>
                  <Fact label="Dimensions">{integer(settings.mostDimensions)} an event</Fact>
                  <Fact label="Their length">{integer(settings.longestDimension)} characters</Fact>
                </dl>
              </div>
            </Panel>
          </div>
          {closing === null ? null : <CloseDialog period={closing} onClose={() => setClosing(null)} />}
        </div>
      )}
    </AnswerView>
  );
}

function PeriodRow({
  period,
  refused,
  onClose,
}: {
  readonly period: UsagePeriod;
  readonly refused: string | null;
  readonly onClose: () => void;
}) {
  const look = PERIOD_LOOK[period.state];
  return (
    <tr>
      <td>
        <a href={hrefOf(`/usage?month=${period.month}`)}>{period.month}</a>
      </td>
      <td>
        <StatusWord status={look.status}>{look.word}</StatusWord>
      </td>
      <td>
        <Time at={period.closedAt ?? period.closesAt} form="short" />
      </td>
      <td className="hide-narrow" title={period.reason ?? undefined}>
        {period.state === 'closed' ? (
          period.closedBy === null ? (
            <span className="muted">time</span>
          ) : (
            visibleText(period.closedBy)
          )
        ) : (
          <span className="muted">–</span>
        )}
      </td>
      <td className="num">{integer(period.events)}</td>
      <td className="num">{period.late === 0 ? <span className="muted">–</span> : integer(period.late)}</td>
      <td className="num hide-narrow">{integer(period.tenants)}</td>
      <td className="num">{amountText(period.cost.amount)}</td>
      <td className="num">
        {period.state === 'closed' ? null : (
          <ActionButton
            size="small"
            variant="minimal"
            text="Close…"
            aria-label={`Close ${period.month}…`}
            refused={refused ?? (period.mayClose ? null : period.says)}
            onClick={onClose}
          />
        )}
      </td>
    </tr>
  );
}

function CloseDialog({ period, onClose }: { readonly period: UsagePeriod; readonly onClose: () => void }) {
  const { run, busy, error } = useCommand('period.close');
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <DecisionDialog
        title={`Close ${period.month}`}
        icon="lock"
        statement={`${period.month} takes no more events: what comes for it later becomes an adjustment of the next open month. It cannot be opened again.`}
        reasonLabel="Why it is closed before its late window ends"
        knowing={`I know that late events of ${period.month} may still be on their way.`}
        act={`Close ${period.month}`}
        danger
        busy={busy}
        error={error}
        onClose={onClose}
        onAct={(reason) => {
          run({ month: period.month, reason }).then(
            () => {
              onClose();
              say({ status: 'ok', title: `${period.month} is closed` });
            },
            () => undefined,
          );
        }}
      >
        <p className="second">{period.says}</p>
      </DecisionDialog>
    </>
  );
}
