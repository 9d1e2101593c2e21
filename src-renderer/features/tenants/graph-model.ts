import type { Status } from '../../ui/status.tsx';

/** What hangs together around one thing: it stands in the middle, everything one step away around it. Pure. */
export type NodeKind =
  | 'tenant'
  | 'partner'
  | 'plan'
  | 'subscription'
  | 'source'
  | 'chain'
  | 'incident'
  | 'approval'
  /** What did not fit, counted. */
  | 'more';

export interface GraphNode {
  /** `partner:northwind`; unique in a graph. */
  readonly id: string;
  readonly kind: NodeKind;
  /** As it is called: "Northwind", "INC-0042". */
  readonly name: string;
  /** What it is or how it stands, in two or three words: "partner", "open 2 h". */
  readonly note: string;
  readonly status: Status;
  /** How it belongs to the thing in the middle: for the panel of the selected node. */
  readonly says: string;
  /** Its own screen; null where it has none. */
  readonly address: string | null;
  /** Whether one can walk on from it. */
  readonly walks: boolean;
}

export interface GraphLink {
  readonly from: string;
  readonly to: string;
}

export interface Graph {
  readonly centre: GraphNode;
  readonly around: readonly GraphNode[];
  /** Beside those from the middle to each node. */
  readonly cross: readonly GraphLink[];
}

/** Kinds clockwise from the top: the same kind stands in the same direction for every tenant. */
const ORDER: readonly NodeKind[] = ['partner', 'source', 'chain', 'incident', 'tenant', 'approval', 'subscription', 'plan', 'more'];

/** More of a kind than these fold into one node that counts them; what needs a person stays. */
export const MOST_OF_A_KIND = 4;
const WORST: Readonly<Record<Status, number>> = { bad: 0, warn: 1, accent: 2, ok: 3, idle: 4 };

/** In the order of the circle, with what is too many folded. */
export const arrange = (nodes: readonly GraphNode[], most = MOST_OF_A_KIND): GraphNode[] =>
  ORDER.flatMap((kind) => {
    const same = nodes.filter((node) => node.kind === kind);
    if (same.length <= most) return same;
    const kept = [...same].sort((a, b) => WORST[a.status] - WORST[b.status]).slice(0, most - 1);
    const rest = same.length - kept.length;
    const first = same[0];
    return [
      ...same.filter((node) => kept.includes(node)),
      {
        id: `more:${kind}`,
        kind: 'more' as const,
        name: `${rest} more`,
        note: first?.kind === 'tenant' ? 'tenants' : `${kind}s`,
        status: 'idle' as const,
        says: `${rest} more of this kind, none of them worse than those shown.`,
        address: null,
        walks: false,
      },
    ];
  });

export interface Placed {
  readonly node: GraphNode;
  /** From the middle: x from -1 to 1, y as far as the place is high; y grows downwards. */
  readonly x: number;
  readonly y: number;
}

/** From this many on, every second node stands on an inner circle, so that the names keep apart. */
const TWO_RINGS_FROM = 9;

/**
 * Around the middle, clockwise from the top.
 * @param aspect height of the place by its width: the circle is stretched to fill it, the nodes are not.
 */
export const placeAround = (nodes: readonly GraphNode[], aspect = 1): Placed[] =>
  nodes.map((node, i) => {
    const angle = (i / nodes.length) * 2 * Math.PI - Math.PI / 2;
    const radius = nodes.length >= TWO_RINGS_FROM && i % 2 === 1 ? 0.62 : 1;
    return { node, x: radius * Math.cos(angle), y: aspect * radius * Math.sin(angle) };
  });

const DIRECTION: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
};

/**
 * Which node an arrow key leads to: the nearest one in that direction, as one sees it. From the outermost node of a direction
 * it goes on around the circle, so that every node is reached with arrows alone.
 * @param at id of the node the keyboard is on.
 */
export const moveInGraph = (key: string, at: string, placed: readonly Placed[]): string | null => {
  const direction = DIRECTION[key];
  if (direction === undefined || placed.length === 0) return null;
  const from = placed.find(({ node }) => node.id === at);
  if (from === undefined) return placed[0]?.node.id ?? null;
  const [dx, dy] = direction;
  let best: { readonly id: string; readonly cost: number } | null = null;
  for (const { node, x, y } of placed) {
    if (node.id === at) continue;
    const along = (x - from.x) * dx + (y - from.y) * dy;
    if (along <= 0.02) continue;
    const across = Math.abs((x - from.x) * dy) + Math.abs((y - from.y) * dx);
    // Straight ahead counts more than near: the eye follows the direction.
    const cost = along + 2 * across;
    if (best === null || cost < best.cost) best = { id: node.id, cost };
  }
  if (best !== null) return best.id;
  const ring = placed.findIndex(({ node }) => node.id === at);
  const step = key === 'ArrowRight' || key === 'ArrowDown' ? 1 : -1;
  return placed[(ring + step + placed.length) % placed.length]?.node.id ?? null;
};

/** The graph in one sentence: what somebody sees who looks. */
export const graphFinding = ({ centre, around }: Graph): string => {
  if (around.length === 0) return `Nothing is connected with ${centre.name}.`;
  const parts = around.map((node) => `${node.name} (${node.note})`);
  return `${centre.name} in the middle, joined to ${parts.join(', ')}.`;
};
