import { APP_ORIGIN } from './app-origin.ts';

/** The one thing a page may do beyond showing itself: put text on the clipboard when a person asks to copy. */
const ALLOWED = 'clipboard-sanitized-write';

/**
 * Decides a permission for an origin (`app://ops`, as Electron names it, with or without a slash at the end). Without
 * handlers Electron grants most permissions, so both of them and the device handler must be set.
 */
export const isPermissionAllowed = (permission: string, origin: string): boolean =>
  permission === ALLOWED && (origin === APP_ORIGIN || origin === `${APP_ORIGIN}/`);
