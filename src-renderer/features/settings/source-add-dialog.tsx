import { Button, Dialog, DialogBody, HTMLSelect, Icon, InputGroup } from '@blueprintjs/core';
import { useId, useRef, useState } from 'react';
import { type Answer, useCommand } from '../../port/use-app.ts';
import { useAppClient } from '../../port/app-client.ts';
import type { CallError } from '../../../src-shared/contract/client.ts';
import { router } from '../../router/router.ts';
import { FolderField } from '../../shell/workspace-dialogs.tsx';
import { say } from '../../ui/notices.ts';
import { ErrorView } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { isHttp, SCHEDULES, suggestName } from './source-words.ts';

type Preview = Answer<'source.preview'>;

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/;

function PreviewView({ preview }: { readonly preview: Preview }) {
  return (
    <div className="preview" role="status">
      <StatusWord status={preview.reachable ? 'ok' : 'bad'} strong>
        {preview.says}
      </StatusWord>
      {preview.feeds.length === 0 ? null : (
        <ul className="stack-4">
          {preview.feeds.map((feed) => (
            <li key={feed.feed} className="row">
              <Icon icon="link" size={12} className="muted" />
              <span className="strong">{feed.feed}</span>
              <span className="second">{feed.says}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Adds a source: where it is, what it offers, what it is called, when it is read. Looking changes nothing. */
export function SourceAddDialog({ onClose }: { readonly onClose: () => void }) {
  const { live } = useAppClient();
  const add = useCommand('source.add');
  const sync = useCommand('sync.run');
  const [kind, setKind] = useState<'folder' | 'http'>('folder');
  const [location, setLocation] = useState('');
  const [name, setName] = useState<string | null>(null);
  const [schedule, setSchedule] = useState('*/15 * * * *');
  const [token, setToken] = useState('');
  const [preview, setPreview] = useState<Preview | null>(null);
  const [looking, setLooking] = useState(false);
  const [lookError, setLookError] = useState<CallError | null>(null);
  const id = useId();
  const chosen = name ?? suggestName(location);
  const nameProblem =
    chosen === '' || NAME.test(chosen) ? null : 'Small letters, digits, dot, dash and underscore, beginning with a letter or digit.';
  const ready = location.trim() !== '' && chosen !== '' && nameProblem === null;
  const secret = kind === 'http' && token !== '' ? { token } : {};

  /** Which look is the newest: an answer to an older one, or to one that is out of date, is not shown. */
  const looks = useRef(0);
  const forgetLook = (): void => {
    looks.current += 1;
    setLooking(false);
    setPreview(null);
    setLookError(null);
  };
  const moveTo = (text: string): void => {
    setLocation(text);
    forgetLook();
    if (isHttp(text)) setKind('http');
  };
  const look = (): void => {
    forgetLook();
    setLooking(true);
    const mine = looks.current;
    const ifNewest =
      <T,>(show: (answer: T) => void) =>
      (answer: T): void => {
        if (looks.current !== mine) return;
        setLooking(false);
        show(answer);
      };
    live.call('source.preview', { kind, location: location.trim(), ...secret }).then(ifNewest(setPreview), ifNewest(setLookError));
  };
  const submit = (): void => {
    void add
      .run({ kind, location: location.trim(), name: chosen, schedule, ...secret })
      .then(async (source) => {
        onClose();
        router.go(`/settings/sources?source=${source.sourceId}`);
        await sync.run({ sourceIds: [source.sourceId] });
        say({ status: 'ok', title: `Added ${source.name}`, text: 'Its first sync runs now. It can be paused or removed here.' });
      })
      .catch(() => undefined);
  };

  return (
    <Dialog isOpen onClose={onClose} title="Add a source" icon="database" transitionDuration={0} className="source-add">
      <DialogBody>
        <form
          className="stack-16"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready && !add.busy) submit();
          }}
        >
          <div className="segmented" role="radiogroup" aria-label="Kind of source">
            {(
              [
                ['folder', 'Folder', 'on this machine or a mounted disk'],
                ['http', 'Address', 'that serves feeds over HTTP'],
              ] as const
            ).map(([value, title, note]) => (
              <label key={value} className={`segment${kind === value ? ' on' : ''}`}>
                <input
                  type="radio"
                  name={`${id}-kind`}
                  checked={kind === value}
                  onChange={() => {
                    setKind(value);
                    forgetLook();
                  }}
                />
                <span className="stack-0">
                  <b>{title}</b>
                  <span className="small muted">{note}</span>
                </span>
              </label>
            ))}
          </div>
          {kind === 'folder' ? (
            <FolderField label="Source folder" help="It holds receipts/<chain>/… and is only read." value={location} onChange={moveTo} />
          ) : (
            <>
              <div className="stack-4">
                <label htmlFor={`${id}-url`} className="strong">
                  Address
                </label>
                <InputGroup
                  id={`${id}-url`}
                  fill
                  spellCheck={false}
                  value={location}
                  placeholder="https://feeds.example/countersign"
                  onChange={(event) => moveTo(event.target.value)}
                />
              </div>
              <div className="stack-4">
                <label htmlFor={`${id}-token`} className="strong">
                  Bearer token <span className="muted">if it asks for one</span>
                </label>
                <InputGroup
                  id={`${id}-token`}
                  fill
                  type="password"
                  autoComplete="off"
                  value={token}
                  onChange={(event) => {
                    setToken(event.target.value);
                    forgetLook();
                  }}
                />
                <span className="small muted">Kept in the system's secret store, never in the workspace.</span>
              </div>
            </>
          )}
          <div className="row">
            <Button icon="eye-open" text="Look what it offers" loading={looking} disabled={location.trim() === ''} onClick={look} />
            <span className="small muted">Nothing is stored by looking.</span>
          </div>
          {preview === null ? null : <PreviewView preview={preview} />}
          {lookError === null ? null : <ErrorView error={lookError} what="the source" />}
          <div className="two">
            <div className="stack-4">
              <label htmlFor={`${id}-name`} className="strong">
                Name
              </label>
              <InputGroup
                id={`${id}-name`}
                fill
                spellCheck={false}
                value={chosen}
                placeholder="northwind"
                onChange={(event) => setName(event.target.value)}
                aria-invalid={nameProblem !== null}
                aria-describedby={`${id}-name-help`}
              />
              <span id={`${id}-name-help`} className={`small ${nameProblem === null ? 'muted' : 't-bad'}`}>
                {nameProblem ?? 'The first part of its chains’ addresses; it stays.'}
              </span>
            </div>
            <div className="stack-4">
              <label htmlFor={`${id}-schedule`} className="strong">
                Read it
              </label>
              <HTMLSelect
                id={`${id}-schedule`}
                fill
                value={schedule}
                onChange={(event) => setSchedule(event.target.value)}
                options={SCHEDULES.map((each) => ({ value: each.pattern, label: each.words }))}
              />
            </div>
          </div>
          {add.error === null ? null : <ErrorView error={add.error} />}
          <div className="decision-foot">
            <Button text="Not now" className="push" onClick={onClose} />
            <Button type="submit" intent="primary" text="Add and sync" loading={add.busy} disabled={!ready} />
          </div>
        </form>
      </DialogBody>
    </Dialog>
  );
}
