/** Records as a source writes them. */
export const tenantRecord = (tenantId: string) => ({
  tenant_id: tenantId,
  name: `Tenant ${tenantId}`,
  partner_id: 'northwind',
  tier: 'pro',
  plan_id: 'pro',
  plan_version: '1.0.0',
  status: 'active',
  region: 'eu-west-1',
  created_at: '2025-01-14T00:00:00Z',
  updated_at: '2026-05-01T00:00:00Z',
});

export const subscriptionRecord = (subscriptionId: string, tenantId: string) => ({
  subscription_id: subscriptionId,
  tenant_id: tenantId,
  tier: 'pro',
  status: 'active',
  quantity: 1,
  unit_amount: '299.00',
  currency: 'USD',
  interval: 'month',
  started_at: '2025-01-14T00:00:00Z',
  updated_at: '2026-05-01T00:00:00Z',
});
