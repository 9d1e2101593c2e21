import type { Freeze } from '../../../src-shared/contract/gates.ts';
import { useAllowed } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Avatar } from '../../ui/parts.tsx';
import { Banner } from '../../ui/status.tsx';
import { useNow } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { dayWords, freezeTitle } from './gates-words.ts';

/** What is frozen, why, who lifts it, until when. */
export function FreezeBanner({ freeze, lifts, onPlan }: { readonly freeze: Freeze; readonly lifts: string; readonly onPlan: () => void }) {
  const now = new Date(useNow()).toISOString();
  const refused = useAllowed()('freeze.plan');
  const { plan } = freeze;
  const overdue = plan !== null && plan.dueOn < now.slice(0, 10);
  return (
    <Banner
      status="bad"
      icon="snowflake"
      title={freezeTitle(freeze, now)}
      actions={
        plan === null ? (
          <ActionButton intent="primary" text="Write the corrective plan…" refused={refused} onClick={onPlan} />
        ) : (
          <span className="row nowrap small">
            <Avatar name={plan.owner} />
            <span className="stack-0">
              <b>{visibleText(plan.owner)}</b>
              <span className={overdue ? 't-bad strong' : 'muted'}>
                plan {overdue ? 'was due' : 'due'} {dayWords(plan.dueOn, now)}
              </span>
            </span>
          </span>
        )
      }
    >
      {plan === null ? 'There is no corrective plan yet. ' : `Plan: ${visibleText(plan.steps)} `}
      {lifts}
    </Banner>
  );
}
