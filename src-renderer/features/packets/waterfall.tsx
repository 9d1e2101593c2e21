import type { EChartsCoreOption } from 'echarts/core';
import { useCallback } from 'react';
import { Chart, type ChartInk } from '../../ui/chart.tsx';
import { decimal, signed } from '../../ui/format.ts';
import { categoryAxis, HATCH, spanOf, valueAxis } from './chart-parts.ts';

export interface WaterfallStep {
  readonly id: string;
  /** Under the bar; a line break where it has two words. */
  readonly tick: string;
  readonly label: string;
  readonly value: number;
  readonly says: string;
}

export interface WaterfallModel {
  readonly from: { readonly tick: string; readonly label: string; readonly value: number };
  readonly to: { readonly tick: string; readonly label: string; readonly value: number };
  /** They add up from the one total to the other. */
  readonly steps: readonly WaterfallStep[];
  /** Places of totals and steps as they are shown. */
  readonly places: number;
}

/** Where the axis begins: the steps must be seen beside totals that are a hundred times as large. */
export const waterfallSpan = ({ from, to, steps }: WaterfallModel) => {
  let level = from.value;
  const levels = [from.value, to.value];
  for (const step of steps) {
    level += step.value;
    levels.push(level);
  }
  const low = Math.min(...levels);
  const wide = Math.max(...levels) - low || 1;
  const span = spanOf([low - wide * 0.35, ...levels, Math.max(...levels) + wide * 0.05], 4);
  return low >= 0 && span.min < 0 ? { ...span, min: 0 } : span;
};

export const waterfallOption = (ink: ChartInk, model: WaterfallModel): EChartsCoreOption => {
  const { from, to, steps, places } = model;
  const span = waterfallSpan(model);
  let level = from.value;
  const bars = steps.map((step) => {
    const before = level;
    level += step.value;
    return { base: Math.min(before, level), size: Math.abs(step.value), value: step.value };
  });
  const total = (value: number): object => ({ value: value - span.min, itemStyle: { color: ink.series[4] } });
  const shownAt = (index: number): string =>
    index === 0
      ? decimal(from.value, places)
      : index === bars.length + 1
        ? decimal(to.value, places)
        : signed(bars[index - 1]?.value ?? 0, places);
  return {
    grid: { left: places === 0 ? 50 : 34, right: 8, top: 18, bottom: steps.some(({ tick }) => tick.includes('\n')) ? 36 : 22 },
    tooltip: { show: false },
    xAxis: categoryAxis(ink, [from.tick, ...steps.map(({ tick }) => tick), to.tick], {
      interval: 0,
      fontSize: 10,
      lineHeight: 12,
      hideOverlap: false,
    }),
    yAxis: valueAxis(ink, {
      min: 0,
      max: span.max - span.min,
      interval: span.interval,
      axisLabel: { color: ink.ink3, fontSize: 11, formatter: (v: number) => decimal(v + span.min, span.interval < 1 ? 1 : 0) },
    }),
    series: [
      {
        type: 'bar',
        stack: 'waterfall',
        silent: true,
        itemStyle: { color: 'transparent' },
        data: ['-', ...bars.map(({ base }) => base - span.min), '-'],
      },
      {
        type: 'bar',
        stack: 'waterfall',
        silent: true,
        barMaxWidth: 44,
        label: {
          show: true,
          position: 'top',
          color: ink.ink2,
          fontSize: 10,
          formatter: (p: { dataIndex: number }) => shownAt(p.dataIndex),
        },
        data: [
          total(from.value),
          ...bars.map(({ size, value }) => ({
            value: size,
            itemStyle: value >= 0 ? { color: ink.series[0] } : { color: ink.series[2], decal: HATCH },
          })),
          total(to.value),
        ],
      },
    ],
  };
};

export const waterfallFinding = ({ from, to, steps, places }: WaterfallModel): string =>
  [
    `${from.label} ${decimal(from.value, places)}`,
    ...steps.map((step) => `${step.label} ${signed(step.value, places)}`),
    `${to.label} ${decimal(to.value, places)}`,
  ].join('; ') + '.';

/** From one total to the other, step by step. Falls are hatched, so that colour is not the only carrier. */
export function Waterfall({ model, height }: { readonly model: WaterfallModel; readonly height: number }) {
  const option = useCallback((ink: ChartInk) => waterfallOption(ink, model), [model]);
  return (
    <Chart
      option={option}
      height={height}
      label={waterfallFinding(model)}
      table={
        <table className="table tight plain inset">
          <tbody>
            <tr>
              <th scope="row">{model.from.label}</th>
              <td className="num">{decimal(model.from.value, model.places)}</td>
            </tr>
            {model.steps.map((step) => (
              <tr key={step.id} title={step.says}>
                <th scope="row">{step.label}</th>
                <td className="num">{signed(step.value, model.places)}</td>
              </tr>
            ))}
            <tr className="total">
              <th scope="row">{model.to.label}</th>
              <td className="num">{decimal(model.to.value, model.places)}</td>
            </tr>
          </tbody>
        </table>
      }
    />
  );
}
