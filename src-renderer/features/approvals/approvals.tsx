import { useProcedure } from '../../port/use-app.ts';
import type { Address } from '../../router/address.ts';
import { hrefOf, setQuery } from '../../router/router.ts';
import { integer } from '../../ui/format.ts';
import { PageHead } from '../../ui/parts.tsx';
import { Empty } from '../../ui/states.tsx';
import { ApprovalsList } from './approvals-list.tsx';
import { TAB_NAMES, tabOf, TABS } from './approval-words.ts';
import { MessageScreen } from './message-screen.tsx';
import { OutboxTab } from './outbox-tab.tsx';
import { PoliciesTab } from './policies-tab.tsx';
import { RequestScreen } from './request-screen.tsx';
import './approvals.css';

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;
const REF = /^APR-\d{1,9}$/i;

/** `/approvals`, `/approvals/<request>`, `/approvals/outbox/<message>`, with `?tab=outbox`. */
export function Approvals({ address }: { readonly address: Address }) {
  const [, first, second] = address.segments;
  if (first === undefined) return <ApprovalsHome tab={address.query['tab']} />;
  if (first === 'outbox' && second !== undefined && UUID.test(second)) return <MessageScreen key={second} messageId={second} />;
  if (UUID.test(first) || REF.test(first)) return <RequestScreen key={first} request={first} />;
  return (
    <Empty icon="path-search" title="There is nothing at this address" action={<a href={hrefOf('/approvals')}>Approvals</a>}>
      A request has its name or its id: /approvals/APR-0192
    </Empty>
  );
}

function ApprovalsHome({ tab: text }: { readonly tab: string | undefined }) {
  const tab = tabOf(text);
  const session = useProcedure('session.describe', {}).data;
  const totals = useProcedure('approval.list', { show: 'for-me', limit: 1 }, { keep: true }).data?.totals;
  const mayOutbox = session === undefined || session.allowed.includes('outbox.list');
  const counts: Partial<Record<(typeof TABS)[number], number>> =
    totals === undefined ? {} : { 'for-me': totals.forMe, 'by-me': totals.byMe, all: totals.waiting + totals.ended };
  return (
    <>
      <PageHead title="Approvals" lead="What others have to confirm, bound to the exact bytes of what will be done" />
      <div className="row between tabs-row">
        <div className="views" role="group" aria-label="What to show">
          {TABS.filter((each) => each !== 'outbox' || mayOutbox).map((each) => (
            <button
              key={each}
              type="button"
              className="view"
              aria-pressed={each === tab}
              onClick={() => {
                setQuery({ tab: each === 'for-me' ? undefined : each }, { replace: false });
              }}
            >
              {TAB_NAMES[each]}
              {counts[each] === undefined || counts[each] === 0 ? null : <span className="count">{integer(counts[each])}</span>}
            </button>
          ))}
        </div>
      </div>
      {tab === 'outbox' && mayOutbox ? (
        <OutboxTab />
      ) : tab === 'policies' ? (
        <PoliciesTab />
      ) : (
        <ApprovalsList key={tab} show={tab === 'outbox' ? 'all' : tab} />
      )}
    </>
  );
}
