import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers, Session } from '../../src-shared/contract/define.ts';
import type { Member } from '../../src-shared/contract/host.ts';
import type { AppError } from '../../src-shared/kernel/errors.ts';
import type { OpenedStore } from './open-workspace.ts';
import type { Services } from './services.ts';

export interface OpenState extends OpenedStore {
  readonly services: Services;
}

/** What this console is doing: a workspace is open, or it could not be opened and the recovery screen shows why. */
export type ConsoleState =
  | { readonly kind: 'open'; readonly open: OpenState }
  | {
      readonly kind: 'closed';
      readonly folder: string | null;
      readonly error: AppError;
      readonly foundAt: string;
      readonly requestId: string;
    };

export interface OpenRequest {
  readonly folder: string;
  readonly create: boolean;
  readonly readOnly: boolean;
  readonly name?: string;
}

export interface Console {
  readonly state: () => ConsoleState;
  /** @throws AppError when no workspace is open. */
  readonly open: () => OpenState;
  readonly session: () => Session;
  readonly member: () => Member;
  readonly actAs: (memberId: string) => Promise<void>;
  readonly handlers: () => Partial<Handlers<Contract>>;
  /** @throws AppError READ_ONLY for a command that changes the workspace while it is only readable. */
  readonly requireWritable: (procedure: string) => void;
  readonly recordDenial: (procedure: string, requestId: string) => void;
  /**
   * Closes what is open and opens another folder (or the same again). `between` runs while nothing is open: a restore, a
   * move. When opening fails the console is in recovery, and the failure is its state, not an exception.
   */
  readonly reopen: (request: OpenRequest, between?: () => Promise<void>) => Promise<void>;
  readonly close: () => Promise<void>;
}
