import { BarChart, CustomChart, LineChart } from 'echarts/charts';
import { GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent } from 'echarts/components';
import { use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { ChartInk } from '../../ui/chart.tsx';

/** The pieces that the charts of a packet draw with, and how their axes look. */
register([BarChart, CustomChart, LineChart, GridComponent, MarkAreaComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

/** Text on an axis, px. */
const AXIS_SIZE = 11;

export const categoryAxis = (ink: ChartInk, data: readonly string[], label: object = {}): object => ({
  type: 'category',
  data: [...data],
  axisTick: { show: false },
  axisLine: { lineStyle: { color: ink.lineStrong } },
  axisLabel: { color: ink.ink3, fontSize: AXIS_SIZE, hideOverlap: true, ...label },
});

export const valueAxis = (ink: ChartInk, more: object = {}): object => ({
  type: 'value',
  axisLabel: { color: ink.ink3, fontSize: AXIS_SIZE },
  splitLine: { lineStyle: { color: ink.line } },
  splitNumber: 3,
  ...more,
});

export interface AxisSpan {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/** Round bounds around values, with about three steps: an axis that does not begin at zero says so in its title. */
export const spanOf = (values: readonly number[], steps = 3): AxisSpan => {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const wide = high - low || Math.abs(high) || 1;
  const raw = wide / steps;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const interval = [1, 2, 5, 10].map((n) => n * unit).find((n) => n >= raw) ?? 10 * unit;
  // Binary fractions: 0.1 + 0.2 must not become a tick label.
  const tidy = (n: number): number => Number(n.toPrecision(12));
  return { min: tidy(Math.floor(low / interval) * interval), max: tidy(Math.ceil(high / interval) * interval), interval: tidy(interval) };
};

/** A threshold: dashed and named. */
export const thresholdLine = (ink: ChartInk, name: string, at: object, position: string): object => ({
  symbol: 'none',
  silent: true,
  lineStyle: { color: ink.ink3, type: 'dashed', width: 1 },
  label: { position, color: ink.ink3, fontSize: 10, formatter: name },
  data: [at],
});

/** Stripes: a second cue beside the colour. */
export const HATCH = { symbol: 'rect', color: 'rgba(255,255,255,0.35)', dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: -0.7 } as const;
