import type { Address } from '../../router/address.ts';
import { hrefOf } from '../../router/router.ts';
import { Empty } from '../../ui/states.tsx';
import { PlanScreen } from './plan-screen.tsx';
import { PlansScreen } from './plans-screen.tsx';

/** `/plans`, `/plans/<id>` and `/plans/<id>/<version>`. */
export function Plans({ address }: { readonly address: Address }) {
  const [, planId, version, ...rest] = address.segments;
  if (planId === undefined) return <PlansScreen />;
  if (rest.length === 0) return <PlanScreen planId={planId} version={version} />;
  return (
    <Empty icon="path-search" title="There is nothing at this address" action={<a href={hrefOf('/plans')}>Plans</a>}>
      A version of a plan stands at /plans/pro/2.1.4.
    </Empty>
  );
}
