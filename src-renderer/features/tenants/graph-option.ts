import { Icons, type IconName } from '@blueprintjs/icons';
import { GraphChart } from 'echarts/charts';
import type { EChartsCoreOption } from 'echarts/core';
import { use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { ChartInk } from '../../ui/chart.tsx';
import { STATUS_ICON, type Status } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { type Graph, type GraphNode, type NodeKind, placeAround } from './graph-model.ts';

register([GraphChart, CanvasRenderer]);

export const NODE_ICON: Readonly<Record<NodeKind, IconName>> = {
  tenant: 'office',
  partner: 'people',
  plan: 'layers',
  subscription: 'credit-card',
  source: 'database',
  chain: 'link',
  incident: 'warning-sign',
  approval: 'endorsed',
  more: 'more',
};

/** Lines are set to whole pixels of these coordinates: between -1 and 1 they would not meet their nodes. */
const SCALE = 400;

const CENTRE = { node: 36, icon: 17 } as const;
const AROUND = { node: 26, icon: 12 } as const;
/** Room for names around the outermost nodes, px. */
export const MARGIN = { left: 60, right: 60, top: 26, bottom: 58 } as const;
const NAME_WIDTH = 112;
const CENTRE_WIDTH = 168;

const edgeOf = (ink: ChartInk, status: Status): string =>
  status === 'bad' ? ink.badFill : status === 'warn' ? ink.warnFill : ink.lineStrong;

/** A sign of Blueprint as a shape for a canvas. */
const shapeOf = (icon: IconName): string => `path://${(Icons.getPaths(icon, 16) ?? []).join(' ')}`;

const textOf = (node: GraphNode): string => `{name|${visibleText(node.name)}}\n{note|${visibleText(node.note)}}`;

/** Around the node in the middle; one that needs a person has its colour, a dashed line and its sign, so that colour is not alone. */
export const graphOption = (ink: ChartInk, graph: Graph, selected: string, aspect: number): EChartsCoreOption => {
  const placed = [
    { node: graph.centre, x: 0, y: 0 },
    ...placeAround(graph.around, aspect).map(({ node, x, y }) => ({ node, x: x * SCALE, y: y * SCALE })),
  ];
  const ring = (node: GraphNode): string =>
    node.id === selected ? ink.accent : node.status === 'bad' ? ink.bad : node.status === 'warn' ? ink.warn : ink.lineStrong;
  const sizeOf = (node: GraphNode): typeof CENTRE | typeof AROUND => (node === graph.centre ? CENTRE : AROUND);
  const colourOf = (node: GraphNode): string =>
    node === graph.centre ? ink.panel : node.status === 'bad' ? ink.bad : node.status === 'warn' ? ink.warn : ink.ink2;
  // The corners hold the picture in place: without them it would be stretched to whatever nodes there are.
  const corners = [-1, 1].map((at) => ({
    id: `corner ${at}`,
    x: at,
    y: at,
    symbolSize: 0,
    label: { show: false },
    tooltip: { show: false },
  }));
  const frame = { type: 'graph', layout: 'none', roam: false, preserveAspect: true, ...MARGIN } as const;
  const label = {
    show: true,
    position: 'bottom',
    distance: 5,
    width: NAME_WIDTH,
    overflow: 'truncate',
    lineHeight: 14,
    rich: { name: { color: ink.ink2, fontSize: 11, lineHeight: 14 }, note: { color: ink.ink3, fontSize: 11, lineHeight: 14 } },
  };
  return {
    tooltip: { show: false },
    series: [
      {
        ...frame,
        cursor: 'pointer',
        emphasis: { disabled: true },
        label,
        data: [
          ...placed.map(({ node, x, y }) => ({
            id: node.id,
            x,
            y,
            symbolSize: sizeOf(node).node,
            itemStyle: {
              color: node === graph.centre ? ink.accent : ink.panel,
              borderColor: node === graph.centre && node.id === selected ? ink.ink : ring(node),
              borderWidth: node.id === selected ? 2.5 : 1.5,
            },
            label: {
              formatter: textOf(node),
              ...(node === graph.centre ? { width: CENTRE_WIDTH } : {}),
              ...(node === graph.centre || node.id === selected
                ? { rich: { ...label.rich, name: { color: ink.ink, fontSize: 12, fontWeight: 600, lineHeight: 15 } } }
                : {}),
            },
          })),
          ...corners,
        ],
        links: [
          ...graph.around.map((node) => ({
            source: graph.centre.id,
            target: node.id,
            lineStyle: {
              color: edgeOf(ink, node.status),
              width: node.status === 'bad' || node.status === 'warn' ? 1.5 : 1,
              type: node.status === 'bad' ? 'dashed' : 'solid',
            },
          })),
          ...graph.cross.map(({ from, to }) => ({
            source: from,
            target: to,
            lineStyle: { color: ink.line, width: 1, curveness: 0.2 },
          })),
        ],
      },
      {
        ...frame,
        silent: true,
        label: { show: false },
        data: [
          ...placed.map(({ node, x, y }) => ({
            id: `sign of ${node.id}`,
            x,
            y,
            symbol: shapeOf(node.status === 'bad' ? STATUS_ICON.bad : NODE_ICON[node.kind]),
            symbolSize: sizeOf(node).icon,
            itemStyle: { color: colourOf(node) },
          })),
          ...corners.map((corner) => ({ ...corner, id: `sign of ${corner.id}` })),
        ],
        links: [],
      },
    ],
  };
};
