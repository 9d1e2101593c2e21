import { BarChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import type { EChartsCoreOption } from 'echarts/core';
import { use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { ChartInk } from '../../ui/chart.tsx';
import { compactQuantity } from '../../ui/quantity-format.ts';
import { categoryAxis, HATCH, spanOf, thresholdLine, valueAxis } from '../packets/chart-parts.ts';
import { dayTick, type UsageModel } from './usage-model.ts';

register([BarChart, GridComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

const TICKS_EVERY = 8;

/** Bars of days; the one that is still running is hatched, so that it is not read as a fall. */
export const usageOption = (ink: ChartInk, { days, today, even }: UsageModel): EChartsCoreOption => {
  const values = days.map(({ quantity }) => Number(quantity));
  const axis = spanOf([0, ...values, ...(even === null ? [] : [even])]);
  const compact = (value: number): string => compactQuantity(String(value));
  return {
    grid: { left: 46, right: 8, top: 24, bottom: 22 },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: ink.raised,
      borderColor: ink.lineStrong,
      textStyle: { color: ink.ink, fontSize: 12 },
      axisPointer: { type: 'shadow', shadowStyle: { opacity: 0.12 } },
      valueFormatter: (value: unknown) => compact(Number(value)),
    },
    xAxis: categoryAxis(
      ink,
      days.map(({ day }) => dayTick(day)),
      { interval: TICKS_EVERY },
    ),
    yAxis: valueAxis(ink, {
      ...axis,
      min: 0,
      axisLabel: { color: ink.ink3, fontSize: 11, formatter: compact },
      // Above the plot: on the line itself, bars that pass it would run through the words.
      ...(even === null
        ? {}
        : {
            name: `\u2504\u2504 even use of the limit: ${compact(even)} a day`,
            nameLocation: 'end',
            nameGap: 8,
            nameTextStyle: { color: ink.ink2, fontSize: 11, align: 'left' },
          }),
    }),
    series: [
      {
        type: 'bar',
        barCategoryGap: '28%',
        data: days.map(({ day, quantity }) => ({
          value: Number(quantity),
          itemStyle: { color: ink.series[0], ...(day === today ? { decal: HATCH, opacity: 0.7 } : {}) },
        })),
        ...(even === null ? {} : { markLine: thresholdLine(ink, '', { yAxis: even }, 'insideStartTop') }),
      },
    ],
  };
};
