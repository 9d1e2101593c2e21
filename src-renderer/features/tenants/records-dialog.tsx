import { Dialog, DialogBody } from '@blueprintjs/core';
import { useProcedure } from '../../port/use-app.ts';
import { Hash } from '../../ui/hash.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';

const STATE = {
  current: { status: 'ok', word: 'stands now' },
  older: { status: 'idle', word: 'older' },
  conflict: { status: 'warn', word: 'conflict' },
} as const;

export interface RecordsDialogProps {
  readonly tenantId: string;
  readonly name: string;
  readonly onClose: () => void;
}

/** Every version of a tenant's record: where it is from, and what it changed. */
export function RecordsDialog({ tenantId, name, onClose }: RecordsDialogProps) {
  const records = useProcedure('tenant.records', { tenantId });
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog isOpen onClose={onClose} title={`Record of ${name}`} icon="history" className="decision wide" transitionDuration={0}>
        <DialogBody>
          <AnswerView of={records} what="the versions" skeleton={<Skeleton rows={5} rowHeight={56} />}>
            {({ versions }) => (
              <ol className="records" aria-label="Versions, newest first">
                {versions.map((version) => {
                  const { status, word } = STATE[version.state];
                  return (
                    <li key={version.sha256 + version.receivedAt} className="stack-4">
                      <div className="row between">
                        <b>
                          <Time at={version.updatedAt} form="short" />
                        </b>
                        <StatusWord status={status}>{word}</StatusWord>
                      </div>
                      <span className="small second">
                        {version.origin === 'console'
                          ? `changed here by ${version.by ?? 'an action'}`
                          : `from ${version.sourceName ?? 'a source'}`}
                        , received <Time at={version.receivedAt} form="short" />
                        {version.reason === null ? '' : `: ${visibleText(version.reason)}`}
                      </span>
                      {version.changes.length === 0 ? null : (
                        <ul className="record-changes small">
                          {version.changes.map((change) => (
                            <li key={change}>{visibleText(change)}</li>
                          ))}
                        </ul>
                      )}
                      <Hash value={version.sha256} label="hash of this version" />
                    </li>
                  );
                })}
              </ol>
            )}
          </AnswerView>
        </DialogBody>
      </Dialog>
    </>
  );
}
