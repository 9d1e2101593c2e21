import type { AuditEntry } from '../../../src-shared/contract/audit.ts';

export interface FieldChange {
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
}

const textOf = (value: unknown): string | null => {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Field by field what an entry changed; a value that is no record is one field without a name. */
export const changesOf = (entry: Pick<AuditEntry, 'before' | 'after'>): FieldChange[] => {
  const { before, after } = entry;
  if (!isRecord(before) && !isRecord(after)) {
    const change = { field: '', before: textOf(before), after: textOf(after) };
    return change.before === null && change.after === null ? [] : [change];
  }
  const from = isRecord(before) ? before : {};
  const to = isRecord(after) ? after : {};
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].map((field) => ({
    field,
    before: textOf(from[field]),
    after: textOf(to[field]),
  }));
};

/** One line for the table: `state open → dismissed`. */
export const changeLine = (entry: Pick<AuditEntry, 'before' | 'after'>): string =>
  changesOf(entry)
    .map(({ field, before, after }) => `${field === '' ? '' : `${field} `}${before === null ? '' : `${before} → `}${after ?? 'nothing'}`)
    .join(', ');
