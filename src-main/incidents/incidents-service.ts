import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import type { IncidentsReads, IncidentsWrites } from './incidents-queries.ts';

export interface IncidentsDeps {
  readonly store: Store<IncidentsReads, IncidentsWrites>;
  readonly changed: () => void;
}

type IncidentProcedures = Extract<keyof Handlers<Contract>, `incident.${string}`>;

/** The handlers of `incident.*`. */
export const createIncidentsService = ({ store, changed }: IncidentsDeps) => {
  const changes = async (act: Promise<void>): Promise<{ done: true }> => {
    await act;
    changed();
    return { done: true };
  };
  const handlers: Pick<Handlers<Contract>, IncidentProcedures> = {
    'incident.list': ({ state, kind, severity, tenantId, mine, after, limit }, { session, now }) =>
      store.read('incidents.list', {
        state,
        kind: kind ?? null,
        severity: severity ?? null,
        tenantId: tenantId ?? null,
        ownerId: mine ? session.member_id : null,
        after: after ?? null,
        limit,
        now,
      }),
    'incident.show': ({ incidentNo }) => store.read('incidents.show', { incidentNo }),
    'incident.assign': ({ incidentNo, memberId }, ctx) =>
      changes(store.write('incidents.assign', { incidentNo, memberId, by: changedBy(ctx) })),
    'incident.note': ({ incidentNo, says }, ctx) => changes(store.write('incidents.note', { incidentNo, says, by: changedBy(ctx) })),
    'incident.resolve': ({ incidentNo, says }, ctx) => changes(store.write('incidents.resolve', { incidentNo, says, by: changedBy(ctx) })),
  };
  return { handlers };
};
