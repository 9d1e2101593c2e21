import { init, type EChartsCoreOption, type EChartsType } from 'echarts/core';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { afterPaint } from './after-paint.ts';
import { usePreferences } from './preferences.ts';

/** Colours and fonts of the theme, read from the custom properties that everything else uses. */
export interface ChartInk {
  readonly ink: string;
  readonly ink2: string;
  readonly ink3: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly raised: string;
  readonly accent: string;
  readonly okFill: string;
  readonly warnFill: string;
  readonly badFill: string;
  /** For words; the fills are for areas. */
  readonly bad: string;
  readonly idleFill: string;
  readonly series: readonly string[];
  readonly font: string;
}

const readInk = (): ChartInk => {
  const css = getComputedStyle(document.body);
  const value = (name: string): string => css.getPropertyValue(`--cs-${name}`).trim();
  return {
    ink: value('ink'),
    ink2: value('ink-2'),
    ink3: value('ink-3'),
    line: value('line'),
    lineStrong: value('line-strong'),
    raised: value('raised'),
    accent: value('accent'),
    okFill: value('ok-fill'),
    warnFill: value('warn-fill'),
    badFill: value('bad-fill'),
    bad: value('bad'),
    idleFill: value('idle-fill'),
    series: [1, 2, 3, 4, 5].map((n) => value(`series-${n}`)),
    font: value('sans'),
  };
};

/** What every chart has: no animation, and a tooltip that is drawn, never HTML (the content security policy forbids it). */
export const withHouseStyle = (ink: ChartInk, option: EChartsCoreOption): EChartsCoreOption => ({
  animation: false,
  textStyle: { fontFamily: ink.font },
  tooltip: {
    renderMode: 'richText',
    confine: true,
    backgroundColor: ink.raised,
    borderColor: ink.lineStrong,
    textStyle: { color: ink.ink, fontSize: 12 },
  },
  ...option,
});

export interface ChartProps {
  /** Makes the option from the theme. Keep it stable (useCallback): a new one draws anew. */
  readonly option: (ink: ChartInk) => EChartsCoreOption;
  readonly height: number;
  /** The finding, in one sentence: what somebody sees who looks. */
  readonly label: string;
  /** The same rows as a table, one key away. */
  readonly table: ReactNode;
}

/**
 * A chart on canvas. Each chart's own file registers the pieces it uses (`use` of echarts/core), so that a screen loads no
 * more than it draws.
 */
export function Chart({ option, height, label, table }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const theme = usePreferences((state) => state.theme);
  const [asTable, setAsTable] = useState(false);
  useEffect(() => {
    const element = host.current;
    if (element === null || asTable) return undefined;
    let chart: EChartsType | null = null;
    const draw = (): void => {
      const ink = readInk();
      chart?.setOption(withHouseStyle(ink, option(ink)), { notMerge: true });
    };
    // An observer also reports the size at which it begins: drawing for that would be drawing twice.
    let drawn = { width: 0, height: 0 };
    const watch = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      if (chart === null || (width === drawn.width && height === drawn.height)) return;
      drawn = { width, height };
      chart.resize();
    });
    // Drawing takes longer than all the rest of a screen, and one reads the figures first.
    const cancel = afterPaint(() => {
      drawn = { width: element.clientWidth, height: element.clientHeight };
      chart = init(element);
      draw();
      watch.observe(element);
    });
    const system = matchMedia('(prefers-color-scheme: dark)');
    // After the theme has been put on the page.
    const redraw = (): void => {
      requestAnimationFrame(draw);
    };
    system.addEventListener('change', redraw);
    return () => {
      cancel();
      system.removeEventListener('change', redraw);
      watch.disconnect();
      chart?.dispose();
      chart = null;
    };
  }, [option, theme, asTable]);
  return (
    <figure className="chart">
      {asTable ? table : <div ref={host} role="img" aria-label={label} style={{ height, minWidth: 0 }} />}
      <button type="button" className="chart-switch tiny" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
        {asTable ? 'Show as a chart' : 'Show as a table'}
      </button>
    </figure>
  );
}
