import { LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback } from 'react';
import { Chart, type ChartInk } from '../../ui/chart.tsx';
import { decimal } from '../../ui/format.ts';
import { Time } from '../../ui/time.tsx';
import { type Series, seriesFinding } from './diagnostics-words.ts';

register([LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

const optionOf = (ink: ChartInk, { points }: Series): EChartsCoreOption => ({
  grid: { left: 44, right: 44, top: 12, bottom: 22 },
  xAxis: {
    type: 'time',
    axisTick: { show: false },
    axisLine: { lineStyle: { color: ink.lineStrong } },
    axisLabel: { color: ink.ink3, fontSize: 11, hideOverlap: true, formatter: (ms: number) => new Date(ms).toISOString().slice(11, 16) },
  },
  yAxis: {
    type: 'value',
    min: 0,
    splitNumber: 3,
    axisLabel: { color: ink.ink3, fontSize: 11 },
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
      // A single reading is a point, not an empty frame.
      showSymbol: points.length < 3,
      symbolSize: 5,
      lineStyle: { color: ink.series[0], width: 2 },
      itemStyle: { color: ink.series[0] },
      data: points.map(([at, value]) => [Date.parse(at), value]),
      endLabel: { show: true, color: ink.ink, fontSize: 12, fontWeight: 600, formatter: decimal(points.at(-1)?.[1] ?? 0, 0) },
    },
  ],
});

/** One reading a minute; the table has the newest first. */
export function SeriesChart({ series }: { readonly series: Series }) {
  const option = useCallback((ink: ChartInk) => optionOf(ink, series), [series]);
  return (
    <Chart
      option={option}
      height={128}
      label={seriesFinding(series)}
      table={
        <div className="table-scroll series-table" tabIndex={0} role="region" aria-label={`${series.title}, readings`}>
          <table className="table tight plain inset">
            <thead>
              <tr>
                <th scope="col">At</th>
                <th scope="col" className="num">
                  {series.unit}
                </th>
              </tr>
            </thead>
            <tbody>
              {series.points.toReversed().map(([at, value]) => (
                <tr key={at}>
                  <td>
                    <Time at={at} form="short" />
                  </td>
                  <td className="num">{decimal(value, 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      }
    />
  );
}
