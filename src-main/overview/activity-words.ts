import type { AuditEntry } from '../../src-shared/contract/audit.ts';

export type ActivityStatus = 'ok' | 'warn' | 'bad' | 'idle';

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const field = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

/** An audit entry in the words of the activity list: what was done, to what. */
export function sayActivity(entry: AuditEntry): { readonly says: string; readonly status: ActivityStatus } {
  const subject = entry.subject ?? '';
  const known: Readonly<Record<string, { says: string; status: ActivityStatus }>> = {
    'workspace.rename': { says: `Named the workspace ${text(entry.after)}`, status: 'idle' },
    'member.add': { says: `Added ${text(field(entry.after, 'name')) || subject} as ${text(field(entry.after, 'role'))}`, status: 'idle' },
    'sync.run': { says: `Asked for a sync of ${subject || 'all sources'}`, status: 'idle' },
    'source.add': { says: `Added the source ${subject}`, status: 'idle' },
    'source.configure': { says: `Changed the source ${subject}`, status: 'idle' },
    'source.pause': { says: `Paused the source ${subject}`, status: 'warn' },
    'source.resume': { says: `Resumed the source ${subject}`, status: 'idle' },
    'source.remove': { says: `Removed the source ${subject}`, status: 'warn' },
    'quarantine.requeue': { says: `Looked at quarantined rows again`, status: 'idle' },
    'quarantine.dismiss': { says: `Dismissed quarantined rows`, status: 'idle' },
    'trustedLog.add': { says: `Trusts ${subject}`, status: 'idle' },
    'trustedLog.remove': { says: `No longer trusts ${subject}`, status: 'warn' },
    'backup.create': { says: `Made the backup ${subject}`, status: 'ok' },
    'backup.configure': { says: 'Changed how backups are made', status: 'idle' },
    'backup.restore': { says: `Restored the backup ${subject}`, status: 'warn' },
    'gate.run': gateRun(entry),
    'thresholds.change': { says: `Changed the gates’ thresholds: ${subject}`, status: 'idle' },
    'motion.freeze': { says: 'Price and packaging changes are frozen', status: 'bad' },
    'motion.unfreeze': { says: 'Price and packaging changes are free again', status: 'ok' },
    'freeze.plan': { says: `Planned how to correct the breach: ${text(field(entry.after, 'owner'))}`, status: 'idle' },
    'motion.propose': { says: `Proposed ${subject}`, status: 'idle' },
    'motion.refuse': { says: `Was refused: ${subject}`, status: 'warn' },
    'call.denied': { says: `Denied: ${subject}`, status: 'warn' },
  };
  const found = known[entry.action];
  if (found) return found;
  const verdict = text(field(entry.after, 'verdict'));
  if (entry.action.startsWith('receipt.')) {
    return {
      says: `Verified ${subject}${verdict ? `: ${verdict}` : ''}`,
      status: verdict === 'BROKEN' ? 'bad' : verdict === 'VERIFIED' ? 'ok' : 'idle',
    };
  }
  return { says: `${entry.action} ${subject}`.trim(), status: 'idle' };
}

function gateRun({ subject, after }: AuditEntry): { says: string; status: ActivityStatus } {
  const failing = field(after, 'failing');
  const names = Array.isArray(failing) ? failing.filter((name) => typeof name === 'string') : [];
  const what = `Ran the ${subject ?? 'gates'}`;
  if (text(field(after, 'decision')) === 'pass') return { says: `${what}: all pass`, status: 'ok' };
  return names.length === 0
    ? { says: `${what}: not decided`, status: 'warn' }
    : { says: `${what}: ${names.join(', ')} ${names.length === 1 ? 'fails' : 'fail'}`, status: 'bad' };
}
