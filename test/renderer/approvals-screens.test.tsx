/** Approvals and acts as markup, over the rooms themselves. */
import { describe, expect, it } from 'vitest';
import { latencyWords, policyRefusal } from '../../src-renderer/features/actions/policy-words.ts';
import { TenantActions } from '../../src-renderer/features/actions/tenant-actions.tsx';
import { ViewingBanner } from '../../src-renderer/features/actions/viewing-banner.tsx';
import { Approvals } from '../../src-renderer/features/approvals/approvals.tsx';
import { quorumWords, tabOf, timeLeft } from '../../src-renderer/features/approvals/approval-words.ts';
import { PoliciesTab } from '../../src-renderer/features/approvals/policies-tab.tsx';
import { RequestScreen } from '../../src-renderer/features/approvals/request-screen.tsx';
import { parseAddress } from '../../src-renderer/router/address.ts';
import { renderScreen } from './support/render.tsx';

const text = (html: string): string =>
  html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ');

describe('a request', () => {
  it('says what will happen, over which bytes, who has to confirm and who has', async () => {
    const html = await renderScreen(<RequestScreen request="APR-0002" />, [['approval.show', { request: 'APR-0002' }]]);
    const said = text(html);
    for (const part of [
      'Suspend Harrow & Finch Freight',
      '1 of 2 confirmed',
      'The status goes from active to suspended.',
      'A message to northwind says so.',
      'ticket 8812: unpaid for 60 days',
      'Status active suspended',
      'can_suspend_tenant, rule 10 of version 1',
      'Jonas Weil partner operator asked',
      'Lena Brandt finance confirmed',
      'countersign approve show APR-0002',
    ])
      expect(said).toContain(part);
    // A founder has not confirmed it yet: the button acts.
    expect(html).toMatch(/<button[^>]*class="[^"]*intent-primary[^"]*"[^>]*>.*?Confirm…/s);
  });

  it('that is over says how, and offers nothing', async () => {
    const said = text(await renderScreen(<RequestScreen request="APR-0001" />, [['approval.show', { request: 'APR-0001' }]]));
    expect(said).toContain('invoices are open');
    expect(said).toContain('Delete Risky Business');
    expect(said).not.toContain('Confirm…');
  });
});

describe('the screen', () => {
  it('counts what waits, and has its five ways', async () => {
    const html = text(
      await renderScreen(<Approvals address={parseAddress('/approvals')} />, [['approval.list', { show: 'for-me', limit: 1 }]]),
    );
    for (const part of ['Waits for me 1', 'Asked by me', 'All requests 2', 'Outbox', 'Policies']) expect(html).toContain(part);
  });

  it('shows every rule with its text', async () => {
    const html = text(await renderScreen(<PoliciesTab />, [['policy.show', {}]]));
    expect(html).toContain('40 rules, decided by Cedar 4.');
    expect(html).toContain('You cannot delete this tenant.');
    expect(html).toContain('2 confirmed by partner admin, founder, admin; 72 h');
  });

  it('an address that means nothing says what one looks like', async () => {
    expect(text(await renderScreen(<Approvals address={parseAddress('/approvals/nothing')} />, []))).toContain('/approvals/APR-0192');
  });
});

describe("a tenant's actions", () => {
  it('are those that policy gives the acting member; a request that waits stands beside', async () => {
    const html = text(await renderScreen(<TenantActions tenantId="tn_harrow" />, [['action.check', { tenantId: 'tn_harrow' }]]));
    for (const part of ['APR-0002 waits', 'Change plan…', 'View as tenant…', 'Ask to suspend…', 'Ask to delete…'])
      expect(html).toContain(part);
  });

  it('are not offered before policy has answered', async () => {
    expect(await renderScreen(<TenantActions tenantId="tn_harrow" />, [])).toBe('');
  });

  it('a refusal is the sentence, who acts, the rule with its time, and the way round', () => {
    const answer = {
      allowed: false,
      says: 'You cannot delete this tenant.',
      nextStep: 'A partner admin has to ask, and two others confirm.',
      rule: 'can_delete_tenant, rule 21 of version 1',
      policyId: 'delete.roles',
      policyVersion: 1,
      latencyMs: 1.42,
      approval: null,
    };
    const member = {
      memberId: 'm',
      name: 'Jonas Weil',
      role: 'partner_operator',
      email: null,
      addedAt: '',
      owner: false,
      partnerId: 'n',
    } as const;
    expect(policyRefusal(answer, { member })).toEqual({
      reason: 'You cannot delete this tenant.',
      rule: 'can_delete_tenant, rule 21 of version 1, decided in 1.4 ms',
      wayRound: 'A partner admin has to ask, and two others confirm. You act as partner operator.',
    });
    expect(policyRefusal({ ...answer, allowed: true }, { member })).toBeNull();
  });

  it('no banner stands where nobody views as a tenant', async () => {
    expect(await renderScreen(<ViewingBanner />, [])).toBe('');
  });
});

describe('words', () => {
  it('of the time that is left', () => {
    const now = Date.parse('2026-06-03T09:42:00.000Z');
    const at = (minutes: number) => timeLeft(new Date(now + minutes * 60_000).toISOString(), now);
    expect([at(-1), at(0.5), at(4), at(60), at(192), at(55 * 60), at(72 * 60)]).toEqual([
      '',
      'less than a minute',
      '4 min',
      '1 h',
      '3 h 12 min',
      '2 d 7 h',
      '3 d',
    ]);
  });
  it('of confirmations, of milliseconds, of tabs', () => {
    expect(quorumWords({ confirmations: 3, quorum: 2 })).toBe('2 of 2 confirmed');
    expect([latencyWords(0.04), latencyWords(1.42), latencyWords(12.4)]).toEqual(['0.0 ms', '1.4 ms', '12 ms']);
    expect([tabOf(undefined), tabOf('outbox'), tabOf('nonsense')]).toEqual(['for-me', 'outbox', 'for-me']);
  });
});
