import { Button } from '@blueprintjs/core';
import { useAppClient } from '../port/app-client.ts';
import { useLink, useProcedure } from '../port/use-app.ts';
import { router } from '../router/router.ts';
import { byteSize, decimal, listed } from '../ui/format.ts';
import { Banner } from '../ui/status.tsx';
import { Time } from '../ui/time.tsx';
import { useActs } from './acts.ts';
import { openDialog } from './shell-state.ts';

/** The page has lost the app behind it: everything shown keeps its place and is as of then. */
function LinkStrip() {
  const link = useLink();
  const { live } = useAppClient();
  if (link.kind !== 'lost') return null;
  return (
    <Banner
      status="warn"
      icon="offline"
      title={
        <>
          Not connected to the app since <Time at={new Date(link.since).toISOString()} form="short" />. Everything here is as of that time.
        </>
      }
      actions={<Button size="small" text="Try now" onClick={live.retryNow} />}
    >
      It connects again by itself. What you see can be read; changes wait until it is back. Nothing is lost.
    </Banner>
  );
}

function OfflineStrip() {
  const sync = useProcedure('sync.state', {}).data;
  const acts = useActs();
  if (sync?.state !== 'offline' || sync.offlineSince === null) return null;
  return (
    <Banner
      status="warn"
      icon="offline"
      title={
        <>
          Offline since <Time at={sync.offlineSince} form="short" />. What came from sources is as of that time.
        </>
      }
      actions={<Button size="small" text="Try to reach sources" onClick={acts.syncNow} />}
    >
      You can read, verify and export: none of it needs a network. Not reached: {listed(sync.failing.map((each) => each.sourceName))}.
    </Banner>
  );
}

function WorkspaceStrip() {
  const workspace = useProcedure('session.describe', {}).data?.workspace;
  const disk = useProcedure('workspace.status', {}).data?.disk;
  if (workspace === undefined) return null;
  return (
    <>
      {workspace.readOnly === null ? null : (
        <Banner
          status="warn"
          icon="lock"
          title="Open read-only"
          actions={<Button size="small" text="Open another workspace…" onClick={() => openDialog('open-workspace')} />}
        >
          {workspace.readOnly.reason} You can look, verify and export; nothing is changed.
        </Banner>
      )}
      {disk === undefined || disk.state === 'ok' ? null : (
        <Banner
          status={disk.state === 'short' ? 'bad' : 'warn'}
          icon="database"
          title={`Disk space ${disk.state === 'short' ? 'is short' : 'gets short'}: ${byteSize(disk.freeBytes)} free`}
        >
          The workspace takes {byteSize(disk.workspaceBytes)}
          {disk.growthBytesPerDay === null ? '' : ` and grows by ${byteSize(disk.growthBytesPerDay)} a day`}
          {disk.daysLeft === null ? '' : `; at this rate the disk is full in ${decimal(disk.daysLeft, 0)} days`}. Free some space, or move
          the workspace in Settings.
        </Banner>
      )}
      {workspace.demo ? (
        <Banner
          status="idle"
          icon="lab-test"
          title="This is the demo workspace: made-up partners, and one chain broken in a known way"
          actions={
            <>
              <Button size="small" text="Start your own…" onClick={() => openDialog('create-workspace')} />
              <Button size="small" variant="minimal" text="Open one you have…" onClick={() => openDialog('open-workspace')} />
            </>
          }
        />
      ) : null}
    </>
  );
}

/** Strips under the top bar, for what holds until something is done. */
export function NoticeStrip() {
  return (
    <div className="notice">
      <LinkStrip />
      <OfflineStrip />
      <WorkspaceStrip />
    </div>
  );
}

/** Where the page was opened without its token, or with that of an earlier launch. */
export function RefusedPage({ says }: { readonly says: string }) {
  return (
    <main className="alone">
      <div className="alone-in">
        <h1>Open Countersign from its own address</h1>
        <p className="statement-text">
          {says} The app prints an address with a new token at each start, so that no other page on this machine can use the console.
        </p>
        <p className="second">
          Look for “Countersign is ready” in the terminal that started it, and open that address. Nothing in the workspace is touched.
        </p>
        <div className="row">
          <Button
            text="Try again"
            onClick={() => {
              router.go('/');
              location.reload();
            }}
          />
        </div>
      </div>
    </main>
  );
}
