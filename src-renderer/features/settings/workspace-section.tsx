import { Button, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { type Answer, useCommand, useProcedure } from '../../port/use-app.ts';
import { useActs } from '../../shell/acts.ts';
import { openDialog } from '../../shell/shell-state.ts';
import { FolderField } from '../../shell/workspace-dialogs.tsx';
import { ActionButton } from '../../ui/action-button.tsx';
import { byteSize, decimal, integer } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { Fact, Panel } from '../../ui/parts.tsx';
import { AnswerView, ErrorView, Skeleton } from '../../ui/states.tsx';
import { Pill, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

type WorkspaceStatus = Answer<'workspace.status'>;

function RenameForm({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const [next, setNext] = useState(name);
  const rename = useCommand('workspace.rename');
  const id = useId();
  return (
    <form
      className="stack-4 inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        void rename
          .run({ name: next.trim() })
          .then(onClose)
          .catch(() => undefined);
      }}
    >
      <label htmlFor={id} className="visually-hidden">
        New name
      </label>
      <div className="row">
        <InputGroup id={id} autoFocus value={next} maxLength={200} onChange={(event) => setNext(event.target.value)} />
        <Button type="submit" text="Rename" loading={rename.busy} disabled={next.trim() === '' || next.trim() === name} />
        <Button variant="minimal" text="Not now" onClick={onClose} />
      </div>
      {rename.error === null ? null : <ErrorView error={rename.error} />}
    </form>
  );
}

function MoveForm({ onClose }: { readonly onClose: () => void }) {
  const [folder, setFolder] = useState('');
  const move = useCommand('workspace.move');
  return (
    <form
      className="stack inline-form"
      onSubmit={(event) => {
        event.preventDefault();
        void move
          .run({ folder: folder.trim() })
          .then(() => {
            onClose();
            openDialog('jobs');
          })
          .catch(() => undefined);
      }}
    >
      <FolderField
        label="Move it to"
        help="Everything is copied and checked there first; only then is the old folder given up."
        value={folder}
        onChange={setFolder}
      />
      <div className="row">
        <Button type="submit" text="Move the workspace" loading={move.busy} disabled={folder.trim() === ''} />
        <Button variant="minimal" text="Not now" onClick={onClose} />
      </div>
      {move.error === null ? null : <ErrorView error={move.error} />}
    </form>
  );
}

const DISK = {
  ok: { status: 'ok', word: 'enough' },
  soon: { status: 'warn', word: 'gets short' },
  short: { status: 'bad', word: 'short' },
} as const;

function ThisWorkspace({ status }: { readonly status: WorkspaceStatus }) {
  const acts = useActs();
  const host = useProcedure('host.describe', {}).data;
  const reveal = useCommand('host.revealFolder');
  const [editing, setEditing] = useState<'name' | 'folder' | null>(null);
  const close = (): void => {
    setEditing(null);
  };
  const disk = DISK[status.disk.state];
  return (
    <dl className="facts roomy">
      <Fact label="Name">
        {editing === 'name' ? (
          <RenameForm name={status.name} onClose={close} />
        ) : (
          <span className="row">
            <b>{status.name}</b>
            {status.demo ? <Pill icon={false}>demo</Pill> : null}
            <ActionButton
              size="small"
              variant="minimal"
              text="Rename…"
              refused={acts.refusal('workspace.rename')}
              onClick={() => setEditing('name')}
            />
          </span>
        )}
      </Fact>
      <Fact label="Folder">
        {editing === 'folder' ? (
          <MoveForm onClose={close} />
        ) : (
          <span className="row wrap">
            <code className="breakable">{status.folder}</code>
            <ActionButton
              size="small"
              variant="minimal"
              text="Move…"
              refused={acts.refusal('workspace.move')}
              onClick={() => setEditing('folder')}
            />
            {host?.capabilities.revealFile === true ? (
              <Button
                size="small"
                variant="minimal"
                text="Show in the file manager"
                onClick={() => void reveal.run({ what: 'workspace' }).catch(() => undefined)}
              />
            ) : null}
          </span>
        )}
      </Fact>
      <Fact label="Made">
        <Time at={status.createdAt} />
      </Fact>
      <Fact label="Database">
        {byteSize(status.databaseBytes)}, schema {integer(status.schemaVersion)}
      </Fact>
      <Fact label="Whole folder">
        {byteSize(status.disk.workspaceBytes)}
        {status.disk.growthBytesPerDay === null ? '' : `, growing by ${byteSize(status.disk.growthBytesPerDay)} a day`}
      </Fact>
      <Fact label="Disk">
        <span className="row">
          <StatusWord status={disk.status}>{disk.word}</StatusWord>
          <span className="second">
            {byteSize(status.disk.freeBytes)} free
            {status.disk.daysLeft === null ? '' : `, full in ${decimal(status.disk.daysLeft, 0)} days at this rate`}
          </span>
        </span>
      </Fact>
      <Fact label="Slow queries">{integer(status.slowQueries)} over 40 ms since the start</Fact>
    </dl>
  );
}

function KnownWorkspaces({ current }: { readonly current: string }) {
  const known = useProcedure('workspace.known', {});
  const open = useCommand('workspace.open');
  return (
    <AnswerView of={known} what="the known workspaces" skeleton={<Skeleton rows={3} />}>
      {({ workspaces }) => (
        <div className="table-scroll" tabIndex={0} role="group" aria-label="Known workspaces">
          <table className="table plain">
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Folder</th>
                <th scope="col">Last opened</th>
                <th scope="col">
                  <span className="visually-hidden">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {workspaces.map((each) => (
                <tr key={each.folder}>
                  <td className="strong">
                    {each.name} {each.demo ? <span className="muted">demo</span> : null}
                  </td>
                  <td className="ellipsis wide-cell" title={each.folder}>
                    <code>{each.folder}</code>
                  </td>
                  <td>
                    <Time at={each.lastOpenedAt} form="short" />
                  </td>
                  <td className="num">
                    {each.folder === current ? (
                      <span className="muted">open now</span>
                    ) : (
                      <ActionButton
                        size="small"
                        text="Open"
                        aria-label={`Open ${each.name}`}
                        refused={
                          each.present
                            ? null
                            : { reason: 'Its folder is not there.', wayRound: 'Connect the disk it is on, or open it where it is now.' }
                        }
                        onClick={() =>
                          void open.run({ folder: each.folder }).catch((error: unknown) => {
                            say({
                              status: 'bad',
                              title: `${each.name} was not opened`,
                              text: error instanceof Error ? error.message : String(error),
                            });
                          })
                        }
                      />
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </AnswerView>
  );
}

/** The workspace that is open, and the others on this machine. */
export function WorkspaceSection() {
  const status = useProcedure('workspace.status', {});
  return (
    <>
      <Panel title="This workspace">
        <AnswerView of={status} what="the workspace" skeleton={<Skeleton rows={7} />}>
          {(data) => <ThisWorkspace status={data} />}
        </AnswerView>
      </Panel>
      <Panel
        title="Workspaces on this machine"
        pad={false}
        actions={
          <>
            <Button size="small" icon="folder-open" text="Open another…" onClick={() => openDialog('open-workspace')} />
            <Button size="small" icon="add" text="New workspace…" onClick={() => openDialog('create-workspace')} />
          </>
        }
      >
        <KnownWorkspaces current={status.data?.folder ?? ''} />
      </Panel>
    </>
  );
}
