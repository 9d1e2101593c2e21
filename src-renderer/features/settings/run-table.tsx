import { useProcedure } from '../../port/use-app.ts';
import { counted, duration, integer } from '../../ui/format.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { conservationLine, OUTCOME, PLACES } from './source-words.ts';

const SHOWN = 50;

/** The newest runs of a source, each with its own conservation. */
export function RunTable({ sourceId, name }: { readonly sourceId: string; readonly name: string }) {
  const runs = useProcedure('sync.runs', { sourceId, limit: SHOWN });
  return (
    <AnswerView
      of={runs}
      what={`the runs of ${name}`}
      skeleton={<Skeleton rows={4} rowHeight={28} />}
      isEmpty={(data) => data.runs.length === 0}
      empty={
        <Empty icon="history" title="Not run yet">
          The first run reads everything the source offers; later ones only what is new.
        </Empty>
      }
    >
      {(data) => (
        <div className="table-scroll runs" tabIndex={0} role="group" aria-label={`Runs of ${name}`}>
          <table className="table plain">
            <thead>
              <tr>
                <th scope="col">Started</th>
                <th scope="col">Outcome</th>
                <th scope="col" className="num">
                  Received
                </th>
                {PLACES.map((place) => (
                  <th key={place} scope="col" className="num cap">
                    {place}
                  </th>
                ))}
                <th scope="col" className="num">
                  Took
                </th>
                <th scope="col">What it says</th>
              </tr>
            </thead>
            <tbody>
              {data.runs.map((run) => {
                const look = OUTCOME[run.outcome];
                return (
                  <tr key={run.runId}>
                    <td>
                      <Time at={run.startedAt} form="short" />
                    </td>
                    <td>
                      <StatusWord status={look.status} icon={look.icon}>
                        {look.word}
                      </StatusWord>
                    </td>
                    <td className="num strong" title={conservationLine(run.counts)}>
                      {integer(run.counts.received)}
                    </td>
                    {PLACES.map((place) => (
                      <td key={place} className={`num${run.counts[place] === 0 ? ' muted' : ''}`}>
                        {integer(run.counts[place])}
                      </td>
                    ))}
                    <td className="num">
                      {run.endedAt === null ? (
                        <span className="muted">runs</span>
                      ) : (
                        duration(Date.parse(run.endedAt) - Date.parse(run.startedAt))
                      )}
                    </td>
                    <td className="second ellipsis wide-cell" title={run.says}>
                      {run.says}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <p className="table-note tiny muted">
            {data.next === null
              ? `${counted(data.runs.length, 'run')}, newest first`
              : `The newest ${integer(data.runs.length)} runs; older ones are in the audit log`}
            .
          </p>
        </div>
      )}
    </AnswerView>
  );
}
