import type { CustomSeriesRenderItem } from 'echarts';
import type { EChartsCoreOption } from 'echarts/core';
import { useCallback, useMemo } from 'react';
import { Chart, type ChartInk } from '../../ui/chart.tsx';
import { categoryAxis, thresholdLine } from './chart-parts.ts';
import { figureOf, type PacketAnswer } from './packet-context.tsx';
import { shown } from './packet-words.ts';

/** One tier: what a tenant's LLM cost takes of what the tenant brings, percent. */
export interface Band {
  readonly title: string;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  /** As they are shown. */
  readonly texts: readonly string[];
  readonly usd: readonly string[];
}

const RANKS = ['p50', 'p95', 'p99'] as const;

/** The tiers that have all three percentiles; one without subscriptions has no share of MRR. */
const bandsOf = (packet: PacketAnswer): Band[] =>
  packet.tiers.flatMap(({ tier, title }) => {
    const shares = RANKS.map((rank) => figureOf(packet, `tier.${tier}.${rank}_of_mrr`)?.value ?? null);
    const usd = RANKS.map((rank) => shown(figureOf(packet, `tier.${tier}.${rank}`)?.value ?? null, 'USD'));
    const [p50, p95, p99] = shares.map((share) => (share === null ? null : Number(share)));
    if (p50 === undefined || p95 === undefined || p99 === undefined || p50 === null || p95 === null || p99 === null) return [];
    return [{ title, p50, p95, p99, texts: shares.map((share) => shown(share, 'percent')), usd }];
  });

/** Nothing below a hundredth of a percent can be told apart; a logarithm needs more than nothing. */
const LEAST = 0.01;
const atLeast = (value: number): number => Math.max(LEAST, value);

/** Whole decades would leave half the width empty: the ends are the next of 1, 2, 5. */
const endOf = (value: number, up: boolean): number => {
  const decade = 10 ** Math.floor(Math.log10(value));
  const stops = [0.5, 1, 2, 5, 10, 20].map((n) => Number((n * decade).toPrecision(3)));
  return up ? (stops.find((stop) => stop >= value * 1.1) ?? value * 2) : (stops.findLast((stop) => stop <= value * 0.9) ?? value / 2);
};

export const bandsOption = (ink: ChartInk, bands: readonly Band[], limit: number): EChartsCoreOption => {
  const min = endOf(atLeast(Math.min(limit, ...bands.map((band) => band.p50))), false);
  const max = endOf(Math.max(limit, ...bands.map((band) => band.p99)), true);
  const draw: CustomSeriesRenderItem = (_params, api) => {
    const band = bands[Number(api.value(0))];
    if (band === undefined) return null;
    const at = (value: number): number => api.coord([atLeast(value), Number(api.value(0))])[0] ?? 0;
    const y = api.coord([min, Number(api.value(0))])[1] ?? 0;
    const [x50, x95, x99] = [at(band.p50), at(band.p95), at(band.p99)];
    const over = band.p95 > limit;
    const colour = ink.series[0] ?? ink.ink;
    const rect = (x: number, width: number, height: number, fill: string, opacity: number) => ({
      type: 'rect' as const,
      shape: { x, y: y - height / 2, width: Math.max(1, width), height },
      style: { fill, opacity },
    });
    return {
      type: 'group',
      children: [
        rect(x50, x99 - x50, 8, colour, 0.3),
        rect(x50, x95 - x50, 8, colour, 0.7),
        rect(x95 - 1.5, 3, 16, over ? ink.badFill : ink.ink, 1),
        {
          type: 'text',
          style: {
            x: x99 + 6,
            y,
            text: `p95 ${band.p95.toFixed(2)}${over ? ' ✕' : ''}`,
            fill: over ? ink.bad : ink.ink2,
            font: `${over ? '600 ' : ''}11px ${ink.font}`,
            textAlign: 'left',
            textVerticalAlign: 'middle',
          },
        },
      ],
    };
  };
  return {
    grid: { left: 66, right: 66, top: 16, bottom: 22 },
    tooltip: { show: false },
    xAxis: {
      type: 'log',
      min,
      max,
      axisLabel: { color: ink.ink3, fontSize: 11 },
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: ink.line } },
    },
    yAxis: {
      ...categoryAxis(
        ink,
        bands.map((band) => band.title),
        { color: ink.ink2 },
      ),
      inverse: true,
      axisLine: { show: false },
    },
    series: [
      {
        type: 'custom',
        renderItem: draw,
        encode: { x: [1, 2, 3], y: 0 },
        data: bands.map((band, i) => [i, atLeast(band.p50), atLeast(band.p95), atLeast(band.p99)]),
        markLine: thresholdLine(ink, `limit ${limit.toFixed(2)}`, { xAxis: limit }, 'start'),
        markArea: {
          silent: true,
          itemStyle: { color: ink.badFill, opacity: 0.08 },
          data: [[{ xAxis: limit }, { xAxis: max }]],
        },
      },
    ],
  };
};

export const bandsFinding = (bands: readonly Band[], limit: number): string =>
  bands.length === 0
    ? 'No tier has LLM cost of MRR this month.'
    : `p95 LLM cost of MRR: ${bands
        .map((band) => `${band.title} ${band.p95.toFixed(2)} percent${band.p95 > limit ? ', over the limit' : ''}`)
        .join('; ')}. The limit is ${limit.toFixed(2)} percent.`;

/** p50 to p99 of each tier as a band on a logarithmic axis, a tick at p95, and the one limit that p95 is held against. */
export function LlmBands({ packet, height }: { readonly packet: PacketAnswer; readonly height: number }) {
  const bands = useMemo(() => bandsOf(packet), [packet]);
  const limit = Number(packet.thresholds.maxP95Envelope);
  const option = useCallback((ink: ChartInk) => bandsOption(ink, bands, limit), [bands, limit]);
  return (
    <Chart
      option={option}
      height={height}
      label={bandsFinding(bands, limit)}
      table={
        <table className="table tight plain inset">
          <thead>
            <tr>
              <th scope="col">Tier</th>
              {RANKS.map((rank) => (
                <th key={rank} scope="col" className="num">
                  {rank}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {bands.map((band) => (
              <tr key={band.title}>
                <td>{band.title}</td>
                {band.texts.map((text, i) => (
                  <td key={RANKS[i]} className="num">
                    {text} <span className="muted">{band.usd[i]}</span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}
