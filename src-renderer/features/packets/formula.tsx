import type { ProvenFigure } from '../../../src-shared/contract/packet-document.ts';

/** A formula as it is set on paper: the fraction with its numbers, or one line where it is none. */
export function Formula({ formula }: { readonly formula: ProvenFigure['formula'] }) {
  const { fraction, numbers, words } = formula;
  return (
    <div className="stack-4">
      <div className="formula" role="img" aria-label={numbers}>
        {fraction === null ? (
          <span className="formula-line">{numbers}</span>
        ) : (
          <>
            <span className="frac">
              <span>{fraction.over}</span>
              <span>{fraction.under}</span>
            </span>
            <span className="nowrap">
              {fraction.times === null ? '' : `× ${fraction.times} `}= <b>{fraction.result}</b>
            </span>
          </>
        )}
      </div>
      <p className="tiny muted">{words}</p>
    </div>
  );
}
