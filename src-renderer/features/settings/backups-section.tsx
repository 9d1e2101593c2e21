import { Button, NumericInput } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { Backup } from '../../../src-shared/contract/workspace.ts';
import { type Answer, useCommand, useProcedure } from '../../port/use-app.ts';
import { useActs } from '../../shell/acts.ts';
import { openDialog } from '../../shell/shell-state.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { byteSize, counted, integer } from '../../ui/format.ts';
import { Hash } from '../../ui/hash.tsx';
import { say } from '../../ui/notices.ts';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Empty, ErrorView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

const STATE = {
  whole: { status: 'ok', icon: 'tick', word: 'whole' },
  damaged: { status: 'bad', icon: 'error', word: 'damaged' },
  unchecked: { status: 'idle', icon: 'help', word: 'not checked' },
} as const;

const KIND = { manual: 'by hand', scheduled: 'on schedule', 'pre-migration': 'before an update' } as const;

export const factsTotal = (backup: Backup): number => Object.values(backup.facts).reduce((sum, n) => sum + n, 0);

function RestoreDialog({ backup, onClose }: { readonly backup: Backup; readonly onClose: () => void }) {
  const restore = useCommand('backup.restore');
  return (
    <DecisionDialog
      title="Restore a backup"
      icon="archive"
      danger
      act="Restore this backup"
      reasonLabel="Reason"
      busy={restore.busy}
      error={restore.error}
      knowing="I know that what came after this backup leaves the workspace until sources send it again."
      statement={
        <p>
          The workspace goes back to{' '}
          <b>
            <Time at={backup.takenAt} />
          </b>
          : {counted(factsTotal(backup), 'fact')}. What is open now is kept beside it, and the return is recorded as an acknowledged
          rollback with your reason, so that it is not taken for an attack.
        </p>
      }
      onClose={onClose}
      onAct={(reason) => {
        void restore
          .run({ backupId: backup.backupId, reason })
          .then(() => {
            onClose();
            openDialog('jobs');
          })
          .catch(() => undefined);
      }}
    />
  );
}

function PolicyForm({ policy }: { readonly policy: Answer<'workspace.status'>['backupPolicy'] }) {
  const acts = useActs();
  const [everyHours, setEveryHours] = useState(policy.everyHours);
  const [keepCount, setKeepCount] = useState(policy.keepCount);
  const [keepDays, setKeepDays] = useState(policy.keepDays);
  const configure = useCommand('backup.configure');
  const id = useId();
  const changed = everyHours !== policy.everyHours || keepCount !== policy.keepCount || keepDays !== policy.keepDays;
  const field = (key: string, label: string, unit: string, value: number, set: (n: number) => void, min: number, max: number) => (
    <div className="stack-4">
      <label htmlFor={`${id}-${key}`} className="strong">
        {label}
      </label>
      <div className="row">
        <NumericInput
          id={`${id}-${key}`}
          value={value}
          min={min}
          max={max}
          clampValueOnBlur
          buttonPosition="none"
          className="short-number"
          onValueChange={(n) => set(Number.isFinite(n) ? n : min)}
        />
        <span className="second">{unit}</span>
      </div>
    </div>
  );
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void configure
          .run({ everyHours, keepCount, keepDays })
          .then(() =>
            say({
              status: 'ok',
              title: 'Kept the backup schedule',
              text: everyHours === 0 ? 'No backup is made by itself any more.' : `A backup every ${integer(everyHours)} h.`,
            }),
          )
          .catch(() => undefined);
      }}
    >
      <div className="fields">
        {field('every', 'Every', everyHours === 0 ? 'h: never by itself' : 'h', everyHours, setEveryHours, 0, 720)}
        {field('count', 'Keep the newest', 'backups', keepCount, setKeepCount, 1, 365)}
        {field('days', 'and none older than', 'days', keepDays, setKeepDays, 1, 3650)}
        {changed ? (
          <div className="self-end">
            <ActionButton type="submit" text="Keep this schedule" loading={configure.busy} refused={acts.refusal('backup.configure')} />
          </div>
        ) : null}
      </div>
      {configure.error === null ? null : <ErrorView error={configure.error} />}
    </form>
  );
}

/** Backups: what there is, when the next is made, and the way back. */
export function BackupsSection() {
  const backups = useProcedure('backup.list', {});
  const status = useProcedure('workspace.status', {});
  const host = useProcedure('host.describe', {}).data;
  const reveal = useCommand('host.revealFolder');
  const acts = useActs();
  const [restoring, setRestoring] = useState<Backup | null>(null);
  const nextAt = status.data?.nextBackupAt ?? null;
  const backUp = <ActionButton icon="archive" text="Back up now" refused={acts.refusal('backup.create')} onClick={acts.backUp} />;
  return (
    <>
      <Panel
        title="Backups"
        pad={false}
        note={
          nextAt === null ? undefined : (
            <>
              next <Time at={nextAt} form="short" withAge />
            </>
          )
        }
        actions={
          <>
            {host?.capabilities.revealFile === true ? (
              <Button
                size="small"
                variant="minimal"
                text="Show the folder"
                onClick={() => void reveal.run({ what: 'backups' }).catch(() => undefined)}
              />
            ) : null}
            {backUp}
          </>
        }
      >
        <AnswerView
          of={backups}
          what="the backups"
          skeleton={<Skeleton rows={3} />}
          isEmpty={(data) => data.backups.length === 0}
          empty={
            <Empty icon="archive" title="No backup yet">
              A backup is a whole copy of the workspace that can be put back. The first one takes a few seconds.
            </Empty>
          }
        >
          {(data) => (
            <div className="table-scroll" tabIndex={0} role="group" aria-label="Backups">
              <table className="table plain">
                <thead>
                  <tr>
                    <th scope="col">Taken</th>
                    <th scope="col">Made</th>
                    <th scope="col" className="num">
                      Facts
                    </th>
                    <th scope="col" className="num">
                      Size
                    </th>
                    <th scope="col">Checked</th>
                    <th scope="col">SHA-256</th>
                    <th scope="col">
                      <span className="visually-hidden">Actions</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {data.backups.map((backup) => {
                    const state = STATE[backup.state];
                    return (
                      <tr key={backup.backupId}>
                        <td>
                          <Time at={backup.takenAt} form="short" withAge />
                        </td>
                        <td>{KIND[backup.kind]}</td>
                        <td
                          className="num"
                          title={Object.entries(backup.facts)
                            .map(([table, n]) => `${table} ${integer(n)}`)
                            .join(', ')}
                        >
                          {integer(factsTotal(backup))}
                        </td>
                        <td className="num">{byteSize(backup.bytes)}</td>
                        <td>
                          <StatusWord status={state.status} icon={state.icon}>
                            {state.word}
                          </StatusWord>
                        </td>
                        <td>
                          <Hash value={backup.sha256} label="hash of the backup" />
                        </td>
                        <td className="num">
                          <ActionButton
                            size="small"
                            text="Restore…"
                            aria-label={`Restore… the backup of ${backup.takenAt}`}
                            refused={
                              backup.state === 'damaged'
                                ? { reason: 'This backup is damaged.', wayRound: 'Choose another one.' }
                                : acts.refusal('backup.restore')
                            }
                            onClick={() => setRestoring(backup)}
                          />
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </div>
          )}
        </AnswerView>
      </Panel>
      <Panel title="Schedule">
        <AnswerView of={status} what="the backup schedule" skeleton={<Skeleton rows={2} />}>
          {(data) => <PolicyForm key={JSON.stringify(data.backupPolicy)} policy={data.backupPolicy} />}
        </AnswerView>
      </Panel>
      {status.data === undefined || status.data.restores.length === 0 ? null : (
        <Panel title="Restores" note="acknowledged rollbacks" pad={false}>
          <table className="table plain">
            <thead>
              <tr>
                <th scope="col">Restored</th>
                <th scope="col">To the state of</th>
                <th scope="col">By</th>
                <th scope="col">Reason</th>
              </tr>
            </thead>
            <tbody>
              {status.data.restores.map((restore) => (
                <tr key={restore.restoredAt}>
                  <td>
                    <Time at={restore.restoredAt} form="short" />
                  </td>
                  <td>
                    <Time at={restore.backupTakenAt} form="short" />
                  </td>
                  <td>{restore.member}</td>
                  <td className="second ellipsis wide-cell" title={restore.reason}>
                    {restore.reason}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Panel>
      )}
      {restoring === null ? null : <RestoreDialog backup={restoring} onClose={() => setRestoring(null)} />}
    </>
  );
}
