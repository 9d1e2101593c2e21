import type { Need } from '../../src-shared/contract/overview.ts';
import type { ChainRow } from '../../src-shared/contract/receipts.ts';
import type { Role } from '../../src-shared/contract/roles.ts';
import type { Source } from '../../src-shared/contract/sources.ts';
import { gateNeeds, type GateStanding } from './gate-needs.ts';
import { packetNeeds, type PacketStanding } from './packet-needs.ts';

/** What needs a person, most urgent first: what is wrong before what is late before what could be better. */

export interface NeedsInput {
  /** Chains whose last verdict is not sound, worst first; at most a screenful. */
  readonly chains: readonly ChainRow[];
  readonly notVerified: number;
  readonly sources: readonly Source[];
  readonly quarantineOpen: number;
  readonly trustedLogs: number;
  readonly disk: { readonly state: 'ok' | 'soon' | 'short'; readonly freeBytes: number; readonly daysLeft: number | null };
  readonly backup: { readonly lastAt: string | null; readonly overdue: boolean };
  readonly readOnly: string | null;
  readonly gates: GateStanding;
  readonly packets: PacketStanding;
  /** Who looks. */
  readonly role: Role;
  /** ISO 8601 UTC. */
  readonly now: string;
}

const plural = (count: number, one: string, many: string) =>
  `${String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')} ${count === 1 ? one : many}`;

export function listNeeds(input: NeedsInput): Need[] {
  const needs: Need[] = [];
  const add = (need: Need) => needs.push(need);
  const ofGates = gateNeeds(input.gates, input.now);

  for (const chain of input.chains.filter(({ verdict }) => verdict === 'BROKEN')) {
    const more = chain.findingsTotal > 1 ? ` ${plural(chain.findingsTotal - 1, 'more finding', 'more findings')}.` : '';
    add({
      needId: `chain:${chain.chainKey}`,
      status: 'bad',
      title: `Chain ${chain.chainKey} is broken`,
      says: `${chain.firstFinding?.explain ?? 'Its receipts do not hold together.'}${more}`,
      since: chain.verifiedAt,
      foundBy: 'verification',
      action: { label: 'Open the break', address: chain.address },
    });
  }
  needs.push(...ofGates.filter(({ status }) => status === 'bad'));
  for (const chain of input.chains.filter(({ verdict }) => verdict === 'INDETERMINATE')) {
    add({
      needId: `chain:${chain.chainKey}`,
      status: 'warn',
      title: `Chain ${chain.chainKey} cannot be decided`,
      says: chain.firstFinding?.explain ?? 'Its hashes cannot be reproduced with any known profile.',
      since: chain.verifiedAt,
      foundBy: 'verification',
      action: { label: 'Open the chain', address: chain.address },
    });
  }
  for (const source of input.sources.filter(({ state }) => state === 'active')) {
    const bad = source.feeds.find(({ outcome }) => ['failed', 'garbage', 'offline'].includes(outcome));
    if (!bad) continue;
    add({
      needId: `source:${source.sourceId}`,
      status: bad.outcome === 'offline' ? 'warn' : 'bad',
      title: `Source ${source.name} ${bad.outcome === 'offline' ? 'cannot be reached' : 'could not be read'}`,
      says: `${bad.says} What was accepted before stays.`,
      since: bad.lastRunAt,
      foundBy: 'sync',
      action: { label: 'Open the source', address: `/settings/sources/${source.name}` },
    });
  }
  for (const source of input.sources) {
    const changed = source.feeds.find(({ outcome }) => outcome === 'changed-past' || outcome === 'shrank');
    if (!changed) continue;
    add({
      needId: `past:${source.sourceId}`,
      status: 'bad',
      title: `Source ${source.name} changed its past`,
      says: changed.says,
      since: changed.lastRunAt,
      foundBy: 'sync',
      action: { label: 'Open its chains', address: `/receipts?source=${source.name}` },
    });
  }
  needs.push(...ofGates.filter(({ status }) => status !== 'bad'));
  needs.push(...packetNeeds(input.packets, input.role));
  if (input.disk.state !== 'ok') {
    const days = input.disk.daysLeft === null ? '' : ` At the present growth it lasts about ${plural(input.disk.daysLeft, 'day', 'days')}.`;
    add({
      needId: 'disk',
      status: input.disk.state === 'short' ? 'bad' : 'warn',
      title: 'Disk space gets short',
      says: `${plural(Math.round(input.disk.freeBytes / 1e6), 'MB is', 'MB are')} free.${days} Free space, or move the workspace.`,
      since: null,
      foundBy: null,
      action: { label: 'Open the workspace', address: '/settings/workspace' },
    });
  }
  if (input.quarantineOpen > 0) {
    add({
      needId: 'quarantine',
      status: 'warn',
      title: `${plural(input.quarantineOpen, 'row waits', 'rows wait')} in quarantine`,
      says: 'They could not be used as they came. They are kept; look at the reason, then requeue or dismiss them.',
      since: null,
      foundBy: 'sync',
      action: { label: 'Open quarantine', address: '/quarantine' },
    });
  }
  if (input.readOnly === null && input.backup.overdue) {
    add({
      needId: 'backup',
      status: 'warn',
      title: input.backup.lastAt === null ? 'There is no backup yet' : 'The last backup is old',
      says:
        input.backup.lastAt === null
          ? 'One copy of this workspace is all there is.'
          : `The last one is of ${input.backup.lastAt.slice(0, 16).replace('T', ' ')} UTC.`,
      since: input.backup.lastAt,
      foundBy: null,
      action: { label: 'Make a backup', address: '/settings/workspace' },
    });
  }
  if (input.notVerified > 0) {
    add({
      needId: 'not-verified',
      status: 'idle',
      title: `${plural(input.notVerified, 'chain has', 'chains have')} receipts that were not verified yet`,
      says: 'They came in after the last verification.',
      since: null,
      foundBy: null,
      action: { label: 'Open receipts', address: '/receipts' },
    });
  }
  if (input.trustedLogs === 0 && input.sources.length > 0) {
    add({
      needId: 'trust',
      status: 'idle',
      title: 'No log is trusted yet',
      says: 'Chains can hold together, but nobody outside vouches for their end. Paste a verifier key to anchor them.',
      since: null,
      foundBy: null,
      action: { label: 'Add a verifier key', address: '/settings/trust' },
    });
  }
  return needs;
}
