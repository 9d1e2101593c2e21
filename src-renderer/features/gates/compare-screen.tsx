import { HTMLSelect, Icon } from '@blueprintjs/core';
import { useId } from 'react';
import type { GateRunRow } from '../../../src-shared/contract/gates.ts';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { hrefOf, setQuery, useAddress } from '../../router/router.ts';
import { counted } from '../../ui/format.ts';
import { PageHead, Panel } from '../../ui/parts.tsx';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ChangeList } from './change-list.tsx';
import { differenceText, figureText, monthName } from './gates-words.ts';
import { ScrollRegion } from './scroll-region.tsx';
import { StateWord } from './state-word.tsx';
import './gates.css';

type Compared = Answer<'gate.compare'>;

const numberOf = (text: string | undefined): number | null => (text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null);
const RUNS_OFFERED = 200;

/** Two runs side by side: gates that differ, inputs that differ, and what in them. */
export function CompareScreen() {
  const { query } = useAddress();
  const runs = useProcedure('gate.runs', { limit: RUNS_OFFERED });
  return (
    <>
      <PageHead
        crumbs={
          <>
            <a href={hrefOf('/evidence')}>Evidence & gates</a> / <a href={hrefOf('/evidence?tab=runs')}>Runs</a>
          </>
        }
        title="Compare runs"
        lead="What differs, with the figures"
      />
      <AnswerView
        of={runs}
        what="the runs"
        skeleton={<Skeleton rows={12} />}
        isEmpty={(data) => data.runs.length < 2}
        empty={
          <Panel>
            <Empty icon="history" title="There is nothing to compare yet">
              Two runs are needed. Each is kept with its inputs.
            </Empty>
          </Panel>
        }
      >
        {(data) => {
          const b = numberOf(query['b']) ?? data.runs[0]?.runNo ?? 0;
          const other = data.runs.find(({ runNo, month }) => runNo < b && month !== data.runs.find((run) => run.runNo === b)?.month);
          const a = numberOf(query['a']) ?? other?.runNo ?? data.runs.find(({ runNo }) => runNo !== b)?.runNo ?? b;
          return <Comparison runs={data.runs} a={a} b={b} />;
        }}
      </AnswerView>
    </>
  );
}

function RunChoice({ label, runs, value, name }: { label: string; runs: readonly GateRunRow[]; value: number; name: 'a' | 'b' }) {
  const id = useId();
  return (
    <span className="row">
      <label htmlFor={id} className="strong">
        {label}
      </label>
      <HTMLSelect
        id={id}
        value={String(value)}
        onChange={(event) => {
          setQuery({ [name]: event.target.value });
        }}
        options={runs.map((run) => ({
          value: String(run.runNo),
          label: `Run ${run.runNo}, ${run.month}${run.failing.length === 0 ? '' : `, ${run.failing.join(' ')}`}`,
        }))}
      />
    </span>
  );
}

function Comparison({ runs, a, b }: { readonly runs: readonly GateRunRow[]; readonly a: number; readonly b: number }) {
  const answer = useProcedure('gate.compare', { a, b }, { keep: true });
  return (
    <>
      <div className="row compare-choice">
        <RunChoice label="From" runs={runs} value={a} name="a" />
        <Icon icon="arrow-right" size={14} className="muted" />
        <RunChoice label="To" runs={runs} value={b} name="b" />
      </div>
      <AnswerView of={answer} what="the comparison" skeleton={<Skeleton rows={12} />}>
        {(compared) => <Differences compared={compared} />}
      </AnswerView>
    </>
  );
}

function Differences({ compared }: { readonly compared: Compared }) {
  const { a, b, gates, inputs, same, thresholds } = compared;
  return (
    <div className="run">
      <Panel
        title="Gates that differ"
        note={`${counted(gates.length, 'gate')}; ${counted(same, 'other')} ${same === 1 ? 'says' : 'say'} the same`}
        pad={false}
        className="scroll-panel"
      >
        {gates.length === 0 ? (
          <Empty icon="small-tick" title="Every gate says the same">
            Neither a state nor a figure differs between the two runs.
          </Empty>
        ) : (
          <ScrollRegion label="Gates that differ">
            <table className="table tight">
              <thead>
                <tr>
                  <th scope="col">Gate</th>
                  <th scope="col">Name</th>
                  <th scope="col">
                    Run {a.runNo}, {monthName(a.month)}
                  </th>
                  <th scope="col">
                    Run {b.runNo}, {monthName(b.month)}
                  </th>
                  <th scope="col" className="num">
                    Difference
                  </th>
                </tr>
              </thead>
              <tbody>
                {gates.map((gate) => (
                  <tr key={gate.gate}>
                    <td className="nowrap">{gate.short}</td>
                    <td>{gate.name}</td>
                    {(['a', 'b'] as const).map((side) => {
                      const value = side === 'a' ? gate.valueA : gate.valueB;
                      return (
                        <td key={side}>
                          <StateWord state={gate[side]} {...(value === null ? {} : { figure: figureText(value, gate.unit) })} />
                        </td>
                      );
                    })}
                    <td className="num">{differenceText(gate.difference, gate.unit)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        )}
      </Panel>
      <Panel
        title="Inputs that differ"
        note={inputs.length === 0 ? 'none' : counted(inputs.length, 'artifact')}
        pad={false}
        className="scroll-panel"
      >
        <ScrollRegion label="Inputs that differ" pad>
          {inputs.length === 0 ? <p className="second">Both runs judged the same bytes.</p> : null}
          <div className="stack-16">
            {inputs.map((input) => (
              <div key={input.role} className="stack-4">
                <div className="second small">
                  {input.a === null ? 'none' : <a href={hrefOf(input.a.address)}>{visibleText(input.a.name)}</a>}
                  <span className="muted"> → </span>
                  {input.b === null ? 'none' : <a href={hrefOf(input.b.address)}>{visibleText(input.b.name)}</a>}
                </div>
                <ChangeList title={input.title} changes={input.changes} more={0} />
              </div>
            ))}
            {thresholds.length === 0 ? null : (
              <div className="stack-4">
                <h3 className="caps">Thresholds of the policy</h3>
                <ul className="changes">
                  {thresholds.map((change) => (
                    <li key={change}>
                      <Icon icon="horizontal-distribution" size={12} />
                      <span>{change}</span>
                    </li>
                  ))}
                </ul>
              </div>
            )}
          </div>
        </ScrollRegion>
      </Panel>
    </div>
  );
}
