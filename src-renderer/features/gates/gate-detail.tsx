import { Button, Icon } from '@blueprintjs/core';
import { type Answer, useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf, setQuery } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Hash } from '../../ui/hash.tsx';
import { Fact } from '../../ui/parts.tsx';
import { Figure } from '../../ui/proof.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ChangeList } from './change-list.tsx';
import { GateTrend } from './gate-trend.tsx';
import { differenceText, figureText, gateLook, monthName, monthWord } from './gates-words.ts';
import type { RunGates } from './use-run-gates.ts';

type Detail = Answer<'gate.detail'>;

const closeDetail = (): void => {
  setQuery({ gate: undefined, month: undefined });
};

export interface GateDetailProps {
  readonly gate: string;
  readonly month: string;
  readonly run: RunGates;
  /** Opens the corrective plan; null where motions are not frozen by this gate. */
  readonly onPlan: (() => void) | null;
}

/** One gate of one month: figure, limit, tier, cause. */
export function GateDetail({ gate, month, run, onPlan }: GateDetailProps) {
  const answer = useProcedure('gate.detail', { gate, month }, { keep: true });
  useShortcut('Escape', 'Close the gate', closeDetail);
  const known = answer.data !== undefined && answer.data.gate === gate && answer.data.month === month;
  return (
    <aside className="panel gate-detail" aria-label="The gate that is open">
      <header className="panel-head">
        {known ? <DetailTitle detail={answer.data} /> : <h2>{monthName(month)}</h2>}
        <div className="row push">
          <Button variant="minimal" size="small" icon="cross" aria-label="Close the gate" title="Close (Esc)" onClick={closeDetail} />
        </div>
      </header>
      <div className="side-body" tabIndex={0} role="region" aria-label="What the gate says">
        <AnswerView of={answer} what="the gate" skeleton={<Skeleton rows={12} />}>
          {(detail) => <DetailBody detail={detail} />}
        </AnswerView>
      </div>
      <footer className="side-foot">
        {onPlan === null ? null : <PlanButton onPlan={onPlan} />}
        <ActionButton
          text={`Run ${monthWord(month)} again`}
          refused={run.refused}
          loading={run.busy}
          onClick={() => {
            run.start(month);
          }}
        />
      </footer>
    </aside>
  );
}

function PlanButton({ onPlan }: { readonly onPlan: () => void }) {
  const refused = useAllowed()('freeze.plan');
  return <ActionButton intent="primary" text="Open corrective plan" refused={refused} onClick={onPlan} />;
}

function DetailTitle({ detail }: { readonly detail: Detail }) {
  const look = gateLook(detail.state, detail.decides);
  const bad = look.status === 'bad';
  return (
    <h2 className="row ellipsis">
      <Icon icon={bad ? 'error' : look.icon} className={`t-${look.status}`} />
      <span className="ellipsis">
        {detail.short} {look.word}, {monthName(detail.month)}
      </span>
    </h2>
  );
}

function DetailBody({ detail }: { readonly detail: Detail }) {
  const { value, threshold, unit, previous, run } = detail;
  const look = gateLook(detail.state, detail.decides);
  const bad = look.status === 'bad' ? ' t-bad' : '';
  const outside = detail.distance !== null && (detail.sense === 'at-least') === detail.distance.startsWith('\u2212');
  return (
    <>
      <p className="break-say">
        <Said text={visibleText(detail.says)} strong={value === null ? '' : figureText(value, unit)} />
      </p>
      {value === null ? null : (
        <div className="versus">
          <div>
            <div className="caps">Now</div>
            <div className={`metric-value${bad}`}>
              <Figure proof={`gate.${detail.gate}`} label={`${detail.short}, ${detail.name}`}>
                {figureText(value, unit)}
              </Figure>
            </div>
          </div>
          {threshold === null || detail.sense === null ? null : (
            <div>
              <div className="caps">{detail.sense === 'at-least' ? 'At least' : 'At most'}</div>
              <div className="metric-value">{figureText(threshold, unit)}</div>
            </div>
          )}
          {detail.distance === null ? null : (
            <div>
              <div className="caps">{outside ? (detail.sense === 'at-least' ? 'Under by' : 'Over by') : 'Room'}</div>
              <div className="metric-value">
                {differenceText(outside ? detail.distance : detail.distance.replace(/^[+\u2212]/, ''), unit)}
              </div>
            </div>
          )}
          {previous === null || previous.value === null ? null : (
            <div>
              <div className="caps">{monthWord(previous.month)}</div>
              <div className="metric-value second">{figureText(previous.value, unit)}</div>
            </div>
          )}
        </div>
      )}
      {detail.trend.filter((one) => one.value !== null).length > 1 ? <GateTrend detail={detail} /> : null}
      {detail.table === null ? null : <DetailTable table={detail.table} />}
      {detail.comparedWith === null ? null : (
        <ChangeList
          title={
            detail.comparedWith.passed && detail.state !== 'pass'
              ? `What changed since it last passed, ${monthWord(detail.comparedWith.month)}`
              : `What changed since ${monthWord(detail.comparedWith.month)}, run ${detail.comparedWith.runNo}`
          }
          changes={detail.changes}
          more={detail.moreChanges}
        />
      )}
      {detail.findings.map((finding) => (
        <div key={`${finding.code} ${finding.title}`} className="gate-note">
          <StatusWord status={finding.severity === 'error' ? 'bad' : finding.severity === 'warning' ? 'warn' : 'idle'} strong>
            {finding.title}
          </StatusWord>
          <p className="second small">{visibleText(finding.says)}</p>
        </div>
      ))}
      <div className="stack-4">
        <h3 className="caps">Next step</h3>
        <p>{detail.nextStep}</p>
        {detail.freezes ? <p className="tiny muted">Where it fails in the newest month, price and packaging changes are frozen.</p> : null}
        {detail.decides ? null : <p className="tiny muted">It says how far things are, and decides nothing.</p>}
      </div>
      <dl className="facts">
        {run === null ? null : (
          <Fact label="Run">
            <a href={hrefOf(run.address)}>run {run.runNo}</a>, <Time at={run.ranAt} form="short" />, thresholds version{' '}
            {run.thresholdsVersion}
          </Fact>
        )}
        {detail.inputs.map((input) => (
          <Fact key={input.role} label={input.title}>
            <span className="row gate-input">
              <a href={hrefOf(input.address)} className="ellipsis" title={visibleText(input.name)}>
                {visibleText(input.name)}
              </a>
              <Hash value={input.sha256} label={`hash of ${input.title}`} />
            </span>
          </Fact>
        ))}
      </dl>
    </>
  );
}

/** The sentence with its figure in bold. */
function Said({ text, strong }: { readonly text: string; readonly strong: string }) {
  const at = strong === '' ? -1 : text.indexOf(strong);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <b>{strong}</b>
      {text.slice(at + strong.length)}
    </>
  );
}

function DetailTable({ table }: { readonly table: NonNullable<Detail['table']> }) {
  return (
    <table className="table tight plain inset">
      <thead>
        <tr>
          {table.columns.map((column) => (
            <th key={column.title} scope="col" className={column.numeric ? 'num' : undefined}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row) => (
          <tr key={row.cells[0]}>
            {row.cells.map((cell, at) => {
              const last = at === row.cells.length - 1;
              return (
                <td key={table.columns[at]?.title ?? at} className={table.columns[at]?.numeric === true ? 'num' : undefined}>
                  {last && !row.holds ? (
                    <StatusWord status="bad" icon="cross" strong>
                      {visibleText(cell)}
                    </StatusWord>
                  ) : (
                    visibleText(cell)
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
