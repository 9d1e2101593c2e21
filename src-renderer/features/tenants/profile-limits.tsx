import type { LimitUse } from '../../../src-shared/contract/metering-care.ts';
import { useProcedure } from '../../port/use-app.ts';
import { LimitBar } from '../../ui/limit-bar.tsx';
import { Figure } from '../../ui/proof.tsx';
import { compactQuantity, wholeQuantity } from '../../ui/quantity-format.ts';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { Section } from './profile-section.tsx';
import { usageFigure } from './tenant-proof.tsx';

/** The fullest first; what has no limit stands last. */
const byFullness = (a: LimitUse, b: LimitUse): number =>
  (b.ratioBp ?? -1) - (a.ratioBp ?? -1) || (a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0);

/** Where the soft limit lies, in percent of the hard one. */
const softPercent = ({ soft, hard }: LimitUse): number | undefined =>
  soft === null || hard === null || Number(hard) === 0 ? undefined : (Number(soft) / Number(hard)) * 100;

/** The month that limits count over; those that count over a day say so themselves. */
const monthWords = (limits: readonly LimitUse[]): string => {
  const month = limits.find(({ per }) => per === 'month')?.period;
  return month === undefined ? '' : `in ${month}`;
};

/** What was used of each limit, the fullest first. */
export function ProfileLimits({ tenantId }: { readonly tenantId: string }) {
  const answer = useProcedure('limit.tenant', { tenantId });
  return (
    <Section title="Limits" note={<span className="small muted">{monthWords(answer.data?.limits ?? [])}</span>}>
      <AnswerView
        of={answer}
        what="the limits"
        skeleton={<Skeleton rows={5} rowHeight={40} />}
        isEmpty={({ limits }) => limits.length === 0}
        empty={<p className="small second">No limit: the plan version names none, or it is not known here.</p>}
      >
        {({ limits }) => (
          <ul className="limits">
            {[...limits].sort(byFullness).map((use) => (
              <Use key={`${use.metric} ${use.per}`} use={use} />
            ))}
          </ul>
        )}
      </AnswerView>
    </Section>
  );
}

function Use({ use }: { readonly use: LimitUse }) {
  const whole = `${wholeQuantity(use.used)}${use.hard === null ? '' : ` of ${wholeQuantity(use.hard)}`} ${use.unit} in ${use.period}`;
  return (
    <li>
      <div className="row between tiny">
        <code className="ellipsis">{use.metric}</code>
        <span className="second nowrap" title={whole}>
          {use.per === 'day' || Number(use.used) === 0 ? (
            compactQuantity(use.used)
          ) : (
            <Figure proof={usageFigure(use.metric)} label={`${use.metric} in ${use.period}`}>
              {compactQuantity(use.used)}
            </Figure>
          )}{' '}
          {use.hard === null ? 'without a limit' : `of ${compactQuantity(use.hard)}`}
          {use.per === 'day' ? ' a day' : ''}
        </span>
      </div>
      {use.ratioBp === null ? null : <LimitBar wide percent={use.ratioBp / 100} state={use.state} soft={softPercent(use)} />}
    </li>
  );
}
