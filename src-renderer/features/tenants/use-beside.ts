import { type Answer, useProcedure } from '../../port/use-app.ts';
import type { Listing } from './catalogue-query.ts';

export type Beside = Answer<'tenant.neighbours'>;

/** Who stands before and after a tenant in the list it was opened from; not known until the list is. */
export const useBeside = (tenantId: string, listing: Listing | null): Beside | undefined =>
  useProcedure(
    'tenant.neighbours',
    { tenantId, filter: listing?.filter ?? {}, ...(listing === null ? {} : { sort: listing.sort, direction: listing.direction }) },
    { enabled: listing !== null, keep: true },
  ).data;
