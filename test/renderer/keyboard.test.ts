import { describe, expect, it } from 'vitest';
import { decideKey, GO_WITHIN_MS, type KeyPress, type KeyState } from '../../src-renderer/ui/keyboard.ts';
import { moveInList } from '../../src-renderer/ui/roving.ts';

const press = (key: string, extra: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrl: false,
  shift: false,
  alt: false,
  inField: false,
  inOverlay: false,
  ...extra,
});
const REST: KeyState = { goSince: null };
const act = (one: KeyPress, state: KeyState = REST, letters = true, nowMs = 0) => decideKey(one, state, { letters, nowMs })[0];

describe('keys of the page', () => {
  it('opens the palette from anywhere, also from a field and a dialog', () => {
    expect(act(press('k', { ctrl: true })).act).toBe('palette');
    expect(act(press('k', { ctrl: true, inField: true })).act).toBe('palette');
    expect(act(press('k', { ctrl: true, inOverlay: true }), REST, false).act).toBe('palette');
  });

  it('goes to a screen by G and a letter, within its time', () => {
    const [first, state] = decideKey(press('g'), REST, { letters: true, nowMs: 1000 });
    expect(first.act).toBe('prefix');
    expect(act(press('r'), state, true, 1000 + GO_WITHIN_MS)).toEqual({ act: 'go', letter: 'R' });
    expect(act(press('r'), state, true, 1001 + GO_WITHIN_MS)).toEqual({ act: 'shortcut', key: 'R' });
  });

  it('forgets the G after any other key', () => {
    const [, afterG] = decideKey(press('g'), REST, { letters: true, nowMs: 0 });
    const [, afterEscape] = decideKey(press('Escape'), afterG, { letters: true, nowMs: 1 });
    expect(afterEscape.goSince).toBeNull();
  });

  it('leaves letters to fields and dialogs', () => {
    expect(act(press('v', { inField: true })).act).toBe('none');
    expect(act(press('v', { inOverlay: true })).act).toBe('none');
    expect(act(press('?', { inField: true })).act).toBe('none');
    expect(act(press('v')).act).toBe('shortcut');
  });

  it('leaves letters alone when they are switched off, but not the others', () => {
    for (const key of ['v', 'g', '[', '/']) expect(act(press(key), REST, false).act).toBe('none');
    expect(act(press('?'), REST, false).act).toBe('help');
    expect(act(press('Escape'), REST, false)).toEqual({ act: 'shortcut', key: 'Escape' });
    expect(act(press('ArrowLeft', { alt: true }), REST, false).act).toBe('back');
    expect(act(press('ArrowRight', { alt: true }), REST, false).act).toBe('forward');
  });

  it('never takes the system’s own combinations', () => {
    for (const key of ['c', 'v', 'r', 'l']) expect(act(press(key, { ctrl: true })).act).toBe('none');
    expect(act(press('v', { alt: true })).act).toBe('none');
  });

  it('tells Shift X from X', () => {
    expect(act(press('X', { shift: true }))).toEqual({ act: 'shortcut', key: 'Shift X' });
    expect(act(press('x'))).toEqual({ act: 'shortcut', key: 'X' });
  });
});

describe('keys of a list', () => {
  it('moves and stops at both ends', () => {
    expect(moveInList('ArrowDown', -1, 3, true)).toBe(0);
    expect(moveInList('j', 0, 3, true)).toBe(1);
    expect(moveInList('j', 2, 3, true)).toBe(2);
    expect(moveInList('k', 0, 3, true)).toBe(0);
    expect(moveInList('End', 0, 3, true)).toBe(2);
  });

  it('has no letters when they are switched off, and nothing to do in an empty list', () => {
    expect(moveInList('j', 0, 3, false)).toBeNull();
    expect(moveInList('ArrowDown', 0, 0, true)).toBeNull();
    expect(moveInList('Enter', 0, 3, true)).toBeNull();
  });
});
