import { Button, Icon } from '@blueprintjs/core';
import { Component, type ErrorInfo, type ReactNode } from 'react';
import { CopyButton } from './hash.tsx';

export interface ErrorBoundaryProps {
  /** The part that may fail: "This screen". */
  readonly what: string;
  /** Another value makes a new try: the address of the screen. */
  readonly resetKey?: string;
  readonly children: ReactNode;
}

interface Failure {
  readonly id: string;
  readonly message: string;
  readonly at: string;
}

const newFailure = (error: unknown): Failure => ({
  id: `scr_${crypto.randomUUID().slice(0, 8)}`,
  message: error instanceof Error ? error.message : String(error),
  at: new Date().toISOString(),
});

/** Keeps a mistake in one part from taking the whole console with it, and gives it a name that joins the log. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly failure: Failure | null }> {
  override state: { readonly failure: Failure | null } = { failure: null };

  static getDerivedStateFromError(error: unknown) {
    return { failure: newFailure(error) };
  }

  override componentDidCatch(error: unknown, info: ErrorInfo) {
    console.error(this.state.failure?.id, error, info.componentStack);
  }

  override componentDidUpdate(before: ErrorBoundaryProps) {
    if (before.resetKey !== this.props.resetKey && this.state.failure !== null) this.setState({ failure: null });
  }

  override render() {
    const { failure } = this.state;
    if (failure === null) return this.props.children;
    return (
      <div className="state-view" role="alert">
        <Icon icon="error" size={20} className="t-bad" />
        <div className="stack-4">
          <h3>{this.props.what} stopped: the console made a mistake</h3>
          <p className="second">Nothing in the workspace was changed by it. Jobs go on, and other screens work.</p>
          <p className="tiny muted row">
            <code>SCREEN_FAILED</code> <code>{failure.id}</code>
            <CopyButton text={`SCREEN_FAILED ${failure.id} ${failure.at} ${location.hash}: ${failure.message}`} what="the details" />
          </p>
        </div>
        <div className="row">
          <Button icon="refresh" text="Open it again" onClick={() => this.setState({ failure: null })} />
          <Button variant="minimal" text="Start the console again" onClick={() => location.reload()} />
        </div>
      </div>
    );
  }
}
