import { LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback } from 'react';
import type { Answer } from '../../port/use-app.ts';
import { Chart, type ChartInk } from '../../ui/chart.tsx';
import { percent } from '../../ui/format.ts';
import { amountText } from '../../ui/quantity-format.ts';

register([LineChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

type Trend = Answer<'economics.overview'>['trend'];

/** What the company wants to keep of each dollar, percent. */
const FLOOR = 80;
/** The paid tiers, in the order of their prices; a second cue beside the colour is the dash. */
const TIERS = ['starter', 'growth', 'pro', 'enterprise'] as const;
const DASHES: readonly (readonly number[])[] = [
  [2, 2],
  [6, 3],
  [8, 3, 2, 3],
  [1, 3],
];

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));
const shown = (text: string | null): string => (text === null ? 'none' : percent(Number(text)));

/** Where the axis begins: it does not begin at zero, and its title says so. */
export const trendAxisFrom = (trend: Trend): number => {
  const known = trend.flatMap(({ margin, tiers }) => [margin, ...tiers.map((tier) => tier.margin)]).filter((text) => text !== null);
  return Math.max(-100, Math.floor((Math.min(FLOOR, ...known.map(Number)) - 2) / 5) * 5);
};

const trendOption = (ink: ChartInk, trend: Trend): EChartsCoreOption => {
  const line = (name: string, values: readonly (number | null)[], at: number, dash: readonly number[] | null) => ({
    type: 'line',
    name,
    data: [...values],
    connectNulls: true,
    symbol: 'circle',
    symbolSize: dash === null ? 6 : 4,
    lineStyle: { color: ink.series[at], width: dash === null ? 2 : 1.25, ...(dash === null ? {} : { type: [...dash] }) },
    itemStyle: { color: ink.series[at] },
    endLabel: {
      show: true,
      formatter: name,
      color: dash === null ? ink.ink : ink.ink2,
      fontSize: 11,
      fontWeight: dash === null ? 600 : 400,
    },
    labelLayout: { moveOverlap: 'shiftY' },
  });
  return {
    grid: { left: 36, right: 76, top: 10, bottom: 22 },
    xAxis: {
      type: 'category',
      data: trend.map(({ month }) => month),
      boundaryGap: trend.length < 2,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: ink.lineStrong } },
      axisLabel: { color: ink.ink3, fontSize: 11, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: trendAxisFrom(trend),
      max: 100,
      splitNumber: 3,
      axisLabel: { color: ink.ink3, fontSize: 11 },
      splitLine: { lineStyle: { color: ink.line } },
    },
    series: [
      {
        ...line(
          'all',
          trend.map(({ margin }) => numberOf(margin)),
          0,
          null,
        ),
        markLine: {
          symbol: 'none',
          silent: true,
          lineStyle: { color: ink.ink3, type: 'dashed', width: 1 },
          label: { position: 'insideStartBottom', color: ink.ink3, fontSize: 10, formatter: `floor ${FLOOR}` },
          data: [{ yAxis: FLOOR }],
        },
      },
      ...TIERS.map((tier, at) =>
        line(
          tier,
          trend.map(({ tiers }) => numberOf(tiers.find((row) => row.tier === tier)?.margin ?? null)),
          at + 1,
          DASHES[at]!,
        ),
      ),
    ],
  };
};

const finding = (trend: Trend): string => {
  const [first, last] = [trend[0], trend.at(-1)];
  if (first === undefined || last === undefined) return 'No month is closed yet.';
  return `The margin of all tenants went from ${shown(first.margin)} in ${first.month} to ${shown(last.margin)} in ${last.month}.`;
};

/** Margin over the closes: all tenants, and the paid tiers. */
export function MarginTrend({ trend, height }: { readonly trend: Trend; readonly height: number | 'fill' }) {
  const option = useCallback((ink: ChartInk) => trendOption(ink, trend), [trend]);
  return (
    <Chart
      option={option}
      height={height}
      label={finding(trend)}
      table={
        <table className="table tight plain inset">
          <thead>
            <tr>
              <th scope="col">Close</th>
              <th scope="col" className="num">
                Margin
              </th>
              <th scope="col" className="num">
                MRR, USD
              </th>
              <th scope="col" className="num">
                Costs, USD
              </th>
            </tr>
          </thead>
          <tbody>
            {trend.toReversed().map((close) => (
              <tr key={close.month}>
                <td>{close.month}</td>
                <td className="num">{shown(close.margin)}</td>
                <td className="num">{amountText(close.mrr.amount)}</td>
                <td className="num">{amountText(close.cogs.amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}
