import {
  amount,
  identifier,
  knownFieldsOnly,
  notFarAhead,
  oneOf,
  optional,
  parseRecord,
  type RecordObject,
  refuse,
  tierOf,
  time,
  wholeNumber,
} from './record-fields.ts';

/** A subscription's record, as a line of `<source>/subscriptions/*.ndjson` (docs/formats/tenants.md). Pure. */

export const SUBSCRIPTION_STATUSES = ['active', 'non-renewing', 'attention', 'trial', 'canceled'] as const;
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number];

export interface SubscriptionRecord {
  readonly subscription_id: string;
  readonly tenant_id: string;
  readonly tier: string;
  readonly status: SubscriptionStatus;
  readonly quantity: number;
  /** Decimal text, major units of `currency`, for one unit and one interval. */
  readonly unit_amount: string;
  readonly currency: string;
  readonly interval: 'month' | 'year';
  /** UTC with nine places, as all times here. */
  readonly started_at: string;
  readonly updated_at: string;
  readonly ended_at: string | null;
  readonly last_dunning_at: string | null;
  /** Decimal text from 0 to 100. */
  readonly discount_percent: string;
}

const FIELDS: ReadonlySet<string> = new Set([
  'subscription_id',
  'tenant_id',
  'tier',
  'status',
  'quantity',
  'unit_amount',
  'currency',
  'interval',
  'started_at',
  'updated_at',
  'ended_at',
  'last_dunning_at',
  'discount_percent',
]);
const MOST_QUANTITY = 1_000_000_000;

/** A JSON number or a decimal text: percent is written either way. */
function percent(record: RecordObject, field: string): string {
  const value = record[field];
  const written = typeof value === 'number' ? String(value) : value;
  if (typeof written === 'string' && /^(\d{1,2}(\.\d{1,9})?|100(\.0{1,9})?)$/.test(written)) return written;
  return refuse('RECORD_FIELD', `${field} must be a percentage from 0 to 100, such as "12.5".`);
}

/** @throws RecordRefusal */
export function readSubscriptionRecord(line: string, now: string): SubscriptionRecord {
  const record = parseRecord(line);
  knownFieldsOnly(record, FIELDS);
  const currency = oneOfCurrency(record);
  const read: SubscriptionRecord = {
    subscription_id: identifier(record, 'subscription_id'),
    tenant_id: identifier(record, 'tenant_id'),
    tier: tierOf(record),
    status: oneOf(record, 'status', SUBSCRIPTION_STATUSES),
    quantity: wholeNumber(record, 'quantity', MOST_QUANTITY),
    unit_amount: amount(record, 'unit_amount'),
    currency,
    interval: oneOf(record, 'interval', ['month', 'year']),
    started_at: time(record, 'started_at'),
    updated_at: time(record, 'updated_at'),
    ended_at: optional(record, 'ended_at', time),
    last_dunning_at: optional(record, 'last_dunning_at', time),
    discount_percent: optional(record, 'discount_percent', percent) ?? '0',
  };
  if (read.ended_at !== null && read.ended_at < read.started_at)
    refuse('RECORD_TIME', `ended_at is before started_at: the subscription would have ended before it began.`);
  notFarAhead(read.updated_at, now);
  return read;
}

function oneOfCurrency(record: RecordObject): string {
  const value = record['currency'];
  return typeof value === 'string' && /^[A-Z]{3}$/.test(value)
    ? value
    : refuse('RECORD_FIELD', 'currency must be an ISO 4217 code such as "USD".');
}
