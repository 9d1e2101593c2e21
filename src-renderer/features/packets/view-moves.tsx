import { useMemo } from 'react';
import { hrefOf } from '../../router/router.ts';
import { Hash } from '../../ui/hash.tsx';
import { Fact, Panel } from '../../ui/parts.tsx';
import { Empty } from '../../ui/states.tsx';
import { decimal } from '../../ui/format.ts';
import { movementBySteps } from './mrr-movement.ts';
import { figureOf, type PacketAnswer, usePacket } from './packet-context.tsx';
import { PacketFigure } from './packet-figure.tsx';
import { changeShown, monthBeside, monthName, shown } from './packet-words.ts';
import { Waterfall, type WaterfallModel, waterfallSpan } from './waterfall.tsx';

const COMPARED = [
  'total.active',
  'total.mrr',
  'total.effective_mrr',
  'total.llm',
  'total.infra',
  'total.support',
  'total.cogs',
  'total.gross_profit',
  'blended_margin',
  'stress_margin',
  'p95_envelope',
  'discount_impact',
] as const;

/** The margin from one month to the other: what each cost did, and the mix. */
const marginModel = (packet: PacketAnswer): WaterfallModel | null => {
  const { comparison, head } = packet;
  const value = figureOf(packet, 'blended_margin')?.value ?? null;
  const was = figureOf(packet, 'blended_margin')?.previous?.value ?? null;
  if (comparison === null || comparison.margin.length === 0 || value === null || was === null) return null;
  return {
    from: {
      tick: monthBeside(comparison.month, head.month).slice(0, 3),
      label: monthName(comparison.month),
      value: Number(was),
    },
    to: { tick: monthName(head.month).slice(0, 3), label: monthName(head.month), value: Number(value) },
    steps: comparison.margin.map((move) => ({
      id: move.id,
      tick: move.label === 'Infrastructure' ? 'Infra' : move.label === 'Mix of tiers' ? 'Mix' : move.label,
      label: move.label,
      value: Number(move.value),
      says: move.says,
    })),
    places: 2,
  };
};

/** What moved since the packet before, and why. */
export function ViewMoves() {
  const { packet } = usePacket();
  const { comparison, movement, head } = packet;
  const margin = useMemo(() => marginModel(packet), [packet]);
  const mrr = useMemo(() => (movement === null ? null : movementBySteps(movement, head.month)), [movement, head.month]);
  if (comparison === null) {
    return (
      <section className="panel">
        <Empty icon="history" title="There is nothing to compare with yet">
          A packet is compared with that of the month before. Build it, then build this one again.
        </Empty>
      </section>
    );
  }
  const before = monthBeside(comparison.month, head.month);
  return (
    <>
      <div className="charts-2">
        {margin === null ? null : (
          <Panel title="Blended margin" note={`%, axis from ${waterfallSpan(margin).min}`}>
            <Waterfall model={margin} height={190} />
          </Panel>
        )}
        {mrr === null ? null : (
          <Panel title="MRR" note={`USD, axis from ${decimal(waterfallSpan(mrr).min, 0)}`}>
            <Waterfall model={mrr} height={190} />
          </Panel>
        )}
      </div>
      <div className="halves">
        <Panel title={`${monthName(head.month)} against ${before}`} note={`revision ${comparison.revision}`} pad={false}>
          <table className="table tight plain">
            <thead>
              <tr>
                <th scope="col">Figure</th>
                <th scope="col" className="num">
                  {before}
                </th>
                <th scope="col" className="num">
                  {monthBeside(head.month, head.month)}
                </th>
                <th scope="col" className="num">
                  Change
                </th>
              </tr>
            </thead>
            <tbody>
              {COMPARED.map((id) => {
                const figure = figureOf(packet, id);
                if (figure === null) return null;
                return (
                  <tr key={id}>
                    <th scope="row">
                      {figure.title}
                      {figure.unit === 'USD' ? <span className="muted">, USD</span> : null}
                    </th>
                    <td className="num second">{shown(figure.previous?.value ?? null, figure.unit)}</td>
                    <td className="num">
                      <PacketFigure id={id} />
                    </td>
                    <td className="num">{changeShown(figure.previous?.change ?? null, figure.unit)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </Panel>
        <div className="stack-12">
          <Panel title="Largest moves" note="USD, with what they are now" pad={false}>
            <ul className="largest">
              {comparison.largest.map((move) => (
                <li key={move.figure}>
                  <span className="grow small">{move.says}</span>
                  <span className="num strong">
                    <PacketFigure id={move.figure} />
                  </span>
                </li>
              ))}
              {comparison.largest.length === 0 ? <li className="second">No amount moved.</li> : null}
            </ul>
          </Panel>
          <Panel title="Compared with">
            <dl className="facts">
              <Fact label="Packet">
                <a href={hrefOf(`/packets/${comparison.month}?revision=${comparison.revision}`)}>
                  {monthName(comparison.month)}, revision {comparison.revision}
                </a>
              </Fact>
              <Fact label="Document">
                <Hash value={comparison.documentSha256} label="hash of the document" />
              </Fact>
            </dl>
            {movement === null ? null : <p className="small second">{movement.says}</p>}
          </Panel>
        </div>
      </div>
    </>
  );
}
