import { Button } from '@blueprintjs/core';
import type { EChartsCoreOption } from 'echarts/core';
import { useCallback } from 'react';
import { useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { hrefOf, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Chart, type ChartInk } from '../../ui/chart.tsx';
import { counted, integer } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { Figure, ProofPanel, useOpenProof } from '../../ui/proof.tsx';
import { amountText, compactQuantity, wholeQuantity } from '../../ui/quantity-format.ts';
import { Sparkline } from '../../ui/sparkline.tsx';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { Pill, StatusWord } from '../../ui/status.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from '../gates/scroll-region.tsx';
import { categoryAxis, spanOf, valueAxis } from '../packets/chart-parts.ts';
import { conserved, dayValues, daysFinding, type OverviewMetric, stepMonth, totalProof, type UsageOverview } from './usage-model.ts';
import { PERIOD_LOOK } from './usage-words.ts';

const PROOF = 'total.';

/** What all tenants used in a month, what it cost, and that every event is accounted for. */
export function UsageTab() {
  const { query } = useAddress();
  const month = query['month'];
  const answer = useProcedure('usage.overview', month === undefined ? {} : { month }, { keep: true });
  const proof = useOpenProof();
  return (
    <AnswerView
      of={answer}
      what="the usage"
      skeleton={<Skeleton rows={12} rowHeight={36} />}
      isEmpty={({ conservation }) => conservation.received === 0}
      empty={
        <Panel className="grow">
          <Empty icon="timeline-bar-chart" title="No usage yet" action={<a href={hrefOf('/settings/sources')}>Add a source</a>}>
            Usage comes as events in a source’s folder events, or is posted to the intake by emitters on this machine.
          </Empty>
        </Panel>
      }
    >
      {(data) => {
        const proven =
          proof?.startsWith(PROOF) === true ? data.metrics.find(({ metric }) => metric === proof.slice(PROOF.length)) : undefined;
        return (
          <div className="with-side usage-with-proof">
            <Overview data={data} chosen={query['metric']} />
            {proven === undefined ? null : <TotalProof overview={data} metric={proven} />}
          </div>
        );
      }}
    </AnswerView>
  );
}

function Overview({ data, chosen }: { readonly data: UsageOverview; readonly chosen: string | undefined }) {
  const today = new Date(useNow()).toISOString().slice(0, 10);
  const shown = data.metrics.find(({ metric }) => metric === chosen) ?? data.metrics.find(({ events }) => events > 0) ?? data.metrics[0];
  return (
    <div className="usage-overview">
      <Panel
        className="usage-wide"
        title={<MonthSteps month={data.month} today={today} />}
        note={<MonthNote data={data} />}
        actions={<Lag data={data} />}
      >
        <Conservation data={data} />
      </Panel>
      <Panel
        title="By metric"
        note={`${amountText(data.cost.amount)} ${data.cost.currency} by the catalogue’s costs`}
        pad={false}
        className="scroll-panel"
      >
        <ScrollRegion label="Usage by metric">
          <MetricTable data={data} today={today} chosen={shown?.metric} />
        </ScrollRegion>
      </Panel>
      <div className="stack-12 usage-side usage-column">
        {shown === undefined ? null : (
          <Panel title={shown.title} note={`${shown.unit} a day`} className="usage-chart">
            <DayChart metric={shown} month={data.month} today={today} />
          </Panel>
        )}
        <Panel title="Top tenants" note={`by cost, ${data.cost.currency}`} pad={false} className="grow scroll-panel">
          {data.topTenants.length === 0 ? (
            <p className="second inset-note">Nobody used anything in {data.month}.</p>
          ) : (
            <ScrollRegion label="Top tenants">
              <table className="table tight plain">
                <tbody>
                  {data.topTenants.map((tenant) => (
                    <tr key={tenant.tenantId}>
                      <td>
                        <a href={hrefOf(`/tenants/${encodeURIComponent(tenant.tenantId)}`)}>{visibleText(tenant.name)}</a>
                      </td>
                      <td className="num">{amountText(tenant.cost.amount)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          )}
        </Panel>
      </div>
    </div>
  );
}

function MonthSteps({ month, today }: { readonly month: string; readonly today: string }) {
  const go = (by: 1 | -1) => () => {
    const to = stepMonth(month, by);
    setQuery({ month: to === today.slice(0, 7) ? undefined : to });
  };
  return (
    <span className="row usage-month">
      <Button size="small" variant="minimal" icon="chevron-left" aria-label="The month before" onClick={go(-1)} />
      <span>{month}</span>
      <Button
        size="small"
        variant="minimal"
        icon="chevron-right"
        aria-label="The month after"
        disabled={month >= today.slice(0, 7)}
        onClick={go(1)}
      />
    </span>
  );
}

function MonthNote({ data }: { readonly data: UsageOverview }) {
  const look = PERIOD_LOOK[data.state];
  return (
    <span className="row">
      <Pill status={look.status}>{look.word}</Pill>
      {data.state === 'closed' ? null : (
        <span>
          closes <Time at={data.closesAt} form="short" />
        </span>
      )}
      <span>{counted(data.events, 'event')}</span>
    </span>
  );
}

/** Rollups are written with their events: what was taken is in them at once. */
function Lag({ data }: { readonly data: UsageOverview }) {
  const behind = data.conservation.accepted + data.conservation.late - data.conservation.aggregated;
  return (
    <span className="row small second">
      <StatusWord status={behind === 0 ? 'ok' : 'bad'}>
        {behind === 0 ? 'aggregates hold every event' : `${counted(behind, 'event')} not in aggregates`}
      </StatusWord>
      {data.lastTakenAt === null ? null : (
        <span>
          last taken <Time at={data.lastTakenAt} form="short" />
        </span>
      )}
    </span>
  );
}

/** Everything that ever came, and what became of it: the figures add up. */
function Conservation({ data }: { readonly data: UsageOverview }) {
  const { conservation: c } = data;
  const parts = [
    { name: 'Accepted', n: c.accepted, says: 'into their own month', bad: false },
    { name: 'Duplicate', n: c.duplicate, says: 'known, changed nothing', bad: false },
    { name: 'Conflict', n: c.conflict, says: 'same key, other payload', bad: c.conflict > 0 },
    { name: 'Late', n: c.late, says: 'adjust the next open month', bad: false },
    { name: 'Quarantined', n: c.quarantined, says: 'held, not used', bad: false },
  ];
  return (
    <div
      className="usage-strip"
      role="group"
      aria-label={`Received ${integer(c.received)} rows; ${conserved(data) ? 'the account adds up' : 'the account does not add up'}`}
    >
      <Sum
        name="Received"
        n={c.received}
        says={conserved(data) ? 'adds up' : 'does not add up'}
        {...(conserved(data) ? {} : { status: 'bad' as const })}
      />
      {parts.map((part, at) => (
        <span key={part.name} className="usage-part">
          <span className="usage-sign" aria-hidden="true">
            {at === 0 ? '=' : '+'}
          </span>
          <Sum name={part.name} n={part.n} says={part.says} {...(part.bad ? { status: 'warn' as const } : {})} />
        </span>
      ))}
    </div>
  );
}

function Sum({
  name,
  n,
  says,
  status,
}: {
  readonly name: string;
  readonly n: number;
  readonly says: string;
  readonly status?: 'warn' | 'bad';
}) {
  return (
    <span className="metric">
      <span className="caps">{name}</span>
      <span className={`metric-value${status === undefined ? '' : ` t-${status}`}`}>{integer(n)}</span>
      <span className="tiny second">{says}</span>
    </span>
  );
}

function MetricTable({
  data,
  today,
  chosen,
}: {
  readonly data: UsageOverview;
  readonly today: string;
  readonly chosen: string | undefined;
}) {
  return (
    <table className="table">
      <thead>
        <tr>
          <th scope="col">Metric</th>
          <th scope="col" className="num">
            Quantity
          </th>
          <th scope="col">Unit</th>
          <th scope="col">By day</th>
          <th scope="col" className="num">
            Tenants
          </th>
          <th scope="col" className="num hide-narrow">
            Events
          </th>
          <th scope="col" className="num hide-narrow">
            Late
          </th>
          <th scope="col" className="num">
            Cost, {data.cost.currency}
          </th>
        </tr>
      </thead>
      <tbody>
        {data.metrics.map((row) => (
          <tr key={row.metric} className={row.metric === chosen ? 'selected' : undefined}>
            <th scope="row">
              <button
                type="button"
                className="usage-link"
                aria-pressed={row.metric === chosen}
                onClick={() => setQuery({ metric: row.metric })}
              >
                {row.title}
              </button>
            </th>
            <td className="num">
              {row.quantity === null ? (
                <span className="muted" title={`A ${row.aggregation} is not added over tenants`}>
                  –
                </span>
              ) : (
                <Figure proof={`${PROOF}${row.metric}`} label={`${row.title} of ${data.month}`}>
                  <span title={wholeQuantity(row.quantity)}>{compactQuantity(row.quantity)}</span>
                </Figure>
              )}
            </td>
            <td className="second">{row.unit}</td>
            <td>
              <Sparkline values={dayValues(row, today)} width={96} />
            </td>
            <td className="num">{integer(row.tenants)}</td>
            <td className="num hide-narrow">{integer(row.events)}</td>
            <td className="num hide-narrow">
              {row.adjustmentEvents === 0 ? <span className="muted">–</span> : integer(row.adjustmentEvents)}
            </td>
            <td className="num">{amountText(row.cost.amount)}</td>
          </tr>
        ))}
        <tr className="total">
          <th scope="row">All metrics</th>
          <td />
          <td />
          <td />
          <td />
          <td className="hide-narrow" />
          <td className="hide-narrow" />
          <td className="num" title={`The month before: ${amountText(data.costBefore.amount)}`}>
            {amountText(data.cost.amount)}
          </td>
        </tr>
      </tbody>
    </table>
  );
}

function DayChart({ metric, month, today }: { readonly metric: OverviewMetric; readonly month: string; readonly today: string }) {
  const option = useCallback(
    (ink: ChartInk): EChartsCoreOption => {
      const values = dayValues(metric, today);
      const span = spanOf([0, ...values.filter((value) => value !== null)]);
      const compact = (value: number): string => compactQuantity(String(value));
      return {
        grid: { left: 48, right: 8, top: 10, bottom: 22 },
        tooltip: {
          trigger: 'axis',
          renderMode: 'richText',
          confine: true,
          backgroundColor: ink.raised,
          borderColor: ink.lineStrong,
          textStyle: { color: ink.ink, fontSize: 12 },
          axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.12 } },
          valueFormatter: (value: unknown) => (typeof value === 'number' ? compact(value) : '–'),
        },
        xAxis: categoryAxis(
          ink,
          metric.days.map(({ day }) => day.slice(8)),
          { interval: 4 },
        ),
        yAxis: valueAxis(ink, { ...span, min: 0, axisLabel: { color: ink.ink3, fontSize: 11, formatter: compact } }),
        series: [
          {
            type: 'bar',
            barCategoryGap: '28%',
            // The day that is still running is pale, so that it is not read as a fall.
            data: values.map((value, at) => ({
              value: value ?? '-',
              itemStyle: { color: ink.series[0], opacity: metric.days[at]?.day === today ? 0.5 : 1 },
            })),
          },
        ],
      };
    },
    [metric, today],
  );
  return (
    <Chart
      option={option}
      height={168}
      label={daysFinding(metric, month)}
      table={
        <table className="table tight plain inset">
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" className="num">
                {metric.unit}
              </th>
              <th scope="col" className="num">
                Events
              </th>
            </tr>
          </thead>
          <tbody>
            {metric.days.map((day) => (
              <tr key={day.day}>
                <td>{day.day}</td>
                <td className="num">{day.quantity === null ? '–' : wholeQuantity(day.quantity)}</td>
                <td className="num">{integer(day.events)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}

function TotalProof({ overview, metric }: { readonly overview: UsageOverview; readonly metric: OverviewMetric }) {
  const rebuilds = useProcedure('usage.rebuilds', {}).data?.rebuilds ?? [];
  const rebuild = useCommand('usage.rebuild');
  const refused = useAllowed()('usage.rebuild');
  const holds = conserved(overview);
  return (
    <ProofPanel
      name={`${PROOF}${metric.metric}`}
      title={`${metric.title}, ${overview.month}`}
      note="all tenants in view"
      value={`${metric.quantity === null ? 'none' : wholeQuantity(metric.quantity)} ${metric.unit}`}
      verdict={holds ? { status: 'ok', word: 'every event is accounted for' } : { status: 'bad', word: 'the account does not add up' }}
      proof={totalProof(overview, metric, rebuilds[0] ?? null)}
      verifying={rebuild.busy}
      tools={
        <ActionButton
          icon="refresh"
          text="Rebuild from events"
          refused={refused}
          loading={rebuild.busy}
          onClick={() => {
            rebuild.run({}).catch(() => undefined);
          }}
        />
      }
    />
  );
}
