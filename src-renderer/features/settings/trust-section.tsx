import { Button, Dialog, DialogBody, InputGroup, TextArea } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { type Answer, useCommand, useProcedure } from '../../port/use-app.ts';
import type { Address } from '../../router/address.ts';
import { setQuery } from '../../router/router.ts';
import { useActs } from '../../shell/acts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { counted, integer } from '../../ui/format.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { say } from '../../ui/notices.ts';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Empty, ErrorView, Skeleton } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';

type Log = Answer<'trustedLog.list'>['logs'][number];

function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const [text, setText] = useState('');
  const [note, setNote] = useState('');
  const add = useCommand('trustedLog.add');
  const id = useId();
  return (
    <Dialog isOpen onClose={onClose} title="Add a verifier key" icon="shield" transitionDuration={0}>
      <DialogBody>
        <form
          className="stack-16"
          onSubmit={(event) => {
            event.preventDefault();
            void add
              .run({ text, ...(note.trim() === '' ? {} : { note: note.trim() }) })
              .then(({ added, known }) => {
                onClose();
                say({
                  status: 'ok',
                  title: `${counted(added, 'key')} added`,
                  text:
                    known === 0 ? 'Chains are judged by it from the next verification on.' : `${counted(known, 'key')} were known before.`,
                });
              })
              .catch(() => undefined);
          }}
        >
          <p className="statement-text">
            A checkpoint counts as outside confirmation only when a key you name here has signed it. Compare the key by another way than you
            got it.
          </p>
          <div className="stack-4">
            <label htmlFor={id} className="strong">
              Verifier keys
            </label>
            <TextArea
              id={id}
              fill
              autoResize
              spellCheck={false}
              className="mono"
              value={text}
              placeholder="example.com/log+1a2b3c4d+AQ…"
              onChange={(event) => setText(event.target.value)}
            />
            <span className="small muted">One on each line: name+id+key, as logs publish it. Lines that begin with # are left out.</span>
          </div>
          <div className="stack-4">
            <label htmlFor={`${id}-note`} className="strong">
              Note <span className="muted">how you checked it</span>
            </label>
            <InputGroup id={`${id}-note`} fill maxLength={500} value={note} onChange={(event) => setNote(event.target.value)} />
          </div>
          {add.error === null ? null : <ErrorView error={add.error} />}
          <div className="decision-foot">
            <Button text="Not now" className="push" onClick={onClose} />
            <Button type="submit" intent="primary" text="Trust this key" loading={add.busy} disabled={text.trim() === ''} />
          </div>
        </form>
      </DialogBody>
    </Dialog>
  );
}

function RemoveDialog({ log, onClose }: { readonly log: Log; readonly onClose: () => void }) {
  const remove = useCommand('trustedLog.remove');
  return (
    <DecisionDialog
      title={`Stop trusting ${log.name}`}
      icon="shield"
      danger
      act="Stop trusting this key"
      reasonLabel="Reason"
      busy={remove.busy}
      error={remove.error}
      statement={
        <p>
          Signatures of <b>{log.name}</b> do not count any more. {counted(log.chains, 'chain')} {log.chains === 1 ? 'is' : 'are'} anchored
          by it now; without another key they become unanchored.
        </p>
      }
      onClose={onClose}
      onAct={(reason) => {
        void remove
          .run({ vkey: log.vkey, reason })
          .then(() => {
            onClose();
            say({ status: 'ok', title: `${log.name} is not trusted any more`, text: 'Add the key again to undo it.' });
          })
          .catch(() => undefined);
      }}
    />
  );
}

/** Whose signatures count. */
export function TrustSection({ address }: { readonly address: Address }) {
  const list = useProcedure('trustedLog.list', {});
  const acts = useActs();
  const [removing, setRemoving] = useState<Log | null>(null);
  const add = (
    <ActionButton icon="add" text="Add a verifier key…" refused={acts.refusal('trustedLog.add')} onClick={() => setQuery({ add: 'key' })} />
  );
  return (
    <>
      <AnswerView
        of={list}
        what="the trusted logs"
        skeleton={<Skeleton rows={3} rowHeight={44} />}
        isEmpty={(data) => data.logs.length === 0}
        empty={
          <Panel>
            <Empty icon="shield" title="You trust no log yet" action={add}>
              Without an outside signature a chain can be verified, but nobody would notice when its newest receipts are cut off.
            </Empty>
          </Panel>
        }
      >
        {({ logs }) => (
          <Panel title="Trusted logs and witnesses" note={counted(logs.length, 'key')} pad={false} actions={add}>
            <div className="table-scroll" tabIndex={0} role="group" aria-label="Trusted logs">
              <table className="table plain">
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">Kind</th>
                    <th scope="col">Key id</th>
                    <th scope="col" className="num">
                      Anchors, chains
                    </th>
                    <th scope="col">Added</th>
                    <th scope="col">Note</th>
                    <th scope="col">
                      <span className="visually-hidden">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {logs.map((log) => (
                    <tr key={log.vkey}>
                      <td className="strong">{log.name}</td>
                      <td>{log.kind}</td>
                      <td>
                        <span className="row tight" title={log.vkey}>
                          <code>{log.keyId}</code>
                          <CopyButton text={log.vkey} what={`the verifier key of ${log.name}`} />
                        </span>
                      </td>
                      <td className="num">{integer(log.chains)}</td>
                      <td>
                        <Time at={log.addedAt} form="short" /> <span className="muted">by {log.addedBy}</span>
                      </td>
                      <td className="second ellipsis wide-cell" title={log.note ?? undefined}>
                        {log.note ?? ''}
                      </td>
                      <td className="num">
                        <ActionButton
                          size="small"
                          variant="minimal"
                          text="Remove…"
                          aria-label={`Remove… ${log.name}`}
                          refused={acts.refusal('trustedLog.remove')}
                          onClick={() => setRemoving(log)}
                        />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </Panel>
        )}
      </AnswerView>
      {address.query['add'] === 'key' ? <AddDialog onClose={() => setQuery({ add: undefined })} /> : null}
      {removing === null ? null : <RemoveDialog log={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}
