import type { Freeze, FreezePlan } from '../../src-shared/contract/gates.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { type ChangedBy, recordChange } from '../members/index.ts';
import type { QueryMap, SqlValue, StoreDb } from '../store/index.ts';
import { decideFreeze, type FreezeAct, freezeSays } from './freeze.ts';
import { gateById } from './gate-catalogue.ts';
import { lineText } from './gate-words.ts';
import type { GateLine } from './release-gate.ts';

/** Freezes as facts: what failed, what was planned, which run lifted it. */

interface FreezeRow {
  readonly freeze_no: number;
  readonly run_no: number;
  readonly month: string;
  readonly frozen_at: string;
  readonly gates: string;
  readonly says: string;
}

interface EventRow {
  readonly event_no: number;
  readonly kind: 'plan' | 'failed-again' | 'lifted';
  readonly at: string;
  readonly member: string | null;
  readonly run_no: number | null;
  readonly body: string;
}

interface FrozenGate {
  readonly gate: string;
  readonly says: string;
}
interface PlanBody {
  readonly ownerId: string;
  readonly owner: string;
  readonly steps: string;
  readonly dueOn: string;
}
interface AgainBody {
  readonly gates: readonly FrozenGate[];
  readonly says: string;
}

const SELECT = `SELECT f.freeze_no, f.run_no, r.month, f.frozen_at, f.gates, f.says FROM gate_freezes f JOIN gate_runs r USING (run_no)`;

const eventsOf = (db: StoreDb, freezeNo: number): EventRow[] =>
  db.all<EventRow>(
    `SELECT e.event_no, e.kind, e.at, m.name AS member, e.run_no, e.body FROM gate_freeze_events e LEFT JOIN members m USING (member_id)
     WHERE e.freeze_no = ? ORDER BY e.event_no`,
    [freezeNo],
  );

function freezeOf(db: StoreDb, row: FreezeRow): Freeze {
  const events = eventsOf(db, row.freeze_no);
  const again = events.findLast(({ kind }) => kind === 'failed-again');
  const latest = again === undefined ? null : (JSON.parse(again.body) as AgainBody);
  const gates = latest?.gates ?? (JSON.parse(row.gates) as FrozenGate[]);
  const planned = events.findLast(({ kind }) => kind === 'plan');
  const lifted = events.find(({ kind }) => kind === 'lifted');
  return {
    freezeNo: row.freeze_no,
    frozenAt: row.frozen_at,
    month: row.month,
    runNo: row.run_no,
    gates: gates.map(({ gate, says }) => ({ gate, short: gateById(gate)?.shortId ?? gate, name: gateById(gate)?.name ?? gate, says })),
    // The first cause; what came after it stands in the history.
    says: row.says,
    latest: latest?.says ?? null,
    plan: planned === undefined ? null : planOf(planned),
    failedAgain: events.filter(({ kind }) => kind === 'failed-again').length,
    liftedAt: lifted?.at ?? null,
    liftedByRun: lifted?.run_no ?? null,
  };
}

const planOf = (event: EventRow): FreezePlan => ({ ...(JSON.parse(event.body) as PlanBody), at: event.at, by: event.member });

const LIFTED = `SELECT 1 FROM gate_freeze_events e WHERE e.freeze_no = f.freeze_no AND e.kind = 'lifted'`;

/** The freeze that stands; null where motions are not frozen. */
export function freezeState(db: StoreDb): Freeze | null {
  const row = db.get<FreezeRow>(`${SELECT} WHERE NOT EXISTS (${LIFTED}) ORDER BY f.freeze_no DESC LIMIT 1`);
  return row === undefined ? null : freezeOf(db, row);
}

const mustFind = (db: StoreDb, freezeNo: number): Freeze => {
  const row = db.get<FreezeRow>(`${SELECT} WHERE f.freeze_no = ?`, [freezeNo]);
  if (row !== undefined) return freezeOf(db, row);
  throw new AppError('NOT_FOUND', `There is no freeze ${freezeNo}.`, {
    nextStep: 'Look for it in the history of freezes.',
    details: { freezeNo },
  });
};

const addEvent = (
  db: StoreDb,
  event: { freezeNo: number; kind: EventRow['kind']; at: string; memberId: string | null; runNo: number | null; body: object },
): void => {
  const { next } = db.get<{ next: number }>('SELECT coalesce(max(event_no), 0) + 1 AS next FROM gate_freeze_events')!;
  db.run('INSERT INTO gate_freeze_events (event_no, freeze_no, kind, at, member_id, run_no, body) VALUES (?, ?, ?, ?, ?, ?, ?)', [
    next,
    event.freezeNo,
    event.kind,
    event.at,
    event.memberId,
    event.runNo,
    JSON.stringify(event.body),
  ] satisfies SqlValue[]);
};

/** Every gate that failed while it stood: all of them must pass before it is lifted. */
function causesOf(db: StoreDb, freezeNo: number): string[] {
  const first = db.get<{ gates: string }>('SELECT gates FROM gate_freezes WHERE freeze_no = ?', [freezeNo])!;
  const again = eventsOf(db, freezeNo).filter(({ kind }) => kind === 'failed-again');
  const all = [JSON.parse(first.gates) as FrozenGate[], ...again.map(({ body }) => (JSON.parse(body) as AgainBody).gates)];
  return [...new Set(all.flat().map(({ gate }) => gate))];
}

/** What a run of the newest month does to motions. Inside the run's own write. */
export function settleFreeze(
  db: StoreDb,
  { runNo, month, results, by }: { runNo: number; month: string; results: readonly GateLine[]; by: ChangedBy },
): FreezeAct {
  const frozen = freezeState(db);
  const { act, failing } = decideFreeze(frozen === null ? null : causesOf(db, frozen.freezeNo), results);
  const lines = results.filter(({ id }) => failing.includes(id));
  const gates: FrozenGate[] = lines.map((line) => ({ gate: line.id, says: lineText(line) }));
  if (act === 'opened') {
    const { next } = db.get<{ next: number }>('SELECT coalesce(max(freeze_no), 0) + 1 AS next FROM gate_freezes')!;
    const says = freezeSays(month, lines);
    db.run('INSERT INTO gate_freezes (freeze_no, run_no, frozen_at, gates, says) VALUES (?, ?, ?, ?, ?)', [
      next,
      runNo,
      by.now,
      JSON.stringify(gates),
      says,
    ]);
    recordChange(db, by, {
      action: 'motion.freeze',
      subject: 'price and packaging motions',
      before: null,
      after: { freeze: next, run: runNo, gates: gates.map(({ gate }) => gate), says },
      address: '/evidence',
    });
  } else if (frozen !== null && act === 'failed-again') {
    const says = freezeSays(month, lines);
    addEvent(db, { freezeNo: frozen.freezeNo, kind: 'failed-again', at: by.now, memberId: by.memberId, runNo, body: { gates, says } });
  } else if (frozen !== null && act === 'lifted') {
    const says = `Run ${runNo} of ${month}: ${frozen.gates.map(({ short }) => short).join(', ')} pass.`;
    addEvent(db, { freezeNo: frozen.freezeNo, kind: 'lifted', at: by.now, memberId: by.memberId, runNo, body: { says } });
    recordChange(db, by, {
      action: 'motion.unfreeze',
      subject: 'price and packaging motions',
      before: { freeze: frozen.freezeNo, since: frozen.frozenAt },
      after: { run: runNo, says },
      address: '/evidence',
    });
  }
  return act;
}

export const freezeReads = {
  'gates.freeze': (db: StoreDb, _args: null): Freeze | null => freezeState(db),
  /** Newest first. */
  'gates.freezes': (db: StoreDb, { limit }: { limit: number }): Freeze[] =>
    db.all<FreezeRow>(`${SELECT} ORDER BY f.freeze_no DESC LIMIT ?`, [limit]).map((row) => freezeOf(db, row)),
  'gates.freezeHistory': (db: StoreDb, { freezeNo }: { freezeNo: number }) => {
    const freeze = mustFind(db, freezeNo);
    return {
      freeze,
      events: [
        { at: freeze.frozenAt, kind: 'frozen' as const, by: null, runNo: freeze.runNo, says: freeze.says },
        ...eventsOf(db, freezeNo).map((event) => ({
          at: event.at,
          kind: event.kind,
          by: event.member,
          runNo: event.run_no,
          says: event.kind === 'plan' ? planSays(planOf(event)) : (JSON.parse(event.body) as { says: string }).says,
        })),
      ],
    };
  },
} satisfies QueryMap;

const planSays = ({ owner, steps, dueOn }: PlanBody): string => `${owner}, due ${dueOn}: ${steps}`;

export const freezeWrites = {
  /** A new plan stands beside the earlier ones; the newest counts. */
  'gates.planFreeze': (
    db: StoreDb,
    { freezeNo, ownerId, steps, dueOn, by }: { freezeNo: number; ownerId: string; steps: string; dueOn: string; by: ChangedBy },
  ): Freeze => {
    const freeze = mustFind(db, freezeNo);
    if (freeze.liftedAt !== null)
      throw new AppError('CONFLICT', `The freeze ${freezeNo} was lifted by run ${freeze.liftedByRun ?? ''}. Nothing was changed.`, {
        nextStep: 'There is nothing to correct any more; look at the newest run.',
      });
    const owner = db.get<{ name: string }>('SELECT name FROM members WHERE member_id = ?', [ownerId]);
    if (owner === undefined)
      throw new AppError('NOT_FOUND', 'The owner of the plan is no member of this workspace. Nothing was changed.', {
        nextStep: 'Choose one of its members, or add them first.',
      });
    const today = by.now.slice(0, 10);
    if (dueOn < today || Number.isNaN(Date.parse(dueOn)) || new Date(dueOn).toISOString().slice(0, 10) !== dueOn)
      throw new AppError('BAD_INPUT', `The plan cannot be due on ${dueOn}. Nothing was changed.`, {
        nextStep: `Give a date from today, ${today}, on.`,
      });
    const body: PlanBody = { ownerId, owner: owner.name, steps, dueOn };
    addEvent(db, { freezeNo, kind: 'plan', at: by.now, memberId: by.memberId, runNo: null, body });
    recordChange(db, by, {
      action: 'freeze.plan',
      subject: `freeze ${freezeNo}`,
      before: freeze.plan === null ? null : { owner: freeze.plan.owner, steps: freeze.plan.steps, dueOn: freeze.plan.dueOn },
      after: { owner: owner.name, steps, dueOn },
      address: '/evidence',
    });
    return mustFind(db, freezeNo);
  },
} satisfies QueryMap;
