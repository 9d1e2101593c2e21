import { Icon } from '@blueprintjs/core';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { counted } from '../../ui/format.ts';
import { CopyButton, Hash } from '../../ui/hash.tsx';
import { Fact, PageHead, Panel } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { Pill, type Status, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { DECISIONS, figureText, gateAddress, monthName } from './gates-words.ts';
import { ScrollRegion } from './scroll-region.tsx';
import { StateWord } from './state-word.tsx';
import './gates.css';

type Run = Answer<'gate.runDetail'>['run'];

const SEVERITY: Readonly<Record<Run['notes'][number]['severity'], Status>> = { error: 'bad', warning: 'warn', note: 'idle' };

/** One run as the fact that it is: gates, findings, inputs by hash, limits. */
export function RunScreen({ runNo }: { readonly runNo: number }) {
  const answer = useProcedure('gate.runDetail', { runNo });
  const run = answer.data?.run;
  return (
    <>
      <PageHead
        crumbs={
          <>
            <a href={hrefOf('/evidence')}>Evidence & gates</a> / <a href={hrefOf('/evidence?tab=runs')}>Runs</a>
          </>
        }
        title={`Run ${runNo}`}
        marks={
          run === undefined ? null : (
            <Pill status={DECISIONS[run.decision].status}>
              {monthName(run.month)} {DECISIONS[run.decision].word}
            </Pill>
          )
        }
        lead={run?.says}
      />
      <AnswerView of={answer} what={`run ${runNo}`} skeleton={<Skeleton rows={16} />}>
        {({ run: made }) => <RunBody run={made} />}
      </AnswerView>
    </>
  );
}

function RunBody({ run }: { readonly run: Run }) {
  return (
    <div className="run">
      <Panel title="Gates" note={`${run.passing} of ${counted(run.gates, 'gate')} pass`} pad={false} className="scroll-panel">
        <ScrollRegion label="Gates of the run">
          <table className="table tight">
            <thead>
              <tr>
                <th scope="col">Gate</th>
                <th scope="col">Name</th>
                <th scope="col">State</th>
                <th scope="col" className="num hide-narrow">
                  Figure
                </th>
                <th scope="col" className="num hide-narrow">
                  Limit
                </th>
                <th scope="col">Because</th>
              </tr>
            </thead>
            <tbody>
              {run.results.map((gate) => (
                <tr key={gate.gate}>
                  <td className="nowrap">
                    <a href={hrefOf(gateAddress(gate.gate, run.month))}>{gate.short}</a>
                  </td>
                  <td>{gate.name}</td>
                  <td className="nowrap">
                    <StateWord state={gate.state} decides={gate.decides} />
                  </td>
                  <td className="num hide-narrow">{gate.value === null ? '' : figureText(gate.value, gate.unit)}</td>
                  <td className="num hide-narrow">{gate.threshold === null ? '' : figureText(gate.threshold, gate.unit)}</td>
                  <td className="wrap second">{visibleText(gate.says)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </Panel>
      <div className="run-side" tabIndex={0} role="region" aria-label="What the run rests on">
        <Panel title="The run">
          <dl className="facts">
            <Fact label="Ran">
              <Time at={run.ranAt} form="short" />, {run.by === null ? 'after a sync' : visibleText(run.by)}
            </Fact>
            <Fact label="Judged as of">
              <Time at={run.judgedAt} form="short" />
            </Fact>
            <Fact label="Rules">
              {run.ruleVersion}, <a href={hrefOf('/evidence?tab=thresholds')}>thresholds version {run.thresholdsVersion}</a>
            </Fact>
            <Fact label="Result">
              <Hash value={run.resultSha256} label="result of the run" />
            </Fact>
            {run.standard ? null : <Fact label="Limits">of its own: it fills no matrix, and neither freezes nor lifts</Fact>}
          </dl>
          <div className="command-line">
            <code>{run.command}</code>
            <CopyButton text={run.command} what="the command" />
          </div>
        </Panel>
        <Panel title="Beside the gates" note={run.notes.length === 0 ? 'nothing' : counted(run.notes.length, 'finding')}>
          {run.notes.length === 0 ? (
            <p className="second">The artifacts agree with each other, and the policy’s thresholds are those they were judged by.</p>
          ) : (
            <ul className="run-notes">
              {run.notes.map((note, at) => (
                <li key={at}>
                  <StatusWord status={SEVERITY[note.severity]} strong>
                    {visibleText(note.title)}
                  </StatusWord>
                  <p className="small second">{visibleText(note.says)}</p>
                </li>
              ))}
            </ul>
          )}
        </Panel>
        <Panel title="Inputs" note="by hash" pad={false}>
          <ul className="run-inputs">
            {run.inputs.map((input) => (
              <li key={input.role}>
                <div className="stack-0 grow">
                  <a href={hrefOf(input.address)}>{input.title}</a>
                  <span className="tiny muted ellipsis" title={visibleText(input.name)}>
                    {visibleText(input.name)}
                  </span>
                </div>
                <Hash value={input.sha256} label={`hash of ${input.title}`} />
              </li>
            ))}
            {run.missing.map((one) => (
              <li key={one.role}>
                <span className="row t-warn">
                  <Icon icon="warning-sign" size={12} />
                  {one.title}: required, and not there
                </span>
              </li>
            ))}
          </ul>
        </Panel>
      </div>
    </div>
  );
}
