/** Screens of tenants and plans as markup. */
import { describe, expect, it } from 'vitest';
import { CatalogueScreen } from '../../src-renderer/features/tenants/catalogue-screen.tsx';
import { ConnectionsPanel } from '../../src-renderer/features/tenants/connections-panel.tsx';
import { TenantScreen } from '../../src-renderer/features/tenants/tenant-screen.tsx';
import { TenantProof } from '../../src-renderer/features/tenants/tenant-proof.tsx';
import { planFileText, nextVersion, priceSays, priceWords } from '../../src-renderer/features/plans/plan-words.ts';
import { PlanScreen } from '../../src-renderer/features/plans/plan-screen.tsx';
import { PlansScreen } from '../../src-renderer/features/plans/plans-screen.tsx';
import { readPlan } from '../../src-main/plans/read-plan.ts';
import { LAUNCH_PLANS } from '../../src-main/plans/launch-list.ts';
import { specView } from '../../src-main/plans/plan-view.ts';
import { type Asked, renderScreen } from './support/render.tsx';
import { HERO_ID } from './support/tenant-model.ts';

const text = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll('&gt;', '>')
    .replaceAll(/\s+/g, ' ');

const ATTENTION = { paid: true, attention: { risk: 60, limitPercent: 80 } };
const CATALOGUE: readonly Asked[] = [
  ['tenant.views', {}],
  ['tenant.facets', { filter: ATTENTION }],
];
const TENANT: readonly Asked[] = [
  ['tenant.views', {}],
  ['tenant.show', { tenantId: HERO_ID }],
  ['tenant.neighbours', { tenantId: HERO_ID, filter: ATTENTION, sort: 'mrr', direction: 'desc' }],
];

describe('the catalogue', () => {
  it('begins with what needs attention: views with counts, each facet with its value', async () => {
    const html = await renderScreen(<CatalogueScreen />, CATALOGUE);
    const words = text(html);
    for (const said of [
      'Needs attention',
      'All 1,842',
      'Over a limit',
      'Save this view',
      'Plan paid',
      'Risk ≥ 60 or limit ≥ 80%',
      'Clear all',
    ])
      expect(words).toContain(said);
    expect(html).toContain('aria-pressed="true"');
    expect([...html.matchAll(/class="[^"]*facet on/g)]).toHaveLength(2);
    expect(html).toContain('aria-busy="true"');
  });

  it('without views says what could not be read', async () => {
    expect(text(await renderScreen(<CatalogueScreen />, []))).toContain('Tenants');
  });
});

describe('a tenant', () => {
  it('says who they are and why they are at risk, and where they stand in the list', async () => {
    const html = await renderScreen(<TenantScreen tenantId={HERO_ID} />, TENANT);
    const words = text(html);
    for (const said of [
      'Harrow & Finch Freight',
      'risk 78, high',
      'limit at 93%',
      'Ines Duarte, operations',
      '+30 llm_token at 93% of its limit',
      'Production enforcement',
      'not in plan',
      'sub_7t2x9',
      'renewal in July',
    ])
      expect(words).toContain(said);
    expect(words).toMatch(/Needs attention \/ \d+ of \d+/);
    for (const figure of ['risk', 'mrr']) expect(html).toContain(`data-figure="${figure}"`);
  });

  it('of another partner, or of none, is the same sentence', async () => {
    const html = await renderScreen(<TenantScreen tenantId="tn_none" />, [['tenant.views', {}]]);
    expect(text(html)).toContain('tn_none');
  });

  it('its connections can be read without looking at the picture', async () => {
    const html = await renderScreen(<ConnectionsPanel tenantId={HERO_ID} />, [['tenant.connections', { tenantId: HERO_ID }]]);
    const options = [...html.matchAll(/role="option"[^>]*>([^<]+)</g)].map((match) => match[1]);
    expect(options[0]).toContain('Harrow &amp; Finch Freight, tenant');
    expect(options).toContain('northwind/pro@1.4, receipt chain, broken');
    // What needs a person is looked at first.
    expect(html).toContain('Open the chain');
  });

  it('a figure opens its proof', async () => {
    const html = await renderScreen(<TenantProof tenantId={HERO_ID} figure="risk" name="Harrow" />, [
      ['tenant.proof', { tenantId: HERO_ID, figure: 'risk' }],
    ]);
    expect(html).toContain('data-proof="risk"');
    expect(text(html)).toContain('countersign tenant show tn_9k4w2c --json');
    expect(await renderScreen(<TenantProof tenantId={HERO_ID} figure="nothing" name="Harrow" />, [])).toBe('');
  });
});

describe('plans', () => {
  it('stand with price, version and tenants, and say that prices are frozen', async () => {
    const html = text(
      await renderScreen(<PlansScreen />, [
        ['plan.list', {}],
        ['freeze.get', {}],
      ]),
    );
    for (const said of ['Starter starter 2.3.0', '49.00 490.00 431', 'from 799.00', 'Prices are frozen: FIN 2', 'See what is missing'])
      expect(html).toContain(said);
    expect(html.indexOf('Starter')).toBeLessThan(html.indexOf('Enterprise'));
  });

  it('a version has its limits, entitlements, versions and what it changed', async () => {
    const html = text(await renderScreen(<PlanScreen planId="pro" version={undefined} />, [['plan.show', { planId: 'pro' }]]));
    for (const said of [
      'Pro 2.1.4',
      '60,000,000',
      '48,000,000 80%',
      'not sold',
      'Own encryption key',
      'against 2.1.3',
      '12,288 32,768',
      '165 on all versions',
    ])
      expect(html).toContain(said);
  });

  it('of an empty workspace say the first step', async () => {
    expect(text(await renderScreen(<PlansScreen />, [['plan.list', {}]], { scenario: 'empty' }))).toContain('There is no plan yet');
  });

  it('a new version begins as the text that a source would deliver', () => {
    for (const spec of LAUNCH_PLANS) {
      const read = readPlan(planFileText(specView(spec), '9.9.9'));
      expect(read.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(read.spec).toEqual({ ...spec, version: '9.9.9' });
    }
    expect(nextVersion('2.1.4')).toBe('2.1.5');
    expect(nextVersion('7')).toBe('8');
    expect(nextVersion('2.1.4-rc.1')).toBe('2.1.4-rc.1.1');
  });

  it('prices read as they are meant', () => {
    const price = { currency: 'USD', monthly: '799', annual: '7990', annualDiscountPercent: '16.67' };
    expect(priceWords({ ...price, model: 'contract' }, 'monthly')).toBe('from 799.00');
    expect(priceWords({ ...price, model: 'internal' }, 'annual')).toBe('internal');
    expect(priceSays({ ...price, model: 'list' })).toBe('799.00 USD a month or 7,990.00 USD a year; a year saves 16.67%.');
  });
});
