import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bodyFormat, splitEvents } from '../../../src-main/metering/care/split-events.ts';

const split = (format: 'event' | 'batch' | 'ndjson', text: string): string[] | null =>
  splitEvents(format, Buffer.from(text, 'utf8'))?.map((bytes) => Buffer.from(bytes).toString('utf8')) ?? null;

describe('a posted body', () => {
  it.each([
    ['application/cloudevents+json', 'event'],
    ['application/cloudevents-batch+json; charset=utf-8', 'batch'],
    ['Application/X-NDJSON', 'ndjson'],
    ['application/json', null],
    ['text/plain', null],
    ['', null],
  ] as const)('%s is %s', (type, format) => {
    expect(bodyFormat(type)).toBe(format);
  });

  it('is one event, whatever it holds', () => {
    expect(split('event', '{"id":1}')).toEqual(['{"id":1}']);
  });

  it('has a line for each event; empty lines are none', () => {
    expect(split('ndjson', '{"a":1}\r\n\n  \n{"b":2}')).toEqual(['{"a":1}', '{"b":2}']);
    expect(split('ndjson', '')).toEqual([]);
  });

  it('keeps the elements of a batch as they are spelled', () => {
    expect(split('batch', ' [ {"q":1.10,"s":"a,]\\"}"} , {"t":[1,[2]]} ] ')).toEqual(['{"q":1.10,"s":"a,]\\"}"}', '{"t":[1,[2]]}']);
    expect(split('batch', '[]')).toEqual([]);
  });

  it.each(['', '[', '{"a":1}', '[{"a":1},]', '[,{}]', '[{]', '[}]', '["]', '[{}]]', '[[]'])('%s is no batch', (text) => {
    expect(split('batch', text)).toBeNull();
  });

  it('gives back what any list of JSON values was made of, however it is spaced', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue({ maxDepth: 3 })), fc.constantFrom('', ' ', '\n\t'), (values, space) => {
        const texts = values.map((value) => JSON.stringify(value));
        const body = `[${space}${texts.join(`${space},${space}`)}${space}]`;
        expect(split('batch', body)).toEqual(texts);
      }),
    );
  });
});
