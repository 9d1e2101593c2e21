import { Button } from '@blueprintjs/core';
import type { PlanVersionRow } from '../../../src-shared/contract/plans.ts';
import { type Answer, useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, integer } from '../../ui/format.ts';
import { Keys, PageHead } from '../../ui/parts.tsx';
import { useLetters } from '../../ui/preferences.ts';
import { moveFocus } from '../../ui/roving.ts';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { Banner, Pill } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { CompareTab } from './compare-tab.tsx';
import { originWords, planAddress, priceWords } from './plan-words.ts';
import { ProposalsTab } from './proposals-tab.tsx';
import { ProposeDialog } from './propose-dialog.tsx';
import '../../ui/table.css';
import './plans.css';

const TABS = ['plans', 'compare', 'proposals'] as const;
type Tab = (typeof TABS)[number];
const NAMES: Readonly<Record<Tab, string>> = { plans: 'Plans', compare: 'Side by side', proposals: 'Proposals' };
const tabOf = (text: string | undefined): Tab => TABS.find((tab) => tab === text) ?? 'plans';

/** `/plans`: what is sold, at which price, within which limits, and who has which version. */
export function PlansScreen() {
  const { query } = useAddress();
  const tab = tabOf(query['tab']);
  const list = useProcedure('plan.list', {}, { keep: true });
  const refused = useAllowed()('plan.propose');
  const propose = (): void => {
    setQuery({ do: 'propose' });
  };
  useShortcut('N', 'Propose a version', () => {
    if (refused === null) propose();
  });
  return (
    <>
      <PageHead
        title="Plans"
        lead="What is sold, within which limits, and who has which version"
        actions={<ActionButton icon="add" text="Propose a version…" endIcon={<Keys>N</Keys>} refused={refused} onClick={propose} />}
      />
      <FrozenBanner />
      <div className="views plans-tabs" role="group" aria-label="What to show of plans">
        {TABS.map((each) => (
          <button
            key={each}
            type="button"
            className="view"
            aria-pressed={each === tab}
            onClick={() => {
              router.go(each === 'plans' ? '/plans' : `/plans?tab=${each}`);
            }}
          >
            {NAMES[each]}
            {each === 'plans' && list.data !== undefined ? <span className="count">{integer(list.data.plans.length)}</span> : null}
          </button>
        ))}
      </div>
      {tab === 'proposals' ? (
        <ProposalsTab />
      ) : (
        <AnswerView
          of={list}
          what="the plans"
          skeleton={<Skeleton rows={7} rowHeight={44} />}
          isEmpty={({ plans }) => plans.length === 0}
          empty={<NoPlans />}
        >
          {({ plans }) => (tab === 'compare' ? <CompareTab plans={plans} /> : <PlanTable plans={plans} />)}
        </AnswerView>
      )}
      {query['do'] === 'propose' ? (
        <ProposeDialog
          plans={list.data?.plans ?? []}
          planId={query['plan']}
          onClose={() => {
            setQuery({ do: undefined, plan: undefined });
          }}
        />
      ) : null}
    </>
  );
}

/** While prices are frozen a price may not change: said before anybody writes a proposal. */
export function FrozenBanner() {
  const freeze = useProcedure('freeze.get', {}).data;
  const frozen = freeze?.frozen ?? null;
  if (frozen === null) return null;
  return (
    <div className="plans-frozen">
      <Banner
        status="warn"
        icon="snowflake"
        title={`Prices are frozen: ${frozen.says}`}
        actions={
          <Button
            size="small"
            text="See what is missing"
            onClick={() => {
              router.go('/evidence?tab=motions');
            }}
          />
        }
      >
        A version that changes a price is refused until then; other changes may be proposed. {freeze?.lifts}
      </Banner>
    </div>
  );
}

function NoPlans() {
  return (
    <Empty
      icon="layers"
      title="There is no plan yet"
      action={
        <Button
          intent="primary"
          icon="folder-open"
          text="Add a source…"
          onClick={() => {
            router.go('/settings/sources?add=source');
          }}
        />
      }
    >
      Plans come from a source: the files *.plan.json in its folder plans, one version each. They may also be proposed here.
    </Empty>
  );
}

/** The tier first that costs least; what costs nothing before all. */
const byPrice = (a: PlanVersionRow, b: PlanVersionRow): number =>
  Number(a.price.monthly) - Number(b.price.monthly) || (a.planId < b.planId ? -1 : 1);

function PlanTable({ plans }: { readonly plans: Answer<'plan.list'>['plans'] }) {
  const letters = useLetters();
  const currencies = [...new Set(plans.map(({ price }) => price.currency))];
  const unit = currencies.length === 1 ? `, ${currencies[0] ?? ''}` : '';
  return (
    <section className="panel grow plan-panel" aria-label="Plans">
      <div
        className="scroll-box"
        onKeyDown={(event) => {
          moveFocus(event, letters);
        }}
      >
        <table className="table plan-table">
          <thead>
            <tr>
              <th scope="col">Plan</th>
              <th scope="col">Newest version</th>
              <th scope="col">Tier</th>
              <th scope="col" className="num">
                A month{unit}
              </th>
              <th scope="col" className="num">
                A year{unit}
              </th>
              <th scope="col" className="num">
                Tenants on it
              </th>
              <th scope="col" className="hide-narrow">
                From
              </th>
            </tr>
          </thead>
          <tbody>
            {[...plans].sort(byPrice).map((plan) => (
              <tr key={plan.planId} data-row tabIndex={0} aria-label={plan.name}>
                <th scope="row">
                  <a href={hrefOf(planAddress(plan.planId))} data-main tabIndex={-1} className="plan-name">
                    {visibleText(plan.name)}
                  </a>{' '}
                  <code className="muted">{plan.planId}</code>
                </th>
                <td>
                  <code>{plan.version}</code>{' '}
                  {plan.conflicts === 0 ? null : <Pill status="warn">{counted(plan.conflicts, 'conflict')}</Pill>}
                </td>
                <td className="second">{plan.tier}</td>
                <td className="num">{priceWords(plan.price, 'monthly')}</td>
                <td className="num">{priceWords(plan.price, 'annual')}</td>
                <td className="num">{integer(plan.tenants)}</td>
                <td className="second hide-narrow">{originWords(plan)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="grid-foot small muted">
        <span className="ellipsis">Least price first; tenants are those on the newest version.</span>
        <span className="push row none">
          <Keys>J K</Keys> move <Keys>Enter</Keys> open
        </span>
      </div>
    </section>
  );
}
