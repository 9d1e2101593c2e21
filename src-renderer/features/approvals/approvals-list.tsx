import { useCallback, useRef } from 'react';
import type { Approval } from '../../../src-shared/contract/approvals.ts';
import { useAppClient } from '../../port/app-client.ts';
import type { Answer } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { counted, integer } from '../../ui/format.ts';
import { useLetters } from '../../ui/preferences.ts';
import { Empty, ErrorView } from '../../ui/states.tsx';
import { useColumns } from '../../ui/table-choice.ts';
import { asCallError } from '../../ui/table-error.ts';
import { type CursorPage, useCursorRows } from '../../ui/table-rows.ts';
import { DataTable } from '../../ui/table.tsx';
import { APPROVAL_COLUMNS } from './approval-columns.tsx';

type Page = Answer<'approval.list'>;
export type Shown = 'for-me' | 'by-me' | 'all';

const pageOf = (page: Page): CursorPage<Approval> => ({
  rows: page.approvals,
  next: page.next === null ? null : String(page.next),
  shown: null,
  total: page.totals.waiting + page.totals.ended,
});

const EMPTY: Readonly<Record<Shown, { readonly title: string; readonly says: string }>> = {
  'for-me': {
    title: 'Nothing waits for you',
    says: 'A request comes here when your role counts for it and you have not confirmed it yet.',
  },
  'by-me': {
    title: 'You have asked for nothing',
    says: 'What you ask for from a tenant stands here until it is carried out, refused or over.',
  },
  all: { title: 'No requests yet', says: 'An act that policy lets nobody do alone begins with a request.' },
};

/** Requests, newest first; one is opened on a screen of its own. */
export function ApprovalsList({ show }: { readonly show: Shown }) {
  const { live } = useAppClient();
  const source = useCursorRows<Approval, Page>({
    queryKey: ['approval.list', { show }, 'pages'],
    read: (after, signal) => live.call('approval.list', { show, ...(after === undefined ? {} : { after: Number(after) }) }, { signal }),
    pageOf,
  });
  const frame = useRef<HTMLElement>(null);
  const columns = useColumns('approvals', APPROVAL_COLUMNS, frame);
  const letters = useLetters();
  const keyAt = useCallback((position: number) => source.rowAt(position)?.requestId, [source]);
  const totals = source.pages[0]?.totals;
  const here =
    totals === undefined ? null : show === 'for-me' ? totals.forMe : show === 'by-me' ? totals.byMe : totals.waiting + totals.ended;
  return (
    <section className="panel table-panel grow" aria-label="Requests" ref={frame}>
      <DataTable
        label="Requests"
        columns={columns.shown}
        source={source}
        keyAt={keyAt}
        nameOf={(row) => `${row.ref}: ${row.title}`}
        rowHeight={32}
        onOpen={(row) => {
          router.go(row.address);
        }}
        order="Newest first"
        counted={
          totals === undefined || here === null ? undefined : `${integer(here)} of ${counted(totals.waiting + totals.ended, 'request')}`
        }
        letters={letters}
        empty={
          <Empty icon="endorsed" title={EMPTY[show].title}>
            {EMPTY[show].says}
          </Empty>
        }
        failed={(error, retry) => <ErrorView error={asCallError(error)} what="the requests" safe="Nothing was changed." onRetry={retry} />}
      />
    </section>
  );
}
