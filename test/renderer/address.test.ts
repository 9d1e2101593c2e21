import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAddress, parseAddress, withQuery } from '../../src-renderer/router/address.ts';
import { createRouter } from '../../src-renderer/router/router.ts';

describe('addresses', () => {
  it('read as they are written', () => {
    const address = parseAddress('#/receipts/northwind/pro@1.4?proof=verdict');
    expect(address.segments).toEqual(['receipts', 'northwind', 'pro@1.4']);
    expect(address.query).toEqual({ proof: 'verdict' });
    expect(address.text).toBe('/receipts/northwind/pro@1.4?proof=verdict');
  });

  it('become the start when they are none', () => {
    for (const text of ['', '#', '#token=abc', 'javascript:alert(1)', '#//']) expect(parseAddress(text).segments).toEqual([]);
  });

  it('never throw, whatever stands in the bar', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const address = parseAddress(`#/${text}`);
        return parseAddress(address.text).text === address.text;
      }),
    );
    expect(parseAddress('/a/%E0%A4%A').segments).toEqual(['a', '%E0%A4%A']);
  });

  it('keep any segment and any query value', () => {
    const part = fc.string({ minLength: 1 }).filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), part), (segments, query) => {
        const address = parseAddress(formatAddress(segments, query));
        expect(address.segments).toEqual(segments);
        expect({ ...address.query }).toEqual({ ...query });
      }),
    );
  });

  it('do not let a query reach an inherited name', () => {
    expect(parseAddress('/a?__proto__=x').query['__proto__']).toBe('x');
    expect(parseAddress('/a').query['constructor']).toBeUndefined();
  });

  it('have one form for one place', () => {
    expect(parseAddress('/a?z=1&b=2').text).toBe(parseAddress('/a?b=2&z=1').text);
    expect(withQuery(parseAddress('/a?b=2&z=1'), { b: undefined })).toBe('/a?z=1');
  });
});

describe('the router', () => {
  const open = (hash: string) => {
    let changed: () => void = () => undefined;
    const writes: { hash: string; replace: boolean }[] = [];
    const bar = {
      value: hash,
      hash: () => bar.value,
      write: (next: string, replace: boolean) => {
        bar.value = next;
        writes.push({ hash: next, replace });
      },
      onChange: (listener: () => void) => {
        changed = listener;
      },
    };
    return { router: createRouter(bar), bar, writes, back: (to: string) => ((bar.value = to), changed()) };
  };

  it('goes, tells, and does not repeat itself', () => {
    const { router, writes } = open('#/overview');
    let told = 0;
    router.subscribe(() => (told += 1));
    router.go('/receipts');
    router.go('/receipts');
    router.go('/receipts?proof=verdict', { replace: true });
    expect(told).toBe(2);
    expect(writes).toEqual([
      { hash: '#/receipts', replace: false },
      { hash: '#/receipts?proof=verdict', replace: true },
    ]);
  });

  it('follows the address bar', () => {
    const { router, back } = open('#/receipts');
    back('#/audit?entry=7');
    expect(router.current().segments).toEqual(['audit']);
    expect(router.current().query['entry']).toBe('7');
  });

  it('reads the bar again after the token was taken out of it', () => {
    const { router, bar } = open('#token=0123456789abcdef0123');
    expect(router.current().segments).toEqual([]);
    bar.value = '#/audit';
    router.refresh();
    expect(router.current().text).toBe('/audit');
  });
});
