import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import type { Store } from '../store/index.ts';
import type { auditReads, auditWrites } from './audit-queries.ts';
import type { AuditBreak, AuditHead } from './audit.ts';

export type AuditStore = Store<typeof auditReads, typeof auditWrites>;

export interface AuditVerification {
  /** Entries that hold, from the first on. */
  readonly entries: number;
  readonly head: AuditHead | null;
  readonly broken: AuditBreak | null;
}

/** Entries checked in one turn of a reader: well under 50 ms of work. */
const SLICE = 1_000;
const EXPORT_SLICE = 1_000;

export interface AuditServiceOptions {
  readonly store: AuditStore;
  /** Milliseconds of a steady clock, for `elapsedMs`. */
  readonly elapsed?: () => number;
}

/**
 * The handlers of `audit.*`, and for other faces the check of the whole chain and its export as NDJSON (one stored line
 * per line, docs/formats/audit-log.md).
 */
export const createAuditService = ({ store, elapsed = () => performance.now() }: AuditServiceOptions) => {
  const verify = async (
    options: { readonly signal?: AbortSignal; readonly onProgress?: (done: number, total: number) => void } = {},
  ): Promise<AuditVerification> => {
    const newest = await store.read('audit.head', null);
    const to = newest?.seq ?? 0;
    let head: AuditHead | null = null;
    while ((head?.seq ?? 0) < to) {
      options.signal?.throwIfAborted();
      const slice: { checked: number; head: AuditHead | null; broken: AuditBreak | null } = await store.read('audit.verifySlice', {
        previous: head,
        to,
        limit: SLICE,
      });
      if (slice.broken) return { entries: slice.head?.seq ?? 0, head: slice.head, broken: slice.broken };
      head = slice.head;
      if (slice.checked === 0) break;
      options.onProgress?.(head?.seq ?? 0, to);
    }
    return { entries: head?.seq ?? 0, head, broken: null };
  };

  async function* exportLines(): AsyncGenerator<string> {
    let after = 0;
    for (;;) {
      const rows = await store.read('audit.lines', { after, limit: EXPORT_SLICE });
      if (rows.length === 0) return;
      after = rows.at(-1)!.seq;
      yield rows.map(({ line }) => `${line}\n`).join('');
    }
  }

  const handlers = {
    'audit.page': async (input) => {
      const page = await store.read('audit.page', {
        before: input.before === undefined ? null : cursorSeq(input.before),
        limit: input.limit,
        action: input.action ?? null,
        actor: input.actor ?? null,
      });
      return { entries: page.entries, next: page.next === null ? null : String(page.next), total: page.total };
    },
    'audit.entry': async ({ seq }) => {
      const entry = await store.read('audit.entry', { seq });
      if (entry === null)
        throw new AppError('NOT_FOUND', `The audit log has no entry ${seq}.`, {
          nextStep: 'Look for it in the list of entries.',
          details: { seq },
        });
      return entry;
    },
    'audit.verify': async (_input, ctx) => {
      const start = elapsed();
      const { entries, head, broken } = await verify({
        signal: ctx.signal,
        onProgress: (done, total) => ctx.progress({ done, total }),
      });
      return {
        verdict: broken ? 'BROKEN' : 'VERIFIED_UNANCHORED',
        entries,
        head: head?.hash ?? null,
        brokenAt: broken?.seq ?? null,
        says: broken
          ? `${broken.says} The entries before it hold.`
          : entries === 0
            ? 'The audit log has no entries yet.'
            : `All ${entries} entries hold: each names the hash of the one before it. Nobody outside has signed the newest one, so entries cut off its end would not show.`,
        elapsedMs: elapsed() - start,
      };
    },
  } satisfies Pick<Handlers<Contract>, 'audit.page' | 'audit.entry' | 'audit.verify'>;

  return { handlers, verify, exportLines };
};

const cursorSeq = (text: string): number => {
  if (!/^[1-9]\d{0,15}$/.test(text))
    throw new AppError('BAD_INPUT', 'This is not a place in the audit log.', { nextStep: 'Use the `next` of the page before.' });
  return Number(text);
};
