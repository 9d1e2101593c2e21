import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

export interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  /** Left out when the window shall open in the middle of the main display. */
  readonly position?: { readonly x: number; readonly y: number };
  readonly width: number;
  readonly height: number;
  readonly maximized: boolean;
}

/** The smallest window in which every screen still works. */
export const MIN_SIZE = { width: 800, height: 560 } as const;
const DEFAULT_SIZE = { width: 1440, height: 900 } as const;
/** How much of the title bar must be on a display, so that a person can take hold of it. */
const GRIP = { width: 120, height: 40 } as const;

const savedState = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int(), maximized: z.boolean() });

/**
 * Where the window opens: the saved place, made to fit the displays there are now. Whatever was saved, something usable
 * comes out; a bad file must not keep the app from starting.
 * @param saved what was read back, not trusted.
 * @param workAreas of all displays, the main one first; in DIP.
 */
export const restoreWindowState = (saved: unknown, workAreas: readonly Bounds[]): WindowState => {
  const main = workAreas[0];
  const parsed = savedState.safeParse(saved);
  if (!parsed.success) return { ...fit(DEFAULT_SIZE, main), maximized: false };
  const { x, y, width, height, maximized } = parsed.data;
  const home = workAreas.find((area) => isGrippable({ x, y, width }, area));
  if (home === undefined) return { ...fit({ width, height }, main), maximized };
  return { position: { x, y }, ...fit({ width, height }, home), maximized };
};

const fit = (size: { width: number; height: number }, area: Bounds | undefined): { width: number; height: number } => ({
  width: Math.max(MIN_SIZE.width, Math.min(size.width, area?.width ?? size.width)),
  height: Math.max(MIN_SIZE.height, Math.min(size.height, area?.height ?? size.height)),
});

const isGrippable = (bar: { x: number; y: number; width: number }, area: Bounds): boolean => {
  const overlapX = Math.min(bar.x + bar.width, area.x + area.width) - Math.max(bar.x, area.x);
  return overlapX >= GRIP.width && bar.y >= area.y && bar.y <= area.y + area.height - GRIP.height;
};

/** What was saved, or null when there is nothing readable. Never throws. */
export const readWindowState = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    return null;
  }
};

/** Saves the place; a failure is no reason to bother anybody. */
export const saveWindowState = (file: string, bounds: Bounds, maximized: boolean): void => {
  try {
    const { x, y, width, height } = bounds;
    writeFileSync(`${file}.new`, JSON.stringify({ x, y, width, height, maximized }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // The next start opens in the default place.
  }
};
