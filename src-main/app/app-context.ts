import type { Client } from '../../src-shared/contract/client.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { StateDir } from '../store/index.ts';
import type { Downloads } from './downloads.ts';
import type { HostCapabilities } from './host-capabilities.ts';
import type { Hub } from './hub.ts';
import type { Jobs } from './jobs.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import type { AppCompute } from './queries.ts';

export interface AppOptions {
  readonly kind: 'electron' | 'loopback' | 'cli';
  /** The workspace folder; null for commands that need none. */
  readonly folder: string | null;
  /** Make the workspace when the folder holds none. */
  readonly create: boolean;
  readonly readOnly: boolean;
  /** Sync and backups on schedule. */
  readonly background: boolean;
  readonly name?: string;
  readonly owner?: { readonly name: string; readonly email: string };
  readonly demoSeed?: string;
  /** A member's name or id; default: the workspace's owner. */
  readonly actAs?: string;
  /** A time to judge by (ISO 8601 UTC): one that stands still, or a clock of the caller's; default: that of the machine. */
  readonly now?: string | (() => string);
  readonly capabilities?: HostCapabilities;
  readonly stateDir?: StateDir;
  readonly computeSize?: number;
  /** Check every answer against the contract: in tests. */
  readonly checkOutputs?: boolean;
}

/** What every handler may lean on. */
export interface AppContext {
  readonly options: AppOptions;
  readonly capabilities: HostCapabilities;
  readonly stateDir: StateDir;
  /** ISO 8601 UTC. */
  readonly now: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly hub: Hub;
  readonly jobs: Jobs;
  readonly downloads: Downloads;
  /** Opens another workspace beside this one: for the demo and for checks on a scratch workspace. */
  readonly openAnother: (options: AppOptions) => Promise<AnotherApp>;
  /** Threads for hashing and for long work on files; started when first used. */
  readonly compute: AppCompute;
}

/** What can be done with a workspace that was opened beside. */
export interface AnotherApp {
  readonly connect: () => Client<Contract>;
  readonly requireOpen: (need: { readonly writable: boolean }) => void;
  readonly openDownload: (ticket: string) => Promise<{ readonly stream: NodeJS.ReadableStream } | null>;
  readonly close: () => Promise<void>;
}
