import { Button, Dialog, DialogBody, TextArea } from '@blueprintjs/core';
import { useId } from 'react';
import { useProcedure } from '../../port/use-app.ts';
import { CopyButton, copyText } from '../../ui/hash.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';

export interface AskDialogProps {
  readonly chainKey: string;
  readonly findingIndex: number;
  readonly onClose: () => void;
}

/** A request to the source, as text to send by whatever way people talk to each other. Nothing is sent from here. */
export function AskDialog({ chainKey, findingIndex, onClose }: AskDialogProps) {
  const ask = useProcedure('receipt.ask', { chainKey, findingIndex });
  const [subjectId, textId] = [useId(), useId()];
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog
        isOpen
        onClose={onClose}
        title="Request to the source"
        icon="document"
        className="ask"
        transitionDuration={0}
        onOpened={(node) => node.querySelector('input')?.focus()}
      >
        <DialogBody useOverflowScrollContainer={false}>
          <AnswerView of={ask} what="the request" skeleton={<Skeleton rows={8} />}>
            {({ subject, text }) => (
              <div className="stack-16">
                <p className="second">
                  Copy it and send it yourself; this console sends nothing. What comes back is checked like everything else.
                </p>
                <div className="stack-4">
                  <label htmlFor={subjectId} className="caps">
                    Subject
                  </label>
                  <div className="row">
                    <input id={subjectId} className="bp6-input bp6-fill" readOnly value={subject} />
                    <CopyButton text={subject} what="the subject" />
                  </div>
                </div>
                <div className="stack-4">
                  <label htmlFor={textId} className="caps">
                    Text
                  </label>
                  <TextArea id={textId} fill readOnly value={text} className="ask-text" />
                </div>
                <div className="row end-row">
                  <Button text="Close" onClick={onClose} />
                  <Button
                    intent="primary"
                    icon="duplicate"
                    text="Copy the request"
                    onClick={() => void copyText(`${subject}\n\n${text}`, 'the request')}
                  />
                </div>
              </div>
            )}
          </AnswerView>
        </DialogBody>
      </Dialog>
    </>
  );
}
