/** Why an event is held in quarantine, and what to do about it. */
export const EVENT_CODES = [
  'EVENT_NOT_JSON',
  'EVENT_MALFORMED',
  'EVENT_TOO_LARGE',
  'EVENT_TIME',
  'EVENT_IN_FUTURE',
  'QUANTITY_NEGATIVE',
  'QUANTITY_RANGE',
  'TENANT_UNKNOWN',
  'TENANT_OTHER_PARTNER',
  'METRIC_UNKNOWN',
  'UNIT_MISMATCH',
  'DIMENSION_UNKNOWN',
  'DIMENSION_LIMIT',
  'SERIES_LIMIT',
] as const;
export type EventCode = (typeof EVENT_CODES)[number];

const AT_SOURCE = 'Have the emitter send it in the documented form (docs/formats/events.md), then dismiss this row with a reason.';

export const NEXT_STEP: Readonly<Record<EventCode, string>> = {
  EVENT_NOT_JSON: AT_SOURCE,
  EVENT_MALFORMED: AT_SOURCE,
  EVENT_TOO_LARGE: AT_SOURCE,
  EVENT_TIME: AT_SOURCE,
  EVENT_IN_FUTURE: 'Look at the emitter’s clock. If the time is right, requeue the row when it has come.',
  QUANTITY_NEGATIVE: 'Usage is never below zero: have the emitter send what was used, then dismiss this row with a reason.',
  QUANTITY_RANGE: 'Have the emitter send it in a coarser or finer unit, then dismiss this row with a reason.',
  TENANT_UNKNOWN: 'Nothing, if the tenant is new: the row is taken by itself when its record arrives. Otherwise look at “subject”.',
  TENANT_OTHER_PARTNER: 'Have it delivered by a source of its own partner, or set the partner of the source right.',
  METRIC_UNKNOWN: 'Declare the metric in a catalogue: the row is then taken by itself. Otherwise look at “data.metric”.',
  UNIT_MISMATCH: 'Have the emitter send the unit of the catalogue, or declare the spelling in a later version of the metric.',
  DIMENSION_UNKNOWN: 'Declare the dimension in a later version of the metric, then requeue the row.',
  DIMENSION_LIMIT: 'Have the emitter send fewer or shorter dimensions: an id of a request or a person is no dimension.',
  SERIES_LIMIT: 'Look at which dimension has no end of values. The limit can be raised; then requeue the row.',
};

/** Found out only when the tenant is known: such a row counts for that tenant, every other bad one for none. */
const OF_TENANT: ReadonlySet<string> = new Set<EventCode>([
  'METRIC_UNKNOWN',
  'UNIT_MISMATCH',
  'DIMENSION_UNKNOWN',
  'DIMENSION_LIMIT',
  'SERIES_LIMIT',
]);
export const countsForTenant = (code: string): boolean => OF_TENANT.has(code);
