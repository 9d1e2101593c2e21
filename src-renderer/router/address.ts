/** A place inside the console: `/receipts/northwind/pro@1.4?proof=verdict`. */
export interface Address {
  /** Path and query, ready for a link. */
  readonly text: string;
  /** Decoded. */
  readonly segments: readonly string[];
  readonly query: Readonly<Record<string, string>>;
}

const decode = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray percent sign is a character like any other here: an address never throws.
    return part;
  }
};

/** Reads an address; anything that is none becomes `/`. */
export const parseAddress = (text: string): Address => {
  const raw = text.startsWith('#') ? text.slice(1) : text;
  if (!raw.startsWith('/')) return { text: '/', segments: [], query: {} };
  const mark = raw.indexOf('?');
  const path = mark < 0 ? raw : raw.slice(0, mark);
  const segments = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode);
  const query: Record<string, string> = Object.create(null) as Record<string, string>;
  if (mark >= 0) for (const [key, value] of new URLSearchParams(raw.slice(mark + 1))) query[key] = value;
  return { text: formatAddress(segments, query), segments, query };
};

/** Characters that read well in an address and mean nothing special in a fragment. */
const encodeSegment = (segment: string): string => encodeURIComponent(segment).replace(/%(40|3A|2C|2B|3D|24)/g, (code) => decode(code));

/** The inverse of `parseAddress`; queries in the order of their keys, so that one place has one address. */
export const formatAddress = (segments: readonly string[], query: Readonly<Record<string, string | undefined>> = {}): string => {
  const path = `/${segments.map(encodeSegment).join('/')}`;
  const pairs = Object.entries(query)
    .filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? path : `${path}?${new URLSearchParams(pairs).toString()}`;
};

/** The same place with some query entries changed; `undefined` takes one away. */
export const withQuery = (address: Address, patch: Readonly<Record<string, string | undefined>>): string =>
  formatAddress(address.segments, { ...address.query, ...patch });
