import { Icon } from '@blueprintjs/core';
import { StatusWord } from '../../ui/status.tsx';
import type { ReceiptAnswer } from './chain-answer.ts';
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

/** A decimal as the source wrote it, with its thousands grouped. */
export const grouped = (text: string): string =>
  /^\d+(\.\d+)?$/.test(text) ? text.replace(/^\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ',')) : visibleText(text);

/** The envelope claim against the actual figures: each of the five must be at most what was claimed. */
export function Conformance({ of }: { readonly of: ReceiptAnswer['conformance'] }) {
  const result = RESULT[of.result];
  return (
    <>
      <div className="stack-4">
        <StatusWord status={result.status} strong>
          {result.word}
        </StatusWord>
        <p className="second">{result.says}</p>
      </div>
      <table className="table tight plain inset claim-table">
        <thead>
          <tr>
            <th scope="col">Bound</th>
            <th scope="col" className="num">
              Claim
            </th>
            <th scope="col" className="num">
              Actual
            </th>
          </tr>
        </thead>
        <tbody>
          {of.lines.map((line) => (
            <tr key={line.name}>
              <td title={line.unit}>
                <code>{visibleText(line.name)}</code>
              </td>
              <td className="num">{line.claim === null ? <span className="muted">–</span> : grouped(line.claim)}</td>
              <td className={`num${line.holds === false ? ' t-bad strong' : ''}`}>
                {line.actual === null ? (
                  <span className="muted">–</span>
                ) : line.holds === false ? (
                  <>
                    <Icon icon="cross" size={12} title="exceeded" /> {grouped(line.actual)} &gt; {grouped(line.claim ?? '')}
                  </>
                ) : (
                  grouped(line.actual)
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
