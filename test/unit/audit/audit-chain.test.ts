import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Actor, auditBreak, auditEntryOf, type AuditHead, type AuditInput, nextAuditLine } from '../../../src-main/audit/index.ts';

const actor: Actor = { memberId: 'm-1', name: 'Ada', role: 'admin' };

const input = (over: Partial<AuditInput> = {}): AuditInput => ({
  actor,
  at: '2026-01-01T00:00:00.000Z',
  action: 'source.add',
  subject: 'northwind',
  before: null,
  after: { schedule: 'manual' },
  requestId: 'req_1',
  ...over,
});

const chainOf = (inputs: readonly AuditInput[]) => {
  const rows: { seq: number; line: string; hash: string }[] = [];
  let head: AuditHead | null = null;
  for (const entry of inputs) {
    const next = nextAuditLine(head, entry);
    head = next.head;
    rows.push({ seq: head.seq, line: next.line, hash: head.hash });
  }
  return rows;
};

/** The first break of a chain, as audit.verify finds it. */
const firstBreak = (rows: readonly { seq: number; line: string; hash: string }[]): number | null => {
  let head: AuditHead | null = null;
  for (const row of rows) {
    const broken = auditBreak(head, row);
    if (broken) return broken.seq;
    head = { seq: row.seq, hash: row.hash };
  }
  return null;
};

describe('the audit chain', () => {
  it('gives these very bytes and this very hash', () => {
    const { line, head } = nextAuditLine(null, input());
    expect(line).toBe(
      '{"action":"source.add","actor":{"member_id":"m-1","name":"Ada","role":"admin"},"address":null,"after":{"schedule":"manual"},"at":"2026-01-01T00:00:00.000Z","before":null,"previous_hash":null,"request_id":"req_1","seq":1,"subject":"northwind"}',
    );
    expect(head).toEqual({ seq: 1, hash: createHash('sha256').update(line).digest('hex') });
  });

  it('names the hash of the line before', () => {
    const [first, second] = chainOf([input(), input({ action: 'source.pause' })]);
    expect(JSON.parse(second!.line)).toMatchObject({ seq: 2, previous_hash: first!.hash });
  });

  it('takes texts and values that JSON cannot hold as they are', () => {
    const { line } = nextAuditLine(null, input({ subject: 'a\ud800b', after: { big: 2n ** 70n, gone: undefined, half: '\udfff' } }));
    expect(JSON.parse(line)).toMatchObject({ subject: 'a\ufffdb', after: { big: '1180591620717411303424', half: '\ufffd' } });
  });

  it('comes back as the contract shows it', () => {
    const { line, head } = nextAuditLine(null, input({ address: '/settings' }));
    expect(auditEntryOf(line, head.hash)).toEqual({
      seq: 1,
      at: '2026-01-01T00:00:00.000Z',
      actor,
      action: 'source.add',
      subject: 'northwind',
      before: null,
      after: { schedule: 'manual' },
      requestId: 'req_1',
      hash: head.hash,
      previousHash: null,
      address: '/settings',
    });
  });

  it('shows any change of any character at its entry, whether or not its hash is redone', () => {
    const rows = chainOf(Array.from({ length: 8 }, (_, i) => input({ requestId: `req_${i}` })));
    expect(firstBreak(rows)).toBeNull();
    fc.assert(
      fc.property(fc.nat(7), fc.nat(), fc.boolean(), (which, where, rehash) => {
        const row = rows[which]!;
        const at = where % row.line.length;
        const changed = row.line[at] === 'x' ? 'y' : 'x';
        const line = `${row.line.slice(0, at)}${changed}${row.line.slice(at + 1)}`;
        const hash = rehash ? createHash('sha256').update(line).digest('hex') : row.hash;
        const tampered = rows.with(which, { ...row, line, hash });
        const found = firstBreak(tampered);
        // Rehashed, only the next entry tells, and the last one has none: that is what an outside anchor is for.
        const content = isJson(line);
        if (!rehash || !content || which < 7) expect(found).not.toBeNull();
        if (!rehash) expect(found).toBe(which + 1);
        else if (found !== null) expect([which + 1, which + 2]).toContain(found);
      }),
      { numRuns: 400 },
    );
  });

  it('shows any entry that was taken out, doubled or moved', () => {
    const rows = chainOf(Array.from({ length: 6 }, (_, i) => input({ requestId: `req_${i}` })));
    for (let i = 0; i < 5; i += 1) {
      expect(firstBreak(rows.toSpliced(i, 1))).toBe(i + 1);
      expect(firstBreak(rows.toSpliced(i, 0, rows[i]!))).toBe(i + 2);
      const swapped = rows.with(i, { ...rows[i + 1]!, seq: i + 1 }).with(i + 1, { ...rows[i]!, seq: i + 2 });
      expect(firstBreak(swapped)).toBe(i + 1);
    }
  });
});

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
