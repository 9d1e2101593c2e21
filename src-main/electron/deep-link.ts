import { isPlainPath } from '../app/renderer-files.ts';

export const LINK_SCHEME = 'countersign';

const MAX_LENGTH = 1024;
const QUERY = /^(\?[A-Za-z0-9_.~%=&+-]*)?$/;

/**
 * The address inside the console that a link from elsewhere means: `countersign://open/receipts/northwind` is
 * `/receipts/northwind`. A link only shows something; it can never act, so it has no other verb than `open`.
 * @returns null for anything else.
 */
export const parseDeepLink = (link: string): string | null => {
  if (link.length > MAX_LENGTH) return null;
  const match = /^countersign:\/\/open(\/[^?#\s]*)(\?[^#\s]*)?$/.exec(link);
  const [, path = '', query = ''] = match ?? [];
  if (match === null || !/^\/[a-z]/.test(path) || !isPlainPath(path) || !QUERY.test(query)) return null;
  return `${path}${query}`;
};

/** The first link among a process's arguments: how Windows and Linux hand it over. */
export const deepLinkOf = (args: readonly string[]): string | null => {
  for (const arg of args) {
    if (!arg.startsWith(`${LINK_SCHEME}:`)) continue;
    const address = parseDeepLink(arg);
    if (address !== null) return address;
  }
  return null;
};
