import { HTMLSelect } from '@blueprintjs/core';
import { useCallback } from 'react';
import type { LimitUse } from '../../../src-shared/contract/metering-care.ts';
import type { MetricUse } from '../../../src-shared/contract/metering.ts';
import { useProcedure } from '../../port/use-app.ts';
import { setQuery, useAddress } from '../../router/router.ts';
import { Chart, type ChartInk } from '../../ui/chart.tsx';
import { Panel } from '../../ui/parts.tsx';
import { Figure } from '../../ui/proof.tsx';
import { compactQuantity, wholeQuantity } from '../../ui/quantity-format.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { useNow } from '../../ui/time.tsx';
import { usageFigure } from './tenant-proof.tsx';
import { usageOption } from './usage-option.ts';
import { DAYS_SHOWN, evenUse, usageFinding, type UsageModel } from './usage-model.ts';

const HEIGHT = 140;

/** What is nearest to its limit is what one comes to see. */
const nearestOf = (metrics: readonly MetricUse[], limits: readonly LimitUse[]): MetricUse | undefined => {
  const fullest = [...limits].sort((a, b) => (b.ratioBp ?? -1) - (a.ratioBp ?? -1)).map(({ metric }) => metric);
  return fullest.map((metric) => metrics.find((each) => each.metric === metric)).find((each) => each !== undefined) ?? metrics[0];
};

/** Usage of thirty days by metric, against an even use of the limit. */
export function UsagePanel({ tenantId }: { readonly tenantId: string }) {
  const { query } = useAddress();
  const today = new Date(useNow()).toISOString().slice(0, 10);
  const usage = useProcedure('usage.tenant', { tenantId, days: DAYS_SHOWN });
  const limits = useProcedure('limit.tenant', { tenantId }).data?.limits ?? [];
  const metrics = usage.data?.metrics ?? [];
  const chosen = metrics.find(({ metric }) => metric === query['metric']) ?? nearestOf(metrics, limits);
  const limit = limits.find(({ metric }) => metric === chosen?.metric) ?? null;
  return (
    <Panel
      title="Usage"
      className="usage-panel"
      note={
        chosen === undefined ? null : metrics.length < 2 ? (
          <code>{chosen.metric}</code>
        ) : (
          <HTMLSelect
            className="usage-metric"
            aria-label="Metric"
            value={chosen.metric}
            onChange={(event) => {
              setQuery({ metric: event.target.value });
            }}
            options={metrics.map(({ metric }) => metric)}
          />
        )
      }
      actions={
        chosen === undefined || usage.data === undefined ? null : (
          <span className="small second nowrap" title={`${wholeQuantity(chosen.quantity)} ${chosen.unit} in ${usage.data.month}`}>
            <Figure proof={usageFigure(chosen.metric)} label={`${chosen.metric} in ${usage.data.month}`}>
              <b>{compactQuantity(chosen.quantity)}</b>
            </Figure>{' '}
            {limit === null || limit.hard === null || limit.per === 'day' ? '' : `of ${compactQuantity(limit.hard)} `}in {usage.data.month}
          </span>
        )
      }
    >
      <AnswerView
        of={usage}
        what="the usage"
        skeleton={<Skeleton rows={4} rowHeight={HEIGHT / 4} />}
        isEmpty={(data) => data.metrics.length === 0}
        empty={
          <Empty icon="timeline-bar-chart" title="No usage in thirty days">
            Usage comes as events of a source; this tenant sent none in this time.
          </Empty>
        }
      >
        {() =>
          chosen === undefined ? null : (
            <Days metric={chosen.metric} unit={chosen.unit} days={chosen.days} today={today} even={evenUse(limit, today)} />
          )
        }
      </AnswerView>
    </Panel>
  );
}

function Days({ metric, unit, days, today, even }: UsageModel) {
  const option = useCallback((ink: ChartInk) => usageOption(ink, { metric, unit, days, today, even }), [metric, unit, days, today, even]);
  return (
    <Chart
      option={option}
      height={HEIGHT}
      label={usageFinding({ metric, unit, days, today, even })}
      table={
        <div className="usage-table" tabIndex={0} role="region" aria-label={`${metric} by day, table`} style={{ height: HEIGHT }}>
          <table className="table tight plain inset">
            <thead>
              <tr>
                <th scope="col">Day, UTC</th>
                <th scope="col" className="num">
                  {metric}, {unit}
                </th>
                <th scope="col" className="num">
                  Of even use
                </th>
              </tr>
            </thead>
            <tbody>
              {days.toReversed().map(({ day, quantity }) => (
                <tr key={day}>
                  <td>
                    {day}
                    {day === today ? <span className="muted"> so far</span> : null}
                  </td>
                  <td className="num">{wholeQuantity(quantity)}</td>
                  <td className="num">{even === null || even === 0 ? '–' : `${Math.floor((Number(quantity) / even) * 100)}%`}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      }
    />
  );
}
