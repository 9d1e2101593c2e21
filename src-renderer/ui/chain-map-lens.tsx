import { Icon } from '@blueprintjs/core';
import { Fragment } from 'react';
import { position } from './format.ts';

/** A receipt in the lens. `linkHolds`: whether it names the receipt shown before it; null where that is not known. */
export interface LensReceipt {
  readonly index: number;
  readonly hash: string | null;
  readonly linkHolds: boolean | null;
  readonly bad: boolean;
}

export interface ChainLensProps {
  readonly receipts: readonly LensReceipt[];
  readonly selected: number | undefined;
  /** Stands before the receipt with this index: "3 missing". */
  readonly gap: { readonly before: number; readonly label: string } | null;
  readonly onSelect: (index: number) => void;
}

/** The receipts around one place of the chain, with the links between them. */
export function ChainLens({ receipts, selected, gap, onSelect }: ChainLensProps) {
  const link = (next: LensReceipt | undefined): string => {
    if (next === undefined) return 'unknown';
    return next.linkHolds === null ? 'unknown' : next.linkHolds ? '' : 'off';
  };
  const found = receipts.findIndex((receipt) => receipt.index === selected);
  const centre = found < 0 ? Math.floor(receipts.length / 2) : found;
  return (
    <div className="lens-frame">
      <div role="list" aria-label="Receipts around this place" className="lens">
        {receipts.map((receipt, i) => {
          const next = receipts[i + 1];
          return (
            <Fragment key={receipt.index}>
              {gap?.before === receipt.index ? (
                <div role="listitem" className="lens-item gap">
                  <span className="lens-gap">
                    <Icon icon="error" size={13} />
                    {gap.label}
                  </span>
                  <span className="lens-link off" />
                </div>
              ) : null}
              <div role="listitem" className={`lens-item lens-far-${Math.min(5, Math.abs(i - centre))}`}>
                <button
                  type="button"
                  className={`lens-cell${receipt.bad ? ' lens-bad' : ''}`}
                  aria-current={receipt.index === selected}
                  onClick={() => {
                    onSelect(receipt.index);
                  }}
                >
                  <span className="tiny strong">{position(receipt.index)}</span>
                  <code>{receipt.hash === null ? 'unreadable' : receipt.hash.slice(0, 8)}</code>
                </button>
                {next === undefined ? null : <span className={`lens-link ${gap?.before === next.index ? 'off' : link(next)}`} />}
              </div>
            </Fragment>
          );
        })}
      </div>
    </div>
  );
}
