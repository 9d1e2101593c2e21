/**
 * What a screen comes to say. Most of a screen is answered, computed or drawn after it can be seen, so that a journey waits
 * for the state itself: each of these looks again until it holds, and fails with what stood there last.
 */
import type { Locator } from 'playwright-core';
import { expect } from 'vitest';

/** The one element comes to hold these words. */
export async function expectText(place: Locator, wanted: string | RegExp): Promise<void> {
  const text = expect.poll(() => place.textContent());
  await (typeof wanted === 'string' ? text.toContain(wanted) : text.toMatch(wanted));
}

/** There come to be so many. */
export async function expectCount(places: Locator, count: number): Promise<void> {
  await expect.poll(() => places.count()).toBe(count);
}

/** The button comes to be refused with its reason (it stays in reach of the keys), or allowed. */
export async function expectRefused(button: Locator, refused = true): Promise<void> {
  const state = expect.poll(() => button.getAttribute('aria-disabled'));
  await (refused ? state.toBe('true') : state.not.toBe('true'));
}
