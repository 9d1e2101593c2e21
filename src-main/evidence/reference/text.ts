import { numberText, pyStrip } from './numbers.ts';
import { isArray, isObject, type Value } from './value.ts';

/** `str(value)`: what the reference sees where a text is meant and something else stands there. */
export function pyStr(value: Value): string {
  return typeof value === 'string' ? value : pyRepr(value);
}

function pyRepr(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'bigint' || typeof value === 'number') return numberText(value);
  if (isArray(value)) return `[${value.map(pyRepr).join(', ')}]`;
  return `{${[...value].map(([key, item]) => `${quoted(key)}: ${pyRepr(item)}`).join(', ')}}`;
}

const UNPRINTABLE = /[\\\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(UNPRINTABLE, escaped);
  return quote + (quote === "'" ? inner.replaceAll("'", "\\'") : inner) + quote;
}

function escaped(char: string): string {
  if (char === '\\') return '\\\\';
  if (char === '\n') return '\\n';
  if (char === '\r') return '\\r';
  if (char === '\t') return '\\t';
  const code = char.codePointAt(0)!;
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

/** Whether Python takes the value for true: empty texts, lists and objects, zero, false and null are not. */
export function truthy(value: Value): boolean {
  if (isArray(value)) return value.length > 0;
  if (isObject(value)) return value.size > 0;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'bigint') return value !== 0n;
  return Boolean(value);
}

/** `str(value or "").strip()`: how the reference reads every text that it requires. */
export const requiredText = (value: Value): string => (truthy(value) ? pyStrip(pyStr(value)) : '');

// Python's word boundaries know all letters and numbers of Unicode, JavaScript's \b only ASCII.
const WORD = '[\\p{L}\\p{N}_]';
const PLACEHOLDERS = [
  `(?<!${WORD})(?:todo|tbd|placeholder|replace[_-]?me|changeme)(?!${WORD})`,
  'example\\.com',
  `\\.example(?!${WORD})`,
  'yyyy',
];
const PLACEHOLDER = new RegExp(PLACEHOLDERS.join('|'), 'iu');

/** The first placeholder token in the text (contract A.4), or null: `todo`, `replace-me`, `example.com`, `YYYY`. */
export const placeholderIn = (text: string): string | null => PLACEHOLDER.exec(text)?.[0] ?? null;
