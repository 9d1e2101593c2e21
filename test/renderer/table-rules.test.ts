import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyCell, copyRows, gridTemplate, isShown, type TableColumn } from '../../src-renderer/ui/table-columns.ts';
import { actOf, type Pressed, type TableKeyState } from '../../src-renderer/ui/table-keys.ts';
import { keepKeys, NO_SELECTION, selectRange, toggleAll, toggleRow } from '../../src-renderer/ui/table-selection.ts';
import { followsOn, type RingPlace, ringKey, turnRing, windowOf, windowsOver, windowStart } from '../../src-renderer/ui/table-windows.ts';

describe('windows of rows', () => {
  it('cover every position in view and no more', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(80), fc.integer({ min: 1, max: 500 }), (from, length, size) => {
        const total = 2_000_100;
        const windows = windowsOver({ from, to: from + length }, size, total);
        for (const position of [from, from + length]) expect(windows).toContain(windowOf(position, size));
        expect(windows.every((w) => windowStart(w, size) <= from + length && windowStart(w, size) + size > from)).toBe(true);
      }),
    );
  });

  it('end with the last row', () => {
    expect(windowsOver({ from: 950, to: 1100 }, 100, 1000)).toEqual([9]);
    expect(windowsOver({ from: 0, to: 20 }, 100, 0)).toEqual([]);
  });

  it('tell going on from jumping', () => {
    expect(followsOn([3, 4], [4, 5])).toBe(true);
    expect(followsOn([3, 4], [40])).toBe(false);
    expect(followsOn([], [7])).toBe(true);
  });
});

describe('the ring of row elements', () => {
  const ring = 64;
  const keys = (place: RingPlace, count: number): number[] => Array.from({ length: count }, (_, i) => ringKey(place, i, ring));

  it('gives each row in view its own element, wherever one scrolls', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5_000_000 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 60 }),
        (firsts, count) => {
          let place: RingPlace = { first: 0, rotation: 0 };
          for (const first of firsts) {
            place = turnRing(place, first, count);
            const now = keys(place, count);
            expect(new Set(now).size).toBe(count);
            expect(now.every((key) => key >= 0 && key < ring)).toBe(true);
          }
        },
      ),
    );
  });

  it('keeps the elements of rows that stay in view, and all of them in place after a jump', () => {
    const before = turnRing({ first: 0, rotation: 0 }, 100, 40);
    const after = turnRing(before, 103, 40);
    expect(keys(after, 40).slice(0, 37)).toEqual(keys(before, 40).slice(3));
    const back = turnRing(after, 100, 40);
    expect(keys(back, 40)).toEqual(keys(before, 40));
    expect(keys(turnRing(before, 900_000, 40), 40)).toEqual(keys(before, 40));
  });
});

describe('selection', () => {
  const keyAt = (at: number): string | undefined => (at < 100 ? `k${at}` : undefined);

  it('takes one row in and out', () => {
    const one = toggleRow(NO_SELECTION, 5, keyAt, 10);
    expect([...one.keys]).toEqual(['k5']);
    expect(toggleRow(one, 5, keyAt, 10).keys.size).toBe(0);
  });

  it('selects from the anchor to the row, in both directions', () => {
    const anchor = toggleRow(NO_SELECTION, 5, keyAt, 100);
    expect([...selectRange(anchor, 8, keyAt, 100).keys]).toEqual(['k5', 'k6', 'k7', 'k8']);
    expect([...selectRange(anchor, 3, keyAt, 100).keys]).toEqual(['k5', 'k4', 'k3']);
  });

  it('skips rows that are not read, and counts what a limit leaves out', () => {
    const anchor = toggleRow(NO_SELECTION, 98, keyAt, 100);
    expect([...selectRange(anchor, 103, keyAt, 100).keys]).toEqual(['k98', 'k99']);
    const limited = selectRange(toggleRow(NO_SELECTION, 0, keyAt, 3), 9, keyAt, 3);
    expect(limited.keys.size).toBe(3);
    expect(limited.leftOut).toBe(7);
  });

  it('takes all and none', () => {
    const all = toggleAll(NO_SELECTION, 20, keyAt, 500);
    expect(all.keys.size).toBe(20);
    expect(toggleAll(all, 20, keyAt, 500).keys.size).toBe(0);
  });

  it('keeps the rows themselves when others are pushed in before them', () => {
    const chosen = toggleRow(NO_SELECTION, 2, keyAt, 10);
    expect(keepKeys(chosen, (key) => key !== 'k9')).toBe(chosen);
    expect(keepKeys(chosen, (key) => key !== 'k2').keys.size).toBe(0);
  });
});

describe('keys', () => {
  const press = (key: string, extra: Partial<Pressed> = {}): Pressed => ({ key, ctrl: false, shift: false, alt: false, ...extra });
  const state: TableKeyState = { position: 10, count: 1000, pageRows: 20, letters: true, selected: 0 };

  it('moves by letters and arrows and stops at the ends', () => {
    expect(actOf(press('j'), state)).toEqual({ act: 'move', to: 11 });
    expect(actOf(press('ArrowUp'), state)).toEqual({ act: 'move', to: 9 });
    expect(actOf(press('PageDown'), state)).toEqual({ act: 'move', to: 29 });
    expect(actOf(press('End'), state)).toEqual({ act: 'move', to: 999 });
    expect(actOf(press('k'), { ...state, position: 0 })).toEqual({ act: 'move', to: 0 });
    expect(actOf(press('j'), { ...state, position: 999 })).toEqual({ act: 'move', to: 999 });
  });

  it('leaves letters alone where they are switched off', () => {
    for (const key of ['j', 'k', 'x', 'X']) expect(actOf(press(key), { ...state, letters: false })).toBeNull();
    expect(actOf(press('ArrowDown'), { ...state, letters: false })).toEqual({ act: 'move', to: 11 });
  });

  it('selects with X, ranges with Shift X, opens with Enter, at the side with Ctrl Enter', () => {
    expect(actOf(press('x'), state)).toEqual({ act: 'select' });
    expect(actOf(press('X', { shift: true }), state)).toEqual({ act: 'select-range' });
    expect(actOf(press('Enter'), state)).toEqual({ act: 'open', aside: false });
    expect(actOf(press('Enter', { ctrl: true }), state)).toEqual({ act: 'open', aside: true });
  });

  it('lets the keys of the page and of the browser through', () => {
    for (const pressed of [
      press('g'),
      press('v'),
      press('/'),
      press('c', { ctrl: true }),
      press('k', { ctrl: true }),
      press('ArrowLeft', { alt: true }),
      press('Tab'),
    ]) {
      expect(actOf(pressed, state)).toBeNull();
    }
  });

  it('takes Escape only while something is selected', () => {
    expect(actOf(press('Escape'), state)).toBeNull();
    expect(actOf(press('Escape'), { ...state, selected: 2 })).toEqual({ act: 'clear' });
  });
});

describe('columns', () => {
  const column = (id: string, extra: Partial<TableColumn<{ v: string }>> = {}): TableColumn<{ v: string }> => ({
    id,
    title: id,
    track: '1fr',
    cell: () => null,
    text: (r) => r.v,
    ...extra,
  });

  it('fold in a narrow table unless someone asked for them', () => {
    const wide = column('region', { foldBelow: 900 });
    expect(isShown(wide, {}, 1000)).toBe(true);
    expect(isShown(wide, {}, 800)).toBe(false);
    expect(isShown(wide, { region: true }, 800)).toBe(true);
    expect(isShown(column('name', { fixed: true }), { name: false }, 100)).toBe(true);
    expect(isShown(column('extra', { hidden: true }), {}, 2000)).toBe(false);
  });

  it('share one template between header and rows', () => {
    expect(gridTemplate(['1fr', '80px'], true)).toBe('32px 1fr 80px');
  });

  it('copy whole values that no spreadsheet runs and no tab tears', () => {
    expect(copyCell('=HYPERLINK("x")')).toBe('\'=HYPERLINK("x")');
    expect(copyCell('-12.5')).toBe('-12.5');
    expect(copyCell('-cmd')).toBe("'-cmd");
    expect(copyCell('a\tb\r\nc')).toBe('a b c');
    expect(copyRows([column('a'), column('b')], [{ v: '1' }, { v: '2' }])).toBe('a\tb\n1\t1\n2\t2');
  });
});
