import { Button, Icon } from '@blueprintjs/core';
import type { PlanSpecView, PlanVersionRow } from '../../../src-shared/contract/plans.ts';
import { type Answer, useAllowed, useProcedure } from '../../port/use-app.ts';
import { formatAddress } from '../../router/address.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, integer } from '../../ui/format.ts';
import { Hash } from '../../ui/hash.tsx';
import { Fact, Keys, Metric, PageHead, Panel } from '../../ui/parts.tsx';
import { percentOfBp } from '../../ui/quantity-format.ts';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { Pill, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { Differences } from './differences.tsx';
import { originWords, planAddress, priceSays, priceWords, quantityOr } from './plan-words.ts';
import { FrozenBanner } from './plans-screen.tsx';
import { ProposeDialog } from './propose-dialog.tsx';
import './plans.css';

type Shown = Answer<'plan.show'>;

/** `/plans/<id>/<version>`; the newest version where none is named. */
export function PlanScreen({ planId, version }: { readonly planId: string; readonly version: string | undefined }) {
  const { query } = useAddress();
  const plan = useProcedure('plan.show', { planId, ...(version === undefined ? {} : { version }) }, { keep: true });
  const other =
    plan.data !== undefined && (plan.data.plan.planId !== planId || (version !== undefined && plan.data.plan.version !== version));
  if (plan.error?.code === 'NOT_FOUND' && (plan.data === undefined || other)) {
    return (
      <>
        <PageHead crumbs={<a href={hrefOf('/plans')}>Plans</a>} title="No such plan" />
        <Empty
          icon="search"
          title={`There is no plan ${planId}${version === undefined ? '' : ` ${version}`}`}
          action={<a href={hrefOf('/plans')}>Go to the plans</a>}
        >
          No source has named it, and it was not proposed here.
        </Empty>
      </>
    );
  }
  if (plan.data === undefined || (other && plan.error !== null)) {
    return (
      <>
        <PageHead crumbs={<a href={hrefOf('/plans')}>Plans</a>} title={planId} />
        <AnswerView of={{ ...plan, data: undefined }} what="the plan" skeleton={<Skeleton rows={14} />}>
          {() => null}
        </AnswerView>
      </>
    );
  }
  const { data } = plan;
  return (
    <>
      <PlanHead answer={data} />
      <FrozenBanner />
      <AnswerView of={plan} what="the plan">
        {() => (
          <div className="plan-detail">
            <div className="plan-main">
              <Figures answer={data} />
              <Limits spec={data.spec} />
            </div>
            <div className="plan-side">
              <Versions answer={data} />
              <Panel
                title="What this version changed"
                note={data.previous === null ? 'the first version' : `against ${data.previous}`}
                className="plan-changes"
              >
                {data.previous === null ? (
                  <p className="small second">There is none before it to compare it with.</p>
                ) : (
                  <Differences differences={data.differences} label={`Differences of ${data.plan.version} against ${data.previous}`} />
                )}
              </Panel>
            </div>
          </div>
        )}
      </AnswerView>
      {query['do'] === 'propose' ? (
        <ProposeDialog
          plans={[data.plan]}
          planId={planId}
          onClose={() => {
            setQuery({ do: undefined });
          }}
        />
      ) : null}
    </>
  );
}

function PlanHead({ answer }: { readonly answer: Shown }) {
  const { plan, versions } = answer;
  const refused = useAllowed()('plan.propose');
  const at = versions.findIndex(({ version }) => version === plan.version);
  const go = (to: PlanVersionRow | undefined): void => {
    if (to !== undefined) router.go(planAddress(to.planId, to.version));
  };
  const propose = (): void => {
    setQuery({ do: 'propose' });
  };
  useShortcut('[', 'Newer version', () => {
    go(versions[at - 1]);
  });
  useShortcut(']', 'Older version', () => {
    go(versions[at + 1]);
  });
  useShortcut('N', 'Propose a version', () => {
    if (refused === null) propose();
  });
  return (
    <PageHead
      crumbs={
        <>
          <a href={hrefOf('/plans')}>Plans</a>
          <span aria-hidden="true">/</span>
          <span>
            {originWords(plan)}
            {plan.receivedAt === null ? null : (
              <>
                , <Time at={plan.receivedAt} form="short" />
              </>
            )}
          </span>
        </>
      }
      title={`${visibleText(plan.name)} ${plan.version}`}
      marks={
        <>
          {plan.newest ? <Pill icon={false}>newest</Pill> : <Pill icon="history">older version</Pill>}
          {plan.conflicts === 0 ? null : <Pill status="warn">{counted(plan.conflicts, 'conflict')}</Pill>}
        </>
      }
      lead={answer.spec.description === '' ? undefined : visibleText(answer.spec.description)}
      actions={
        <>
          <Button
            icon="chevron-up"
            aria-label="Newer version"
            title="Newer version ([)"
            disabled={at <= 0}
            onClick={() => {
              go(versions[at - 1]);
            }}
          />
          <Button
            icon="chevron-down"
            aria-label="Older version"
            title="Older version (])"
            disabled={at < 0 || at === versions.length - 1}
            onClick={() => {
              go(versions[at + 1]);
            }}
          />
          <ActionButton icon="add" text="Propose a version…" endIcon={<Keys>N</Keys>} refused={refused} onClick={propose} />
        </>
      }
    />
  );
}

function Figures({ answer }: { readonly answer: Shown }) {
  const { plan, spec, versions } = answer;
  const all = versions.reduce((sum, { tenants }) => sum + tenants, 0);
  const saves = spec.price.annualDiscountPercent;
  return (
    <section className="panel plan-figures" aria-label="Price and tenants">
      <Metric label={`A month, ${spec.price.currency}`} value={priceWords(spec.price, 'monthly')} />
      <Metric
        label={`A year, ${spec.price.currency}`}
        value={priceWords(spec.price, 'annual')}
        note={saves === null || Number(saves) === 0 ? undefined : `saves ${saves}%`}
      />
      <Metric
        label="Tenants on this version"
        value={<a href={hrefOf(formatAddress(['tenants'], { view: 'all', plan: plan.planId }))}>{integer(plan.tenants)}</a>}
        note={`${integer(all)} on all versions of the plan`}
      />
      <Metric label="Tier" value={spec.tier} note={priceSays(spec.price)} />
    </section>
  );
}

function Limits({ spec }: { readonly spec: PlanSpecView }) {
  return (
    <Panel title="Limits" note="per metric" pad={false} className="plan-limits">
      <div className="scroll-box" tabIndex={0} role="region" aria-label="Limits, entitlements and guardrails">
        {spec.limits.length === 0 ? (
          <Empty icon="horizontal-distribution" title="Nothing is limited">
            This version names no metric: what is used is counted, and nothing is held against it.
          </Empty>
        ) : (
          <table className="table tight">
            <thead>
              <tr>
                <th scope="col">Metric</th>
                <th scope="col" className="hide-narrow">
                  Over
                </th>
                <th scope="col" className="num">
                  Included
                </th>
                <th scope="col" className="num">
                  Soft limit
                </th>
                <th scope="col" className="num">
                  Hard limit
                </th>
                <th scope="col" className="num">
                  Overage, {spec.price.currency} a unit
                </th>
              </tr>
            </thead>
            <tbody>
              {spec.limits.map((limit) => (
                <tr key={`${limit.metric} ${limit.per}`}>
                  <th scope="row">
                    <code>{limit.metric}</code>
                  </th>
                  <td className="second hide-narrow">a {limit.per}</td>
                  <td className="num">{quantityOr(limit.included, '–')}</td>
                  <td className="num">
                    {limit.soft === null ? (
                      <span className="muted">none</span>
                    ) : (
                      <>
                        {quantityOr(limit.soft, '')}{' '}
                        <span className="muted tiny">{percentOfBp(Math.round(Number(limit.softRatio) * 10_000), 0)}</span>
                      </>
                    )}
                  </td>
                  <td className="num strong">{limit.hard === null ? <span className="muted">none</span> : quantityOr(limit.hard, '')}</td>
                  <td className="num">
                    {limit.overagePrice === null ? <span className="muted">not sold</span> : quantityOr(limit.overagePrice, '')}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
        <div className="plan-lists">
          <section aria-label="Entitlements" className="stack-4">
            <h3>Entitlements</h3>
            {spec.features.length === 0 ? <p className="small second">None is named.</p> : null}
            {spec.features.map(({ key, name, included }) => (
              <div key={key} className="row small between">
                <span className="second ellipsis">{visibleText(name)}</span>
                {included ? (
                  <StatusWord status="ok" icon="tick">
                    included
                  </StatusWord>
                ) : (
                  <StatusWord status="idle" icon="minus">
                    not in plan
                  </StatusWord>
                )}
              </div>
            ))}
          </section>
          <section aria-label="Guardrails" className="stack-4">
            <h3>Guardrails</h3>
            {spec.guardrails.length === 0 ? <p className="small second">None is named.</p> : null}
            {spec.guardrails.map(({ name, limit }) => (
              <div key={name} className="row small between">
                <code className="second ellipsis">{name}</code>
                <span className="num">{integer(limit)}</span>
              </div>
            ))}
          </section>
        </div>
      </div>
    </Panel>
  );
}

function Versions({ answer }: { readonly answer: Shown }) {
  const { plan, versions } = answer;
  const most = Math.max(1, ...versions.map(({ tenants }) => tenants));
  return (
    <Panel title="Versions" note="newest first" pad={false} className="plan-versions">
      <div className="scroll-box" tabIndex={0} role="region" aria-label="Versions of this plan">
        <table className="table tight plain">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col" className="num">
                A month
              </th>
              <th scope="col" className="num">
                Tenants
              </th>
              <th scope="col">
                <span className="visually-hidden">Share</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {versions.map((row) => (
              <tr key={row.version} className={row.version === plan.version ? 'selected' : undefined}>
                <th scope="row">
                  <a href={hrefOf(planAddress(row.planId, row.version))} aria-current={row.version === plan.version ? 'page' : undefined}>
                    {row.version}
                  </a>{' '}
                  {row.newest ? <span className="muted tiny">newest</span> : null}
                </th>
                <td className="num">{priceWords(row.price, 'monthly')}</td>
                <td className="num">{integer(row.tenants)}</td>
                <td className="plan-share">
                  <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
                    <rect width={(row.tenants / most) * 100} height="6" />
                  </svg>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <dl className="facts pad">
          <Fact label="From">
            <Icon icon="database" size={11} className="muted" /> {originWords(plan)}
          </Fact>
          <Fact label="Content">
            <Hash value={plan.sha256} label="hash of this version" />
          </Fact>
        </dl>
      </div>
    </Panel>
  );
}
