import type { EChartsCoreOption } from 'echarts/core';
import { useCallback } from 'react';
import type { PacketDocument, PacketHistoryMonth } from '../../../src-shared/contract/packet-document.ts';
import { Chart, type ChartInk } from '../../ui/chart.tsx';
import { categoryAxis, spanOf, thresholdLine, valueAxis } from './chart-parts.ts';
import { monthName, monthTick, shown } from './packet-words.ts';

type Thresholds = PacketDocument['thresholds'];

const numberOf = (text: string | null): number | null => (text === null ? null : Number(text));

/** The line and its points: only a point below its floor carries the colour of a status. */
const line = (ink: ChartInk, values: readonly (number | null)[], floor: number, at: number, last: string): object => ({
  type: 'line',
  symbol: 'circle',
  symbolSize: 7,
  showSymbol: true,
  data: values.map((value, i) => ({
    value,
    symbolSize: value !== null && (value < floor || i === values.length - 1) ? 6 : 0,
    itemStyle: { color: value !== null && value < floor ? ink.badFill : ink.series[at] },
  })),
  lineStyle: { color: ink.series[at], width: 2, ...(at === 0 ? {} : { type: [5, 3] }) },
  itemStyle: { color: ink.series[at] },
  endLabel: { show: true, formatter: last, color: ink.ink, fontSize: 11, fontWeight: 600 },
  connectNulls: true,
});

/** Some room below the lower floor, where its name stands. */
const marginSpan = (known: readonly number[], floors: readonly number[]) => spanOf([...known, ...floors, Math.min(...floors) - 1]);

export const marginOption = (ink: ChartInk, history: readonly PacketHistoryMonth[], thresholds: Thresholds): EChartsCoreOption => {
  const blended = history.map((month) => numberOf(month.blendedMargin));
  const stress = history.map((month) => numberOf(month.stressMargin));
  const floors = [Number(thresholds.minBlendedMargin), Number(thresholds.minStressMargin)] as const;
  const known = [...blended, ...stress].filter((value) => value !== null);
  const axis = marginSpan(known, floors);
  const floorAt = (values: readonly (number | null)[], floor: number): string =>
    (values.at(-1) ?? floor) < floor ? 'insideEndTop' : 'insideEndBottom';
  const lastOf = (values: readonly (number | null)[]): string => values.at(-1)?.toFixed(2) ?? '';
  return {
    grid: { left: 30, right: 44, top: 8, bottom: 22 },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: ink.raised,
      borderColor: ink.lineStrong,
      textStyle: { color: ink.ink, fontSize: 12 },
    },
    // The last point stands at the edge, so that its label is beside the plot and not in it.
    xAxis: {
      ...categoryAxis(
        ink,
        history.map(({ month }) => monthTick(month)),
        history.length < 2 ? {} : { alignMinLabel: 'left', alignMaxLabel: 'right' },
      ),
      boundaryGap: history.length < 2,
    },
    yAxis: valueAxis(ink, axis),
    series: [
      {
        ...line(ink, blended, floors[0], 0, lastOf(blended)),
        name: 'Blended margin, %',
        markLine: thresholdLine(ink, `blended floor ${thresholds.minBlendedMargin}`, { yAxis: floors[0] }, floorAt(blended, floors[0])),
      },
      {
        ...line(ink, stress, floors[1], 1, lastOf(stress)),
        name: 'Stress margin, %',
        markLine: thresholdLine(ink, `stress floor ${thresholds.minStressMargin}`, { yAxis: floors[1] }, floorAt(stress, floors[1])),
      },
    ],
  };
};

/** Where the margin axis begins, for the panel's note. */
export const marginAxisFrom = (history: readonly PacketHistoryMonth[], { minBlendedMargin, minStressMargin }: Thresholds): number =>
  marginSpan(
    history.flatMap((month) => [month.blendedMargin, month.stressMargin].filter((value) => value !== null).map(Number)),
    [Number(minBlendedMargin), Number(minStressMargin)],
  ).min;

export const marginFinding = (history: readonly PacketHistoryMonth[]): string => {
  const [first, last] = [history[0], history.at(-1)];
  if (first === undefined || last === undefined) return 'No close is known.';
  const moved = (name: string, values: readonly (string | null)[]): string => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? `${name} is not known` : `${name} went from ${known[0] ?? ''} to ${known.at(-1) ?? ''} percent`;
  };
  const blended = moved(
    'Blended margin',
    history.map((month) => month.blendedMargin),
  );
  const stress = moved(
    'stress margin',
    history.map((month) => month.stressMargin),
  );
  return `${blended}, ${stress}, from ${monthName(first.month)} to ${monthName(last.month)}.`;
};

export function MarginChart({
  history,
  thresholds,
  height,
}: {
  readonly history: readonly PacketHistoryMonth[];
  readonly thresholds: Thresholds;
  readonly height: number;
}) {
  const option = useCallback((ink: ChartInk) => marginOption(ink, history, thresholds), [history, thresholds]);
  return (
    <Chart
      option={option}
      height={height}
      label={marginFinding(history)}
      table={
        <table className="table tight plain inset">
          <thead>
            <tr>
              <th scope="col">Close</th>
              <th scope="col" className="num">
                Blended
              </th>
              <th scope="col" className="num">
                Stress
              </th>
            </tr>
          </thead>
          <tbody>
            {history.toReversed().map((month) => (
              <tr key={month.month}>
                <td>{month.month}</td>
                <td className="num">{shown(month.blendedMargin, 'percent')}</td>
                <td className="num">{shown(month.stressMargin, 'percent')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      }
    />
  );
}
