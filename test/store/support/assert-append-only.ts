import Sqlite from 'better-sqlite3';

/**
 * Proves that a table refuses every way of changing a recorded row, on a raw connection of its own: SQLite's defaults,
 * references and CHECK rules switched off, so that nothing but the table's own triggers can be what refuses.
 *
 * The table needs at least one row. Throws with the attempt that went through.
 */
export const assertAppendOnly = (db: Sqlite.Database | string, table: string): void => {
  const raw = new Sqlite(typeof db === 'string' ? db : db.name, { fileMustExist: true });
  try {
    raw.pragma('foreign_keys = OFF');
    raw.pragma('ignore_check_constraints = ON');
    raw.pragma('recursive_triggers = OFF');
    for (const { name, sql, params } of attemptsOn(raw, table)) expectRefusal(raw, table, name, sql, params);
  } finally {
    raw.close();
  }
};

interface Column {
  readonly name: string;
  readonly type: string;
  readonly pk: number;
}
type Value = string | number | bigint | Buffer | null;
type Row = Record<string, Value>;
interface Attempt {
  readonly name: string;
  readonly sql: string;
  readonly params: readonly Value[];
}

const quote = (name: string): string => `"${name}"`;

export const columnsOf = (db: Sqlite.Database, table: string): Column[] =>
  db.prepare<[string], Column>('SELECT name, type, pk FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid').all(table);

const hasRowid = (db: Sqlite.Database, table: string): boolean =>
  db.prepare<[string], { wr: number }>('SELECT wr FROM pragma_table_list WHERE name = ?').get(table)?.wr === 0;

/** Each set of columns by which INSERT OR REPLACE could reach a row; `_rowid_` stands for a hidden rowid. */
export const uniqueKeysOf = (db: Sqlite.Database, table: string): string[][] => {
  const columns = columnsOf(db, table);
  const keys = db
    .prepare<[string], { name: string }>('SELECT name FROM pragma_index_list(?) WHERE "unique" = 1')
    .all(table)
    .map(({ name }) =>
      db
        .prepare<[string], { name: string }>('SELECT name FROM pragma_index_info(?) ORDER BY seqno')
        .all(name)
        .map((each) => each.name),
    );
  if (hasRowid(db, table)) {
    const alias = columns.filter(({ pk }) => pk > 0);
    keys.push(alias.length === 1 && alias[0]?.type === 'INTEGER' ? [alias[0].name] : ['_rowid_']);
  }
  return keys;
};

/** Another value of the same kind. */
const vary = (value: Value, type: string): Value => {
  // A blank at the end leaves JSON what it is.
  if (typeof value === 'string') return `${value} `;
  if (typeof value === 'number') return value + 1_000_003;
  if (typeof value === 'bigint') return value + 1_000_003n;
  if (value !== null) return Buffer.concat([value, Buffer.from([1])]);
  return type === 'INTEGER' ? 1_000_003 : type === 'BLOB' ? Buffer.from([1]) : '~';
};

const attemptsOn = (db: Sqlite.Database, table: string): Attempt[] => {
  const columns = columnsOf(db, table);
  const rowid = hasRowid(db, table);
  const names = columns.map(({ name }) => name);
  const row = db
    .prepare<[], Row>(`SELECT ${rowid ? '_rowid_ AS _rowid_, ' : ''}${names.map(quote).join(', ')} FROM ${quote(table)} LIMIT 1`)
    .get();
  if (row === undefined) throw new Error(`${table} has no row to try it on`);
  const first = names[0] ?? '';
  const insert = (verb: string, values: Row, tail = ''): Attempt => ({
    name: `${verb}${tail}`,
    sql: `${verb} INTO ${quote(table)} (${Object.keys(values).map(quote).join(', ')}) VALUES (${Object.keys(values)
      .map(() => '?')
      .join(', ')})${tail}`,
    params: Object.values(values),
  });
  const same = Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
  const attempts: Attempt[] = [
    { name: 'DELETE', sql: `DELETE FROM ${quote(table)}`, params: [] },
    insert('INSERT OR REPLACE', same),
    insert('INSERT', same, ` ON CONFLICT DO UPDATE SET ${quote(first)} = excluded.${quote(first)}`),
    ...names.flatMap((name) =>
      ['UPDATE', 'UPDATE OR REPLACE'].map((verb) => ({
        name: `${verb} ${name}`,
        sql: `${verb} ${quote(table)} SET ${quote(name)} = ?`,
        params: [vary(row[name] ?? null, 'TEXT')],
      })),
    ),
  ];
  for (const key of uniqueKeysOf(db, table)) {
    // A null never conflicts, so a key that holds one reaches no row.
    if (key.some((name) => row[name] === null)) continue;
    const changed: Row = Object.fromEntries(
      columns.map(({ name, type }) => [name, key.includes(name) ? (row[name] ?? null) : vary(row[name] ?? null, type)]),
    );
    if (key[0] === '_rowid_') changed['_rowid_'] = row['_rowid_'] ?? null;
    const { sql, params } = insert('INSERT OR REPLACE', changed);
    attempts.push({ name: `INSERT OR REPLACE through (${key.join(', ')})`, sql, params });
  }
  return attempts;
};

const expectRefusal = (db: Sqlite.Database, table: string, name: string, sql: string, params: readonly Value[]): void => {
  let refusal: string | undefined;
  db.exec('BEGIN');
  try {
    db.prepare(sql).run(...params);
  } catch (error) {
    refusal = (error as { code?: string }).code ?? 'no code';
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
  if (refusal !== 'SQLITE_CONSTRAINT_TRIGGER')
    throw new Error(
      `${table} is not append-only: ${name} ${refusal === undefined ? 'went through' : `was refused by ${refusal}, not by a trigger`}`,
    );
};
