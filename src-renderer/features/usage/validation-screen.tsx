import { useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { counted, integer } from '../../ui/format.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { Fact, Metric, PageHead, Panel } from '../../ui/parts.tsx';
import { wholeQuantity } from '../../ui/quantity-format.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { Pill, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from '../gates/scroll-region.tsx';
import { boundWords, bpText, ENGINE_WORDS, metricName, validationLook } from './usage-words.ts';

/** `/usage/validation/<id>`: one sample, what it says of all, and every cell that deviates. */
export function ValidationScreen({ validationId }: { readonly validationId: string }) {
  const answer = useProcedure('usage.validation', { validationId });
  return (
    <AnswerView of={answer} what="the validation" skeleton={<Skeleton rows={12} />}>
      {({ validation: v, cells }) => {
        const look = validationLook(v);
        const command = `countersign usage validate --from ${v.from} --to ${v.to} --sample ${v.sampled} --seed '${v.seed}' --confidence ${v.confidencePercent} --limit ${v.limitBp / 100}`;
        return (
          <>
            <PageHead
              crumbs={
                <>
                  <a href={hrefOf('/usage')}>Usage</a> / <a href={hrefOf('/usage?tab=reconciliation')}>Reconciliation</a>
                </>
              }
              title="Validation of stored usage"
              marks={<Pill status={look.status}>{look.word}</Pill>}
              lead={`${v.from} to ${v.to}`}
            />
            <div className="usage-two">
              <div className="stack-12 usage-main">
                <Panel title="What the sample says">
                  <div className="stack-12">
                    <p className="break-say">
                      <StatusWord status={look.status} strong>
                        {v.holds ? 'It holds.' : 'It deviates.'}
                      </StatusWord>{' '}
                      {visibleText(v.says)}
                    </p>
                    <div className="usage-metrics">
                      <Metric
                        label="Cells looked at"
                        value={integer(v.sampled)}
                        note={`of ${integer(v.population)}, from ${counted(v.events, 'event')}`}
                      />
                      <Metric
                        label="Deviate"
                        value={integer(v.deviating)}
                        note={v.deviating === 0 ? 'none of them' : 'listed below'}
                        {...(v.deviating > 0 ? { status: 'bad' as const } : {})}
                      />
                      <Metric
                        label="Largest deviation"
                        value={bpText(v.worstBp)}
                        note={`limit ${bpText(v.limitBp)}`}
                        {...(v.worstBp > v.limitBp ? { status: 'bad' as const } : {})}
                      />
                      <Metric
                        label="Bound on all cells"
                        value={`≤ ${bpText(v.boundBp)}`}
                        note={`with ${v.confidencePercent}% confidence`}
                      />
                    </div>
                    <p className="second">{boundWords(v)}</p>
                  </div>
                </Panel>
                <Panel title="Cells that deviate" note={counted(v.deviating, 'cell')} pad={false} className="grow scroll-panel">
                  {cells.length === 0 ? (
                    <Empty icon="tick-circle" title="No cell deviates">
                      Stored and recomputed figures are equal to the last digit in every cell of the sample.
                    </Empty>
                  ) : (
                    <ScrollRegion label="Cells that deviate">
                      <table className="table tight">
                        <thead>
                          <tr>
                            <th scope="col">Tenant</th>
                            <th scope="col">Metric</th>
                            <th scope="col">Day</th>
                            <th scope="col" className="num">
                              Stored
                            </th>
                            <th scope="col" className="num">
                              Recomputed
                            </th>
                            <th scope="col" className="num">
                              Apart
                            </th>
                          </tr>
                        </thead>
                        <tbody>
                          {cells.map((one) => (
                            <tr key={`${one.tenant.tenantId} ${one.metric} ${one.day}`}>
                              <td>
                                <a href={hrefOf(`/tenants/${encodeURIComponent(one.tenant.tenantId)}`)}>{visibleText(one.tenant.name)}</a>
                              </td>
                              <td>{metricName(one.metric)}</td>
                              <td>{one.day}</td>
                              <td className="num">{wholeQuantity(one.stored)}</td>
                              <td className="num">{wholeQuantity(one.recomputed)}</td>
                              <td className="num">
                                <b>{bpText(one.deviationBp)}</b>
                              </td>
                            </tr>
                          ))}
                        </tbody>
                      </table>
                    </ScrollRegion>
                  )}
                </Panel>
              </div>
              <div className="stack-12 usage-side">
                <Panel title="How it was done">
                  <dl className="facts">
                    <Fact label="When">
                      <Time at={v.at} />
                    </Fact>
                    <Fact label="By">{v.by === null ? 'the standing job' : visibleText(v.by)}</Fact>
                    <Fact label="Sampling">without replacement, every cell with the same chance</Fact>
                    <Fact label="Seed">
                      <code>{visibleText(v.seed)}</code> <CopyButton text={v.seed} what="the seed" />
                    </Fact>
                    <Fact label="Bound">exact, hypergeometric</Fact>
                    <Fact label="Second engine">
                      {ENGINE_WORDS[v.engine]}
                      {v.engineSays === '' ? null : <span className="second small"> {visibleText(v.engineSays)}</span>}
                    </Fact>
                    {v.incidentNo === null ? null : (
                      <Fact label="Incident">
                        <a href={hrefOf(`/incidents/${v.incidentNo}`)}>INC-{String(v.incidentNo).padStart(4, '0')}</a>
                      </Fact>
                    )}
                  </dl>
                </Panel>
                <Panel title="The same sample again" actions={<CopyButton text={command} what="the command" />}>
                  <code className="usage-command">{command}</code>
                </Panel>
              </div>
            </div>
          </>
        );
      }}
    </AnswerView>
  );
}
