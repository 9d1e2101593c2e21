import { Icon } from '@blueprintjs/core';
import { StatusWord } from '../../ui/status.tsx';
import { type ReceiptAnswer } from './chain-answer.ts';
import { visibleText } from '../../ui/visible-text.ts';

const RESULT = {
  pass: { status: 'ok', word: 'within the claim', says: 'Every actual figure is at most what the envelope claims.' },
  fail: { status: 'bad', word: 'claim exceeded', says: 'At least one actual figure is above what the envelope claims.' },
  'no-actuals': {
    status: 'idle',
    word: 'no actual figures',
    says: 'The source gave no actual figures for this receipt, so there is nothing to compare. The claim stands in the hash; actual figures do not.',
  },
} as const;

/** The envelope claim against the actual figures: each of the five must be at most what was claimed. */
export function Conformance({ of }: { readonly of: ReceiptAnswer['conformance'] }) {
  const result = RESULT[of.result];
  return (
    <>
      <div className="row between">
        <b>Claim and actual</b>
        <StatusWord status={result.status}>{result.word}</StatusWord>
      </div>
      <p className="second">{result.says}</p>
      <table className="table tight plain inset">
        <thead>
          <tr>
            <th scope="col">Bound</th>
            <th scope="col" className="num">
              Claim
            </th>
            <th scope="col" className="num">
              Actual
            </th>
            <th scope="col">Unit</th>
            <th scope="col">
              <span className="visually-hidden">Holds</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {of.lines.map((line) => (
            <tr key={line.name}>
              <td>
                <code>{visibleText(line.name)}</code>
              </td>
              <td className="num">{line.claim ?? <span className="muted">–</span>}</td>
              <td className={`num${line.holds === false ? ' t-bad strong' : ''}`}>
                {line.actual === null ? (
                  <span className="muted">–</span>
                ) : line.holds === false ? (
                  `${line.actual} > ${line.claim ?? ''}`
                ) : (
                  line.actual
                )}
              </td>
              <td className="second">{line.unit}</td>
              <td>
                {line.holds === null ? null : (
                  <Icon
                    icon={line.holds ? 'tick' : 'cross'}
                    size={12}
                    className={line.holds ? 'muted' : 't-bad'}
                    title={line.holds ? 'holds' : 'exceeded'}
                  />
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {of.violations.length === 0 ? null : (
        <p className="small">
          Violations: <code>{of.violations.map(visibleText).join(', ')}</code>
        </p>
      )}
    </>
  );
}
