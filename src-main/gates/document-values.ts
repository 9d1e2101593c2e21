import { isArray, isObject, type Value } from '../evidence/index.ts';

/** The leaves of an artifact by a path that means the same in two artifacts of a kind: rows are named, not counted. */

export type Leaf = string | number | boolean | null;

/** What names a row of a list, in the order in which it is looked for. */
const NAMES = ['tier', 'limit_name', 'id', 'month', 'finding_id', 'probe_id', 'run_index', 'name'] as const;
/** A hostile document could hold millions. */
const MOST_LEAVES = 5_000;

export interface Leaves {
  /** `tier_llm_usage/starter/total_cost_usd` → its value. */
  readonly values: ReadonlyMap<string, Leaf>;
  /** JSON pointer of each. */
  readonly pointers: ReadonlyMap<string, string>;
  /** Paths of named rows: `sources/meterwise-pricing`. */
  readonly rows: ReadonlySet<string>;
}

export function leavesOf(root: Value): Leaves {
  const values = new Map<string, Leaf>();
  const pointers = new Map<string, string>();
  const rows = new Set<string>();
  const walk = (value: Value, path: string, pointer: string): void => {
    if (values.size >= MOST_LEAVES) return;
    if (isObject(value)) {
      for (const [key, member] of value) walk(member, path === '' ? key : `${path}/${key}`, `${pointer}/${escaped(key)}`);
    } else if (isArray(value)) {
      for (const [index, item] of value.entries()) {
        const name = isObject(item) ? rowName(item) : null;
        const own = `${path}/${name ?? index}`;
        if (name !== null) rows.add(own);
        walk(item, own, `${pointer}/${index}`);
      }
    } else {
      values.set(path, typeof value === 'bigint' ? Number(value) : value);
      pointers.set(path, pointer);
    }
  };
  walk(root, '', '');
  return { values, pointers, rows };
}

const escaped = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');

function rowName(row: ReadonlyMap<string, Value>): string | null {
  for (const key of NAMES) {
    const name = row.get(key);
    if (typeof name === 'string' && name !== '') return name.trim().toLowerCase().replaceAll('/', ' ');
    if (typeof name === 'number' || typeof name === 'bigint') return String(name);
  }
  return null;
}
