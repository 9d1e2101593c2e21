import { Icon } from '@blueprintjs/core';
import type { ReactNode } from 'react';
import { counted } from '../../ui/format.ts';
import { Figure } from '../../ui/proof.tsx';
import { figureOf, notesOf, usePacket } from './packet-context.tsx';
import { shown } from './packet-words.ts';

export interface PacketFigureProps {
  readonly id: string;
  /** How it stands here, where that is not the figure as it is: without cents in the row at the top. */
  readonly children?: ReactNode;
  /** In a column of figures the sign stands left, so that digits stay aligned; alone it stands right. */
  readonly alone?: boolean;
}

/** A figure of the packet: pressed it opens its proof; a sign beside it says that somebody wrote about it. */
export function PacketFigure({ id, children, alone = false }: PacketFigureProps) {
  const { packet } = usePacket();
  const figure = figureOf(packet, id);
  if (figure === null) return <span className="muted">none</span>;
  const { comments, open } = notesOf(packet, id);
  const says = open > 0 ? `${counted(open, 'open question')} about it` : `${counted(comments, 'note')} about it`;
  return (
    <span className={`packet-figure${alone ? ' packet-figure-alone' : ''}`}>
      {comments === 0 ? null : <Icon icon="comment" size={11} className={`cell-note ${open > 0 ? 't-warn' : 't-accent'}`} title={says} />}
      <Figure proof={id} label={`${figure.title}${comments === 0 ? '' : `, ${says}`}`}>
        {children ?? <span className={figure.value === null ? 'muted' : undefined}>{shown(figure.value, figure.unit)}</span>}
      </Figure>
    </span>
  );
}
