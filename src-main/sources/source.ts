import { AppError } from '../../src-shared/kernel/errors.ts';

/** Rules of sources: their names, their locations, and the words that counts and sizes are said in. */

export type SourceKind = 'folder' | 'http';

export const MAX_NAME = 63;

/** A name from what a location ends in: lower case, letters, digits, dot, dash and underscore. */
export const deriveSourceName = (kind: SourceKind, location: string): string => {
  const text = kind === 'http' ? new URL(location).hostname : (location.split(/[/\\]/).findLast((part) => part !== '') ?? '');
  const name = text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, MAX_NAME)
    .replace(/[-._]+$/, '');
  return name === '' ? 'source' : name;
};

/** `name`, or `name-2`, `name-3` … : the first that is free. */
export const freeSourceName = (name: string, isTaken: (name: string) => boolean): string => {
  if (!isTaken(name)) return name;
  for (let n = 2; ; n += 1) {
    const suffix = `-${n}`;
    const candidate = `${name.slice(0, MAX_NAME - suffix.length)}${suffix}`;
    if (!isTaken(candidate)) return candidate;
  }
};

const LOOPBACK = /^(localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/**
 * The base address of an HTTP source, without a slash at its end. Fails with BAD_INPUT for anything that is not one, for
 * credentials inside it (they would be stored), and for a token that would travel unencrypted.
 */
export const httpLocation = (text: string, withToken: boolean): string => {
  const refuse = (message: string, nextStep: string): never => {
    throw new AppError('BAD_INPUT', message, { nextStep });
  };
  if (!URL.canParse(text))
    refuse(`“${text}” is not an address.`, 'Give the address under which feeds/ is served, such as https://example.com/export.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    refuse(`An HTTP source cannot be at ${url.protocol}`, 'Use https:// or http://.');
  if (url.username !== '' || url.password !== '')
    refuse(
      'The address holds a user name or password, which would be stored in the workspace.',
      'Give a bearer token instead; it is kept in this machine’s secret store.',
    );
  if (url.search !== '' || url.hash !== '') refuse('The address must end with its path.', 'Leave out everything from ? or # on.');
  if (withToken && url.protocol === 'http:' && !LOOPBACK.test(url.hostname))
    refuse('A token sent over http:// can be read on the way.', 'Use the https:// address of the source.');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
};

/** 1234567 as 1,234,567: the same on every machine. */
export const grouped = (value: number): string => String(value).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');

export const plural = (count: number, noun: string, many = `${noun}s`): string => `${grouped(count)} ${count === 1 ? noun : many}`;

/** Name under which a source's token is kept in the machine's secret store. */
export const tokenName = (sourceId: string): string => `source-token:${sourceId}`;
