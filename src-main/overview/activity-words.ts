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
  const found = known[entry.action] ?? sayPacket(entry) ?? sayEvidence(entry);
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

type Said = { says: string; status: ActivityStatus };

function sayPacket({ action, subject, after }: AuditEntry): Said | null {
  const packet = `the packet of ${subject ?? 'a month'}`;
  const revision = field(after, 'revision');
  const written = text(field(after, 'text'));
  const known: Readonly<Record<string, Said>> = {
    'packet.build': { says: `Built ${packet}${typeof revision === 'number' ? `, revision ${revision}` : ''}`, status: 'idle' },
    'packet.makeGuardrails': { says: `Made the guardrails of ${packet}`, status: 'idle' },
    'packet.correctAssumption': { says: `Corrected an assumption of ${packet}`, status: 'warn' },
    'packet.submit': { says: `Sent ${packet} to the committee`, status: 'idle' },
    'packet.comment': { says: `Commented on ${packet}`, status: 'idle' },
    'packet.ask': { says: `Asked about ${packet}: ${written}`, status: 'warn' },
    'packet.answer': { says: `Answered about ${packet}: ${written}`, status: 'idle' },
    'packet.withdraw': { says: `Withdrew a question about ${packet}`, status: 'idle' },
    'packet.check': { says: `Ticked “${written}” for ${packet}`, status: 'idle' },
    'packet.uncheck': { says: `Took the tick from “${written}” for ${packet}`, status: 'warn' },
    'packet.accept': { says: `Accepted ${packet}`, status: 'ok' },
    'packet.sendBack': { says: `Sent ${packet} back`, status: 'warn' },
    'packet.setSchedule': { says: 'Changed when packets are built', status: 'idle' },
  };
  if (action !== 'packet.verify') return known[action] ?? null;
  return field(after, 'holds') === true
    ? { says: `Recomputed ${packet}: equal`, status: 'ok' }
    : { says: `Recomputed ${packet}: it differs`, status: 'bad' };
}

function sayEvidence({ action, subject }: AuditEntry): Said | null {
  const known: Readonly<Record<string, Said>> = {
    'evidence.add': { says: `Added ${subject ?? 'evidence'}`, status: 'idle' },
    'evidence.make': { says: `Made ${subject ?? 'evidence'}`, status: 'idle' },
    'evidence.verify': { says: `Verified ${subject ?? 'evidence'} again`, status: 'idle' },
  };
  return known[action] ?? null;
}
