import { useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { counted, integer } from '../../ui/format.ts';
import { Fact, PageHead, Panel } from '../../ui/parts.tsx';
import { wholeQuantity } from '../../ui/quantity-format.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { Pill, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from '../gates/scroll-region.tsx';
import { bpText, FINDING_WORDS, metricName } from './usage-words.ts';

/** `/usage/reconciliation/<id>`: one run with every finding. */
export function RunScreen({ runId }: { readonly runId: string }) {
  const answer = useProcedure('reconciliation.show', { runId });
  return (
    <AnswerView of={answer} what="the run" skeleton={<Skeleton rows={12} />}>
      {({ run, findings }) => (
        <>
          <PageHead
            crumbs={
              <>
                <a href={hrefOf('/usage')}>Usage</a> / <a href={hrefOf('/usage?tab=reconciliation')}>Reconciliation</a>
              </>
            }
            title={`Reconciliation ${run.runNo}`}
            marks={<Pill status={run.holds ? 'ok' : 'bad'}>{run.holds ? 'adds up' : 'does not add up'}</Pill>}
            lead={visibleText(run.says)}
          />
          <div className="usage-two">
            <Panel title="Findings" note={counted(findings.length, 'finding')} pad={false} className="scroll-panel usage-main">
              {findings.length === 0 ? (
                <Empty icon="tick-circle" title="Nothing was found">
                  Declared totals, conservation and the sample agree with what is stored.
                </Empty>
              ) : (
                <ScrollRegion label="Findings">
                  <ul className="crossings">
                    {findings.map((one, at) => (
                      <li key={`${at} ${one.says}`} className="stack-0">
                        <span className="row between">
                          <StatusWord status={one.severity}>
                            {FINDING_WORDS[one.kind]}
                            {one.metric === null ? '' : `, ${metricName(one.metric)}`}
                            {one.month === null ? '' : `, ${one.month}`}
                          </StatusWord>
                          <span className="row small">
                            {one.deviationBp === null ? null : <b>{bpText(one.deviationBp)}</b>}
                            {one.incidentNo === null ? null : (
                              <a href={hrefOf(`/incidents/${one.incidentNo}`)}>INC-{String(one.incidentNo).padStart(4, '0')}</a>
                            )}
                          </span>
                        </span>
                        <span className="second">
                          {one.tenant === null ? null : (
                            <>
                              <a href={hrefOf(`/tenants/${encodeURIComponent(one.tenant.tenantId)}`)}>{visibleText(one.tenant.name)}</a>
                              :{' '}
                            </>
                          )}
                          {visibleText(one.says)}
                        </span>
                        {one.declared === null || one.counted === null ? null : (
                          <span className="muted small">
                            declared {wholeQuantity(one.declared)}, counted {wholeQuantity(one.counted)}
                          </span>
                        )}
                      </li>
                    ))}
                  </ul>
                </ScrollRegion>
              )}
            </Panel>
            <Panel title="What was compared" className="usage-side">
              <dl className="facts">
                <Fact label="When">
                  <Time at={run.at} />
                </Fact>
                <Fact label="By">{run.by === null ? 'the schedule' : visibleText(run.by)}</Fact>
                <Fact label="Declared totals">
                  {integer(run.declared.compared)} compared, {integer(run.declared.differing)} differ, at most{' '}
                  {bpText(run.declared.worstBp)}
                </Fact>
                <Fact label="Received">
                  {integer(run.conservation.received)} = {integer(run.conservation.accounted)} accounted for
                </Fact>
                <Fact label="Accepted">
                  {integer(run.conservation.accepted)} = {integer(run.conservation.aggregated)} in aggregates
                </Fact>
                <Fact label="Conservation">{run.conservation.holds ? 'holds' : 'does not hold'}</Fact>
                {run.validationId === null ? null : (
                  <Fact label="Sample">
                    <a href={hrefOf(`/usage/validation/${run.validationId}`)}>Open the validation</a>
                  </Fact>
                )}
              </dl>
            </Panel>
          </div>
        </>
      )}
    </AnswerView>
  );
}
