import { Icon } from '@blueprintjs/core';
import type { MotionMissing } from '../../../src-shared/contract/gates.ts';
import { useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf, setQuery } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from './scroll-region.tsx';

/** What stands in the way of a change of prices or packages, each with the next step. */
export function MissingList({ missing }: { readonly missing: readonly MotionMissing[] }) {
  return (
    <ul className="missing">
      {missing.map((one) => (
        <li key={one.code}>
          <Icon icon="cross" size={12} className="t-bad" />
          <div className="stack-0">
            <span>{visibleText(one.says)}</span>
            <span className="second small">
              {one.nextStep} {one.address === null ? null : <a href={hrefOf(one.address)}>Open</a>}
            </span>
          </div>
        </li>
      ))}
    </ul>
  );
}

/** Whether a motion may be proposed now, and every proposal so far: the refused ones too. */
export function MotionsTab() {
  const guard = useProcedure('motion.guard', {});
  const list = useProcedure('motion.list', { limit: 200 });
  const refused = useAllowed()('motion.propose');
  return (
    <div className="motions">
      <Panel
        title="May prices or packages change?"
        actions={
          <ActionButton
            icon="edit"
            text="Propose a change…"
            refused={refused}
            onClick={() => {
              setQuery({ motion: 'open' });
            }}
          />
        }
      >
        <AnswerView of={guard} what="the guard" skeleton={<Skeleton rows={6} />}>
          {({ allowed, says, missing, holds }) => (
            <div className="stack-16">
              <p className="break-say">
                <StatusWord status={allowed ? 'ok' : 'bad'} strong>
                  {allowed ? 'Yes.' : 'No.'}
                </StatusWord>{' '}
                {says}
              </p>
              {missing.length === 0 ? null : <MissingList missing={missing} />}
              <ul className="missing">
                {holds.map((held) => (
                  <li key={held}>
                    <Icon icon="small-tick" size={14} className="t-ok" />
                    <span className="second">{visibleText(held)}</span>
                  </li>
                ))}
              </ul>
            </div>
          )}
        </AnswerView>
      </Panel>
      <AnswerView
        of={list}
        what="the motions"
        skeleton={<Skeleton rows={6} />}
        isEmpty={({ total }) => total === 0}
        empty={
          <Panel title="Motions">
            <Empty icon="dollar" title="No change was proposed yet">
              A proposal is kept, and so is a refusal with what was missing.
            </Empty>
          </Panel>
        }
      >
        {({ motions, total }) => (
          <Panel title="Motions" note={counted(total, 'motion')} pad={false} className="scroll-panel">
            <ScrollRegion label="Motions">
              <ul className="motion-list">
                {motions.map((motion) => (
                  <li key={motion.motionId} className="stack-4">
                    <span className="row">
                      <StatusWord status={motion.outcome === 'proposed' ? 'ok' : 'bad'} strong>
                        {motion.outcome === 'proposed' ? 'proposed' : 'refused'}
                      </StatusWord>
                      <b>{visibleText(motion.title)}</b>
                      <span className="muted small">
                        {motion.kind}, {visibleText(motion.proposedBy)}, <Time at={motion.proposedAt} form="short" />
                        {motion.runNo === null ? null : (
                          <>
                            , <a href={hrefOf(`/evidence/run/${motion.runNo}`)}>run {motion.runNo}</a>
                          </>
                        )}
                      </span>
                    </span>
                    <p className="second">{visibleText(motion.changes)}</p>
                    {motion.missing.length === 0 ? null : <MissingList missing={motion.missing} />}
                  </li>
                ))}
              </ul>
            </ScrollRegion>
          </Panel>
        )}
      </AnswerView>
    </div>
  );
}
