import { Button } from '@blueprintjs/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { CallError } from '../../../src-shared/contract/client.ts';
import { useAppClient } from '../../port/app-client.ts';
import type { Answer } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { AfterAMoment, Empty, ErrorView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { Differences } from './differences.tsx';
import { planAddress } from './plan-words.ts';

type Page = Answer<'plan.proposals'>;

/** What was proposed, and what became of it; a refusal is kept like everything else. */
export function ProposalsTab() {
  const { live } = useAppClient();
  const query = useInfiniteQuery<Page, CallError, { pages: Page[] }, readonly unknown[], number | undefined>({
    queryKey: ['plan.proposals', {}],
    queryFn: ({ pageParam, signal }) => live.call('plan.proposals', pageParam === undefined ? {} : { before: pageParam }, { signal }),
    initialPageParam: undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  if (query.data === undefined) {
    return query.isError ? (
      <ErrorView error={query.error} what="the proposals" onRetry={() => query.refetch()} />
    ) : (
      <AfterAMoment>
        <Skeleton rows={8} rowHeight={48} />
      </AfterAMoment>
    );
  }
  const proposals = query.data.pages.flatMap((page) => page.proposals);
  if (proposals.length === 0) {
    return (
      <Empty icon="document-share" title="No version was proposed here yet">
        A proposal adds a version of a plan with its reason. One that changes a price while prices are frozen is refused, and kept.
      </Empty>
    );
  }
  return (
    <section className="panel grow plan-panel" aria-label="Proposals">
      <ol className="scroll-box proposals" tabIndex={0} aria-label="Proposals, newest first">
        {proposals.map((proposal) => (
          <li key={proposal.proposalNo} className="stack-4">
            <div className="row between">
              <span>
                <b>
                  {proposal.outcome === 'added' ? (
                    <a href={hrefOf(planAddress(proposal.planId, proposal.version))}>
                      {proposal.planId} {proposal.version}
                    </a>
                  ) : (
                    `${proposal.planId} ${proposal.version}`
                  )}
                </b>{' '}
                <span className="muted small">
                  proposal {proposal.proposalNo}, {proposal.by === null ? '' : `by ${visibleText(proposal.by)}, `}
                  <Time at={proposal.at} form="short" />
                </span>
              </span>
              <StatusWord status={proposal.outcome === 'added' ? 'ok' : 'bad'}>{proposal.outcome}</StatusWord>
            </div>
            <p>{visibleText(proposal.says)}</p>
            <p className="small second">Reason: {visibleText(proposal.reason)}</p>
            {proposal.differences.length === 0 ? null : (
              <details>
                <summary className="small">What it {proposal.outcome === 'added' ? 'changes' : 'would have changed'}</summary>
                <Differences differences={proposal.differences} label={`Differences of proposal ${proposal.proposalNo}`} />
              </details>
            )}
          </li>
        ))}
        {query.hasNextPage ? (
          <li>
            <Button
              variant="minimal"
              text="Show older proposals"
              loading={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            />
          </li>
        ) : null}
      </ol>
    </section>
  );
}
