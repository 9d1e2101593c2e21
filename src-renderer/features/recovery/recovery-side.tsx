import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { integer } from '../../ui/format.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { Fact } from '../../ui/parts.tsx';
import { AnswerView } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { factTime } from '../../ui/time-format.ts';
import { Time } from '../../ui/time.tsx';

type Description = Answer<'recovery.describe'>;

/** What is known about the damage, to be copied into a message. */
export const detailsText = (description: Description): string =>
  [
    `${description.code} ${description.requestId}`,
    description.title,
    description.says,
    `Found ${factTime(description.foundAt, true)}`,
    `Folder ${description.folder}`,
    description.likelyCause === null ? '' : `Likely cause: ${description.likelyCause}`,
    ...description.tables.map((table) => `${table.name}: ${integer(table.readable)} readable, ${integer(table.unreadable)} not`),
  ]
    .filter((line) => line !== '')
    .join('\n');

function LogLines() {
  const log = useProcedure('system.log', { limit: 50 });
  return (
    <AnswerView of={log} what="the log">
      {({ lines }) => (
        <ol className="recovery-log" tabIndex={0} aria-label="Log, newest first">
          {lines.map((line, i) => (
            <li key={`${line.at} ${i}`}>
              <span className="muted">
                <Time at={line.at} form="short" />
              </span>{' '}
              {line.text} <code className="muted">{line.requestId ?? ''}</code>
            </li>
          ))}
        </ol>
      )}
    </AnswerView>
  );
}

export function RecoverySide({ description }: { readonly description: Description }) {
  const [showLog, setShowLog] = useState(false);
  return (
    <aside className="stack-16 recovery-side" aria-label="What is known">
      {description.tables.length === 0 ? null : (
        <div className="stack">
          <h2>What can be read</h2>
          {description.tables.map((table) => (
            <div key={table.name} className="row between small">
              <code>{table.name}</code>
              {table.unreadable === 0 ? (
                <StatusWord status="ok" icon="tick">
                  all {integer(table.readable)}
                </StatusWord>
              ) : (
                <StatusWord status="warn">{integer(table.unreadable)} unreadable</StatusWord>
              )}
            </div>
          ))}
        </div>
      )}
      <dl className="facts">
        <Fact label="Code">
          <code>{description.code}</code>
        </Fact>
        <Fact label="Found">
          <Time at={description.foundAt} />
        </Fact>
        {description.likelyCause === null ? null : <Fact label="Likely cause">{description.likelyCause}</Fact>}
        <Fact label="Folder">
          <code className="breakable">{description.folder}</code>
        </Fact>
        <Fact label="Request">
          <code>{description.requestId}</code>, also in the log
        </Fact>
      </dl>
      <div className="row wrap">
        <CopyButton text={detailsText(description)} what="the details" label="Copy details" />
        <Button
          size="small"
          variant="minimal"
          text={showLog ? 'Hide the log' : 'Show the log'}
          aria-expanded={showLog}
          onClick={() => setShowLog(!showLog)}
        />
      </div>
      {showLog ? <LogLines /> : null}
    </aside>
  );
}
