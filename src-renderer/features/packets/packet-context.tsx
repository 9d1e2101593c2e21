import { createContext, useContext } from 'react';
import type { PacketFigure } from '../../../src-shared/contract/packet-document.ts';
import type { Answer } from '../../port/use-app.ts';

export type PacketAnswer = Answer<'packet.get'>;

export interface PacketPlace {
  readonly packet: PacketAnswer;
  /** Opens the place where a question or comment about a figure is written; null: about the packet as a whole. */
  readonly ask: (figure: string | null) => void;
}

export const PacketContext = createContext<PacketPlace | null>(null);

export const usePacket = (): PacketPlace => {
  const place = useContext(PacketContext);
  if (place === null) throw new Error('a part of a packet stands outside of one');
  return place;
};

export const figureOf = (packet: PacketAnswer, id: string): PacketFigure | null =>
  Object.hasOwn(packet.figures, id) ? (packet.figures[id] ?? null) : null;

/** What was said about each figure: comments, and questions that are not answered. */
export const notesOf = ({ review }: PacketAnswer, figure: string): { readonly comments: number; readonly open: number } => {
  const questions = review.questions.filter(({ question, state }) => question.figure === figure && state !== 'withdrawn');
  return {
    comments: review.comments.filter((event) => event.figure === figure).length + questions.length,
    open: questions.filter(({ state }) => state === 'open').length,
  };
};
