import { readFileSync } from 'node:fs';

/**
 * The policies that ship with the product. Each file is read by one literal call, which the packager replaces by the text
 * itself (scripts/build-main.ts): a packaged app reads no file of the checkout.
 */
export const POLICY_SCHEMA: string = readFileSync(new URL('../../resources/policies/countersign.cedarschema', import.meta.url), 'utf8');

export const POLICY_FILES: Readonly<Record<string, string>> = {
  'tenant-actions.cedar': readFileSync(new URL('../../resources/policies/tenant-actions.cedar', import.meta.url), 'utf8'),
  'approvals.cedar': readFileSync(new URL('../../resources/policies/approvals.cedar', import.meta.url), 'utf8'),
};
