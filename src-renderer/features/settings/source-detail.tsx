import { Button, Icon, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { Source } from '../../../src-shared/contract/sources.ts';
import { useCommand } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { useActs } from '../../shell/acts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { counted, integer } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { Fact, Panel } from '../../ui/parts.tsx';
import { ErrorView } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { RunTable } from './run-table.tsx';
import { conservationLine, OUTCOME, PLACES, scheduleWords, SCHEDULES } from './source-words.ts';

function FeedTable({ source }: { readonly source: Source }) {
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label={`Feeds of ${source.name}`}>
      <table className="table plain feeds">
        <thead>
          <tr>
            <th scope="col">Feed</th>
            <th scope="col">Last run</th>
            <th scope="col" className="num">
              Received
            </th>
            {PLACES.map((place) => (
              <th key={place} scope="col" className="num cap">
                {place}
              </th>
            ))}
            <th scope="col">Conserved</th>
          </tr>
        </thead>
        <tbody>
          {source.feeds.map((feed) => {
            const look = OUTCOME[feed.outcome];
            return (
              <tr key={feed.feed} data-feed={feed.feed}>
                <th scope="row">{feed.feed}</th>
                <td title={feed.says}>
                  <StatusWord status={look.status} icon={look.icon}>
                    {look.word}
                  </StatusWord>
                </td>
                <td className="num strong">{integer(feed.totals.received)}</td>
                {PLACES.map((place) => (
                  <td key={place} className="num">
                    {place === 'quarantined' && feed.totals.quarantined > 0 ? (
                      <a href={hrefOf('/quarantine')}>{integer(feed.totals.quarantined)}</a>
                    ) : (
                      integer(feed.totals[place])
                    )}
                  </td>
                ))}
                <td title={conservationLine(feed.totals)}>
                  <StatusWord status={feed.conserved ? 'ok' : 'bad'} icon={feed.conserved ? 'tick' : 'error'}>
                    {feed.conserved ? 'adds up' : 'does not add up'}
                  </StatusWord>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function ScheduleField({ source, onClose }: { readonly source: Source; readonly onClose: () => void }) {
  const [pattern, setPattern] = useState(source.schedule);
  const configure = useCommand('source.configure');
  const id = useId();
  return (
    <form
      className="stack-4 inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        void configure
          .run({ sourceId: source.sourceId, schedule: pattern.trim() })
          .then(onClose)
          .catch(() => undefined);
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        Schedule of {source.name}
      </label>
      <div className="row">
        <InputGroup
          id={id}
          autoFocus
          spellCheck={false}
          value={pattern}
          list={`${id}-list`}
          onChange={(event) => setPattern(event.target.value)}
        />
        <datalist id={`${id}-list`}>
          {SCHEDULES.map((each) => (
            <option key={each.pattern} value={each.pattern}>
              {each.words}
            </option>
          ))}
        </datalist>
        <Button type="submit" text="Keep the schedule" loading={configure.busy} disabled={pattern.trim() === ''} />
        <Button variant="minimal" text="Not now" onClick={onClose} />
      </div>
      <span className="small muted">Minute, hour, day, month, weekday in UTC, as in cron; or the word manual.</span>
      {configure.error === null ? null : <ErrorView error={configure.error} />}
    </form>
  );
}

function TokenField({ source, onClose }: { readonly source: Source; readonly onClose: () => void }) {
  const [token, setToken] = useState('');
  const configure = useCommand('source.configure');
  const id = useId();
  const keep = (value: string | null): void => {
    void configure
      .run({ sourceId: source.sourceId, token: value })
      .then(() => {
        onClose();
        say({
          status: 'ok',
          title: value === null ? `The token of ${source.name} is forgotten` : `The token of ${source.name} is replaced`,
        });
      })
      .catch(() => undefined);
  };
  return (
    <form
      className="stack-4 inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        keep(token);
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        New bearer token of {source.name}
      </label>
      <div className="row wrap">
        <InputGroup
          id={id}
          autoFocus
          type="password"
          autoComplete="off"
          placeholder="New bearer token"
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
        <Button type="submit" text="Keep the token" loading={configure.busy} disabled={token === ''} />
        {source.hasToken ? <Button variant="minimal" text="Forget it" onClick={() => keep(null)} /> : null}
        <Button variant="minimal" text="Not now" onClick={onClose} />
      </div>
      {configure.error === null ? null : <ErrorView error={configure.error} />}
    </form>
  );
}

/** One source: what it sent and where every row went, when it runs, and what can be done with it. */
export function SourceDetail({ source }: { readonly source: Source }) {
  const acts = useActs();
  const [editing, setEditing] = useState<'schedule' | 'token' | 'remove' | null>(null);
  const pause = useCommand('source.pause');
  const resume = useCommand('source.resume');
  const remove = useCommand('source.remove');
  const sync = useCommand('sync.run');
  const failed = (title: string) => (error: unknown) => {
    say({ status: 'bad', title, text: error instanceof Error ? error.message : String(error) });
  };
  const close = (): void => {
    setEditing(null);
  };
  const paused = source.state === 'paused';
  return (
    <Panel
      title={source.name}
      note={source.kind === 'folder' ? 'folder' : 'address'}
      pad={false}
      className="source-detail"
      actions={
        <>
          <ActionButton
            size="small"
            icon="refresh"
            text="Sync this"
            refused={paused ? { reason: `${source.name} is paused.`, wayRound: 'Resume it first.' } : acts.refusal('sync.run')}
            onClick={() => void sync.run({ sourceIds: [source.sourceId] }).catch(failed('The sync did not start'))}
          />
          <ActionButton
            size="small"
            icon="repeat"
            text="Read all again"
            title="Reads everything and compares it with what is stored"
            refused={paused ? { reason: `${source.name} is paused.`, wayRound: 'Resume it first.' } : acts.refusal('sync.run')}
            onClick={() => void sync.run({ sourceIds: [source.sourceId], full: true }).catch(failed('The sync did not start'))}
          />
          {paused ? (
            <ActionButton
              size="small"
              icon="play"
              text="Resume"
              refused={acts.refusal('source.resume')}
              onClick={() => void resume.run({ sourceId: source.sourceId }).catch(failed('It was not resumed'))}
            />
          ) : (
            <ActionButton
              size="small"
              icon="pause"
              text="Pause"
              refused={acts.refusal('source.pause')}
              onClick={() => void pause.run({ sourceId: source.sourceId }).catch(failed('It was not paused'))}
            />
          )}
          <ActionButton
            size="small"
            icon="trash"
            text="Remove…"
            refused={
              acts.refusal('source.remove') === null
                ? null
                : { reason: acts.refusal('source.remove') ?? '', wayRound: 'An admin or founder can remove a source.' }
            }
            onClick={() => setEditing('remove')}
          />
        </>
      }
    >
      <div className="pad">
        <dl className="facts">
          <Fact label="Where">
            <code className="breakable">{source.location}</code>
          </Fact>
          <Fact label="Schedule">
            {editing === 'schedule' ? (
              <ScheduleField source={source} onClose={close} />
            ) : (
              <span className="row">
                {scheduleWords(source.schedule)}
                {source.nextRunAt === null ? null : (
                  <span className="muted">
                    next <Time at={source.nextRunAt} form="short" withAge />
                  </span>
                )}
                <ActionButton
                  size="small"
                  variant="minimal"
                  text="Change…"
                  refused={acts.refusal('source.configure')}
                  onClick={() => setEditing('schedule')}
                />
              </span>
            )}
          </Fact>
          {source.kind === 'http' ? (
            <Fact label="Token">
              {editing === 'token' ? (
                <TokenField source={source} onClose={close} />
              ) : (
                <span className="row">
                  {source.hasToken ? 'kept in the secret store' : 'none'}
                  <ActionButton
                    size="small"
                    variant="minimal"
                    text={source.hasToken ? 'Replace…' : 'Add…'}
                    refused={acts.refusal('source.configure')}
                    onClick={() => setEditing('token')}
                  />
                </span>
              )}
            </Fact>
          ) : null}
          <Fact label="Added">
            <Time at={source.addedAt} />
          </Fact>
          {source.failures === 0 ? null : (
            <Fact label="Failing">
              <span className="t-bad row">
                <Icon icon="error" size={12} />
                {counted(source.failures, 'time')} in a row: {source.feeds.find((feed) => OUTCOME[feed.outcome].status === 'bad')?.says}
              </span>
            </Fact>
          )}
        </dl>
      </div>
      <h3 className="sub-head">
        Where every row went <span className="muted">received = accepted + duplicate + conflict + late + quarantined</span>
      </h3>
      <FeedTable source={source} />
      <h3 className="sub-head">Runs</h3>
      <RunTable sourceId={source.sourceId} name={source.name} />
      {editing === 'remove' ? (
        <DecisionDialog
          title={`Remove ${source.name}`}
          icon="trash"
          danger
          act={`Remove ${source.name}`}
          reasonLabel="Reason"
          busy={remove.busy}
          error={remove.error}
          statement={
            <p>
              <b>{source.name}</b> is not read any more. Everything it sent stays in the workspace and can still be verified; its name is
              not given to another source.
            </p>
          }
          onClose={close}
          onAct={(reason) => {
            void remove
              .run({ sourceId: source.sourceId, reason })
              .then(() => {
                close();
                say({
                  status: 'ok',
                  title: `Removed ${source.name}`,
                  text: 'Its receipts stay. It can be added again under another name.',
                });
              })
              .catch(() => undefined);
          }}
        />
      ) : null}
    </Panel>
  );
}
