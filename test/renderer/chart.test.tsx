import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { Chart, type ChartInk, withHouseStyle } from '../../src-renderer/ui/chart.tsx';

const ink: ChartInk = {
  ink: '#111',
  ink2: '#222',
  ink3: '#333',
  line: '#444',
  lineStrong: '#555',
  raised: '#666',
  accent: '#777',
  okFill: '#888',
  warnFill: '#999',
  badFill: '#aaa',
  bad: '#a00',
  idleFill: '#bbb',
  series: ['#1', '#2', '#3', '#4', '#5'],
  font: 'sans',
};

describe('charts', () => {
  it('never animate, and draw their tooltips instead of making HTML', () => {
    expect(withHouseStyle(ink, { series: [] })).toMatchObject({
      animation: false,
      tooltip: { renderMode: 'richText', backgroundColor: '#666' },
      series: [],
    });
  });

  it('state their finding and have a table one key away', () => {
    const html = renderToStaticMarkup(<Chart option={() => ({})} height={120} label="Receipts fell by half on 2 June" table={<table />} />);
    expect(html).toContain('role="img" aria-label="Receipts fell by half on 2 June"');
    expect(html).toContain('Show as a table');
  });
});
