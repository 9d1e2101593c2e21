import { Button, Dialog, DialogBody, HTMLSelect, InputGroup, TextArea } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { Motion } from '../../../src-shared/contract/gates.ts';
import { useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { say } from '../../ui/notices.ts';
import { Keys } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { ErrorView } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { MissingList } from './motions-tab.tsx';

/** Proposes a change of prices or packages. Where the guard refuses it, the dialog shows exactly what is missing. */
export function MotionDialog({ onClose }: { readonly onClose: () => void }) {
  const guard = useProcedure('motion.guard', {}).data;
  const [kind, setKind] = useState<Motion['kind']>('price');
  const [title, setTitle] = useState('');
  const [changes, setChanges] = useState('');
  const [answer, setAnswer] = useState<Motion | null>(null);
  const { run, busy, error } = useCommand('motion.propose');
  const refused = useAllowed()('motion.propose');
  const id = useId();
  const problem = title.trim() === '' ? 'Give it a title.' : changes.trim().length < 3 ? 'Say what changes.' : null;
  const submit = (): void => {
    if (problem !== null || refused !== null || busy) return;
    run({ kind, title: title.trim(), changes: changes.trim() }).then(
      (motion) => {
        if (motion.outcome === 'refused') {
          setAnswer(motion);
          return;
        }
        onClose();
        say({
          status: 'ok',
          title: `Motion ${motion.motionNo} is proposed: ${motion.title}`,
          address: { label: 'Open the motions', to: '/evidence?tab=motions' },
        });
      },
      () => undefined,
    );
  };
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog
        isOpen
        onClose={onClose}
        title="Propose a change of prices or packages"
        icon="dollar"
        className="decision wide"
        transitionDuration={0}
      >
        <DialogBody useOverflowScrollContainer={false}>
          {answer === null ? (
            <div
              className="stack-16"
              onKeyDown={(event) => {
                if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                  event.preventDefault();
                  submit();
                }
              }}
            >
              {guard === undefined ? null : (
                <div className="statement">
                  <StatusWord status={guard.allowed ? 'ok' : 'bad'} strong>
                    {guard.says}
                  </StatusWord>
                  {guard.allowed ? null : <MissingList missing={guard.missing} />}
                </div>
              )}
              <div className="dialog-two">
                <div className="stack-4">
                  <label htmlFor={`${id}-title`} className="strong">
                    Title
                  </label>
                  <InputGroup
                    id={`${id}-title`}
                    fill
                    autoFocus
                    maxLength={200}
                    value={title}
                    onChange={(event) => setTitle(event.target.value)}
                  />
                </div>
                <div className="stack-4">
                  <label htmlFor={`${id}-kind`} className="strong">
                    What changes
                  </label>
                  <HTMLSelect
                    id={`${id}-kind`}
                    fill
                    value={kind}
                    onChange={(event) => setKind(event.target.value === 'packaging' ? 'packaging' : 'price')}
                    options={[
                      { value: 'price', label: 'Prices' },
                      { value: 'packaging', label: 'Packages' },
                    ]}
                  />
                </div>
              </div>
              <div className="stack-4">
                <label htmlFor={`${id}-changes`} className="strong">
                  From what to what, and for whom
                </label>
                <TextArea
                  id={`${id}-changes`}
                  fill
                  autoResize
                  maxLength={5000}
                  value={changes}
                  onChange={(event) => setChanges(event.target.value)}
                />
              </div>
              {guard?.allowed === false ? (
                <p className="small second">
                  It may be proposed all the same: it will be refused, and the refusal is kept with what is missing.
                </p>
              ) : null}
              {error === null ? null : <ErrorView error={error} />}
              <div className="decision-foot">
                <Button size="large" text="Not now" className="push" onClick={onClose} />
                <ActionButton
                  size="large"
                  intent="primary"
                  text="Propose the change"
                  endIcon={<Keys>Ctrl Enter</Keys>}
                  refused={refused ?? problem}
                  loading={busy}
                  onClick={submit}
                />
              </div>
            </div>
          ) : (
            <div className="stack-16">
              <div className="statement" role="alert">
                <StatusWord status="bad" strong>
                  Motion {answer.motionNo} is refused
                </StatusWord>
                <p>It is kept as a fact, with what was missing. Nothing was changed in prices or packages.</p>
              </div>
              <MissingList missing={answer.missing} />
              <div className="decision-foot">
                <Button size="large" text="Close" className="push" autoFocus onClick={onClose} />
              </div>
            </div>
          )}
        </DialogBody>
      </Dialog>
    </>
  );
}
