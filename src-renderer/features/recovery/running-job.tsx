import { Button, ProgressBar } from '@blueprintjs/core';
import { useCommand, useJob } from '../../port/use-app.ts';
import { jobProgressWords, jobShare } from '../../shell/job-words.ts';
import { ErrorView } from '../../ui/states.tsx';
import { Banner } from '../../ui/status.tsx';

/** The work that a chosen way started: it can be watched and stopped. */
export function RunningJob({ jobId }: { readonly jobId: string }) {
  const job = useJob(jobId);
  const cancel = useCommand('job.cancel');
  if (job === null) return null;
  const share = jobShare(job);
  if (job.state === 'failed' && job.error !== null) return <ErrorView error={job.error} />;
  return (
    <Banner
      status={job.state === 'running' ? 'accent' : job.state === 'done' ? 'ok' : 'idle'}
      icon={job.state === 'running' ? 'refresh' : job.state === 'done' ? 'tick' : 'disable'}
      title={job.name}
      actions={
        job.state === 'running' ? (
          <Button size="small" text="Cancel" onClick={() => void cancel.run({ jobId }).catch(() => undefined)} />
        ) : undefined
      }
    >
      <div className="stack-4">
        <span>
          {job.says} {job.state === 'running' ? jobProgressWords(job) : ''}
        </span>
        {job.state === 'running' ? (
          <ProgressBar
            {...(share === null ? {} : { value: share })}
            animate={share === null}
            stripes={share === null}
            aria-label={job.name}
          />
        ) : null}
      </div>
    </Banner>
  );
}
