import { isAppUrl } from './app-origin.ts';
import { isAllowedLink } from './external-links.ts';

/**
 * What becomes of an address that a page wants to go to: `in-app` loads in the window, `external` is offered to the
 * system's browser, everything else is blocked.
 */
export type Navigation = 'in-app' | 'external' | 'block';

export const classifyNavigation = (url: string, frame: { readonly isMainFrame: boolean }): Navigation => {
  // We have no frames; whatever wants to navigate one is not ours.
  if (!frame.isMainFrame) return 'block';
  if (isAppUrl(url)) return 'in-app';
  return isAllowedLink(url) ? 'external' : 'block';
};
