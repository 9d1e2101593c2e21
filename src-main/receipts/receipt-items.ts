import { type HttpItem, itemBytes } from '../sources/index.ts';

/** Items of the HTTP feed `receipts` (docs/formats/source-feeds.md): lines, manifests and checkpoints of chains. */

/** A chain's folder name as a source may spell it: no path of more than one part, nothing hidden in it. */
const isFolderName = (text: unknown): text is string =>
  typeof text === 'string' &&
  text.length > 0 &&
  text.length <= 230 &&
  text !== '.' &&
  text !== '..' &&
  !/[/\\\p{Cc}]/u.test(text) &&
  text.isWellFormed();

const NOTE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.note$/;

const garbage = (says: string): HttpItem => ({ kind: 'garbage', says });

/** Where an item's bytes belong, as the folder layout would have it; or why it cannot be used. */
export const parseReceiptItem = (item: Readonly<Record<string, unknown>>): HttpItem => {
  if (!isFolderName(item.chain)) return garbage('The item names no chain: "chain" must be a folder name.');
  const bytes = itemBytes(item);
  if (bytes === null) return garbage('The item must have either "text" (well-formed) or "base64" (with padding).');
  switch (item.kind) {
    case 'manifest':
      return { kind: 'whole', path: `${item.chain}/chain.json`, bytes };
    case 'checkpoint':
      if (typeof item.name !== 'string' || !NOTE_NAME.test(item.name))
        return garbage('The checkpoint has no "name" like 000000000100.note.');
      return { kind: 'whole', path: `${item.chain}/checkpoints/${item.name}`, bytes };
    case 'line': {
      const { line, eol } = item;
      if (typeof line !== 'number' || !Number.isSafeInteger(line) || line < 1)
        return garbage('The line has no number: "line" counts from 1.');
      if (eol !== undefined && typeof eol !== 'boolean') return garbage('"eol" must be true or false.');
      if (bytes.includes(10)) return garbage('The line holds a line end; each line is an item of its own.');
      return { kind: 'line', path: `${item.chain}/receipts.jsonl`, line, bytes, ended: eol ?? true };
    }
    default:
      return garbage(`The item is of no known kind: ${JSON.stringify(item.kind)?.slice(0, 60) ?? 'none'}.`);
  }
};
