import { describe, expect, it } from 'vitest';
import { justAfter } from '../../../src-main/tenants/local-records.ts';
import { normalTime, RecordRefusal } from '../../../src-main/tenants/record-fields.ts';
import { readSubscriptionRecord } from '../../../src-main/tenants/subscription-record.ts';
import { canonicalRecord, readTenantRecord, searchWords, wordsOf } from '../../../src-main/tenants/tenant-record.ts';
import { subscriptionRecord, tenantRecord } from '../../support/tenant-records.ts';

const NOW = '2026-06-03T09:42:00.000Z';
const codeOf = (read: () => unknown): string => {
  try {
    read();
    return 'taken';
  } catch (error) {
    if (error instanceof RecordRefusal) {
      expect(error.message.length).toBeGreaterThan(10);
      expect(error.nextStep.length).toBeGreaterThan(10);
      return error.code;
    }
    throw error;
  }
};
const tenant = (over: Record<string, unknown>) => JSON.stringify({ ...tenantRecord('tn_1'), ...over });
const subscription = (over: Record<string, unknown>) => JSON.stringify({ ...subscriptionRecord('sub_1', 'tn_1'), ...over });

describe('a tenant record', () => {
  it('is taken with all its optional fields', () => {
    const read = readTenantRecord(
      tenant({
        contacts: ['ops@example.com', { name: 'Ines Duarte', role: 'operations' }],
        tags: ['b', 'a', 'a'],
        risk: 'high',
        tier: 'Pro',
      }),
      NOW,
    );
    expect(read).toMatchObject({
      tier: 'pro',
      tags: ['a', 'b'],
      risk: 80,
      updated_at: '2026-05-01T00:00:00.000000000Z',
      contacts: [
        { name: 'ops@example.com', email: 'ops@example.com', role: null, phone: null },
        { name: 'Ines Duarte', email: null, role: 'operations', phone: null },
      ],
    });
  });

  it.each([
    ['{bad', 'RECORD_NOT_JSON'],
    ['[1]', 'RECORD_NOT_OBJECT'],
    ['null', 'RECORD_NOT_OBJECT'],
    ['"tn"', 'RECORD_NOT_OBJECT'],
    [tenant({ extra: 1 }), 'RECORD_UNKNOWN_FIELD'],
    ['{"__proto__": 1}', 'RECORD_UNKNOWN_FIELD'],
    [tenant({ tenant_id: undefined }), 'RECORD_FIELD_MISSING'],
    [tenant({ tenant_id: 7 }), 'RECORD_FIELD'],
    [tenant({ tenant_id: '' }), 'RECORD_FIELD'],
    [tenant({ tenant_id: ' tn_1' }), 'RECORD_FIELD'],
    [tenant({ tenant_id: 'tn\u0000' }), 'RECORD_FIELD'],
    [tenant({ tenant_id: 'x'.repeat(201) }), 'RECORD_FIELD'],
    [tenant({ name: '\ud800' }), 'RECORD_FIELD'],
    [tenant({ partner_id: null }), 'RECORD_FIELD'],
    [tenant({ status: 'paused' }), 'RECORD_FIELD'],
    [tenant({ status: undefined }), 'RECORD_FIELD_MISSING'],
    [tenant({ updated_at: '2026-05-01' }), 'RECORD_TIME'],
    [tenant({ updated_at: '2026-02-30T00:00:00Z' }), 'RECORD_TIME'],
    [tenant({ updated_at: '2026-05-01T00:00:60Z' }), 'RECORD_TIME'],
    [tenant({ updated_at: '2026-05-01T00:00:00' }), 'RECORD_TIME'],
    [tenant({ updated_at: 1_777_000_000 }), 'RECORD_TIME'],
    [tenant({ updated_at: '2026-06-04T09:42:00.001Z' }), 'RECORD_FUTURE'],
    [tenant({ updated_at: '2026-06-04T09:42:00Z' }), 'taken'],
    [tenant({ contacts: 'Ines' }), 'RECORD_FIELD'],
    [tenant({ contacts: [{}] }), 'RECORD_FIELD'],
    [tenant({ contacts: [{ name: 'x', fax: '1' }] }), 'RECORD_UNKNOWN_FIELD'],
    [tenant({ contacts: null, tags: null, risk: null }), 'taken'],
    [tenant({ tags: ['a,b'] }), 'RECORD_FIELD'],
    [tenant({ tags: [1] }), 'RECORD_FIELD'],
    [tenant({ risk: 101 }), 'RECORD_FIELD'],
    [tenant({ risk: 1.5 }), 'RECORD_FIELD'],
    [tenant({ risk: 'terrible' }), 'RECORD_FIELD'],
    [tenant({ plan_id: 'nobody-sells-this' }), 'taken'],
  ])('%s: %s', (line, code) => {
    expect(codeOf(() => readTenantRecord(line, NOW))).toBe(code);
  });

  it('says the same in one canonical text, however it is spelled', () => {
    const a = readTenantRecord(tenant({ updated_at: '2026-05-01T02:00:00.000+02:00', tags: ['b', 'a'] }), NOW);
    const b = readTenantRecord(
      JSON.stringify(Object.fromEntries(Object.entries({ ...tenantRecord('tn_1'), tags: ['a', 'b'] }).reverse())),
      NOW,
    );
    expect(canonicalRecord(a)).toEqual(canonicalRecord(b));
    expect(canonicalRecord(a).sha256).not.toBe(canonicalRecord({ ...b, risk: 1 }).sha256);
  });
});

describe('a subscription record', () => {
  it.each([
    [subscription({}), 'taken'],
    [subscription({ unit_amount: 299 }), 'RECORD_FIELD'],
    [subscription({ unit_amount: '-1' }), 'RECORD_FIELD'],
    [subscription({ unit_amount: '1e3' }), 'RECORD_FIELD'],
    [subscription({ unit_amount: '1.0000000001' }), 'RECORD_FIELD'],
    [subscription({ quantity: 1.5 }), 'RECORD_FIELD'],
    [subscription({ quantity: -1 }), 'RECORD_FIELD'],
    [subscription({ quantity: '1' }), 'RECORD_FIELD'],
    [subscription({ currency: 'usd' }), 'RECORD_FIELD'],
    [subscription({ currency: undefined }), 'RECORD_FIELD'],
    [subscription({ interval: 'week' }), 'RECORD_FIELD'],
    [subscription({ status: 'expired' }), 'RECORD_FIELD'],
    [subscription({ discount_percent: 12.5 }), 'taken'],
    [subscription({ discount_percent: '100.1' }), 'RECORD_FIELD'],
    [subscription({ discount_percent: -1 }), 'RECORD_FIELD'],
    [subscription({ ended_at: '2024-01-01T00:00:00Z' }), 'RECORD_TIME'],
    [subscription({ ended_at: null, last_dunning_at: null }), 'taken'],
    [subscription({ last_dunning_at: 'yesterday' }), 'RECORD_TIME'],
    [subscription({ seats: 4 }), 'RECORD_UNKNOWN_FIELD'],
  ])('%s: %s', (line, code) => {
    expect(codeOf(() => readSubscriptionRecord(line, NOW))).toBe(code);
  });

  it('keeps amounts as they are written', () => {
    expect(readSubscriptionRecord(subscription({ unit_amount: '123456789012.000000001' }), NOW).unit_amount).toBe('123456789012.000000001');
  });
});

describe('times', () => {
  it.each([
    ['2026-05-01T00:00:00Z', '2026-05-01T00:00:00.000000000Z'],
    ['2026-05-01T00:00:00.1Z', '2026-05-01T00:00:00.100000000Z'],
    ['2026-05-01T00:00:00.123456789Z', '2026-05-01T00:00:00.123456789Z'],
    ['2026-05-01T01:30:00.5+05:30', '2026-04-30T20:00:00.500000000Z'],
    ['2024-02-29T23:59:59-00:30', '2024-03-01T00:29:59.000000000Z'],
    ['2023-02-29T00:00:00Z', null],
    ['2026-05-01T24:00:00Z', null],
    ['2026-05-01T00:00:00.1234567890Z', null],
    ['2026-05-01T00:00:00+25:00', null],
    ['2026-05-01t00:00:00z', null],
  ])('%s is %s', (text, normal) => {
    expect(normalTime(text)).toBe(normal);
  });

  it('of what is made here come after what they follow', () => {
    expect(justAfter('2026-05-01T00:00:00.000000000Z')).toBe('2026-05-01T00:00:00.000000001Z');
    expect(justAfter('2026-12-31T23:59:59.999999999Z')).toBe('2027-01-01T00:00:00.000000000Z');
  });
});

describe('words a tenant is found by', () => {
  it('are of name, id, contacts and tags, without accents and capitals', () => {
    const words = wordsOf(
      { tenant_id: 'tn_9K4w', name: 'Café & Söhne GmbH', contacts: [{ name: 'Ines', email: 'ines.d@x.org', role: null, phone: null }] },
      ['VIP-1'],
    );
    for (const word of ['cafe', 'sohne', 'gmbh', 'tn_9k4w', '9k4w', 'ines', 'ines.d@x.org', 'x', 'vip', 'vip-1'])
      expect(words).toContain(word);
    expect(words).not.toContain('');
    expect(wordsOf({ tenant_id: 'a', name: 'Smith-Jones (UK)', contacts: [] }, [])).toEqual(['a', 'jones', 'smith', 'smith-jones', 'uk']);
    expect(searchWords('  Söhne,  & CAF tn_9 sohne')).toEqual(['sohne', 'caf', 'tn_9']);
  });
});
