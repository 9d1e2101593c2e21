import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { CallError } from '../../../src-shared/contract/client.ts';
import { useAppClient } from '../../port/app-client.ts';
import { saveDownload } from '../../port/download.ts';
import { type Answer, useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { decimal, integer } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { Metric, Panel } from '../../ui/parts.tsx';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { BoundsDialog } from './bounds-dialog.tsx';
import { type Diagnostics, figureText, traceLines } from './diagnostics-words.ts';
import { IntakeChart } from './intake-chart.tsx';
import { SeriesChart } from './series-chart.tsx';
import './diagnostics.css';

/** How the console itself is doing: figures against their bounds, readings over time, what is slow, and traces. */
export function DiagnosticsSection() {
  const answer = useProcedure('diagnostics.get', {}, { keep: true });
  return (
    <AnswerView of={answer} what="the diagnostics" skeleton={<Skeleton rows={12} />}>
      {(data) => <Body data={data} onLook={() => void answer.refetch()} looking={answer.isFetching} />}
    </AnswerView>
  );
}

function Body({ data, onLook, looking }: { readonly data: Diagnostics; readonly onLook: () => void; readonly looking: boolean }) {
  const [changing, setChanging] = useState(false);
  const allowed = useAllowed();
  const save = useSave();
  return (
    <>
      <Panel
        title="Now"
        note={data.alerts.length === 0 ? 'no alert stands' : undefined}
        actions={
          <>
            <ActionButton
              size="small"
              icon="notifications"
              text="Bounds of alerts…"
              refused={allowed('diagnostics.setBounds')}
              onClick={() => setChanging(true)}
            />
            <Button size="small" icon="refresh" text="Look again" loading={looking} onClick={onLook} />
          </>
        }
      >
        <div className="diagnostics-figures">
          {data.figures.map((figure) => (
            <Metric
              key={figure.id}
              label={figure.title}
              value={figure.address === null ? figureText(figure) : <a href={hrefOf(figure.address)}>{figureText(figure)}</a>}
              note={figure.says}
              {...(figure.status === 'warn' || figure.status === 'bad' ? { status: figure.status } : {})}
            />
          ))}
        </div>
        {data.alerts.length === 0 ? null : (
          <ul className="alerts" aria-label="Alerts that stand">
            {data.alerts.map((alert) => (
              <li key={alert.key}>
                <StatusWord status={alert.severity} strong>
                  {alert.title}
                </StatusWord>{' '}
                <span className="second">{alert.says}</span>{' '}
                <span className="muted small">
                  since <Time at={alert.since} form="short" />
                </span>{' '}
                <a href={hrefOf(alert.address)}>Look</a>
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel title="Rows by day" note="all feeds, 30 days">
        {data.intake.length === 0 ? (
          <Empty icon="import" title="Nothing came in yet">
            Sync a source; what it brings is shown here by outcome.
          </Empty>
        ) : (
          <IntakeChart intake={data.intake} />
        )}
      </Panel>
      <div className="diagnostics-series">
        {data.series.map((series) => (
          <Panel key={series.id} title={series.title} note={series.unit}>
            {series.points.length === 0 ? (
              <p className="second">The first reading comes within a minute.</p>
            ) : (
              <SeriesChart series={series} />
            )}
          </Panel>
        ))}
      </div>
      <div className="diagnostics-series">
        <Latencies title="Calls" note="of this console, slowest in sum first" rows={data.calls} />
        <Latencies title="Queries" note="in the store’s threads" rows={data.queries} />
      </div>
      <Traces
        onSave={() => save('diagnostics.saveTraces')}
        onSaveMetrics={() => save('diagnostics.saveMetrics')}
        refused={allowed('diagnostics.saveTraces')}
      />
      {changing ? <BoundsDialog bounds={data.bounds} onClose={() => setChanging(false)} /> : null}
    </>
  );
}

function useSave() {
  const { live } = useAppClient();
  return (name: 'diagnostics.saveTraces' | 'diagnostics.saveMetrics'): void => {
    live.call(name, {}).then(saveDownload, (error: unknown) => {
      const failure = error as CallError;
      say({ status: 'bad', title: 'Nothing was saved', text: `${failure.message} ${failure.nextStep}` });
    });
  };
}

function Latencies({ title, note, rows }: { readonly title: string; readonly note: string; readonly rows: Diagnostics['calls'] }) {
  return (
    <Panel title={title} note={note} pad={false}>
      {rows.length === 0 ? (
        <Empty icon="time" title="None yet" />
      ) : (
        <div className="table-scroll latencies" tabIndex={0} role="region" aria-label={title}>
          <table className="table tight plain">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col" className="num">
                  Count
                </th>
                <th scope="col" className="num">
                  p50, ms
                </th>
                <th scope="col" className="num">
                  p95, ms
                </th>
                <th scope="col" className="num">
                  Failed
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.name}>
                  <td>
                    <code>{row.name}</code>
                  </td>
                  <td className="num">{integer(row.count)}</td>
                  <td className="num">{decimal(row.p50Ms, 1)}</td>
                  <td className="num">{decimal(row.p95Ms, 1)}</td>
                  <td className={`num${row.failures > 0 ? ' t-warn' : ' muted'}`}>{integer(row.failures)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

interface TracesProps {
  readonly onSave: () => void;
  readonly onSaveMetrics: () => void;
  readonly refused: string | null;
}

function Traces({ onSave, onSaveMetrics, refused }: TracesProps) {
  const [shown, setShown] = useState(false);
  const traces = useProcedure('diagnostics.traces', { limit: 200 }, { enabled: shown, keep: true });
  return (
    <Panel
      title="Traces"
      note="kept in memory; they leave this machine only in a file that you save"
      actions={
        <>
          <ActionButton size="small" icon="download" text="Save metrics" refused={refused} onClick={onSaveMetrics} />
          <ActionButton size="small" icon="download" text="Save traces" refused={refused} onClick={onSave} />
          <Button
            size="small"
            text={shown ? 'Hide traces' : 'Show traces'}
            aria-expanded={shown}
            onClick={() => {
              if (shown) setShown(false);
              else {
                setShown(true);
                void traces.refetch();
              }
            }}
          />
        </>
      }
    >
      {shown ? (
        <AnswerView of={traces} what="the traces" skeleton={<Skeleton rows={6} />}>
          {({ spans }) => (
            <div className="table-scroll latencies" tabIndex={0} role="region" aria-label="Traces, newest first">
              <table className="table tight plain">
                <thead>
                  <tr>
                    <th scope="col">Began</th>
                    <th scope="col">What ran</th>
                    <th scope="col" className="num">
                      ms
                    </th>
                    <th scope="col">Outcome</th>
                    <th scope="col">Trace</th>
                  </tr>
                </thead>
                <tbody>
                  {traceLines(spans).map((span) => (
                    <SpanRow key={span.spanId} span={span} />
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </AnswerView>
      ) : (
        <p className="second">Calls, queries, intake and policy decisions, with what ran inside what.</p>
      )}
    </Panel>
  );
}

function SpanRow({ span }: { readonly span: Answer<'diagnostics.traces'>['spans'][number] & { readonly depth: number } }) {
  return (
    <tr>
      <td className="nowrap">
        <Time at={span.startedAt} form="short" />
      </td>
      <td>
        <code style={{ paddingLeft: span.depth * 16 }}>{span.name}</code>
      </td>
      <td className="num">{decimal(span.durationMs, 1)}</td>
      <td>{span.outcome === 'ok' ? 'ok' : <StatusWord status="warn">{span.outcome}</StatusWord>}</td>
      <td>
        <code className="muted">{span.traceId.slice(0, 8)}</code>
      </td>
    </tr>
  );
}
