import { type EChartsCoreOption, init } from 'echarts/dist/echarts.esm.min';

/** What only a browser needs: the style of the pointer. */
const HOVER_STYLE = /<style >.*?<\/style>/s;

/**
 * Draws an option as SVG text, without a browser. Text is measured by the library's own table of widths, never by the
 * machine's fonts, so that the same option gives the same picture everywhere.
 * @param width in points, as `height`
 */
export function drawChart(option: EChartsCoreOption, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString().replace(HOVER_STYLE, '');
  } finally {
    // It keeps a timer otherwise, and with it the thread.
    chart.dispose();
  }
}
