import { describe, expect, it } from 'vitest';
import { addConformance, conformanceOf, isAtMost, noConformance } from '../../../src-main/receipts/conformance.ts';
import { parseExact, parseForDisplay } from '../../../src-main/receipts/exact-json.ts';

const CLAIM = '"envelope_claim":{"concurrent":500,"failover_s":5,"latency_p99_ms":200.5,"queue_depth":1000,"throughput_req_s":1000}';
const receipt = (actuals: string): Buffer => Buffer.from(`{"audit_fields":{"actuals":${actuals}},${CLAIM}}`);
const of = (line: Buffer) => conformanceOf(parseExact(line));

describe('conformance of actual figures', () => {
  it('holds when all five are at most the claim, a missing one counting as 0', () => {
    const result = of(receipt('{"throughput_actual":1000,"latency_p99_actual":200.50}'));
    expect(result.result).toBe('pass');
    expect(result.violations).toEqual([]);
    expect(result.lines.find(({ name }) => name === 'concurrent')).toEqual({
      name: 'concurrent',
      unit: 'connections',
      claim: '500',
      actual: '0',
      holds: true,
    });
  });

  it('names each violation, in the order of the schema', () => {
    const line = receipt(
      '{"throughput_actual":1000.01,"concurrent_actual":501,"queue_depth_actual":1001,"latency_p99_actual":200.51,"failover_actual":5.1}',
    );
    expect(of(line).violations).toEqual([
      'throughput_exceeded',
      'concurrent_exceeded',
      'queue_depth_exceeded',
      'latency_exceeded',
      'failover_exceeded',
    ]);
    expect(of(line).result).toBe('fail');
  });

  it('takes the metrics of the last conformance event that has some', () => {
    const line = Buffer.from(
      `{${CLAIM},"conformance_events":[{"metrics":{"concurrent_actual":999}},{"metrics":{"concurrent_actual":1}},{"status":"pass"}]}`,
    );
    expect(of(line).result).toBe('pass');
    expect(of(line).lines.find(({ name }) => name === 'concurrent')?.actual).toBe('1');
  });

  it('says so where there are no actual figures', () => {
    const result = of(Buffer.from(`{"audit_fields":{},${CLAIM}}`));
    expect(result.result).toBe('no-actuals');
    expect(result.lines.every(({ actual, holds }) => actual === null && holds === null)).toBe(true);
    expect(conformanceOf(null).result).toBe('no-actuals');
  });

  it('decides nothing about a bound that was not claimed', () => {
    const result = conformanceOf(parseExact(Buffer.from('{"audit_fields":{"actuals":{"concurrent_actual":7}},"envelope_claim":{}}')));
    expect(result.lines.every(({ holds }) => holds === null)).toBe(true);
    expect(result.violations).toEqual([]);
  });

  it('compares decimals digit by digit, never as floats', () => {
    expect(isAtMost('0.1', '0.10')).toBe(true);
    expect(isAtMost('1000.0000000000000001', '1000')).toBe(false);
    expect(isAtMost('9007199254740993', '9007199254740992')).toBe(false);
    expect(isAtMost('1e3', '1000')).toBe(true);
    expect(isAtMost('1.5E+2', '149.999')).toBe(false);
    expect(isAtMost('-1', '0')).toBe(true);
    expect(isAtMost('1e999999999', '1')).toBeNull();
    expect(isAtMost('NaN', '1')).toBeNull();
  });

  it('counts lines, and a line that cannot be read as one without figures', () => {
    const counts = noConformance();
    addConformance(counts, receipt('{"latency_p99_actual":201}'));
    addConformance(counts, receipt('{"latency_p99_actual":1}'));
    addConformance(counts, Buffer.from(`{"audit_fields":{},${CLAIM}}`));
    addConformance(counts, Buffer.from('garbage'));
    addConformance(counts, null);
    expect(counts).toEqual({ receipts: 5, withActuals: 2, pass: 1, fail: 1, violations: { latency_exceeded: 1 } });
  });
});

describe('exact reading', () => {
  it('keeps every number as it is spelled', () => {
    expect(parseExact(Buffer.from('{"a":1.0,"b":{"c":9007199254740993}}'))).toEqual({ a: '1.0', b: { c: '9007199254740993' } });
  });
  it('shows numbers as numbers where that loses nothing', () => {
    expect(parseForDisplay(Buffer.from('{"a":1.0,"b":7,"c":9007199254740993}'))).toEqual({ a: '1.0', b: 7, c: '9007199254740993' });
  });
  it('gives nothing for what is no object of JSON in UTF-8', () => {
    for (const bytes of [
      Buffer.from('[1]'),
      Buffer.from('1'),
      Buffer.from('{'),
      Buffer.from([0x7b, 0xff, 0x7d]),
      Buffer.from('\ufeff{}'),
    ]) {
      expect(parseExact(bytes)).toBeNull();
      expect(parseForDisplay(bytes)).toBeNull();
    }
  });
});
