import { Readable } from 'node:stream';
import type { Handlers } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { changedBy } from '../members/index.ts';
import type { Store } from '../store/index.ts';
import type { BillingFormat } from './billing-files.ts';
import type { billingReads, billingWrites } from './billing-queries.ts';

export interface BillingDeps {
  readonly store: Store<typeof billingReads, typeof billingWrites>;
  readonly downloads: { issue(file: { fileName: string; contentType: string; open: () => Readable }): string };
  /** UUIDv7. */
  readonly newId: () => string;
  readonly changed: () => void;
  /** After each export that was recorded. */
  readonly onExport?: (format: BillingFormat) => void;
}

/** The handlers of `billing.*`. */
export const createBillingService = ({ store, downloads, newId, changed, onExport }: BillingDeps) => {
  const handlers: Pick<Handlers<Contract>, Extract<keyof Handlers<Contract>, `billing.${string}`>> = {
    'billing.preview': ({ month, tenantId }, { now }) => store.read('billing.preview', { month, tenantId: tenantId ?? null, now }),
    'billing.invoice': ({ month, tenantId }, { now }) => store.read('billing.invoice', { month, tenantId, now }),
    'billing.export': async ({ month, tenantId, format }, ctx) => {
      const made = await store.write('billing.export', { exportId: newId(), month, tenantId, format, by: changedBy(ctx) });
      const { fileName, bytes } = made;
      const ticket = downloads.issue({ fileName, contentType: 'application/zip', open: () => Readable.from([Buffer.from(bytes)]) });
      changed();
      onExport?.(format);
      return { export: made.export, manifest: made.manifest, ticket, fileName, bytes: bytes.byteLength };
    },
    'billing.list': ({ month, before, limit }) => store.read('billing.list', { month: month ?? null, before: before ?? null, limit }),
    'billing.show': ({ exportId }, { now }) => store.read('billing.show', { exportId, now }),
  };
  return { handlers };
};

export type BillingService = ReturnType<typeof createBillingService>;
