import { useProcedure } from '../../port/use-app.ts';
import type { Address } from '../../router/address.ts';
import { hrefOf, router, useAddress } from '../../router/router.ts';
import { mayOpen } from '../../shell/screen-needs.ts';
import { integer } from '../../ui/format.ts';
import { PageHead } from '../../ui/parts.tsx';
import { Empty } from '../../ui/states.tsx';
import { Pill } from '../../ui/status.tsx';
import '../../ui/table.css';
import { BillingTab } from '../billing/billing-tab.tsx';
import { EconomicsTab } from '../economics/economics-tab.tsx';
import { BackfillScreen } from './backfill-screen.tsx';
import { LimitsTab } from './limits-tab.tsx';
import { PeriodsTab } from './periods-tab.tsx';
import { ReconciliationTab } from './reconciliation-tab.tsx';
import { RunScreen } from './run-screen.tsx';
import { UsageTab } from './usage-tab.tsx';
import { ValidationScreen } from './validation-screen.tsx';
import './usage.css';

const TABS = ['usage', 'limits', 'periods', 'reconciliation', 'economics', 'billing'] as const;
type Tab = (typeof TABS)[number];
const NAMES: Readonly<Record<Tab, string>> = {
  usage: 'Usage',
  limits: 'Limits',
  periods: 'Periods',
  reconciliation: 'Reconciliation',
  economics: 'Economics',
  billing: 'Billing',
};
/** What a tab asks first: whoever may not ask it is not shown the tab. */
const NEEDS = {
  usage: 'usage.overview',
  limits: 'limit.list',
  periods: 'period.list',
  reconciliation: 'reconciliation.list',
  economics: 'economics.overview',
  billing: 'billing.preview',
} as const satisfies Record<Tab, string>;
const BODIES = {
  usage: UsageTab,
  limits: LimitsTab,
  periods: PeriodsTab,
  reconciliation: ReconciliationTab,
  economics: EconomicsTab,
  billing: BillingTab,
} as const;

const tabOf = (text: string | undefined): Tab => TABS.find((tab) => tab === text) ?? 'usage';

/** `/usage` with `?tab=limits` …, `/usage/backfill/<id>`, `/usage/validation/<id>` and `/usage/reconciliation/<id>`. */
export function Usage({ address }: { readonly address: Address }) {
  const [, what, id] = address.segments;
  if (what === undefined) return <UsageScreen />;
  if (id !== undefined) {
    if (what === 'backfill') return <BackfillScreen key={id} backfillId={id} />;
    if (what === 'validation') return <ValidationScreen key={id} validationId={id} />;
    if (what === 'reconciliation') return <RunScreen key={id} runId={id} />;
  }
  return (
    <Empty icon="path-search" title="There is nothing at this address" action={<a href={hrefOf('/usage')}>Usage</a>}>
      A validation, a run of the reconciliation and a backfill each have an address with their id.
    </Empty>
  );
}

function UsageScreen() {
  const { query } = useAddress();
  const tab = tabOf(query['tab']);
  const Body = BODIES[tab];
  const near = useProcedure('limit.list', { state: 'near', limit: 1 }).data?.totals;
  const over = near?.over ?? 0;
  return (
    <>
      <PageHead
        title="Usage"
        marks={near === undefined || over === 0 ? null : <Pill status="bad">{integer(over)} over their limit</Pill>}
        lead="what tenants used, whether it adds up, and what it means"
      />
      <TabRow tab={tab} near={near} />
      <Body />
    </>
  );
}

function TabRow({ tab, near }: { readonly tab: Tab; readonly near: { readonly soft: number; readonly over: number } | undefined }) {
  const allowed = useProcedure('session.describe', {}).data?.allowed;
  const n = (near?.soft ?? 0) + (near?.over ?? 0);
  return (
    <div className="row between tabs-row">
      <div className="views" role="group" aria-label="What to show of usage">
        {TABS.filter((each) => each === tab || mayOpen(NEEDS, each, allowed)).map((each) => (
          <button
            key={each}
            type="button"
            className="view"
            aria-pressed={each === tab}
            onClick={() => {
              router.go(each === 'usage' ? '/usage' : `/usage?tab=${each}`);
            }}
          >
            {NAMES[each]}
            {each === 'limits' && n > 0 ? (
              <span className={`count${(near?.over ?? 0) > 0 ? ' count-bad' : ''}`} title={`${integer(n)} near or over`}>
                {integer(n)}
              </span>
            ) : null}
          </button>
        ))}
      </div>
    </div>
  );
}
