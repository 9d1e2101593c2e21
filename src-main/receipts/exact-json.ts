/** Reading a stored line without losing a digit: numbers come out as they are spelled. */

type Source = { readonly source?: string };
type Reviver = (this: unknown, key: string, value: unknown, context: Source) => unknown;
/** JSON.parse with the text of each primitive (ECMAScript "JSON.parse source text access"). */
const parseWithSource = JSON.parse as (text: string, reviver: Reviver) => unknown;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object a line holds, every number as the text it is spelled with; null where the line is no JSON object. */
export const parseExact = (line: Uint8Array): Record<string, unknown> | null => {
  try {
    const value = parseWithSource(decode(line), (_key, member, { source }) => (typeof member === 'number' ? source : member));
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

/** The object a line holds for people: numbers as numbers where that loses nothing, else as text; null where it is none. */
export const parseForDisplay = (line: Uint8Array): Record<string, unknown> | null => {
  try {
    const value = parseWithSource(decode(line), (_key, member, { source }) =>
      typeof member === 'number' && String(member) !== source ? source : member,
    );
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const decode = (line: Uint8Array): string => decoder.decode(line);
