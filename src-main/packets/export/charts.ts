import type { CustomSeriesRenderItem } from 'echarts';
import type { EChartsCoreOption } from 'echarts/core';
import type { PacketDocument, PacketHistoryMonth } from '../../../src-shared/contract/packet-document.ts';
import { grouped } from '../figure-words.ts';
import { FONT, INK, SERIES } from './palette.ts';

/** What the charts of a report show, as options of the drawing library. Pure: figures in, option out; sizes are points. */

const AXIS_SIZE = 7;

interface Span {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

/** Binary fractions: 0.1 + 0.2 must not become a label. */
const tidy = (n: number): number => Number(n.toPrecision(12));

/** Round bounds around values, with about so many steps. */
export function spanOf(values: readonly number[], steps = 4): Span {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const raw = (high - low || Math.abs(high) || 1) / steps;
  const unit = 10 ** Math.floor(Math.log10(raw));
  const interval = [1, 2, 5, 10].map((n) => n * unit).find((n) => n >= raw * 0.999) ?? 10 * unit;
  return { min: tidy(Math.floor(low / interval) * interval), max: tidy(Math.ceil(high / interval) * interval), interval: tidy(interval) };
}

const label = (more: object = {}): object => ({ color: INK.ink3, fontSize: AXIS_SIZE, fontFamily: FONT, ...more });

const categories = (data: readonly string[], more: object = {}): object => ({
  type: 'category',
  data: [...data],
  axisTick: { show: false },
  axisLine: { lineStyle: { color: INK.lineStrong, width: 0.75 } },
  axisLabel: label({ hideOverlap: true, ...more }),
});

const values = (span: Span, more: object = {}): object => ({
  type: 'value',
  ...span,
  axisLine: { show: false },
  axisTick: { show: false },
  axisLabel: label({ formatter: tickOf(span.interval) }),
  splitLine: { lineStyle: { color: INK.line, width: 0.5 } },
  ...more,
});

/** As many places as the steps need. */
const tickOf =
  (interval: number, from = 0) =>
  (value: number): string =>
    grouped(tidy(value + from).toFixed(interval >= 1 ? 0 : interval >= 0.1 ? 1 : 2));

/** Lines behind a text must not strike it through. */
const UNDER = { backgroundColor: INK.panel, padding: [1, 2] };

const threshold = (name: string, at: object, position: string, z: number): object => ({
  symbol: 'none',
  silent: true,
  z,
  lineStyle: { color: INK.ink3, type: [3, 2], width: 0.75 },
  label: { ...label(), ...UNDER, position, formatter: name },
  data: [at],
});

const base = (grid: object): EChartsCoreOption => ({ animation: false, textStyle: { fontFamily: FONT }, grid });

type Thresholds = PacketDocument['thresholds'];

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

/** Blended and stress margin over the closes, each with its floor. A point below its floor has the colour of what fails. */
export function marginOption(history: readonly PacketHistoryMonth[], thresholds: Thresholds): EChartsCoreOption {
  const blended = history.map((month) => numberOf(month.blendedMargin));
  const stress = history.map((month) => numberOf(month.stressMargin));
  const floors = [Number(thresholds.minBlendedMargin), Number(thresholds.minStressMargin)] as const;
  const span = marginSpan(history, thresholds);
  const line = (name: string, points: readonly (number | null)[], which: 0 | 1, floorName: string): object => {
    const floor = floors[which];
    const last = points.at(-1);
    return {
      type: 'line',
      symbol: 'circle',
      showSymbol: true,
      data: points.map((value, i) => ({
        value,
        symbolSize: value !== null && (value < floor || i === points.length - 1 || points.length === 1) ? 4 : 0,
        itemStyle: { color: value !== null && value < floor ? INK.badFill : SERIES[which] },
      })),
      lineStyle: { color: SERIES[which], width: 1.5, ...(which === 0 ? {} : { type: [4, 2] }) },
      itemStyle: { color: SERIES[which] },
      connectNulls: true,
      endLabel: {
        ...label({ color: INK.ink, fontWeight: 'bold' }),
        show: true,
        distance: 4,
        formatter: last === null || last === undefined ? '' : `${name} ${grouped(last.toFixed(2))}`,
      },
      markLine: threshold(floorName, { yAxis: floor }, 'insideStartBottom', 5),
    };
  };
  return {
    ...base({ left: 26, right: 62, top: 8, bottom: 16 }),
    xAxis: { ...categories(history.map(({ month }) => month.slice(2))), boundaryGap: history.length === 1 },
    yAxis: values(span),
    series: [
      line('blended', blended, 0, `blended floor ${thresholds.minBlendedMargin}`),
      line('stress', stress, 1, `stress floor ${thresholds.minStressMargin}`),
    ],
  };
}

export function marginSpan(history: readonly PacketHistoryMonth[], thresholds: Thresholds): Span {
  const shown = [
    thresholds.minBlendedMargin,
    thresholds.minStressMargin,
    ...history.flatMap((month) => [month.blendedMargin, month.stressMargin]),
  ]
    .filter((value) => value !== null)
    .map(Number);
  // Below the lowest there is room for the name of a floor.
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  return spanOf([low - (high - low) * 0.08, high]);
}

/** What a tenant of a tier costs in language models, percent of what a subscription brings. */
export interface Band {
  readonly title: string;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Nothing below a hundredth of a percent can be told apart; a logarithm needs more than nothing. */
const atLeast = (value: number): number => Math.max(0.01, value);

/** Whole decades would leave half the width empty: the ends are the next of 1, 2, 5. */
const endOf = (value: number, up: boolean): number => {
  const decade = 10 ** Math.floor(Math.log10(value));
  const stops = [0.5, 1, 2, 5, 10, 20].map((n) => tidy(n * decade));
  return up ? (stops.find((stop) => stop >= value * 1.1) ?? value * 2) : (stops.findLast((stop) => stop <= value * 0.9) ?? value / 2);
};

/** The next of 1, 2, 5 in each decade between the ends. */
const logTicks = (min: number, max: number): number[] => {
  const ticks: number[] = [];
  for (let decade = Math.floor(Math.log10(min)); decade <= Math.ceil(Math.log10(max)); decade += 1)
    for (const n of [1, 2, 5]) {
      const tick = tidy(n * 10 ** decade);
      if (tick >= min && tick <= max) ticks.push(tick);
    }
  return ticks;
};

/**
 * p50 to p99 of each tier as a band, a tick at p95, and the limit that p95 is held against. The axis is logarithmic: the
 * figures are drawn by their logarithms, and the ticks carry what they stand for.
 */
export function bandsOption(bands: readonly Band[], limit: number): EChartsCoreOption {
  const log = (value: number): number => Math.log10(atLeast(value));
  const bounded = Math.max(0.01, limit);
  const min = endOf(atLeast(Math.min(bounded, ...bands.map((band) => band.p50))), false);
  const max = endOf(Math.max(bounded, ...bands.map((band) => band.p99)), true);
  const draw: CustomSeriesRenderItem = (_params, api) => {
    const row = Number(api.value(0));
    const band = bands[row];
    if (band === undefined) return null;
    const at = (value: number): number => api.coord([log(value), row])[0] ?? 0;
    const y = api.coord([log(min), row])[1] ?? 0;
    const [x50, x95, x99] = [at(band.p50), at(band.p95), at(band.p99)];
    const over = band.p95 > limit;
    const rect = (x: number, width: number, height: number, fill: string, opacity: number) => ({
      type: 'rect' as const,
      shape: { x, y: y - height / 2, width: Math.max(0.75, width), height },
      style: { fill, opacity },
    });
    return {
      type: 'group',
      children: [
        rect(x50, x99 - x50, 6, SERIES[0], 0.3),
        rect(x50, x95 - x50, 6, SERIES[0], 0.65),
        rect(x95 - 1, 2, 11, over ? INK.badFill : INK.ink, 1),
        {
          type: 'text',
          style: {
            x: x95,
            y: y - 10,
            text: `${grouped(band.p95.toFixed(2))}${over ? ' over' : ''}`,
            fill: over ? INK.bad : INK.ink2,
            font: `${over ? 'bold ' : ''}${AXIS_SIZE}px ${FONT}`,
            textAlign: 'center',
            textVerticalAlign: 'middle',
            backgroundColor: over ? INK.badSoft : INK.panel,
            padding: [0, 1.5],
          },
        },
      ],
    };
  };
  const ticks = logTicks(min, max).map(Math.log10);
  return {
    ...base({ left: 48, right: 12, top: 20, bottom: 16 }),
    xAxis: {
      type: 'value',
      min: Math.log10(min),
      max: Math.log10(max),
      axisLine: { show: false },
      axisTick: { show: false, customValues: ticks },
      axisLabel: label({
        customValues: ticks,
        formatter: (exponent: number) => grouped(String(tidy(Number((10 ** exponent).toPrecision(3))))),
      }),
      splitLine: { lineStyle: { color: INK.line, width: 0.5 } },
    },
    yAxis: {
      ...categories(
        bands.map(({ title }) => title),
        { color: INK.ink2 },
      ),
      inverse: true,
      axisLine: { show: false },
    },
    series: [
      {
        type: 'custom',
        renderItem: draw,
        encode: { x: [1, 2, 3], y: 0 },
        data: bands.map((band, row) => [row, log(band.p50), log(band.p95), log(band.p99)]),
        markLine: threshold(`limit ${limit.toFixed(2)}`, { xAxis: Math.log10(bounded) }, 'start', 1),
        markArea: {
          silent: true,
          itemStyle: { color: INK.badSoft, opacity: 0.6 },
          data: [[{ xAxis: Math.log10(bounded) }, { xAxis: Math.log10(max) }]],
        },
      },
    ],
  };
}

export interface Step {
  readonly tick: string;
  readonly value: number;
}

export interface Waterfall {
  readonly from: Step;
  readonly to: Step;
  /** They add up from the one total to the other. */
  readonly steps: readonly Step[];
}

/** Where the axis begins: the steps must be seen beside totals that are a hundred times as large. */
export function waterfallSpan({ from, to, steps }: Waterfall): Span {
  const levels = [from.value, to.value];
  let level = from.value;
  for (const step of steps) levels.push((level += step.value));
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const wide = high - low || Math.abs(high) || 1;
  const span = spanOf([low - wide * 0.35, high + wide * 0.1]);
  return low >= 0 && span.min < 0 ? { ...span, min: 0 } : span;
}

/** From one total to the other, step by step. A rise is filled, a fall an outline: colour is not the only carrier. */
export function waterfallOption(model: Waterfall): EChartsCoreOption {
  const { from, to, steps } = model;
  const span = waterfallSpan(model);
  let level = from.value;
  const bars = steps.map(({ value }) => {
    const before = level;
    level += value;
    return { base: Math.min(before, level) - span.min, size: Math.abs(value), value };
  });
  const total = ({ value }: Step): object => ({ value: value - span.min, itemStyle: { color: SERIES[4] } });
  const whole = (value: number): string => grouped(value.toFixed(0));
  const texts = [
    whole(from.value),
    ...steps.map(({ value }) => (Math.round(value) === 0 ? '±0' : `${value > 0 ? '+' : ''}${whole(value)}`)),
    whole(to.value),
  ];
  return {
    ...base({ left: 40, right: 6, top: 12, bottom: 26 }),
    xAxis: categories([from.tick, ...steps.map(({ tick }) => tick), to.tick], { interval: 0, hideOverlap: false, lineHeight: 9 }),
    yAxis: values(
      { min: 0, max: span.max - span.min, interval: span.interval },
      { axisLabel: label({ formatter: tickOf(span.interval, span.min) }) },
    ),
    series: [
      {
        type: 'bar',
        stack: 'steps',
        silent: true,
        itemStyle: { color: 'transparent' },
        data: ['-', ...bars.map((bar) => bar.base), '-'],
      },
      {
        type: 'bar',
        stack: 'steps',
        silent: true,
        barMaxWidth: 36,
        label: {
          ...label({ color: INK.ink2 }),
          ...UNDER,
          show: true,
          position: 'top',
          distance: 3,
          formatter: ({ dataIndex }: { readonly dataIndex: number }) => texts[dataIndex] ?? '',
        },
        data: [
          total(from),
          ...bars.map(({ size, value }) => ({
            value: size,
            itemStyle: value >= 0 ? { color: SERIES[0] } : { color: INK.panel, borderColor: SERIES[2], borderWidth: 1.25 },
          })),
          total(to),
        ],
      },
    ],
  };
}
