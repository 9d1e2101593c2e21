import { Gaps } from './gaps.ts';
import { fileLabel, type Maker } from './maker.ts';
import { objectAt, textAt } from './plain-document.ts';

/**
 * The telemetry of a month (contract A.2). Nobody fills it in: it is computed from synced tenants, subscriptions and usage by a
 * later room, and the draft says only which month. Kept is what was computed when it was made.
 */
export const financeTelemetryMaker: Maker = {
  kind: 'finance-telemetry',
  stores: 'finance-telemetry',
  hasGates: true,
  start: (_newest, { month }) => ({
    document: { month: month ?? '' },
    notes: ['Everything is computed from the tenants, subscriptions and usage of the month.'],
  }),
  complete: (draft, now) => ({ ...draft, captured_at: textAt(draft, 'captured_at') || now }),
  missing: (document) => {
    const gaps = new Gaps(document);
    if (textAt(objectAt(document, 'window'), 'label') === '') gaps.add(['month'], 'Choose a month that is over (YYYY-MM).');
    return gaps.found;
  },
  fileName: (document) => `finance_telemetry_snapshot_${fileLabel(textAt(objectAt(document, 'window'), 'label'), 'undated')}.json`,
};
