import { Icon } from '@blueprintjs/core';
import type { ReactNode } from 'react';
import type { PacketFigure as FigureShape } from '../../../src-shared/contract/packet-document.ts';
import { decimal, signed } from '../../ui/format.ts';
import { Metric } from '../../ui/parts.tsx';
import { figureOf, usePacket } from './packet-context.tsx';
import { PacketFigure } from './packet-figure.tsx';
import { boundShown, changeShown, monthBeside, shown, wholeUnits } from './packet-words.ts';

const change = (figure: FigureShape, month: string): string | null => {
  const { previous, value, unit } = figure;
  if (previous === null || previous.value === null || value === null) return null;
  const text = unit === 'USD' ? signed(wholeUnits(value) - wholeUnits(previous.value)) : changeShown(previous.change, unit);
  return `${text} on ${monthBeside(previous.month, month)}`;
};

const notes = (figure: FigureShape, month: string): ReactNode => {
  const { limit } = figure;
  const moved = change(figure, month);
  if (figure.value === null) return <span className="muted">{figure.says}</span>;
  return (
    <span className="key-note">
      {limit === null ? null : (
        <span className="nowrap">
          <Icon icon={limit.holds ? 'tick' : 'cross'} size={10} className={limit.holds ? 't-ok' : 't-bad'} title={limit.says} />{' '}
          {boundShown(limit, figure.unit)}
        </span>
      )}
      {moved === null ? null : <span className={`nowrap muted${limit === null ? '' : ' key-moved'}`}>{moved}</span>}
    </span>
  );
};

/** The row at the top: was it a good month. */
export function KeyFigures() {
  const { packet } = usePacket();
  return (
    <section className="panel kpis" aria-label="Key figures">
      {packet.headline.map((id) => {
        const figure = figureOf(packet, id);
        if (figure === null) return null;
        const over = figure.limit !== null && !figure.limit.holds;
        return (
          <Metric
            key={id}
            label={figure.unit === 'USD' ? `${figure.title}, USD` : figure.title}
            value={
              <PacketFigure id={id} alone>
                {figure.value === null
                  ? 'none'
                  : figure.unit === 'USD'
                    ? decimal(wholeUnits(figure.value), 0)
                    : shown(figure.value, figure.unit)}
              </PacketFigure>
            }
            note={notes(figure, packet.head.month)}
            {...(over ? { status: 'bad' as const } : {})}
          />
        );
      })}
    </section>
  );
}
