/** Rows that could not be used, with the line as it came. */
import { Buffer } from 'node:buffer';
import type { QuarantinedRow } from '../../../src-shared/contract/sources.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { hoursBefore } from './fixture-sources.ts';
import type { Part } from './fixture-types.ts';

interface RowSpec {
  readonly source: string;
  readonly chain: string;
  readonly line: number;
  readonly byte: number;
  readonly code: string;
  readonly says: string;
  readonly nextStep: string;
  readonly raw: Buffer;
  readonly hours: number;
  readonly state: QuarantinedRow['state'];
  readonly reason?: string;
}

const text = (value: string): Buffer => Buffer.from(value, 'utf8');

const SPECS: readonly RowSpec[] = [
  {
    source: 'northwind',
    chain: 'starter@1.3',
    line: 9217,
    byte: 5_077_442,
    code: 'CANON_SYNTAX',
    says: 'The line is not well-formed JSON: it ends in the middle of a string.',
    nextStep: 'The source may still be writing it; requeue after the next sync.',
    raw: text('{"audit_fields":{"erlang_version":"14.2","hostname":"edge-11","machine_id":"erlmcp@edg'),
    hours: 0.1,
    state: 'open',
  },
  {
    source: 'northwind',
    chain: 'pro@1.4',
    line: 4410,
    byte: 2_425_501,
    code: 'CANON_DUPLICATE_KEY',
    says: 'The key plan_id stands twice, at byte 310 and byte 488.',
    nextStep: 'Ask northwind which of the two holds; the line stays as it came.',
    raw: text('{"audit_fields":{},"plan_id":"pro","plan_id":"free","timestamp":"2026-03-01T11:02:44Z"}'),
    hours: 30,
    state: 'open',
  },
  {
    source: 'northwind',
    chain: 'free@1.2',
    line: 812,
    byte: 447_120,
    code: 'CANON_UTF8',
    says: 'Byte 41 is 0x9D, which is not UTF-8.',
    nextStep: 'Ask northwind for the line again; the file may have been copied as text.',
    raw: Buffer.concat([text('{"audit_fields":{"hostname":"edge-'), Buffer.from([0x9d, 0xff]), text('"}}')]),
    hours: 52,
    state: 'open',
  },
  {
    source: 'northwind',
    chain: 'pro@1.3',
    line: 77,
    byte: 42_350,
    code: 'RECEIPT_SCHEMA',
    says: 'The field current_hash is missing.',
    nextStep: 'Ask northwind which program wrote it.',
    raw: text('{"audit_fields":{"hostname":"edge-02"},"plan_id":"pro","receipt_id":"0192e8f0-0000-7000-a000-000000000001"}'),
    hours: 75,
    state: 'open',
  },
  {
    source: 'northwind',
    chain: 'pro@1.3',
    line: 78,
    byte: 42_466,
    code: 'CANON_SIZE',
    says: 'The line is 70,112 bytes long; at most 65,535 are allowed.',
    nextStep: 'Look at the field that fills it; the preview shows its beginning.',
    raw: text(`{"audit_fields":{"note":"${'x'.repeat(70_060)}"}}`),
    hours: 75,
    state: 'open',
  },
  {
    source: 'kestrel',
    chain: 'starter@2.0',
    line: 2201,
    byte: 1_212_004,
    code: 'CANON_NUMBER',
    says: 'The number 1.0e3 is not in canonical form; it would be 1000.',
    nextStep: 'Ask kestrel to write numbers as RFC 8785 says.',
    raw: text('{"envelope_claim":{"throughput_req_s":1.0e3},"plan_id":"starter"}'),
    hours: 100,
    state: 'open',
  },
  {
    source: 'northwind',
    chain: 'free@1.2',
    line: 6145,
    byte: 3_386_102,
    code: 'CANON_WHITESPACE',
    says: 'A blank stands after the last brace.',
    nextStep: 'Nothing: it was an empty line at the end of the file.',
    raw: text(' '),
    hours: 200,
    state: 'dismissed',
    reason: 'Empty line at the end of an export; northwind confirmed it on 27 May.',
  },
];

export type QuarantineNames = 'quarantine.page' | 'quarantine.entry' | 'quarantine.requeue' | 'quarantine.dismiss';

export const makeQuarantine = (now: string, changed: () => void): Part<QuarantineNames> => {
  const rows = new Map<string, { row: QuarantinedRow; raw: Buffer }>();
  for (const [i, spec] of SPECS.entries()) {
    const quarantineId = `q-${String(i + 1).padStart(4, '0')}`;
    rows.set(quarantineId, {
      raw: spec.raw,
      row: {
        quarantineId,
        sourceName: spec.source,
        feed: 'receipts',
        position: `${spec.chain}/receipts.jsonl line ${spec.line}, byte ${spec.byte.toLocaleString('en')}`,
        code: spec.code,
        says: spec.says,
        nextStep: spec.nextStep,
        firstSeenAt: hoursBefore(now, spec.hours),
        lastSeenAt: hoursBefore(now, spec.hours),
        timesSeen: 1,
        state: spec.state,
        preview: spec.raw.toString('latin1').slice(0, 2000),
        bytes: spec.raw.length,
        address: `/receipts/${spec.source}/${spec.chain}`,
        decision: spec.reason === undefined ? null : { at: hoursBefore(now, spec.hours - 5), member: 'Amara Okafor', reason: spec.reason },
      },
    });
  }
  const all = (): QuarantinedRow[] => [...rows.values()].map((each) => each.row);
  const change = (ids: readonly string[], patch: (row: QuarantinedRow) => QuarantinedRow): number => {
    let n = 0;
    for (const id of ids) {
      const entry = rows.get(id);
      if (entry === undefined || entry.row.state !== 'open') continue;
      rows.set(id, { ...entry, row: patch(entry.row) });
      n += 1;
    }
    changed();
    return n;
  };
  return {
    'quarantine.page': ({ state, limit }) => {
      const count = (which: QuarantinedRow['state']): number => all().filter((row) => row.state === which).length;
      const found = all().filter((row) => state === 'all' || row.state === state);
      return {
        rows: found.slice(0, limit),
        next: null,
        totals: { open: count('open'), requeued: count('requeued'), resolved: count('resolved'), dismissed: count('dismissed') },
      };
    },
    'quarantine.entry': ({ quarantineId }) => {
      const entry = rows.get(quarantineId);
      if (entry === undefined)
        throw new AppError('NOT_FOUND', 'There is no such row in quarantine.', { nextStep: 'Look for it in the list.' });
      return {
        ...entry.row,
        rawText: entry.raw.includes(0x9d) ? null : entry.raw.toString('utf8'),
        rawBase64: entry.raw.toString('base64'),
      };
    },
    'quarantine.requeue': ({ quarantineIds }) => {
      // The torn line is whole by now; the others still do not fit.
      const whole = quarantineIds.filter((id) => rows.get(id)?.row.code === 'CANON_SYNTAX');
      const resolved = change(whole, (row) => ({ ...row, state: 'resolved' }));
      return {
        requeued: quarantineIds.length,
        resolved,
        stillBad: quarantineIds.length - resolved,
        says: `${resolved} resolved, ${quarantineIds.length - resolved} still cannot be used.`,
      };
    },
    'quarantine.dismiss': ({ quarantineIds, reason }) => ({
      dismissed: change(quarantineIds, (row) => ({ ...row, state: 'dismissed', decision: { at: now, member: 'Amara Okafor', reason } })),
    }),
  };
};
