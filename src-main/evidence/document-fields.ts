import { numberText } from './reference/numbers.ts';
import { pointerOf } from './reference/read-json.ts';
import { isArray, isObject, type Value } from './reference/value.ts';

/** One value of a document that holds no others. */
export interface Leaf {
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  /**
   * The same with rows named by what identifies them (`/sources/id=finops/url`), so that a row that moved is compared with
   * itself.
   */
  readonly identity: string;
  /** As JSON writes it. */
  readonly text: string;
}

/** Members that identify the rows of a list, in the order in which they are tried. */
const ROW_KEYS = ['id', 'tier', 'month', 'name', 'limit_name', 'finding_id', 'probe_id', 'run_index', 'scenario'] as const;

/** Leaves beyond these are not shown; a hostile document could hold a million. */
const MOST_LEAVES = 50_000;

/** Every leaf in the order of the document. */
export function leavesOf(document: Value): readonly Leaf[] {
  const leaves: Leaf[] = [];
  walk(document, [], [], leaves);
  return leaves;
}

function walk(value: Value, path: (string | number)[], names: string[], leaves: Leaf[]): void {
  if (leaves.length >= MOST_LEAVES) return;
  if (isObject(value) && value.size > 0) {
    for (const [key, member] of value) walk(member, [...path, key], [...names, key], leaves);
  } else if (isArray(value) && value.length > 0) {
    const rows = rowNames(value);
    for (const [index, item] of value.entries()) walk(item, [...path, index], [...names, rows[index]!], leaves);
  } else leaves.push({ pointer: pointerOf(path), identity: pointerOf(names), text: textOf(value) });
}

/** By the first key that every row has and no two share; else by place. */
function rowNames(items: readonly Value[]): readonly string[] {
  for (const key of ROW_KEYS) {
    const found = items.map((item) => (isObject(item) ? item.get(key) : undefined));
    const names = found.map((value) => (typeof value === 'string' || typeof value === 'bigint' ? `${key}=${String(value)}` : null));
    if (names.every((name) => name !== null) && new Set(names).size === names.length) return names;
  }
  return items.map((_item, index) => String(index));
}

function textOf(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value);
  if (isArray(value)) return '[]';
  if (isObject(value)) return '{}';
  return String(value);
}

export interface FieldChange {
  readonly pointer: string;
  readonly value: string | null;
  readonly before: string | null;
  readonly change: 'same' | 'changed' | 'added' | 'removed';
}

/** The fields of a document against an earlier one; all `same` where there is none. What was removed stands at the end. */
export function compareFields(now: readonly Leaf[], before: readonly Leaf[] | null): readonly FieldChange[] {
  if (before === null) return now.map(({ pointer, text }) => ({ pointer, value: text, before: null, change: 'same' }));
  const earlier = new Map(before.map((leaf) => [leaf.identity, leaf]));
  const fields = now.map(({ pointer, identity, text }): FieldChange => {
    const was = earlier.get(identity);
    earlier.delete(identity);
    if (was === undefined) return { pointer, value: text, before: null, change: 'added' };
    return { pointer, value: text, before: was.text, change: was.text === text ? 'same' : 'changed' };
  });
  const removed = [...earlier.values()].map(({ pointer, text }): FieldChange => ({
    pointer,
    value: null,
    before: text,
    change: 'removed',
  }));
  return [...fields, ...removed];
}
