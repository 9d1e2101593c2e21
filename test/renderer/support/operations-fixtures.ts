/** Incidents and diagnostics of the fixture app: three incidents, one of them over; a console that is well. */
import type { Incident, IncidentEvent } from '../../../src-shared/contract/incidents.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { AppHandlers, Part } from './fixture-types.ts';
import { hoursBefore } from './fixture-sources.ts';

type Name = Extract<keyof AppHandlers, `incident.${string}` | `diagnostics.${string}`>;

const seconds = (hours: number): number => Math.round(hours * 3600);

const makeIncidents = (now: string): Incident[] => [
  {
    incidentNo: 3,
    incidentId: 'INC-0003',
    kind: 'limit',
    severity: 'bad',
    state: 'open',
    tenant: { tenantId: 'tn_543g3', name: 'Juniper Dental' },
    title: 'llm_token passed its hard limit',
    says: '60.4 M of 60 M in June. Ask for a larger plan, or raise the limit for a time.',
    address: '/usage?tab=limits',
    openedAt: hoursBefore(now, 2),
    lastSeenAt: hoursBefore(now, 1),
    timesSeen: 4,
    ownerRole: 'partner_operator',
    owner: null,
    resolvedAt: null,
    restoreSeconds: null,
  },
  {
    incidentNo: 2,
    incidentId: 'INC-0002',
    kind: 'conflict',
    severity: 'warn',
    state: 'open',
    tenant: null,
    title: '3 events came again with another content',
    says: 'The first of each counts. Ask the source why it changed what it had sent.',
    address: '/quarantine',
    openedAt: hoursBefore(now, 30),
    lastSeenAt: hoursBefore(now, 30),
    timesSeen: 3,
    ownerRole: 'engineering',
    owner: { memberId: 'mem-amara', name: 'Amara Okafor' },
    resolvedAt: null,
    restoreSeconds: null,
  },
  {
    incidentNo: 1,
    incidentId: 'INC-0001',
    kind: 'validation',
    severity: 'bad',
    state: 'resolved',
    tenant: null,
    title: 'A recount differs from the totals',
    says: 'The last recount of raw events deviates by 4.1%, more than 1%.',
    address: '/usage?tab=reconciliation',
    openedAt: hoursBefore(now, 200),
    lastSeenAt: hoursBefore(now, 200),
    timesSeen: 1,
    ownerRole: 'platform',
    owner: null,
    resolvedAt: hoursBefore(now, 196.8),
    restoreSeconds: seconds(3.2),
  },
];

/** What a procedure answers that no part of the fixture knows. */
export const unanswered = (names: readonly string[]): AppHandlers =>
  Object.fromEntries(
    names.map((name) => [
      name,
      () => {
        throw new AppError('NOT_FOUND', `The fixture does not answer ${name}.`, { nextStep: 'Look at it in the real app.' });
      },
    ]),
  ) as unknown as AppHandlers;

export function makeOperations(now: string, empty: boolean, changed: () => void): Part<Name> {
  const incidents = empty ? [] : makeIncidents(now);
  const notes = new Map<number, IncidentEvent[]>();
  const find = (incidentNo: number): Incident => {
    const found = incidents.find((incident) => incident.incidentNo === incidentNo);
    if (found !== undefined) return found;
    throw new AppError('NOT_FOUND', 'There is no such incident.', { nextStep: 'Look for it in the list of incidents.' });
  };
  const replace = (incidentNo: number, patch: Partial<Incident>): { done: true } => {
    incidents[incidents.indexOf(find(incidentNo))] = { ...find(incidentNo), ...patch };
    changed();
    return { done: true };
  };
  const note = (incidentNo: number, event: Pick<IncidentEvent, 'kind' | 'says'>): void => {
    notes.set(incidentNo, [...(notes.get(incidentNo) ?? []), { ...event, at: now, by: 'Amara Okafor', times: null }]);
  };
  return {
    'incident.list': ({ state, kind, severity, tenantId }) => ({
      incidents: incidents.filter(
        (incident) =>
          (state === 'all' || incident.state === state) &&
          (kind === undefined || incident.kind === kind) &&
          (severity === undefined || incident.severity === severity) &&
          (tenantId === undefined || incident.tenant?.tenantId === tenantId),
      ),
      next: null,
      totals: {
        open: incidents.filter((incident) => incident.state === 'open').length,
        bad: incidents.filter((incident) => incident.state === 'open' && incident.severity === 'bad').length,
        unowned: incidents.filter((incident) => incident.state === 'open' && incident.owner === null).length,
        resolved: incidents.filter((incident) => incident.state === 'resolved').length,
      },
      restore: empty ? null : { count: 1, meanSeconds: seconds(3.2), medianSeconds: seconds(3.2), longestSeconds: seconds(3.2) },
    }),
    'incident.show': ({ incidentNo }) => {
      const incident = find(incidentNo);
      const opened: IncidentEvent = { kind: 'opened', at: incident.openedAt, by: null, says: incident.says, times: null };
      return { incident, events: [opened, ...(notes.get(incidentNo) ?? [])] };
    },
    'incident.assign': ({ incidentNo, memberId }) => {
      note(incidentNo, { kind: 'assigned', says: 'Taken by Amara Okafor' });
      return replace(incidentNo, { owner: { memberId, name: 'Amara Okafor' } });
    },
    'incident.note': ({ incidentNo, says }) => {
      note(incidentNo, { kind: 'note', says });
      return replace(incidentNo, {});
    },
    'incident.resolve': ({ incidentNo, says }) => {
      note(incidentNo, { kind: 'resolved', says });
      return replace(incidentNo, { state: 'resolved', resolvedAt: now, restoreSeconds: seconds(2) });
    },
    'diagnostics.get': () => ({
      since: hoursBefore(now, 1),
      figures: [
        { id: 'lag', title: 'Aggregation lag', value: 0, unit: 'seconds', status: 'ok', says: 'alert above 900 s', address: '/usage' },
        { id: 'mismatch', title: 'Recount deviates by', value: 4.1, unit: 'percent', status: 'bad', says: 'alert above 1%', address: null },
        { id: 'calls', title: 'Calls, 95th percentile', value: null, unit: 'ms', status: 'idle', says: 'of the newest 512', address: null },
      ],
      series: [
        { id: 'quarantine', title: 'In quarantine', unit: 'rows', points: [] },
        { id: 'lag', title: 'Aggregation lag', unit: 's', points: [[hoursBefore(now, 0.1), 0]] },
      ],
      intake: empty ? [] : [{ date: now.slice(0, 10), accepted: 4_120, duplicate: 12, conflict: 1, late: 3, quarantined: 6 }],
      calls: [{ name: 'tenant.list', count: 41, p50Ms: 6.2, p95Ms: 14.8, maxMs: 31, failures: 0 }],
      queries: [{ name: 'tenants.list', count: 41, p50Ms: 3.1, p95Ms: 9.2, maxMs: 20, failures: 1 }],
      alerts: empty
        ? []
        : [
            {
              key: 'alert/validation-mismatch',
              title: 'A recount differs from the totals',
              says: 'The last recount of raw events deviates by 4.1%, more than 1%.',
              severity: 'bad',
              since: hoursBefore(now, 3),
              address: '/usage?tab=reconciliation',
            },
          ],
      bounds: { aggregationLagSeconds: 900, quarantineGrowth: 100, mismatchPercent: 1, hoursLate: 24 },
    }),
    'diagnostics.setBounds': () => {
      changed();
      return { done: true };
    },
    'diagnostics.traces': () => ({ spans: [] }),
    'diagnostics.saveTraces': () => ({ ticket: 'fixture-traces-00000', fileName: 'countersign-traces.json', bytes: 120 }),
    'diagnostics.saveMetrics': () => ({ ticket: 'fixture-metrics-0000', fileName: 'countersign-metrics.txt', bytes: 120 }),
  };
}
