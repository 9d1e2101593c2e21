import { Icon } from '@blueprintjs/core';
import type { GateChange } from '../../../src-shared/contract/gates.ts';
import { counted } from '../../ui/format.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { changeIcon } from './gates-words.ts';

export interface ChangeListProps {
  readonly title: string;
  readonly changes: readonly GateChange[];
  readonly more: number;
}

/** What is another thing in the inputs, old to new, the weightiest first. */
export function ChangeList({ title, changes, more }: ChangeListProps) {
  return (
    <div className="stack-4">
      <h3 className="caps">{title}</h3>
      {changes.length === 0 ? <p className="second">Its inputs say the same.</p> : null}
      <ul className="changes">
        {changes.map((change) => (
          <li key={`${change.role} ${change.what} ${change.pointer}`}>
            <Icon icon={changeIcon(change.kind)} size={12} />
            <span>
              {visibleText(change.what)}{' '}
              {change.before !== null && change.before === change.after ? (
                <span className="second">unchanged at {visibleText(change.after)}</span>
              ) : (
                <>
                  {change.before === null ? null : (
                    <>
                      <span className="second">{visibleText(change.before)}</span>
                      <span className="muted"> → </span>
                    </>
                  )}
                  <b>{change.after === null ? 'gone' : visibleText(change.after)}</b>
                  {change.difference === null ? null : <span className="muted"> {change.difference}</span>}
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {more > 0 ? <p className="tiny muted">{counted(more, 'smaller change')} more.</p> : null}
    </div>
  );
}
