import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { counted } from '../ui/format.ts';
import type { Status } from '../ui/status.tsx';
import { shortTime } from '../ui/time-format.ts';

export type SyncState = OutputOf<Contract, 'sync.state'>;

export interface SyncLook {
  readonly status: Exclude<Status, 'accent'>;
  readonly icon: 'automatic-updates' | 'offline' | 'warning-sign' | 'refresh' | 'pause';
  readonly text: string;
}

/** How the feeds stand, in three words. */
export const syncLook = (sync: SyncState, nowMs: number): SyncLook => {
  const last = sync.lastSyncAt === null ? null : shortTime(sync.lastSyncAt, nowMs);
  switch (sync.state) {
    case 'no-sources':
      return { status: 'idle', icon: 'automatic-updates', text: 'No sources yet' };
    case 'never':
      return { status: 'idle', icon: 'automatic-updates', text: 'Not synced yet' };
    case 'running':
      return { status: 'idle', icon: 'refresh', text: 'Syncing' };
    case 'paused':
      return { status: 'idle', icon: 'pause', text: 'All sources paused' };
    case 'offline':
      return { status: 'warn', icon: 'offline', text: 'Offline' };
    case 'failing':
      return { status: 'warn', icon: 'warning-sign', text: `${counted(sync.failing.length, 'source')} failing` };
    case 'ok':
      return { status: 'ok', icon: 'automatic-updates', text: last === null ? 'Synced' : `Synced ${last}` };
  }
};
