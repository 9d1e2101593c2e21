import { CopyButton } from '../../ui/hash.tsx';
import { shellLines } from './by-hand.ts';
import type { ReceiptAnswer } from './chain-answer.ts';

export interface ByHandProps {
  readonly answer: ReceiptAnswer;
  readonly pythonCommand: string;
  readonly brief?: boolean;
}

/** How to check this receipt without the console: with Python for the chain, with a shell for this one line. */
export function ByHand({ answer, pythonCommand, brief = false }: ByHandProps) {
  if (brief) {
    return (
      <div className="small second command-row">
        <span>
          Check without this console: <code>{pythonCommand}</code>
        </span>
        <CopyButton text={pythonCommand} what="the command" />
      </div>
    );
  }
  const lines = shellLines(answer.row, answer.steps.cuts, answer.steps.inserts);
  return (
    <div className="stack">
      <div className="stack-4">
        <span className="small second">The whole chain, with Python's standard library:</span>
        <div className="command-line">
          <code>{pythonCommand}</code>
          <CopyButton text={pythonCommand} what="the command" />
        </div>
      </div>
      <div className="stack-4">
        <span className="small second">This receipt, with a shell, in the chain's folder:</span>
        <div className="command-line">
          <code className="command-lines">
            {lines.map((line) => (
              <span key={line}>{line}</span>
            ))}
          </code>
          <CopyButton text={lines.join('\n')} what="the commands" />
        </div>
        <span className="small muted">
          It must print {answer.steps.storedHash === null ? 'a hash' : `${answer.steps.storedHash.slice(0, 8)}…`}, as the line says.
        </span>
      </div>
    </div>
  );
}
