import { Button } from '@blueprintjs/core';
import { type KeyboardEvent, type RefObject, useCallback, useEffect, useId, useMemo, useRef, useState } from 'react';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { Chart, type ChartInk } from '../../ui/chart.tsx';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { useNow } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { type Graph, graphFinding, type GraphNode, moveInGraph, placeAround } from './graph-model.ts';
import { graphOption, MARGIN, NODE_ICON } from './graph-option.ts';
import { type Centre, centreId, centreOf, useGraph } from './use-graph.ts';

const KIND_WORD: Readonly<Record<GraphNode['kind'], string>> = {
  tenant: 'tenant',
  partner: 'partner',
  plan: 'plan',
  subscription: 'subscription',
  source: 'source',
  chain: 'receipt chain',
  incident: 'incident',
  approval: 'approval',
  more: 'more',
};
const OPEN_WORD: Readonly<Partial<Record<GraphNode['kind'], string>>> = {
  tenant: 'Open the tenant',
  partner: 'Show its tenants',
  plan: 'Open the plan',
  source: 'Open the source',
  chain: 'Open the chain',
  incident: 'Open the incident',
  approval: 'Open the approval',
  more: 'Show them all',
};

/** What hangs together with a tenant, to walk along: `?at=partner/northwind` is where one has walked to. */
export function ConnectionsPanel({ tenantId }: { readonly tenantId: string }) {
  const { query } = useAddress();
  const now = useNow();
  const home: Centre = { kind: 'tenant', key: tenantId };
  const centre = centreOf(query['at']) ?? home;
  const graph = useGraph(centre, now);
  const [way, setWay] = useState<readonly { readonly id: string; readonly name: string }[]>([]);
  const walk = (to: string, from: GraphNode): void => {
    setWay([...way, { id: from.id, name: from.name }]);
    setQuery({ at: to === centreId(home) ? undefined : to }, { replace: false });
  };
  const back = (): void => {
    const last = way.at(-1);
    setWay(way.slice(0, -1));
    setQuery({ at: last === undefined || last.id === centreId(home) ? undefined : last.id });
  };
  const away = centreId(centre) !== centreId(home);
  return (
    <Panel
      title="Connections"
      note={away ? null : 'one step away'}
      className="graph-pane"
      pad={false}
      actions={
        away ? (
          <Button
            variant="minimal"
            size="small"
            icon="arrow-left"
            text={way.length === 0 ? 'Back to this tenant' : `Back to ${visibleText(way.at(-1)?.name ?? '')}`}
            onClick={back}
          />
        ) : null
      }
    >
      <AnswerView of={graph} what="the connections" skeleton={<Skeleton rows={6} rowHeight={48} />}>
        {(data) => <Walkable key={data.centre.id} graph={data} home={centreId(home)} onWalk={walk} onBack={away ? back : null} />}
      </AnswerView>
    </Panel>
  );
}

interface WalkableProps {
  readonly graph: Graph;
  /** The tenant whose screen it is. */
  readonly home: string;
  readonly onWalk: (to: string, from: GraphNode) => void;
  readonly onBack: (() => void) | null;
}

const idOf = (datum: unknown): string | null =>
  typeof datum === 'object' && datum !== null && 'id' in datum && typeof datum.id === 'string' ? datum.id : null;

/** What needs a person is looked at first, else what stands in the middle. */
const firstOf = ({ centre, around }: Graph): string =>
  (around.find((node) => node.status === 'bad') ?? around.find((node) => node.status === 'warn') ?? centre).id;

function Walkable({ graph, home, onWalk, onBack }: WalkableProps) {
  const id = useId();
  const { centre, around } = graph;
  const all = useMemo(() => [centre, ...around], [centre, around]);
  const [at, setAt] = useState(() => firstOf(graph));
  const picked = all.find((node) => node.id === at) ?? centre;
  const box = useRef<HTMLDivElement>(null);
  const aspect = useAspect(box);
  const placed = useMemo(() => [{ node: centre, x: 0, y: 0 }, ...placeAround(around, aspect)], [centre, around, aspect]);
  const option = useCallback((ink: ChartInk) => graphOption(ink, graph, picked.id, aspect), [graph, picked.id, aspect]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter') {
      if (picked.walks) onWalk(picked.id, centre);
      else if (picked.address !== null) router.go(picked.address);
    } else if (event.key === 'Backspace' && onBack !== null) onBack();
    else {
      const to = moveInGraph(event.key, picked.id, placed);
      if (to === null) return;
      setAt(to);
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <div className="graph-box" ref={box}>
        <Chart
          option={option}
          height="fill"
          label={graphFinding(graph)}
          table={<GraphTable graph={graph} />}
          onPick={(datum) => {
            const name = idOf(datum);
            if (name !== null && all.some((node) => node.id === name)) setAt(name);
          }}
        />
        <div
          className="graph-keys"
          role="listbox"
          tabIndex={0}
          aria-label={`Around ${centre.name}: arrows move, Enter walks on or opens`}
          aria-activedescendant={`${id}-${all.indexOf(picked)}`}
          onKeyDown={onKeyDown}
        >
          {all.map((node, i) => (
            <div key={node.id} role="option" id={`${id}-${i}`} aria-selected={node === picked} className="visually-hidden">
              {`${node.name}, ${KIND_WORD[node.kind]}, ${node.note}`}
            </div>
          ))}
        </div>
      </div>
      <Picked node={picked} centre={centre} home={home} onWalk={onWalk} />
    </>
  );
}

/** Flatter or higher than this a circle is no circle any more. */
const FLATTEST = 0.45;
const HIGHEST = 1.9;

/** Height by width of the place between the names, in steps, so that a window that is drawn larger does not draw at every pixel. */
const useAspect = (box: RefObject<HTMLElement | null>): number => {
  const [aspect, setAspect] = useState(1.5);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const watch = new ResizeObserver(() => {
      const width = Math.max(1, element.clientWidth - MARGIN.left - MARGIN.right);
      const height = Math.max(1, element.clientHeight - MARGIN.top - MARGIN.bottom);
      setAspect(Math.round(Math.min(HIGHEST, Math.max(FLATTEST, height / width)) * 20) / 20);
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
    };
  }, [box]);
  return aspect;
};

interface PickedProps {
  readonly node: GraphNode;
  readonly centre: GraphNode;
  readonly home: string;
  readonly onWalk: (to: string, from: GraphNode) => void;
}

/** What the selected node has to do with the one in the middle, and where it leads. */
function Picked({ node, centre, home, onWalk }: PickedProps) {
  const openWord = OPEN_WORD[node.kind];
  return (
    <section className="graph-pick" aria-label="What is selected" aria-live="polite">
      <div className="row between">
        <h3 className="ellipsis">{visibleText(node.name)}</h3>
        <StatusWord status={node.status} {...(node.status === 'idle' ? { icon: NODE_ICON[node.kind] } : {})}>
          {node.status === 'idle' ? KIND_WORD[node.kind] : node.note}
        </StatusWord>
      </div>
      <p className="small second graph-says">{visibleText(node.says)}</p>
      <div className="row">
        {node.address === null || openWord === undefined || node.id === home ? null : (
          <Button
            size="small"
            text={openWord}
            onClick={() => {
              router.go(node.address ?? '/tenants');
            }}
          />
        )}
        {node.walks ? (
          <Button
            size="small"
            variant="minimal"
            icon="graph"
            text="Walk from here"
            onClick={() => {
              onWalk(node.id, centre);
            }}
          />
        ) : null}
      </div>
    </section>
  );
}

function GraphTable({ graph }: { readonly graph: Graph }) {
  return (
    <div className="scroll-box" tabIndex={0} role="region" aria-label="Connections as a table">
      <table className="table tight plain">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Kind</th>
            <th scope="col">State</th>
          </tr>
        </thead>
        <tbody>
          {graph.around.map((node) => (
            <tr key={node.id}>
              <td>{node.address === null ? visibleText(node.name) : <a href={hrefOf(node.address)}>{visibleText(node.name)}</a>}</td>
              <td>{KIND_WORD[node.kind]}</td>
              <td>
                <StatusWord status={node.status}>{visibleText(node.note)}</StatusWord>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
