import { BarChart } from 'echarts/charts';
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components';
import { type EChartsCoreOption, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useCallback } from 'react';
import { Chart, type ChartInk } from '../../ui/chart.tsx';
import { integer } from '../../ui/format.ts';
import { type Diagnostics, intakeFinding, OUTCOMES } from './diagnostics-words.ts';

register([BarChart, GridComponent, TooltipComponent, AriaComponent, CanvasRenderer]);

const optionOf = (ink: ChartInk, intake: Diagnostics['intake']): EChartsCoreOption => ({
  grid: { left: 56, right: 16, top: 12, bottom: 22 },
  xAxis: {
    type: 'category',
    data: intake.map(({ date }) => date.slice(5)),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: ink.lineStrong } },
    axisLabel: { color: ink.ink3, fontSize: 11, hideOverlap: true },
  },
  yAxis: {
    type: 'value',
    splitNumber: 3,
    axisLabel: { color: ink.ink3, fontSize: 11 },
    splitLine: { lineStyle: { color: ink.line } },
  },
  // A second cue beside colour: hatching by outcome.
  aria: { enabled: true, decal: { show: true } },
  tooltip: {
    trigger: 'axis',
    renderMode: 'richText',
    confine: true,
    backgroundColor: ink.raised,
    borderColor: ink.lineStrong,
    textStyle: { color: ink.ink, fontSize: 12 },
  },
  series: OUTCOMES.map((outcome, i) => ({
    type: 'bar',
    name: outcome,
    stack: 'rows',
    barMaxWidth: 18,
    itemStyle: { color: outcome === 'conflict' ? ink.badFill : outcome === 'quarantined' ? ink.warnFill : ink.series[i] },
    data: intake.map((day) => day[outcome]),
  })),
});

/** What the feeds brought, by day and outcome. */
export function IntakeChart({ intake }: { readonly intake: Diagnostics['intake'] }) {
  const option = useCallback((ink: ChartInk) => optionOf(ink, intake), [intake]);
  return (
    <Chart
      option={option}
      height={168}
      label={intakeFinding(intake)}
      table={
        <div className="table-scroll series-table" tabIndex={0} role="region" aria-label="Rows by day and outcome">
          <table className="table tight plain inset">
            <thead>
              <tr>
                <th scope="col">Day</th>
                {OUTCOMES.map((outcome) => (
                  <th key={outcome} scope="col" className="num">
                    {outcome}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {intake.toReversed().map((day) => (
                <tr key={day.date}>
                  <td>{day.date}</td>
                  {OUTCOMES.map((outcome) => (
                    <td key={outcome} className="num">
                      {integer(day[outcome])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      }
    />
  );
}
