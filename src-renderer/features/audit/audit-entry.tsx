import { Button, Icon } from '@blueprintjs/core';
import { roleWord, useProcedure } from '../../port/use-app.ts';
import { hrefOf, setQuery } from '../../router/router.ts';
import { integer } from '../../ui/format.ts';
import { CopyButton, Hash } from '../../ui/hash.tsx';
import { Fact } from '../../ui/parts.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';
import { changesOf } from './audit-words.ts';

const closeEntry = (seq: number): void => {
  setQuery({ entry: undefined });
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-seq="${seq}"]`)?.focus());
};

/** One entry with what it changed and how it hangs in the chain. */
export function AuditEntryPanel({ seq }: { readonly seq: number }) {
  const entry = useProcedure('audit.entry', { seq });
  const step = (by: -1 | 1): void => {
    if (seq + by > 0) setQuery({ entry: String(seq + by) });
  };
  useShortcut('[', 'Older entry', () => step(-1));
  useShortcut(']', 'Newer entry', () => step(1));
  useShortcut('Escape', 'Close the entry', () => closeEntry(seq));
  return (
    <aside className="panel proof" aria-label={`Audit entry ${seq}`}>
      <header className="panel-head">
        <Icon icon="history" size={14} className="muted" />
        <h2>Entry {integer(seq)}</h2>
        <div className="row push tight">
          <Button variant="minimal" size="small" icon="chevron-left" aria-label="Older entry" title="Older ([)" onClick={() => step(-1)} />
          <Button variant="minimal" size="small" icon="chevron-right" aria-label="Newer entry" title="Newer (])" onClick={() => step(1)} />
          <Button
            variant="minimal"
            size="small"
            icon="cross"
            aria-label="Close the entry"
            title="Close (Esc)"
            onClick={() => closeEntry(seq)}
          />
        </div>
      </header>
      <div className="side-body" tabIndex={0} role="region" aria-label={`Entry ${seq}, details`}>
        <AnswerView of={entry} what={`entry ${seq}`} skeleton={<Skeleton rows={6} />}>
          {(data) => (
            <>
              <p className="proof-says">
                <b>{data.actor.name}</b>, {roleWord(data.actor.role)}, did <code>{data.action}</code>
                {data.subject === null ? '' : ' to '}
                {data.subject === null ? null : data.address === null ? (
                  <b>{data.subject}</b>
                ) : (
                  <a href={hrefOf(data.address)}>{data.subject}</a>
                )}
                .
              </p>
              {changesOf(data).length === 0 ? null : (
                <table className="table inset plain change-table">
                  <thead>
                    <tr>
                      <th scope="col">Field</th>
                      <th scope="col">Before</th>
                      <th scope="col">After</th>
                    </tr>
                  </thead>
                  <tbody>
                    {changesOf(data).map((change) => (
                      <tr key={change.field}>
                        <td>{change.field}</td>
                        <td className="second">{change.before ?? <span className="muted">nothing</span>}</td>
                        <td>{change.after ?? <span className="muted">nothing</span>}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              )}
              <dl className="facts">
                <Fact label="When">
                  <Time at={data.at} seconds />
                </Fact>
                <Fact label="Request">
                  <span className="row tight">
                    <code>{data.requestId}</code>
                    <CopyButton text={data.requestId} what="the request id" />
                  </span>
                </Fact>
              </dl>
              <div className="stack-4">
                <h3 className="caps">Previous hash</h3>
                {data.previousHash === null ? (
                  <span className="muted">none: the first entry</span>
                ) : (
                  <Hash value={data.previousHash} full label="previous hash" />
                )}
                <h3 className="caps">Hash of this entry</h3>
                <Hash value={data.hash} full label="hash of this entry" />
              </div>
            </>
          )}
        </AnswerView>
      </div>
    </aside>
  );
}
