import type { CommandName } from './define.ts';
import type { Contract } from './index.ts';

/** Commands that change nothing in the workspace itself: they work while it is open read-only. */
export const WORKS_READ_ONLY: ReadonlySet<string> = new Set<CommandName<Contract>>([
  'session.actAs',
  'host.pickFolder',
  'host.revealFolder',
  'job.cancel',
  'system.supportBundle',
  'workspace.open',
  'workspace.create',
  'workspace.openDemo',
  'receipt.export',
  'receipt.verify',
  'packet.export',
  // Recorded only where the workspace can be written.
  'packet.verify',
  'overview.seen',
]);
