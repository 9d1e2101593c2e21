import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readDimensions } from '../../../src-main/metering/dimensions.ts';
import { EventFault, EventScanner } from '../../../src-main/metering/event-scanner.ts';
import { QuantityReader } from '../../../src-main/metering/quantity-reader.ts';
import { MomentReader } from '../../../src-main/metering/usage-time.ts';
import { usageEvent } from '../../../src-shared/emitter/index.ts';

const schemaText = readFileSync(new URL('../../../resources/schemas/metering-event.schema.json', import.meta.url), 'utf8');
const schema = z.fromJSONSchema(JSON.parse(schemaText) as Parameters<typeof z.fromJSONSchema>[0]);
const settings = { lateWindowHours: 72, mostSeries: 10_000, mostDimensions: 16, longestDimension: 256 };

/** Whether the intake can read the event at all, by the parts that do: nothing is looked up. */
function isReadable(text: string): boolean {
  const scanner = new EventScanner();
  try {
    scanner.scan(text, 0, text.length);
  } catch (error) {
    if (error instanceof EventFault) return false;
    throw error;
  }
  return (
    new QuantityReader().read(scanner.quantity) === null &&
    new MomentReader().read(scanner.time) &&
    !('code' in readDimensions(scanner.dimensions, scanner.dimensionCount, settings))
  );
}

const good = {
  specversion: '1.0',
  id: 'e-1',
  source: 'urn:test',
  type: 'usage',
  subject: 'tn_1',
  time: '2026-05-17T09:42:00Z',
  data: { metric: 'llm_token', quantity: '12.5', unit: 'token', dimensions: { model: 'small' } },
};
const event = (changes: object = {}): object => ({ ...good, ...changes });
const data = (changes: object = {}): object => event({ data: { ...good.data, ...changes } });
const without = (name: keyof typeof good): object => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));
const nines = (digits: number): string => '9'.repeat(digits);

const ACCEPTED: readonly [string, object][] = [
  ['a plain event', event()],
  ['what else an event may say', event({ traceparent: '00-1', datacontenttype: 'application/json', dataschema: 'urn:x' })],
  ['what else its data may say', data({ note: { any: [1] } })],
  ['no dimensions', data({ dimensions: {} })],
  ['a dimension that is a number, and one that is a boolean', data({ dimensions: { shard: 3, hot: true } })],
  ['a whole number', data({ quantity: 7 })],
  ['a number with a fraction', data({ quantity: 0.25 })],
  ['nothing used', data({ quantity: '0' })],
  ['18 decimals', data({ quantity: '0.000000000000000001' })],
  ['zeros behind the 18th decimal', data({ quantity: '1.00000000000000000000' })],
  ['the most there is', data({ quantity: '9000000000000000000' })],
  ['the most there is, with zeros', data({ quantity: '9000000000000000000.000' })],
  ['just under it', data({ quantity: '8999999999999999999.999999999999999999' })],
  ['nineteen digits under it', data({ quantity: '1234567890123456789' })],
  ['nanoseconds and an offset', event({ time: '2026-05-17T09:42:00.123456789+02:00' })],
  ['small letters in a time', event({ time: '2026-05-17t09:42:00z' })],
  ['the first and the last year', event({ time: '1970-01-01T00:00:00Z' })],
  ['the longest id', event({ id: 'x'.repeat(512) })],
];

const REFUSED: readonly [string, unknown][] = [
  ['a list', []],
  ['a text', 'event'],
  ['no specversion', without('specversion')],
  ['no id', without('id')],
  ['no source', without('source')],
  ['no type', without('type')],
  ['no subject', without('subject')],
  ['no time', without('time')],
  ['no data', without('data')],
  ['another version', event({ specversion: '0.3' })],
  ['an empty id', event({ id: '' })],
  ['an id that is a number', event({ id: 5 })],
  ['an id that is too long', event({ id: 'x'.repeat(513) })],
  ['an empty subject', event({ subject: '' })],
  ['a subject that is too long', event({ subject: 'x'.repeat(201) })],
  ['data that is a text', event({ data: 'x' })],
  ['data as base64', event({ data_base64: 'AA==' })],
  ['no metric', data({ metric: undefined })],
  ['no quantity', data({ quantity: undefined })],
  ['no unit', data({ unit: undefined })],
  ['an empty unit', data({ unit: '' })],
  ['less than nothing', data({ quantity: '-1' })],
  ['less than nothing, as a number', data({ quantity: -0.5 })],
  ['a quantity that is a word', data({ quantity: 'many' })],
  ['a quantity with a comma', data({ quantity: '1,5' })],
  ['a leading zero', data({ quantity: '01' })],
  ['a point at the end', data({ quantity: '1.' })],
  ['19 decimals', data({ quantity: '0.0000000000000000001' })],
  ['more than there is', data({ quantity: '9000000000000000000.000000000000000001' })],
  ['twenty digits', data({ quantity: nines(20) })],
  ['nineteen nines', data({ quantity: nines(19) })],
  ['more than there is, as a number', data({ quantity: 1e40 })],
  ['a quantity that is true', data({ quantity: true })],
  ['a time without an offset', event({ time: '2026-05-17T09:42:00' })],
  ['a date alone', event({ time: '2026-05-17' })],
  ['a 13th month', event({ time: '2026-13-17T09:42:00Z' })],
  ['a leap second', event({ time: '2026-06-30T23:59:60Z' })],
  ['finer than a nanosecond', event({ time: '2026-05-17T09:42:00.1234567891Z' })],
  ['before 1970', event({ time: '1969-12-31T23:59:59Z' })],
  ['after 2261', event({ time: '2262-01-01T00:00:00Z' })],
  ['dimensions that are a list', data({ dimensions: [] })],
  ['a dimension that is an object', data({ dimensions: { a: {} } })],
  ['a dimension that is null', data({ dimensions: { a: null } })],
  ['a dimension with a bad name', data({ dimensions: { '1a': 'x' } })],
  ['a dimension that is too long', data({ dimensions: { a: 'x'.repeat(257) } })],
  ['seventeen dimensions', data({ dimensions: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`d${i}`, 'x'])) })],
];

describe('the published schema of an event', () => {
  it.each(ACCEPTED)('accepts %s, and so does the intake', (_what, value) => {
    const text = JSON.stringify(value);
    expect(schema.safeParse(JSON.parse(text)).success).toBe(true);
    expect(isReadable(text)).toBe(true);
  });

  it.each(REFUSED)('refuses %s, and so does the intake', (_what, value) => {
    const text = JSON.stringify(value);
    expect(schema.safeParse(JSON.parse(text)).success).toBe(false);
    expect(isReadable(text)).toBe(false);
  });

  it('accepts what the emitter makes', () => {
    const made = usageEvent(
      { tenantId: 'tn_1', metric: 'seat', unit: 'seat', quantity: 3n },
      { source: 'urn:test', id: 'e', time: '2026-05-17T09:42:00.000Z' },
    );
    expect(schema.safeParse(made).success).toBe(true);
    expect(isReadable(JSON.stringify(made))).toBe(true);
  });
});
