import type { Need } from '../../src-shared/contract/overview.ts';

/** What of the gates needs a person. */
export interface GateStanding {
  /** The freeze that stands; null where motions are not frozen. */
  readonly freeze: {
    readonly freezeNo: number;
    readonly frozenAt: string;
    readonly says: string;
    readonly latest: string | null;
    readonly plan: { readonly owner: string; readonly dueOn: string } | null;
  } | null;
  readonly review: { readonly version: number; readonly reviewBy: string; readonly due: boolean };
  /** Newest month (YYYY-MM) with evidence, and the newest one that was run. */
  readonly newest: string | null;
  readonly totals: { readonly month: string | null; readonly stale: number };
  readonly lastRun: { readonly runNo: number; readonly ranAt: string; readonly address: string } | null;
}

/** @param now ISO 8601 UTC */
export function gateNeeds({ freeze, review, newest, totals, lastRun }: GateStanding, now: string): Need[] {
  const needs: Need[] = [];
  if (freeze !== null) {
    const overdue = freeze.plan !== null && freeze.plan.dueOn < now.slice(0, 10);
    const plan =
      freeze.plan === null
        ? 'There is no corrective plan yet.'
        : overdue
          ? `The plan of ${freeze.plan.owner} was due on ${freeze.plan.dueOn}.`
          : `${freeze.plan.owner} has a plan, due ${freeze.plan.dueOn}.`;
    needs.push({
      needId: `freeze:${freeze.freezeNo}`,
      status: 'bad',
      title: 'Price and packaging changes are frozen',
      says: `${freeze.latest ?? freeze.says} ${plan}`,
      since: freeze.frozenAt,
      foundBy: 'gates',
      action: {
        label: freeze.plan === null || overdue ? 'Open the plan' : 'Open the gates',
        address: freeze.plan === null || overdue ? '/evidence?plan=open' : '/evidence',
      },
    });
  }
  if (newest !== null && newest !== totals.month) {
    needs.push({
      needId: `gates:${newest}`,
      status: 'warn',
      title: `The gates of ${newest} were not run yet`,
      says: 'Its evidence is there. Until they run, nothing says whether the month holds.',
      since: null,
      foundBy: 'evidence',
      action: { label: 'Open the gates', address: '/evidence' },
    });
  }
  if (totals.stale > 0 && lastRun !== null) {
    needs.push({
      needId: `gates-stale:${lastRun.runNo}`,
      status: 'warn',
      title: `${totals.stale === 1 ? 'One gate is' : `${totals.stale} gates are`} stale`,
      says: 'What they judged held when it was captured, and is too old by now. Capture or make it anew.',
      since: lastRun.ranAt,
      foundBy: 'gates',
      action: { label: 'Open the run', address: lastRun.address },
    });
  }
  if (review.due) {
    needs.push({
      needId: `thresholds:${review.version}`,
      status: 'warn',
      title: 'The thresholds are due for review',
      says: `Version ${review.version} was to be looked at again by ${review.reviewBy}. Keep it or change it; both are recorded.`,
      since: null,
      foundBy: null,
      action: { label: 'Open the thresholds', address: '/evidence?tab=thresholds' },
    });
  }
  return needs;
}
