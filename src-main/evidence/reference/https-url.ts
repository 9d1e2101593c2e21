import { isIPv6 } from 'node:net';

/**
 * Whether the reference takes a text for an https address with a host: Python's `urlsplit` gives the scheme `https` and a
 * `netloc` that is not empty. That is laxer than the URL standard (`https://:8443/x` and a space in the host pass) and
 * stricter in two places (brackets that hold no IPv6 address, characters that normalise to `/`, `?`, `#`, `@` or `:`).
 * @param text already stripped
 */
export function isHttpsUrl(text: string): boolean {
  // urlsplit drops control characters and spaces in front, and tabs and line ends everywhere.
  const url = text.replace(LEADING, '').replace(/[\t\r\n]/g, '');
  const scheme = /^https:/i.exec(url);
  if (scheme === null || !url.startsWith('//', scheme[0].length)) return false;
  const place = /^[^/?#]*/.exec(url.slice(scheme[0].length + 2))?.[0] ?? '';
  return place !== '' && bracketsHold(place) && !hidesDelimiter(place);
}

const LEADING = /^[\x00-\x20]+/;

function bracketsHold(place: string): boolean {
  const opened = place.includes('[');
  if (opened !== place.includes(']')) return false;
  if (!opened) return true;
  const host = place.slice(place.indexOf('[') + 1).split(']')[0] ?? '';
  return host.startsWith('v') ? /^v[a-fA-F0-9]+\../.test(host) : isIPv6(host);
}

function hidesDelimiter(place: string): boolean {
  const plain = place.replace(/[@:#?]/g, '');
  const normal = plain.normalize('NFKC');
  return normal !== plain && /[/?#@:]/.test(normal);
}
