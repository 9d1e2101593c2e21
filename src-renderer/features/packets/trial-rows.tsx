import { Icon } from '@blueprintjs/core';
import type { PacketTrialRow } from '../../../src-shared/contract/packets.ts';
import type { Answer } from '../../port/use-app.ts';
import { boundShown, changeShown, isZero, shown } from './packet-words.ts';

export type TrialAnswer = Answer<'packet.trial'>;

/** Record and trial side by side, what changes, and whether the bound would hold. */
export function TrialRows({
  rows,
  caption,
  onlyChanged = false,
}: {
  readonly rows: readonly PacketTrialRow[];
  readonly caption: string;
  readonly onlyChanged?: boolean;
}) {
  const listed = onlyChanged ? rows.filter(({ change, record, trial }) => (change === null ? record !== trial : !isZero(change))) : rows;
  if (listed.length === 0) return <p className="small second pad">No figure would change.</p>;
  return (
    <table className="table tight plain trial-rows">
      <caption className="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <th scope="col" className="num">
            Record
          </th>
          <th scope="col" className="num trial-col">
            Trial
          </th>
          <th scope="col" className="num">
            Change
          </th>
          <th scope="col">Bound</th>
        </tr>
      </thead>
      <tbody>
        {listed.map((row) => (
          <tr key={row.id}>
            <th scope="row">
              {row.title}
              {row.unit === 'USD' ? <span className="muted">, USD</span> : null}
            </th>
            <td className="num">{shown(row.record, row.unit)}</td>
            <td className={`num strong trial-col${row.limit?.holds === false ? ' t-bad' : ''}`}>{shown(row.trial, row.unit)}</td>
            <td className={`num${row.change === null || isZero(row.change) ? ' muted' : ''}`}>{changeShown(row.change, row.unit)}</td>
            <td className="muted">
              {row.limit === null ? null : (
                <span className="nowrap" title={row.limit.says}>
                  <Icon icon={row.limit.holds ? 'tick' : 'cross'} size={10} className={row.limit.holds ? 't-ok' : 't-bad'} />{' '}
                  <span className="visually-hidden">{row.limit.holds ? 'would hold: ' : 'would not hold: '}</span>
                  {boundShown(row.limit, row.unit)}
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Gates that the trial would turn. */
export function TurnedGates({ gates }: { readonly gates: TrialAnswer['gates'] }) {
  const turned = gates.filter(({ record, trial }) => record !== trial);
  if (turned.length === 0) return null;
  return (
    <ul className="turned small">
      {turned.map((gate) => (
        <li key={gate.gate}>
          <Icon icon={gate.trial ? 'tick' : 'cross'} size={12} className={gate.trial ? 't-ok' : 't-bad'} />
          <span>
            <b>{gate.name}</b> {gate.trial ? 'would pass' : 'would fail'}: {gate.says}
          </span>
        </li>
      ))}
    </ul>
  );
}

const TIER_COLUMNS = [
  ['active', 'Active'],
  ['effective_mrr', 'Effective MRR'],
  ['margin', 'Margin'],
  ['p95_of_mrr', 'p95 of MRR'],
] as const;

/** The tiers under the trial: the value, and what changes where it does. */
export function TierTrials({ tiers }: { readonly tiers: TrialAnswer['tiers'] }) {
  return (
    <table className="table tight plain inset tier-trials">
      <caption className="caps">Tiers in the trial</caption>
      <thead>
        <tr>
          <th scope="col">Tier</th>
          {TIER_COLUMNS.map(([id, title]) => (
            <th key={id} scope="col" className="num">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {tiers.map(({ tier, rows }) => (
          <tr key={tier}>
            <th scope="row" className="tier-name">
              {tier}
            </th>
            {TIER_COLUMNS.map(([id]) => {
              const row = rows.find((each) => each.id === `tier.${tier}.${id}`);
              const moved = !isZero(row?.change ?? '0');
              return (
                <td key={id} className="num" title={row === undefined ? undefined : `As recorded: ${shown(row.record, row.unit)}`}>
                  {row === undefined ? '' : <span className={moved ? 'strong' : 'muted'}>{shown(row.trial, row.unit)}</span>}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
