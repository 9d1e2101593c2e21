/** Incidents: what the console found wrong, who owns it, how it ended. */
export { durationSays, type IncidentInput, incidentIdOf, type RestoreTimes } from './incident.ts';
export {
  incidentsReads,
  incidentsWrites,
  type IncidentsReads,
  type IncidentsWrites,
  openIncident,
  resolveIncident,
} from './incidents-queries.ts';
export { createIncidentsService } from './incidents-service.ts';
