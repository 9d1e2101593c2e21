import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { GateRunRow } from '../../../src-shared/contract/gates.ts';
import { useProcedure } from '../../port/use-app.ts';
import { hrefOf, router } from '../../router/router.ts';
import { counted } from '../../ui/format.ts';
import { Hash } from '../../ui/hash.tsx';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { DECISIONS } from './gates-words.ts';
import { ScrollRegion } from './scroll-region.tsx';

const PAGE = 50;

/** Every run, newest first: a fact with its inputs. */
export function RunsTab() {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const after = cursors.at(-1);
  const answer = useProcedure('gate.runs', { limit: PAGE, ...(after === undefined ? {} : { after }) }, { keep: true });
  return (
    <AnswerView
      of={answer}
      what="the runs"
      skeleton={<Skeleton rows={12} />}
      isEmpty={({ total }) => total === 0}
      empty={
        <Panel>
          <Empty icon="history" title="The gates were not run yet">
            Each run is kept with the artifacts it judged, by their hashes.
          </Empty>
        </Panel>
      }
    >
      {({ runs, next, total }) => (
        <Panel title="Gate runs" note={counted(total, 'run')} pad={false} className="grow scroll-panel">
          <ScrollRegion label="Gate runs">
            <RunTable runs={runs} />
          </ScrollRegion>
          <div className="row runs-foot">
            <Button
              size="small"
              text="Newer"
              disabled={cursors.length === 0}
              onClick={() => {
                setCursors(cursors.slice(0, -1));
              }}
            />
            <Button
              size="small"
              text="Older"
              disabled={next === null}
              onClick={() => {
                if (next !== null) setCursors([...cursors, next]);
              }}
            />
          </div>
        </Panel>
      )}
    </AnswerView>
  );
}

function RunTable({ runs }: { readonly runs: readonly GateRunRow[] }) {
  return (
    <table className="table tight">
      <thead>
        <tr>
          <th scope="col" className="num">
            Run
          </th>
          <th scope="col">Month</th>
          <th scope="col">Decision</th>
          <th scope="col">Not holding</th>
          <th scope="col" className="num">
            Gates
          </th>
          <th scope="col">When</th>
          <th scope="col">By</th>
          <th scope="col" className="num hide-narrow">
            Thresholds
          </th>
          <th scope="col" className="hide-narrow">
            Result
          </th>
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run, at) => {
          const look = DECISIONS[run.decision];
          const before = runs.slice(at + 1).find(({ month }) => month === run.month) ?? runs[at + 1];
          return (
            <tr key={run.runNo}>
              <td className="num">
                <a href={hrefOf(run.address)}>{run.runNo}</a>
              </td>
              <td>{run.month}</td>
              <td>
                <StatusWord status={look.status}>{look.word}</StatusWord>
              </td>
              <td>{run.failing.join(', ')}</td>
              <td className="num">
                {run.passing} of {run.gates}
              </td>
              <td>
                <Time at={run.ranAt} form="short" />
              </td>
              <td>{run.by === null ? <span className="muted">after a sync</span> : visibleText(run.by)}</td>
              <td className="num hide-narrow">{run.thresholdsVersion}</td>
              <td className="hide-narrow">
                <Hash value={run.resultSha256} label={`result of run ${run.runNo}`} />
              </td>
              <td className="num">
                {before === undefined ? null : (
                  <Button
                    size="small"
                    variant="minimal"
                    text="Compare"
                    aria-label={`Compare run ${run.runNo} with run ${before.runNo}`}
                    onClick={() => {
                      router.go(`/evidence/compare?a=${before.runNo}&b=${run.runNo}`);
                    }}
                  />
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
