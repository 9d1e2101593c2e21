import type { PacketFigure, PacketMove } from '../../../src-shared/contract/packet-document.ts';
import { changeShown, isZero } from './packet-words.ts';

/** The parts of a change, as bars to both sides of nothing; they add up to it exactly. */
export function MovesList({ moves, unit }: { readonly moves: readonly PacketMove[]; readonly unit: PacketFigure['unit'] }) {
  const most = Math.max(...moves.map(({ value }) => Math.abs(Number(value))), Number.EPSILON);
  const falls = moves.some(({ value }) => Number(value) < 0);
  return (
    <ul className={`moves${falls ? ' moves-two-sided' : ''}`}>
      {moves.map((move) => {
        const size = (Math.abs(Number(move.value)) / most) * 100;
        return (
          <li key={move.id} title={move.says}>
            <span className="ellipsis">{move.label}</span>
            <span className="move-bar" aria-hidden="true">
              {isZero(move.value) ? null : (
                <i className={Number(move.value) < 0 ? 'move-down' : 'move-up'} style={{ width: `${falls ? size / 2 : size}%` }} />
              )}
            </span>
            <span className="num">{changeShown(move.value, unit)}</span>
          </li>
        );
      })}
    </ul>
  );
}
