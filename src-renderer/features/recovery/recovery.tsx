import { Button, Icon, Radio, TextArea } from '@blueprintjs/core';
import { useEffect, useId, useState } from 'react';
import { type Answer, useCommand, useJobs, useProcedure } from '../../port/use-app.ts';
import { openDialog } from '../../shell/shell-state.ts';
import { JobsDrawer } from '../../shell/jobs-drawer.tsx';
import { WorkspaceDialogs } from '../../shell/workspace-dialogs.tsx';
import { Keys } from '../../ui/parts.tsx';
import { AnswerView, ErrorView, Skeleton } from '../../ui/states.tsx';
import { BackupChoice } from './backup-choice.tsx';
import { RecoverySide } from './recovery-side.tsx';
import { RunningJob } from './running-job.tsx';
import './recovery.css';
import { actWords, firstWay, type Way, WAYS, whyNotNow } from './ways.ts';

type Description = Answer<'recovery.describe'>;

function Choices({ description }: { readonly description: Description }) {
  const [way, setWay] = useState<Way>(firstWay(description));
  const [backupId, setBackupId] = useState(description.backups.find((each) => each.state !== 'damaged')?.backupId ?? null);
  const [reason, setReason] = useState('');
  const [jobId, setJobId] = useState<string | null>(null);
  const restore = useCommand('recovery.restore');
  const readOnly = useCommand('recovery.openReadOnly');
  const exporting = useCommand('recovery.export');
  const retry = useCommand('recovery.retry');
  const running = useJobs().find((job) => job.jobId === jobId && job.state === 'running');
  const reasonId = useId();
  const busy = restore.busy || readOnly.busy || exporting.busy || retry.busy || running !== undefined;
  const error = restore.error ?? readOnly.error ?? exporting.error ?? retry.error;
  const missing = whyNotNow({ way, backupId, reason });

  const act = (): void => {
    if (missing !== null || busy) return;
    for (const each of [restore, readOnly, exporting, retry]) each.reset();
    const track = ({ jobId: started }: { readonly jobId: string }): void => setJobId(started);
    const quietly = (): undefined => undefined;
    if (way === 'restore' && backupId !== null) void restore.run({ backupId, reason: reason.trim() }).then(track).catch(quietly);
    if (way === 'read-only') void readOnly.run({}).catch(quietly);
    if (way === 'export') void exporting.run({}).then(track).catch(quietly);
    if (way === 'retry') void retry.run({}).catch(quietly);
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const inOverlay = event.target instanceof Element && event.target.closest('.bp6-portal') !== null;
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && !inOverlay) {
        event.preventDefault();
        act();
      }
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
    };
  });

  return (
    <>
      <div className="recovery-grid">
        <div role="radiogroup" aria-label="Ways to go on" className="ways">
          {description.ways
            .filter((each): each is typeof each & { way: Way } => each.way !== 'other')
            .map((each) => {
              const words = WAYS[each.way];
              return (
                <section key={each.way} className={`way${way === each.way ? ' way-on' : ''}`} data-way={each.way}>
                  <Radio
                    name="way"
                    value={each.way}
                    checked={way === each.way}
                    disabled={!each.possible}
                    onChange={() => setWay(each.way)}
                    labelElement={
                      <span className="stack-0 way-words">
                        <b>{words.title}</b>
                        <span className="second">{each.possible ? words.says : (each.whyNot ?? 'Not possible here.')}</span>
                      </span>
                    }
                  />
                  {each.way === 'restore' && each.possible && way === 'restore' ? (
                    <>
                      <BackupChoice backups={description.backups} chosen={backupId} onChoose={setBackupId} />
                      <div className="stack-4 way-reason">
                        <label htmlFor={reasonId} className="strong">
                          Reason <span className="muted">kept with the return, so that it is not taken for an attack</span>
                        </label>
                        <TextArea
                          id={reasonId}
                          fill
                          autoResize
                          value={reason}
                          maxLength={2000}
                          onChange={(event) => setReason(event.target.value)}
                        />
                      </div>
                    </>
                  ) : null}
                </section>
              );
            })}
        </div>
        <RecoverySide description={description} />
      </div>
      {error === null ? null : <ErrorView error={error} />}
      {jobId === null ? null : <RunningJob jobId={jobId} />}
      <footer className="recovery-foot">
        <Button
          size="large"
          intent="primary"
          text={actWords(way)}
          endIcon={<Keys>Ctrl Enter</Keys>}
          loading={busy}
          aria-disabled={missing !== null}
          className={missing === null ? '' : 'is-off'}
          onClick={act}
        />
        <Button size="large" text="Open another workspace…" onClick={() => openDialog('open-workspace')} />
        <Button size="large" variant="minimal" text="New workspace…" onClick={() => openDialog('create-workspace')} />
        <span className="push small muted" role="status">
          {missing ?? 'You can come back to this choice; the file stays as it is.'}
        </span>
      </footer>
    </>
  );
}

/** Is my data lost, what are my choices, what does each cost. Outside the shell: nothing that needs the workspace is offered. */
export function Recovery() {
  const recovery = useProcedure('recovery.describe', {});
  return (
    <main className="recovery">
      <div className="recovery-in">
        <AnswerView of={recovery} what="what happened to the workspace" skeleton={<Skeleton rows={8} rowHeight={40} />}>
          {(data) => (
            <>
              <header className="stack-4">
                <span className="row t-bad strong">
                  <Icon icon="error" size={16} />
                  Workspace cannot be opened
                </span>
                <h1>{data.title}</h1>
                <p className="second">
                  {data.says} {data.untouched}
                </p>
              </header>
              <Choices key={data.requestId} description={data} />
            </>
          )}
        </AnswerView>
      </div>
      <WorkspaceDialogs />
      <JobsDrawer />
    </main>
  );
}
