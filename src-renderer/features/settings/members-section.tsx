import { Button, Dialog, DialogBody, HTMLSelect, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { ROLES, type Role } from '../../../src-shared/contract/roles.ts';
import { roleWord, useCommand, useProcedure } from '../../port/use-app.ts';
import { useActs } from '../../shell/acts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { Avatar, Panel } from '../../ui/parts.tsx';
import { AnswerView, ErrorView, Skeleton } from '../../ui/states.tsx';
import { Pill } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

function AddDialog({ onClose }: { readonly onClose: () => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('finance');
  const [email, setEmail] = useState('');
  const add = useCommand('member.add');
  const id = useId();
  return (
    <Dialog isOpen onClose={onClose} title="Add a member" icon="person" transitionDuration={0}>
      <DialogBody>
        <form
          className="stack-16"
          onSubmit={(event) => {
            event.preventDefault();
            void add
              .run({ name: name.trim(), role, ...(email.trim() === '' ? {} : { email: email.trim() }) })
              .then((member) => {
                onClose();
                say({ status: 'ok', title: `Added ${member.name}, ${roleWord(member.role)}` });
              })
              .catch(() => undefined);
          }}
        >
          <div className="stack-4">
            <label htmlFor={`${id}-name`} className="strong">
              Name
            </label>
            <InputGroup id={`${id}-name`} fill autoFocus value={name} maxLength={200} onChange={(event) => setName(event.target.value)} />
          </div>
          <div className="two">
            <div className="stack-4">
              <label htmlFor={`${id}-role`} className="strong">
                Role
              </label>
              <HTMLSelect
                id={`${id}-role`}
                fill
                value={role}
                onChange={(event) => setRole(ROLES.find((each) => each === event.target.value) ?? 'finance')}
                options={ROLES.map((each) => ({ value: each, label: roleWord(each) }))}
              />
            </div>
            <div className="stack-4">
              <label htmlFor={`${id}-email`} className="strong">
                Email <span className="muted">if there is one</span>
              </label>
              <InputGroup id={`${id}-email`} fill type="email" value={email} onChange={(event) => setEmail(event.target.value)} />
            </div>
          </div>
          {add.error === null ? null : <ErrorView error={add.error} />}
          <div className="decision-foot">
            <Button text="Not now" className="push" onClick={onClose} />
            <Button type="submit" intent="primary" text="Add the member" loading={add.busy} disabled={name.trim() === ''} />
          </div>
        </form>
      </DialogBody>
    </Dialog>
  );
}

/** Who may act here. A role guides on one's own machine; only a signature binds. */
export function MembersSection() {
  const list = useProcedure('member.list', {});
  const session = useProcedure('session.describe', {}).data;
  const actAs = useCommand('session.actAs');
  const acts = useActs();
  const [adding, setAdding] = useState(false);
  return (
    <>
      <AnswerView of={list} what="the members" skeleton={<Skeleton rows={4} />}>
        {({ members }) => (
          <Panel
            title="Members"
            note={counted(members.length, 'member')}
            pad={false}
            actions={
              <ActionButton
                icon="add"
                text="Add a member…"
                refused={
                  acts.refusal('member.add') === null
                    ? null
                    : { reason: acts.refusal('member.add') ?? '', wayRound: 'An admin or founder can add members.' }
                }
                onClick={() => setAdding(true)}
              />
            }
          >
            <table className="table plain">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Role</th>
                  <th scope="col">Email</th>
                  <th scope="col">Added</th>
                  <th scope="col">
                    <span className="visually-hidden">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {members.map((member) => (
                  <tr key={member.memberId}>
                    <td>
                      <span className="row">
                        <Avatar name={member.name} />
                        <b>{member.name}</b>
                        {member.owner ? <Pill icon={false}>owner</Pill> : null}
                      </span>
                    </td>
                    <td>{roleWord(member.role)}</td>
                    <td className="second">{member.email ?? ''}</td>
                    <td>
                      <Time at={member.addedAt} form="short" />
                    </td>
                    <td className="num">
                      {member.memberId === session?.member.memberId ? (
                        <span className="muted">acts now</span>
                      ) : (
                        <Button
                          size="small"
                          text="Act as"
                          aria-label={`Act as ${member.name}`}
                          onClick={() =>
                            void actAs
                              .run({ memberId: member.memberId })
                              .then(() => say({ status: 'ok', title: `You act as ${member.name}, ${roleWord(member.role)}` }))
                              .catch(() => undefined)
                          }
                        />
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Panel>
        )}
      </AnswerView>
      <p className="second small">
        On your own machine anyone who can open the workspace can act as anyone in it. A role guides and is written to the audit log; only a
        signature binds.
      </p>
      {adding ? <AddDialog onClose={() => setAdding(false)} /> : null}
    </>
  );
}
