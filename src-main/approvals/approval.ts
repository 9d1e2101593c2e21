import type { ApprovalState } from '../../src-shared/contract/approvals.ts';

/** Rules of requests: how they are named, and how they stand at a time. */

/** As people say it: `APR-0192`. */
export const approvalRefOf = (requestNo: number): string => `APR-${String(requestNo).padStart(4, '0')}`;

/**
 * How a request stands at `now` (ISO 8601 UTC): one whose time is over has expired, whether the console has written that down
 * yet or not. The last moment still counts; the one after does not.
 */
export const standingAt = (stored: ApprovalState, expiresAt: string, now: string): ApprovalState =>
  stored === 'waiting' && now > expiresAt ? 'expired' : stored;

/** ISO 8601 UTC, `hours` after `now`. */
export const hoursAfter = (now: string, hours: number): string => new Date(Date.parse(now) + hours * 3_600_000).toISOString();
