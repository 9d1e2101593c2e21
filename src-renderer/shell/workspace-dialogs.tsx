import { Button, Dialog, DialogBody, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { useCommand, useProcedure } from '../port/use-app.ts';
import { say } from '../ui/notices.ts';
import { ErrorView } from '../ui/states.tsx';
import { closeDialog, useShellState } from './shell-state.ts';

export interface FolderFieldProps {
  readonly label: string;
  readonly help: string;
  readonly value: string;
  readonly onChange: (folder: string) => void;
}

/** A folder: typed, or chosen in the system's dialog where the host has one. */
export function FolderField({ label, help, value, onChange }: FolderFieldProps) {
  const id = useId();
  const host = useProcedure('host.describe', {}).data;
  const pick = useCommand('host.pickFolder');
  return (
    <div className="stack-4">
      <label htmlFor={id} className="strong">
        {label}
      </label>
      <div className="row">
        <InputGroup
          id={id}
          fill
          spellCheck={false}
          value={value}
          placeholder="/home/you/countersign"
          aria-describedby={`${id}-help`}
          onChange={(event) => onChange(event.target.value)}
        />
        {host?.capabilities.pickFolder === true ? (
          <Button
            icon="folder-open"
            text="Choose…"
            loading={pick.busy}
            onClick={() =>
              void pick
                .run({ title: label })
                .then(({ folder }) => {
                  if (folder !== null) onChange(folder);
                })
                .catch(() => undefined)
            }
          />
        ) : null}
      </div>
      <span id={`${id}-help`} className="small muted">
        {help}
      </span>
    </div>
  );
}

function OpenDialog() {
  const [folder, setFolder] = useState('');
  const open = useCommand('workspace.open');
  const submit = (): void => {
    void open
      .run({ folder: folder.trim() })
      .then(closeDialog)
      .catch(() => undefined);
  };
  return (
    <form
      className="stack-16"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <FolderField
        label="Workspace folder"
        help="The folder that holds countersign.db. It is opened as it is."
        value={folder}
        onChange={setFolder}
      />
      {open.error === null ? null : <ErrorView error={open.error} />}
      <div className="decision-foot">
        <Button text="Not now" className="push" onClick={closeDialog} />
        <Button type="submit" intent="primary" text="Open the workspace" loading={open.busy} disabled={folder.trim() === ''} />
      </div>
    </form>
  );
}

function CreateDialog() {
  const [folder, setFolder] = useState('');
  const [name, setName] = useState('');
  const create = useCommand('workspace.create');
  const nameId = useId();
  const submit = (): void => {
    void create
      .run({ folder: folder.trim(), name: name.trim() })
      .then(() => {
        closeDialog();
        say({ status: 'ok', title: `Made the workspace ${name.trim()}` });
      })
      .catch(() => undefined);
  };
  return (
    <form
      className="stack-16"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="stack-4">
        <label htmlFor={nameId} className="strong">
          Name
        </label>
        <InputGroup
          id={nameId}
          fill
          value={name}
          maxLength={200}
          placeholder="Switchboard"
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <FolderField label="Folder" help="A new or empty folder on this machine. Nothing leaves it." value={folder} onChange={setFolder} />
      {create.error === null ? null : <ErrorView error={create.error} />}
      <div className="decision-foot">
        <Button text="Not now" className="push" onClick={closeDialog} />
        <Button
          type="submit"
          intent="primary"
          text="Make the workspace"
          loading={create.busy}
          disabled={folder.trim() === '' || name.trim() === ''}
        />
      </div>
    </form>
  );
}

export function WorkspaceDialogs() {
  const dialog = useShellState((state) => state.dialog);
  const open = dialog === 'open-workspace' || dialog === 'create-workspace';
  return (
    <Dialog
      isOpen={open}
      onClose={closeDialog}
      title={dialog === 'create-workspace' ? 'New workspace' : 'Open another workspace'}
      transitionDuration={0}
    >
      <DialogBody>{dialog === 'create-workspace' ? <CreateDialog /> : <OpenDialog />}</DialogBody>
    </Dialog>
  );
}
