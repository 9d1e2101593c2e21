import { Icon } from '@blueprintjs/core';
import { useQueries } from '@tanstack/react-query';
import type { PlanSpecView, PlanVersionRow } from '../../../src-shared/contract/plans.ts';
import { useAppClient } from '../../port/app-client.ts';
import { hrefOf } from '../../router/router.ts';
import { ErrorView, Skeleton } from '../../ui/states.tsx';
import { asCallError } from '../../ui/table-error.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { hardWords, planAddress, priceWords, quantityOr } from './plan-words.ts';

/** Newest versions side by side: what one gets more for what one pays more. */
export function CompareTab({ plans }: { readonly plans: readonly PlanVersionRow[] }) {
  const { live } = useAppClient();
  const ordered = [...plans].sort((a, b) => Number(a.price.monthly) - Number(b.price.monthly) || (a.planId < b.planId ? -1 : 1));
  const answers = useQueries({
    queries: ordered.map(({ planId }) => ({
      queryKey: ['plan.show', { planId }],
      queryFn: ({ signal }: { signal: AbortSignal }) => live.call('plan.show', { planId }, { signal }),
    })),
  });
  const failed = answers.find(({ isError }) => isError);
  const specs = answers.flatMap(({ data }) => (data === undefined ? [] : [data.spec]));
  if (failed !== undefined) return <ErrorView error={asCallError(failed.error)} what="the plans" onRetry={() => failed.refetch()} />;
  if (specs.length < ordered.length) return <Skeleton rows={12} rowHeight={28} />;
  return (
    <section className="panel grow plan-panel" aria-label="Plans side by side">
      <div className="scroll-box" tabIndex={0} role="region" aria-label="Plans side by side, table">
        <Matrix specs={specs} />
      </div>
    </section>
  );
}

const keysOf = (specs: readonly PlanSpecView[], of: (spec: PlanSpecView) => readonly string[]): string[] => [...new Set(specs.flatMap(of))];

function Matrix({ specs }: { readonly specs: readonly PlanSpecView[] }) {
  const limitKeys = keysOf(specs, ({ limits }) => limits.map(({ metric, per }) => `${metric} ${per}`));
  const features = new Map(specs.flatMap((spec) => spec.features.map(({ key, name }) => [key, name] as const)));
  const limitOf = (spec: PlanSpecView, key: string) => spec.limits.find(({ metric, per }) => `${metric} ${per}` === key);
  return (
    <table className="table tight plan-matrix">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">What</span>
          </th>
          {specs.map((spec) => (
            <th key={spec.planId} scope="col" className="num">
              <a href={hrefOf(planAddress(spec.planId, spec.version))} className="plan-name">
                {visibleText(spec.name)}
              </a>{' '}
              <span className="muted">{spec.version}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <Group name="Price" columns={specs.length} />
        <tr>
          <th scope="row">A month, {specs[0]?.price.currency}</th>
          {specs.map((spec) => (
            <td key={spec.planId} className="num strong">
              {priceWords(spec.price, 'monthly')}
            </td>
          ))}
        </tr>
        <tr>
          <th scope="row">A year, {specs[0]?.price.currency}</th>
          {specs.map((spec) => (
            <td key={spec.planId} className="num">
              {priceWords(spec.price, 'annual')}
            </td>
          ))}
        </tr>
        <Group name="Limits, and the price of one unit above what is included" columns={specs.length} />
        {limitKeys.map((key) => (
          <tr key={key}>
            <th scope="row">
              <code>{key.split(' ')[0]}</code>
            </th>
            {specs.map((spec) => {
              const limit = limitOf(spec, key);
              return (
                <td key={spec.planId} className="num">
                  {limit === undefined ? (
                    <span className="muted">–</span>
                  ) : (
                    <>
                      {hardWords(limit)}
                      <span className="muted tiny"> {limit.overagePrice === null ? '' : `+${quantityOr(limit.overagePrice, '')}`}</span>
                    </>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
        <Group name="Entitlements" columns={specs.length} />
        {[...features].map(([key, name]) => (
          <tr key={key}>
            <th scope="row">{visibleText(name)}</th>
            {specs.map((spec) => {
              const included = spec.features.find((feature) => feature.key === key)?.included === true;
              return (
                <td key={spec.planId} className="num">
                  {included ? <Icon icon="tick" size={13} className="t-ok" title="included" /> : <span className="muted">–</span>}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Group({ name, columns }: { readonly name: string; readonly columns: number }) {
  return (
    <tr className="plan-group">
      <th scope="colgroup" colSpan={columns + 1}>
        {name}
      </th>
    </tr>
  );
}
