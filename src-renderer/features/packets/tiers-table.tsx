import { setQuery } from '../../router/router.ts';
import { Button } from '@blueprintjs/core';
import { Panel } from '../../ui/parts.tsx';
import { figureOf, usePacket } from './packet-context.tsx';
import { PacketFigure } from './packet-figure.tsx';
import { changeShown, monthBeside, monthName } from './packet-words.ts';

interface Column {
  readonly id: string;
  readonly title: string;
  readonly strong?: boolean;
  /** Shown where there is room: without a proof beside the table, and not in a narrow window. */
  readonly wide?: boolean;
  /** The figure of the totals row. */
  readonly total: string;
}

const COLUMNS: readonly Column[] = [
  { id: 'active', title: 'Active', total: 'total.active' },
  { id: 'mrr', title: 'MRR', total: 'total.mrr' },
  { id: 'effective_mrr', title: 'Effective MRR', total: 'total.effective_mrr' },
  { id: 'llm', title: 'LLM', total: 'total.llm' },
  { id: 'infra', title: 'Infra', total: 'total.infra' },
  { id: 'support', title: 'Support', total: 'total.support' },
  { id: 'cogs', title: 'COGS', total: 'total.cogs', wide: true },
  { id: 'p95_of_mrr', title: 'p95 of MRR', total: 'p95_envelope', wide: true },
  { id: 'stress_margin', title: 'Stress margin', total: 'stress_margin', wide: true },
  { id: 'margin', title: 'Margin', total: 'blended_margin', strong: true },
];

const classes = (column: Column): string => `num${column.strong === true ? ' strong' : ''}${column.wide === true ? ' when-wide' : ''}`;

/** One row a tier: what it brings, what it costs, what is left. Every figure opens its proof. */
export function TiersTable() {
  const { packet } = usePacket();
  const { head, comparison } = packet;
  const moved = (id: string): string => {
    const figure = figureOf(packet, id);
    return changeShown(figure?.previous?.change ?? null, figure?.unit ?? 'percent');
  };
  return (
    <Panel
      title="Tiers"
      note={`USD, ${monthName(head.month)}`}
      pad={false}
      className="tiers"
      actions={
        comparison === null ? null : (
          <Button
            variant="minimal"
            size="small"
            text={`Compare with ${monthBeside(comparison.month, head.month)}`}
            onClick={() => {
              setQuery({ view: 'moves' }, { replace: false });
            }}
          />
        )
      }
    >
      <div className="scroll-sideways" tabIndex={0} role="region" aria-label="Tiers, table">
        <table className="table plain">
          <thead>
            <tr>
              <th scope="col">Tier</th>
              {COLUMNS.map((column) => (
                <th key={column.id} scope="col" className={classes(column)}>
                  {column.title}
                </th>
              ))}
              {comparison === null ? null : (
                <th scope="col" className="num" title={`Change of the margin since ${monthName(comparison.month)}, points`}>
                  {monthBeside(comparison.month, head.month)}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {packet.tiers.map(({ tier, title }) => (
              <tr key={tier}>
                <th scope="row" className="tier-name">
                  {title}
                </th>
                {COLUMNS.map((column) => (
                  <td
                    key={column.id}
                    className={`${classes(column)}${overLimit(column, `tier.${tier}.${column.id}`, packet) ? ' t-bad' : ''}`}
                  >
                    <PacketFigure id={`tier.${tier}.${column.id}`} />
                  </td>
                ))}
                {comparison === null ? null : <td className="num muted">{moved(`tier.${tier}.margin`)}</td>}
              </tr>
            ))}
            <tr className="total">
              <td>All paid tiers</td>
              {COLUMNS.map((column) => (
                <td
                  key={column.id}
                  className={`${classes(column)}${figureOf(packet, column.total)?.limit?.holds === false ? ' t-bad' : ''}`}
                >
                  <PacketFigure id={column.total} />
                </td>
              ))}
              {comparison === null ? null : <td className="num second">{moved('blended_margin')}</td>}
            </tr>
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

/** The p95 limit holds for the worst tier: the tier that is over it is marked where it stands. */
const overLimit = (column: Column, id: string, packet: ReturnType<typeof usePacket>['packet']): boolean => {
  const figure = figureOf(packet, id);
  return column.id === 'p95_of_mrr' && Number(figure?.value ?? 0) > Number(packet.thresholds.maxP95Envelope);
};
