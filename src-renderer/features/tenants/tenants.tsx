import type { Address } from '../../router/address.ts';
import { hrefOf } from '../../router/router.ts';
import { Empty } from '../../ui/states.tsx';
import { CatalogueScreen } from './catalogue-screen.tsx';
import { TenantScreen } from './tenant-screen.tsx';

/** `/tenants` and `/tenants/<id>`. */
export function Tenants({ address }: { readonly address: Address }) {
  const [, tenantId, ...rest] = address.segments;
  if (tenantId === undefined) return <CatalogueScreen />;
  if (rest.length === 0) return <TenantScreen tenantId={tenantId} />;
  return (
    <Empty icon="path-search" title="There is nothing at this address" action={<a href={hrefOf('/tenants')}>Tenants</a>}>
      A tenant has its id: /tenants/tn_9k4w2c.
    </Empty>
  );
}
