import { Button, Icon } from '@blueprintjs/core';
import { useProcedure } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { useActs } from '../../shell/acts.ts';
import { openDialog } from '../../shell/shell-state.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import './first-run.css';

/** A workspace without data: what first, and how to look around without risk. */
export function FirstRun() {
  const acts = useActs();
  const workspace = useProcedure('session.describe', {}).data?.workspace;
  return (
    <div className="first">
      <div className="first-in">
        <svg width="56" height="56" viewBox="0 0 20 20" aria-hidden="true" className="first-mark">
          <circle cx="10" cy="10" r="8.5" fill="none" stroke="currentColor" strokeWidth="0.75" strokeDasharray="2 1.2" />
          <path d="M5.5 10.4l3 3 6-6.8" fill="none" stroke="currentColor" strokeWidth="1" />
        </svg>
        <h1 tabIndex={-1} data-page-title>
          Nothing to verify yet
        </h1>
        <p className="second first-lead">
          Add a source, and every figure you see from then on opens the rows, rules and hashes behind it. All of it stays on this machine.
        </p>
        <ol className="first-steps">
          <li>
            <span className="step-n">1</span>
            <div className="stack-0 grow">
              <h2>Add a source</h2>
              <span className="second">A folder, or an address that serves feeds. Countersign reads; it never writes there.</span>
            </div>
            <span className="small muted nowrap">about 2 min</span>
            <ActionButton
              icon="folder-open"
              intent="primary"
              text="Add a source…"
              className="first-act"
              refused={acts.refusal('source.add')}
              onClick={() => router.go('/settings/sources?add=source')}
            />
          </li>
          <li>
            <span className="step-n">2</span>
            <div className="stack-0 grow">
              <h2>Name the logs you trust</h2>
              <span className="second">Paste a verifier key, so that chains can be anchored by someone other than you.</span>
            </div>
            <span className="small muted nowrap">can wait</span>
            <ActionButton
              icon="shield"
              text="Add a verifier key…"
              className="first-act"
              refused={acts.refusal('trustedLog.add')}
              onClick={() => router.go('/settings/trust?add=key')}
            />
          </li>
        </ol>
        <div className="first-or">
          {workspace?.demo === true ? null : (
            <div className="row-top">
              <Icon icon="lab-test" size={16} className="t-idle" />
              <div className="stack-0 grow">
                <b>Look around first</b>
                <span className="second">
                  The demo workspace has three partners' chains, and one broken chain to find. It is kept apart from yours.
                </span>
              </div>
              <Button text="Open the demo" onClick={acts.openDemo} />
            </div>
          )}
          <div className="row-top">
            <Icon icon="folder-open" size={16} className="t-idle" />
            <div className="stack-0 grow">
              <b>You have a workspace already?</b>
              <span className="second">Open its folder, also one that was moved from another machine.</span>
            </div>
            <Button text="Open a workspace…" onClick={() => openDialog('open-workspace')} />
          </div>
        </div>
      </div>
    </div>
  );
}
