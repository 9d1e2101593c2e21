import { LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback } from 'react';
import type { Answer } from '../../port/use-app.ts';
import { Chart, type ChartInk } from '../../ui/chart.tsx';
import { figureText, gateLook, monthName, monthTick } from './gates-words.ts';

register([LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

type Detail = Answer<'gate.detail'>;
type TrendDetail = Pick<Detail, 'trend' | 'unit' | 'sense' | 'threshold' | 'name'>;

/** Round bounds around the figures and the limit, in about three steps. */
export const trendAxis = (values: readonly number[]): { readonly min: number; readonly max: number; readonly interval: number } => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const wide = high - low || Math.abs(high) || 1;
  const raw = wide / 3;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const interval = [1, 2, 5, 10].map((n) => n * unit).find((n) => n >= raw) ?? 10 * unit;
  const tidy = (n: number): number => Number(n.toPrecision(12));
  const min = tidy(Math.floor(low / interval) * interval);
  const max = tidy(Math.ceil(high / interval) * interval);
  return { min, max: max === min ? tidy(min + interval) : max, interval: tidy(interval) };
};

export const trendOption = (ink: ChartInk, { trend, unit, sense, threshold }: TrendDetail): EChartsCoreOption => {
  const values = trend.map(({ value }) => (value === null ? null : Number(value)));
  const limit = threshold === null ? null : Number(threshold);
  const axis = trendAxis([...values.filter((value) => value !== null), ...(limit === null ? [] : [limit])]);
  const suffix = unit === '%' ? '%' : '';
  const last = trend.at(-1);
  const beyond = sense === 'at-least' ? axis.min : axis.max;
  return {
    grid: { left: 40, right: 52, top: 12, bottom: 22 },
    xAxis: {
      type: 'category',
      data: trend.map(({ month }) => monthTick(month)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink.lineStrong } },
      axisLabel: { color: ink.ink3, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      ...axis,
      axisLabel: { color: ink.ink3, fontSize: 11, formatter: `{value}${suffix}` },
      splitLine: { lineStyle: { color: ink.line } },
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: ink.raised,
      borderColor: ink.lineStrong,
      textStyle: { color: ink.ink, fontSize: 12 },
    },
    series: [
      {
        type: 'line',
        connectNulls: false,
        lineStyle: { color: ink.series[0], width: 2 },
        itemStyle: { color: ink.series[0] },
        // Status colour only for the points that fail, with a shape of their own.
        data: trend.map(({ state }, at) => ({
          value: values[at] ?? null,
          symbol: state === 'fail' ? 'rect' : 'circle',
          symbolSize: state === 'fail' ? 8 : 5,
          itemStyle: { color: state === 'fail' ? ink.badFill : ink.series[0] },
        })),
        endLabel: {
          show: true,
          formatter: figureText(last?.value ?? null),
          color: last?.state === 'fail' ? ink.badFill : ink.ink,
          fontSize: 12,
          fontWeight: 600,
        },
        ...(limit === null
          ? {}
          : {
              markLine: {
                symbol: 'none',
                silent: true,
                lineStyle: { color: ink.ink2, type: 'dashed', width: 1 },
                label: {
                  position: sense === 'at-least' ? 'insideStartBottom' : 'insideStartTop',
                  color: ink.ink2,
                  fontSize: 11,
                  formatter: `${sense === 'at-least' ? 'floor' : 'limit'} ${figureText(threshold, unit)}`,
                },
                data: [{ yAxis: limit }],
              },
              markArea: {
                silent: true,
                itemStyle: { color: ink.badFill, opacity: 0.12 },
                data: [[{ yAxis: limit }, { yAxis: beyond }]],
              },
            }),
      },
    ],
  };
};

/** What somebody sees who looks: the last month, and since when it fails. */
export const trendFinding = ({ trend, unit, name, threshold }: TrendDetail): string => {
  const known = trend.filter(({ value }) => value !== null);
  const last = known.at(-1);
  if (last === undefined) return `${name} has no figure yet.`;
  const failing = known.filter(({ state }) => state === 'fail').map(({ month }) => monthName(month));
  const limit = threshold === null ? '' : `, limit ${figureText(threshold, unit)}`;
  return `${name} over ${known.length} months: ${figureText(last.value, unit)} in ${monthName(last.month)}${limit}. ${
    failing.length === 0 ? 'It held in all of them.' : `It failed in ${failing.join(', ')}.`
  }`;
};

export function GateTrend({ detail }: { readonly detail: Detail }) {
  const option = useCallback((ink: ChartInk) => trendOption(ink, detail), [detail]);
  return (
    <Chart
      option={option}
      height={136}
      label={trendFinding(detail)}
      table={
        <table className="table tight plain inset">
          <thead>
            <tr>
              <th scope="col">Month</th>
              <th scope="col" className="num">
                Figure
              </th>
              <th scope="col" className="num">
                Limit
              </th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {detail.trend.toReversed().map((one) => (
              <tr key={one.month}>
                <td>{one.month}</td>
                <td className="num">{figureText(one.value, detail.unit)}</td>
                <td className="num">{figureText(one.threshold, detail.unit)}</td>
                <td>{gateLook(one.state, detail.decides).word}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}
