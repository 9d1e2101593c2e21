import { Button, Icon, type IconName, Overlay2, ProgressBar } from '@blueprintjs/core';
import type { Job } from '../../src-shared/contract/host.ts';
import { useCommand, useJobs } from '../port/use-app.ts';
import { hrefOf } from '../router/router.ts';
import { duration, integer } from '../ui/format.ts';
import { CopyButton } from '../ui/hash.tsx';
import { Empty } from '../ui/states.tsx';
import { type Status, StatusWord } from '../ui/status.tsx';
import { Time, useNow } from '../ui/time.tsx';
import { jobProgressWords, jobShare } from './job-words.ts';
import { closeDialog, useShellState } from './shell-state.ts';

const STATE: Readonly<Record<Job['state'], { readonly status: Status; readonly icon: IconName; readonly word: string }>> = {
  running: { status: 'accent', icon: 'refresh', word: 'running' },
  done: { status: 'ok', icon: 'tick', word: 'done' },
  failed: { status: 'bad', icon: 'error', word: 'failed' },
  cancelled: { status: 'idle', icon: 'disable', word: 'cancelled' },
};

function JobRow({ job }: { readonly job: Job }) {
  const cancel = useCommand('job.cancel');
  const now = useNow();
  const look = STATE[job.state];
  const share = jobShare(job);
  const ms = Date.parse(job.endedAt ?? new Date(now).toISOString()) - Date.parse(job.startedAt);
  return (
    <li className="job" data-job={job.jobId} data-state={job.state}>
      <div className="row">
        <span className="strong ellipsis grow">{job.name}</span>
        <StatusWord status={look.status} icon={look.icon}>
          {look.word}
        </StatusWord>
      </div>
      {job.state === 'running' ? (
        <ProgressBar
          {...(share === null ? {} : { value: share })}
          animate={share === null}
          stripes={share === null}
          aria-label={`${job.name}, progress`}
        />
      ) : null}
      <p className="small second">{job.error === null ? job.says : job.error.message}</p>
      {job.error === null ? null : (
        <p className="small">
          {job.error.nextStep}{' '}
          <span className="tiny muted nowrap">
            <code>{job.error.code}</code> <code>{job.error.requestId}</code>
            <CopyButton text={`${job.error.code} ${job.error.requestId}: ${job.error.message}`} what="the details" />
          </span>
        </p>
      )}
      <div className="row tiny muted">
        <Time at={job.startedAt} form="short" />
        <span>{duration(Math.max(0, ms))}</span>
        {job.state === 'running' ? <span>{jobProgressWords(job)}</span> : null}
        <span className="push" />
        {job.address === null ? null : (
          <a href={hrefOf(job.address)} onClick={closeDialog}>
            Open the result
          </a>
        )}
        {job.state === 'running' ? (
          <Button
            size="small"
            text="Cancel"
            aria-label={`Cancel ${job.name}`}
            loading={cancel.busy}
            onClick={() => void cancel.run({ jobId: job.jobId }).catch(() => undefined)}
          />
        ) : null}
      </div>
    </li>
  );
}

/** All long work, newest first: how far it has come, what it found, and a way to stop it. */
export function JobsDrawer() {
  const open = useShellState((state) => state.dialog === 'jobs');
  const jobs = useJobs();
  return (
    <Overlay2 isOpen={open} onClose={closeDialog} hasBackdrop={false} enforceFocus={false} canOutsideClickClose transitionDuration={0}>
      <aside className="drawer" role="dialog" aria-label="Jobs">
        <div className="panel-head">
          <h2>Jobs</h2>
          <span className="muted small">newest first</span>
          <Button className="push" variant="minimal" size="small" icon="cross" aria-label="Close the jobs" onClick={closeDialog} />
        </div>
        {jobs.length === 0 ? (
          <Empty icon="pulse" title="No jobs yet">
            Syncs, verifications, backups and exports show here while they run and after.
          </Empty>
        ) : (
          <ul className="jobs" tabIndex={0} aria-label="Jobs, newest first">
            {jobs.map((job) => (
              <JobRow key={job.jobId} job={job} />
            ))}
          </ul>
        )}
      </aside>
    </Overlay2>
  );
}

/** The left of the status bar: what runs now. */
export function JobsBar() {
  const jobs = useJobs();
  const running = jobs.filter((job) => job.state === 'running');
  const first = running[0];
  const toggle = (): void => {
    useShellState.setState(({ dialog }) => ({ dialog: dialog === 'jobs' ? null : 'jobs' }));
  };
  const share = first === undefined ? null : jobShare(first);
  return (
    <button type="button" className="foot-part" onClick={toggle} data-jobs={running.length}>
      {first === undefined ? (
        <span>No jobs running</span>
      ) : (
        <>
          <Icon icon="refresh" size={11} />
          <span className="ellipsis">{first.name}</span>
          <ProgressBar
            {...(share === null ? {} : { value: share })}
            animate={share === null}
            stripes={false}
            aria-label={`${first.name}, progress`}
          />
          <span>{share === null ? '' : `${Math.floor(share * 100)}%`}</span>
          {running.length > 1 ? <span>and {integer(running.length - 1)} more</span> : null}
        </>
      )}
    </button>
  );
}
