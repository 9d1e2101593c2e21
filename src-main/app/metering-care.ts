import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createCareService } from '../metering/index.ts';
import { DATABASE_NAME, runUnscoped } from '../store/index.ts';
import type { AppContext } from './app-context.ts';
import { INTAKE_PATH, MAX_INTAKE_BYTES } from './hosted-app.ts';
import { newRequestId, newUuid } from './ids.ts';
import type { OpenedStore } from './open-workspace.ts';

/** Limits, validation, backfill, reconciliation and the intake of an open workspace, wired. */
export function createMeteringCare(context: AppContext, opened: OpenedStore) {
  const { store } = opened;
  const { hub, jobs, log, metrics } = context;
  return createCareService({
    store,
    compute: context.compute,
    file: join(opened.folder, DATABASE_NAME),
    writable: opened.readOnly === null,
    newId: newUuid,
    newRequestId,
    randomBytes: (size) => randomBytes(size),
    now: () => context.now(),
    steadyMs: () => performance.now(),
    startJob: (spec) => jobs.start(spec),
    changed: (...topics) => hub.changed(...topics),
    intakePath: context.options.kind === 'loopback' ? INTAKE_PATH : null,
    maxIntakeBytes: MAX_INTAKE_BYTES,
    setting: (key) => store.read('workspace.setting', { key }),
    keepSetting: (key, value, by) => store.write('usage.keepSetting', { key, value, by }),
    tenantExists: (tenantId) => runUnscoped(() => store.read('usage.tenantExists', { tenantId })),
    onError: (error, says) => log.warn({ reason: String(error) }, says),
    onTaken: (counts) => metrics.rows('intake', counts),
    onValidated: (worstBp) => metrics.gauge('validation_mismatch_percent', worstBp / 100),
    onBackfilled: (rows, seconds) => metrics.backfilled(rows, seconds),
    onCrossed: (metric, level) => metrics.limitCrossed(metric, level),
  });
}
