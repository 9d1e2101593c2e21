import { Icon } from '@blueprintjs/core';
import { integer, listed } from '../../ui/format.ts';
import { Hash } from '../../ui/hash.tsx';
import { Empty } from '../../ui/states.tsx';
import { StatusWord, type Status } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import type { ChainAnswer } from './chain-answer.ts';
import { visibleText } from '../../ui/visible-text.ts';

type Checkpoint = ChainAnswer['checkpoints'][number];

/** What a checkpoint says about the receipts here. */
export const CHECKPOINT_LOOK: Readonly<
  Record<Checkpoint['state'], { readonly status: Status; readonly word: string; readonly says: string }>
> = {
  agrees: { status: 'ok', word: 'agrees', says: 'the receipts here give the same root' },
  differs: { status: 'bad', word: 'differs', says: 'the receipts here give another root' },
  ahead: { status: 'bad', word: 'ahead', says: 'it counts more receipts than are here' },
  untrusted: { status: 'warn', word: 'untrusted', says: 'no trusted party signed it' },
  malformed: { status: 'warn', word: 'malformed', says: 'it cannot be read' },
};

/** Checkpoints of the chain's log, newest first, with those who signed them. */
export function ChainCheckpoints({ answer }: { readonly answer: ChainAnswer }) {
  if (answer.checkpoints.length === 0) {
    return (
      <Empty icon="shield" title="No checkpoint yet">
        A checkpoint is a signed statement of how many receipts there are and what their root is. Kept by somebody else, it shows when
        receipts at the end were cut off.
      </Empty>
    );
  }
  const newestFirst = [...answer.checkpoints].sort((a, b) => (b.size ?? -1) - (a.size ?? -1));
  return (
    <div className="scroll-box" tabIndex={0} role="region" aria-label="Checkpoints">
      <table className="table plain">
        <thead>
          <tr>
            <th scope="col" className="num">
              Size
            </th>
            <th scope="col">State</th>
            <th scope="col">Root</th>
            <th scope="col">Signed by</th>
            <th scope="col">Received</th>
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((c) => {
            const look = CHECKPOINT_LOOK[c.state];
            return (
              <tr key={c.name}>
                <td className="num">{c.size === null ? '–' : integer(c.size)}</td>
                <td title={look.says}>
                  {c.state === 'agrees' ? (
                    <span className="status second">
                      <Icon icon="tick" size={12} className="t-ok" /> {look.word}
                    </span>
                  ) : (
                    <StatusWord status={look.status}>{look.word}</StatusWord>
                  )}
                </td>
                <td>{c.root === null ? <span className="muted">–</span> : <Hash value={c.root} label="root" />}</td>
                <td className="second signers" title={c.origin ?? undefined}>
                  {signers(c)}
                </td>
                <td className="second">
                  <Time at={c.receivedAt} form="column" />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

/** Trusted witnesses by name; the log's own signature alone is said as that. */
export const signers = (c: Pick<Checkpoint, 'signedBy'>): string => {
  const witnesses = c.signedBy.filter((s) => s.trusted && s.kind === 'witness').map((s) => visibleText(s.name));
  if (witnesses.length > 0) return listed(witnesses);
  if (c.signedBy.some((s) => s.trusted && s.kind === 'log')) return 'the log alone';
  return c.signedBy.length === 0 ? 'nobody' : `nobody you trust (${listed(c.signedBy.map((s) => visibleText(s.name)))})`;
};
