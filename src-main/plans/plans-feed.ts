import {
  type DeliveryResult,
  type FeedModule,
  type HttpItem,
  itemBytes,
  NO_ROWS,
  plural,
  type QuarantineInput,
  type WholeDelivery,
} from '../sources/index.ts';
import type { StoreDb } from '../store/index.ts';
import { type PlanPlace, storePlan } from './plan-store.ts';
import type { PlanSpec } from './plan-spec.ts';
import { MAX_PLAN_BYTES, planText, type PlanReading, readPlan } from './read-plan.ts';

const HEAD_BYTES = 64 * 1024;

const isPath = (path: string): boolean =>
  path.length <= 1024 &&
  path.isWellFormed() &&
  path.split('/').length <= 5 &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\p{Cc}]/u.test(part)) &&
  /\.plan\.json$/i.test(path);

const held = (
  path: string,
  bytes: Uint8Array,
  why: { code: string; says: string; nextStep: string },
  byteLength = bytes.length,
): QuarantineInput => ({
  path,
  line: null,
  byteOffset: null,
  bytes: Uint8Array.from(bytes),
  byteLength,
  ...why,
  address: null,
});

const NOT_UTF8 = { code: 'PLAN_NOT_UTF8', says: 'The file is not UTF-8.', nextStep: 'Save it as UTF-8, then sync again.' };

/** All that is wrong, in one sentence each; the quarantine shows it whole. */
const whyNot = (reading: PlanReading): { code: string; says: string; nextStep: string } => {
  const errors = reading.problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  return {
    code: first?.code ?? 'PLAN_FIELD',
    says: errors
      .map(({ line, says }) => (line === null ? says : `Line ${line}: ${says}`))
      .join(' ')
      .slice(0, 2000),
    nextStep: first?.nextStep ?? '',
  };
};

export interface PlanConflict {
  readonly planId: string;
  readonly version: string;
  readonly sourceName: string;
  readonly path: string;
  readonly now: string;
}

export interface PlansFeedOptions {
  /** Another content came under a version that is taken; in the transaction that records it. */
  readonly onConflict?: (db: StoreDb, conflict: PlanConflict) => void;
}

/** The feed `plans`: `*.plan.json`, one version a file. A version never changes: another content under it is a conflict. */
export function createPlansFeed({ onConflict }: PlansFeedOptions = {}): FeedModule {
  const keep = (db: StoreDb, spec: PlanSpec, place: PlanPlace, sourceName: string) => {
    const outcome = storePlan(db, spec, place);
    if (outcome === 'conflict')
      onConflict?.(db, { planId: spec.plan_id, version: spec.version, sourceName, path: place.path ?? '', now: place.now });
    return outcome;
  };

  const accept = (db: StoreDb, { path, bytes, sourceId, sourceName, runId, now }: WholeDelivery): DeliveryResult => {
    const bad = (why: { code: string; says: string; nextStep: string }): DeliveryResult => ({
      counts: { ...NO_ROWS, received: 1, quarantined: 1 },
      quarantine: [held(path, bytes, why)],
    });
    const text = planText(bytes);
    if (text === null) return bad(NOT_UTF8);
    const reading = readPlan(text);
    if (reading.spec === null) return bad(whyNot(reading));
    const outcome = keep(db, reading.spec, { origin: 'source', sourceId, path, runId, memberId: null, now }, sourceName);
    return { counts: { ...NO_ROWS, received: 1, [outcome]: 1 }, quarantine: [] };
  };

  /** One item of `GET {base}/feeds/plans`: `{"kind":"plan","name":"pro.plan.json","text":"…"}`, or `base64`. */
  const parseItem = (item: Readonly<Record<string, unknown>>): HttpItem => {
    const garbage = (says: string): HttpItem => ({ kind: 'garbage', says });
    if (item['kind'] !== 'plan') return garbage(`The item is of no known kind: ${JSON.stringify(item['kind'])?.slice(0, 60) ?? 'none'}.`);
    const { name } = item;
    if (typeof name !== 'string' || !isPath(name)) return garbage('The item has no "name" like pro.plan.json.');
    const bytes = itemBytes(item);
    return bytes === null
      ? garbage('The item must have either "text" (well-formed) or "base64" (with padding).')
      : { kind: 'whole', path: name, bytes };
  };

  const requeue: FeedModule['requeue'] = (db, sourceId, row, now) => {
    const stillBad = (why: { code: string; says: string; nextStep: string }) => ({ outcome: 'still-bad', ...why }) as const;
    if (row.bytes.length < row.byteLength)
      return stillBad({ code: row.code, says: 'Only its beginning is held here.', nextStep: row.nextStep });
    const text = planText(row.bytes);
    if (text === null) return stillBad(NOT_UTF8);
    const reading = readPlan(text);
    if (reading.spec === null) return stillBad(whyNot(reading));
    const { plan_id, version } = reading.spec;
    const outcome = keep(db, reading.spec, { origin: 'source', sourceId, path: row.path, runId: null, memberId: null, now }, 'quarantine');
    return outcome === 'conflict'
      ? stillBad({
          code: 'PLAN_CONFLICT',
          says: `${plan_id} ${version} exists with another content, which stands.`,
          nextStep: 'Give the plan a new version, or dismiss the row with a reason.',
        })
      : {
          outcome: 'resolved',
          code: row.code,
          says: `The file is ${plan_id} ${version} now.`,
          nextStep: `See /plans/${encodeURIComponent(plan_id)}.`,
        };
  };

  return {
    feed: 'plans',
    unfinishedLines: 'taken',
    classify: (path) => (isPath(path) ? 'whole' : null),
    order: () => 0,
    describe: (paths) => {
      const files = paths.filter(isPath).length;
      return { items: files, says: plural(files, 'plan file') };
    },
    parseItem,
    accept: (db, delivery) => {
      if (delivery.kind !== 'whole') throw new TypeError('The plans feed has whole files only.');
      return accept(db, delivery);
    },
    maxWholeBytes: MAX_PLAN_BYTES,
    tooLarge: ({ path, byteLength, sha256, head }) =>
      held(
        path,
        head.subarray(0, HEAD_BYTES),
        {
          code: 'PLAN_TOO_LARGE',
          says: `The file has ${byteLength} bytes; a plan has ${MAX_PLAN_BYTES} at most. Its SHA-256 is ${sha256}.`,
          nextStep: 'Ask the source what it put there, then dismiss the row with a reason.',
        },
        byteLength,
      ),
    requeue,
  };
}
