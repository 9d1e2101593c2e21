import { type Fields, shortened } from '../reference/fields.ts';
import { dateOf } from '../reference/timestamps.ts';
import { addGate, dayText, positiveOption, readDay, refuseOlder, saidItem } from './drill-parts.ts';
import { decidedText } from './rules.ts';
import type { Verifier } from './verifier.ts';

/**
 * What is to become of each finding of the audit (contract A.10): who owns it, which probes hold it, by when it is looked
 * at again. The rules and their order are the reference's; the gates are ours.
 */
export const DISPOSITION_DEFAULTS = { maxAgeDays: 45, maxReviewWindowDays: 120 } as const;

/** Findings that must have a disposition unless others are asked for (`required-finding-id`). */
export const REQUIRED_FINDINGS = [
  'VAL-ADAPT-001',
  'VAL-ADAPT-002+',
  'VAL-API-001',
  'VAL-API-002',
  'VAL-API-004',
  'VAL-DB-002',
  'VAL-DB-003',
  'VAL-DB-004',
] as const;

const STATUSES = ['accepted_risk', 'documented_exception', 'planned_refactor'] as const;
const FINDING_ID = /^VAL-[A-Z]+-[0-9]+\+?$/;

export interface DispositionOptions {
  /** Days since the capture, above 0; 45 where it is absent. */
  readonly maxAgeDays?: number;
  /** Days ahead that a review may lie, above 0; 120 where it is absent. */
  readonly maxReviewWindowDays?: number;
  /** Finding ids with commas between them; {@link REQUIRED_FINDINGS} where it is absent. */
  readonly requiredFindingIds?: string;
}

export const dispositionRegister: Verifier<DispositionOptions> = {
  label: 'valdrics-disposition-freshness',
  roles: ['artifact'],
  options: [
    { name: 'maxAgeDays', flag: 'max-age-days', type: 'number', says: 'oldest capture that counts, in days (45)' },
    { name: 'maxReviewWindowDays', flag: 'max-review-window-days', type: 'number', says: 'how far ahead a review may lie, in days (120)' },
    { name: 'requiredFindingIds', flag: 'required-finding-id', type: 'text', says: 'findings that must have a disposition, with commas' },
  ],
  verify(files, options, now, draft) {
    const limits = { ...DISPOSITION_DEFAULTS, ...options };
    const maxAge = positiveOption(limits.maxAgeDays, 'max_artifact_age_days');
    const maxWindow = positiveOption(limits.maxReviewWindowDays, 'max_review_window_days');
    const root = files.root('artifact', draft);
    refuseOlder(root.instant('captured_at'), now, maxAge, 'days', root, 'captured_at');
    decidedText(root, 'source_audit_path');
    const probes = readProbes(root);
    const today = dateOf(now);
    const findings = new Set<string>();
    let latest = today;
    for (const disposition of root.items('dispositions', { filled: true })) {
      const { id, reviewBy } = readDisposition(disposition, { probes, seen: findings, today, maxWindow });
      findings.add(id);
      latest = Math.max(latest, reviewBy);
    }
    draft.derived['findings'] = findings.size;
    draft.derived['latest_review_by'] = dayText(latest);
    addGate(draft, 'disposition_gate_reviews_scheduled', true, `every review lies within ${maxWindow} days`);
    addGate(draft, 'disposition_gate_probes_agree', true, `${probes.size} probes say what the dispositions say`);
    const missing = requiredFindings(limits.requiredFindingIds).filter((id) => !findings.has(id));
    addGate(draft, 'disposition_gate_findings_covered', missing.length === 0, `${findings.size} findings, ${missing.length} missing`);
    if (missing.length > 0) throw root.refuse('dispositions', `must include ${missing.join(', ')}`);
  },
};

function requiredFindings(asked: string | undefined): readonly string[] {
  const ids = (asked ?? '').split(',').flatMap((id) => (id.trim() === '' ? [] : [id.trim()]));
  return ids.length === 0 ? REQUIRED_FINDINGS : ids;
}

/** Which probes passed, by id. */
function readProbes(root: Fields): ReadonlyMap<string, boolean> {
  const probes = new Map<string, boolean>();
  for (const probe of root.items('runtime_probe_results', { filled: true })) {
    for (const key of ['probe_id', 'command', 'passed', 'output_excerpt']) {
      if (!probe.has(key)) throw probe.refuse(key, 'is missing');
    }
    const id = decidedText(probe, 'probe_id');
    if (probes.has(id)) throw probe.refuse('probe_id', `“${shortened(id)}” stands twice`);
    decidedText(probe, 'command');
    // A probe may have printed nothing.
    if (typeof probe.raw('output_excerpt') !== 'string') throw probe.refuse('output_excerpt', 'must be a text');
    probes.set(id, probe.boolean('passed'));
  }
  return probes;
}

interface Judging {
  readonly probes: ReadonlyMap<string, boolean>;
  readonly seen: ReadonlySet<string>;
  readonly today: number;
  readonly maxWindow: number;
}

function readDisposition(disposition: Fields, { probes, seen, today, maxWindow }: Judging): { id: string; reviewBy: number } {
  const id = decidedText(disposition, 'finding_id');
  if (!FINDING_ID.test(id)) throw disposition.refuse('finding_id', `must look like VAL-DB-002 or VAL-DB-002+, not “${shortened(id)}”`);
  if (seen.has(id)) throw disposition.refuse('finding_id', `${id} stands twice`);
  const status = disposition.oneOf('status', STATUSES, { text: decidedText(disposition, 'status') });
  for (const key of ['owner', 'rationale', 'exit_criteria']) decidedText(disposition, key);
  if (status === 'planned_refactor') decidedText(disposition, 'backlog_ref');
  checkProbes(disposition, status, probes);
  const reviewBy = readDay(disposition, 'review_by');
  if (reviewBy < today) throw disposition.refuse('review_by', `is overdue: ${dayText(reviewBy)} is before ${dayText(today)}`);
  if (reviewBy - today > maxWindow) {
    throw disposition.refuse('review_by', `is ${reviewBy - today} days ahead, and at most ${maxWindow} are allowed`);
  }
  return { id, reviewBy };
}

/** An exception rests on probes that pass; a plan to rebuild something needs one that fails, else there is nothing to rebuild. */
function checkProbes(disposition: Fields, status: (typeof STATUSES)[number], probes: ReadonlyMap<string, boolean>): void {
  const key = 'control_probe_ids';
  const passed = disposition.list(key, { filled: true }).map((value, index) => {
    const path = `${disposition.at(key)}[${index}]`;
    const id = saidItem(value, path);
    const found = probes.get(id);
    if (found === undefined) throw disposition.refuse(`${key}[${index}]`, `names a probe that has no result: “${shortened(id)}”`);
    return found;
  });
  const all = passed.every(Boolean);
  if (status === 'documented_exception' && !all) throw disposition.refuse(key, 'of a documented_exception must name passing probes only');
  if (status === 'planned_refactor' && all) throw disposition.refuse(key, 'of a planned_refactor must name a failing probe');
}
