import { HTMLSelect } from '@blueprintjs/core';
import type { Inconsistency } from '../../../src-shared/contract/evidence.ts';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { hrefOf, setQuery, useAddress } from '../../router/router.ts';
import { counted } from '../../ui/format.ts';
import { Hash } from '../../ui/hash.tsx';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { type Status, StatusWord } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import './artifacts.css';

type Consistency = Answer<'evidence.consistency'>;
type Side = Inconsistency['figures'][number]['left'];

const SEVERITY: Readonly<Record<Inconsistency['severity'], { readonly status: Status; readonly word: string }>> = {
  error: { status: 'bad', word: 'both cannot be true' },
  warning: { status: 'warn', word: 'look at it' },
  note: { status: 'idle', word: 'to know' },
};

/** What the artifacts of one month say against each other: each verifier sees one file, and figures that contradict pass together. */
export function EvidenceConsistency() {
  const { query } = useAddress();
  const month = query['month'];
  const answer = useProcedure('evidence.consistency', month === undefined ? {} : { month }, { keep: true });
  return (
    <div className="ev-consistency">
      <AnswerView
        of={answer}
        what="the comparison"
        skeleton={<Skeleton rows={10} />}
        isEmpty={(data) => data.month === null}
        empty={
          <Panel>
            <Empty icon="comparison" title="Nothing to compare yet">
              Once guardrails, telemetry or decisions of a month are here, their figures are held against each other.
            </Empty>
          </Panel>
        }
      >
        {(data) => <Findings of={data} />}
      </AnswerView>
    </div>
  );
}

function Findings({ of }: { readonly of: Consistency }) {
  return (
    <>
      <div className="toolbar" role="group" aria-label="Month">
        <HTMLSelect
          aria-label="Month"
          value={of.month ?? ''}
          onChange={(event) => setQuery({ month: event.target.value })}
          options={[...of.months].reverse()}
        />
        <span className="second">
          {counted(of.compared.length, 'artifact')} compared:{' '}
          {of.findings.length === 0
            ? 'nothing contradicts.'
            : `${counted(of.errors, 'contradiction')}, ${counted(of.warnings, 'warning')}.`}
        </span>
        <span className="push small muted">These findings stand beside the verifiers’ verdicts and change none.</span>
      </div>
      {of.findings.length === 0 ? (
        <Panel>
          <Empty icon="tick" title={`The artifacts of ${of.month ?? 'the month'} agree`}>
            Guardrails follow from telemetry and assumptions, windows and labels fit, and the decisions rest on the same figures.
          </Empty>
        </Panel>
      ) : (
        of.findings.map((finding, index) => <Finding key={`${finding.code} ${index}`} of={finding} />)
      )}
      <Panel title="What was compared" pad={false}>
        <table className="table tight plain">
          <thead>
            <tr>
              <th scope="col">As</th>
              <th scope="col">Artifact</th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {of.compared.map((artifact) => (
              <tr key={`${artifact.role} ${artifact.sha256} ${artifact.name}`}>
                <td className="second">{artifact.role === 'earlierGuardrails' ? 'guardrails of an earlier month' : artifact.role}</td>
                <td>
                  <a href={hrefOf(artifact.address)}>{visibleText(artifact.name)}</a>
                </td>
                <td>
                  <Hash value={artifact.sha256} label="hash of the artifact" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Panel>
    </>
  );
}

function Finding({ of }: { readonly of: Inconsistency }) {
  const { status, word } = SEVERITY[of.severity];
  return (
    <Panel
      className={`ev-finding ${of.severity}`}
      title={visibleText(of.title)}
      actions={
        <>
          <code className="tiny muted">{of.code}</code>
          <StatusWord status={status}>{word}</StatusWord>
        </>
      }
    >
      <div className="stack">
        <p>{visibleText(of.says)}</p>
        {of.figures.length === 0 ? null : (
          <table className="table inset tight plain">
            <caption className="visually-hidden">Both figures beside each other</caption>
            <thead>
              <tr>
                <th scope="col">What</th>
                <th scope="col">One says</th>
                <th scope="col">The other</th>
                <th scope="col" className="num">
                  Difference
                </th>
              </tr>
            </thead>
            <tbody>
              {of.figures.map((figure, index) => (
                <tr key={`${figure.name} ${index}`}>
                  <td>{visibleText(figure.name)}</td>
                  <td>
                    <SideView of={figure.left} />
                  </td>
                  <td>
                    <SideView of={figure.right} />
                  </td>
                  <td className="num">{figure.difference === null ? '–' : signedText(figure.difference)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <p className="second">{of.nextStep}</p>
      </div>
    </Panel>
  );
}

/** A difference always carries its sign. */
export const signedText = (text: string): string => {
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  const digits = Math.abs(value).toFixed(Math.max(2, Math.min(6, (text.split('.')[1] ?? '').length)));
  const grouped = digits.replace(/^\d+/, (whole) => whole.replace(/\B(?=(\d{3})+(?!\d))/g, ','));
  return value === 0 ? `±${grouped}` : `${value > 0 ? '+' : '−'}${grouped}`;
};

/** A value as it stands in the artifact, grouped by threes where it is a number. */
export const valueText = (text: string): string =>
  /^-?\d+(?:\.\d+)?$/.test(text) ? text.replace('-', '−').replace(/\d+/, (whole) => whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')) : text;

function SideView({ of }: { readonly of: Side }) {
  return (
    <>
      <span className="ev-side-value">{visibleText(valueText(of.value))}</span>
      <span className="ev-from">
        {of.artifact === null ? (
          visibleText(of.formula ?? '')
        ) : (
          <>
            {of.artifact.address === null ? (
              visibleText(of.artifact.name)
            ) : (
              <a href={hrefOf(of.artifact.address)}>{visibleText(of.artifact.name)}</a>
            )}{' '}
            <code>{visibleText(of.artifact.pointer)}</code>
          </>
        )}
      </span>
    </>
  );
}
