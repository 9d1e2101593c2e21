import type { HttpItem } from './feed-module.ts';
import { itemBytes } from './item-bytes.ts';

/**
 * Feeds of NDJSON files (`tenants`, `subscriptions`, `events`): which files are theirs, and their items over HTTP
 * (docs/formats/source-feeds.md). Pure.
 */

/** A file below the feed's folder: `2026/06.ndjson`; at most five parts, none of them hidden or upwards. */
export const isNdjsonPath = (path: string): boolean =>
  path.length <= 1024 &&
  path.isWellFormed() &&
  path.split('/').length <= 5 &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\\p{Cc}]/u.test(part)) &&
  /\.ndjson$/i.test(path);

const garbage = (says: string): HttpItem => ({ kind: 'garbage', says });

/**
 * One item: either a line of a file, `{"kind":"line","name":"2026-06.ndjson","line":1,"text":"…"}` (`base64` for what is no
 * text, `eol` false for an unfinished last line), or the record itself as it is, known by one of `recordFields`.
 * @param served the item as it came
 */
export function parseLineItem(item: Readonly<Record<string, unknown>>, served: Uint8Array, recordFields: readonly string[]): HttpItem {
  if (item['kind'] === 'line') {
    const { name, line, eol } = item;
    if (typeof name !== 'string' || !isNdjsonPath(name)) return garbage('The item has no "name" like 2026-06.ndjson.');
    if (typeof line !== 'number' || !Number.isSafeInteger(line) || line < 1)
      return garbage('The line has no number: "line" counts from 1.');
    if (eol !== undefined && typeof eol !== 'boolean') return garbage('"eol" must be true or false.');
    const bytes = itemBytes(item);
    if (bytes === null) return garbage('The item must have either "text" (well-formed) or "base64" (with padding).');
    if (bytes.includes(10)) return garbage('The line holds a line end; each line is an item of its own.');
    return { kind: 'line', path: name, line, bytes, ended: eol ?? true };
  }
  if (recordFields.some((field) => field in item)) return { kind: 'row', path: 'records.ndjson', bytes: served };
  return garbage(`The item is of no known kind: ${JSON.stringify(item['kind'])?.slice(0, 60) ?? 'none'}.`);
}
