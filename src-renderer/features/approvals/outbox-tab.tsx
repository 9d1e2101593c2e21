import { useCallback, useRef } from 'react';
import type { CallError } from '../../../src-shared/contract/client.ts';
import type { OutboxMessage } from '../../../src-shared/contract/outbox.ts';
import { useAppClient } from '../../port/app-client.ts';
import { type Answer, useAllowed, useCommand } from '../../port/use-app.ts';
import { router } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, integer } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { useLetters } from '../../ui/preferences.ts';
import { Empty, ErrorView } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { useColumns } from '../../ui/table-choice.ts';
import type { TableColumn } from '../../ui/table-columns.ts';
import { asCallError } from '../../ui/table-error.ts';
import { type CursorPage, useCursorRows } from '../../ui/table-rows.ts';
import { TableTools } from '../../ui/table-tools.tsx';
import { DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { OUTBOX_LOOK } from './approval-words.ts';

type Page = Answer<'outbox.list'>;

const sum = ({ pending, sent, acknowledged, failed }: Page['totals']): number => pending + sent + acknowledged + failed;
const pageOf = (page: Page): CursorPage<OutboxMessage> => ({
  rows: page.messages,
  next: page.next === null ? null : String(page.next),
  shown: null,
  total: sum(page.totals),
});

const COLUMNS: readonly TableColumn<OutboxMessage>[] = [
  {
    id: 'title',
    title: 'What it tells',
    track: 'minmax(220px, 1fr)',
    fixed: true,
    cell: (row) => (
      <span className="ellipsis">
        {row.compensates === null ? null : <span className="muted">takes back: </span>}
        {visibleText(row.title)}
      </span>
    ),
    text: (row) => row.title,
  },
  {
    id: 'state',
    title: 'State',
    track: '124px',
    cell: (row) => {
      const look = OUTBOX_LOOK[row.state];
      return (
        <StatusWord status={look.status} icon={look.icon}>
          {look.word}
        </StatusWord>
      );
    },
    text: (row) => row.state,
  },
  {
    id: 'source',
    title: 'To',
    track: '120px',
    foldBelow: 640,
    cell: (row) => <span className="second ellipsis">{row.source === null ? 'nobody' : visibleText(row.source.name)}</span>,
    text: (row) => row.source?.name ?? '',
  },
  {
    id: 'tries',
    title: 'Tries',
    track: '56px',
    align: 'end',
    foldBelow: 720,
    cell: (row) => integer(row.attempts),
    text: (row) => String(row.attempts),
  },
  {
    id: 'at',
    title: 'Written',
    track: '84px',
    align: 'end',
    cell: (row) => <Time at={row.createdAt} form="column" />,
    text: (row) => row.createdAt,
  },
  {
    id: 'next',
    title: 'Next try',
    track: '84px',
    align: 'end',
    foldBelow: 700,
    cell: (row) => (row.nextAttemptAt === null ? <span className="muted">–</span> : <Time at={row.nextAttemptAt} form="column" />),
    text: (row) => row.nextAttemptAt ?? '',
  },
];

/** Messages to the systems that tenants' records come from, newest first. */
export function OutboxTab() {
  const { live } = useAppClient();
  const source = useCursorRows<OutboxMessage, Page>({
    queryKey: ['outbox.list', {}, 'pages'],
    read: (after, signal) => live.call('outbox.list', after === undefined ? {} : { after: Number(after) }, { signal }),
    pageOf,
  });
  const frame = useRef<HTMLElement>(null);
  const columns = useColumns('outbox', COLUMNS, frame);
  const letters = useLetters();
  const deliver = useCommand('outbox.deliver');
  const refused = useAllowed()('outbox.deliver');
  const keyAt = useCallback((position: number) => source.rowAt(position)?.messageId, [source]);
  const totals = source.pages[0]?.totals;
  return (
    <>
      <TableTools
        after={
          <ActionButton
            size="small"
            icon="repeat"
            text="Deliver what is due"
            refused={refused}
            loading={deliver.busy}
            onClick={() => {
              deliver.run({}).then(
                ({ tried, acknowledged, sent, refused: no, unreachable }) =>
                  say({
                    status: no + unreachable === 0 ? 'ok' : 'warn',
                    title: tried === 0 ? 'Nothing was due' : `${counted(tried, 'message')} tried`,
                    text: `${acknowledged} acknowledged, ${sent} taken, ${no} refused, ${unreachable} not reached.`,
                  }),
                (error: unknown) => {
                  const failure = error as CallError;
                  say({ status: 'bad', title: 'Nothing was delivered', text: `${failure.message} ${failure.nextStep}` });
                },
              );
            }}
          />
        }
      >
        {totals === undefined ? null : (
          <span className="second small">
            {integer(totals.pending)} pending, {integer(totals.sent)} sent, {integer(totals.acknowledged)} acknowledged,{' '}
            {integer(totals.failed)} failed
          </span>
        )}
      </TableTools>
      <section className="panel table-panel grow" aria-label="Messages" ref={frame}>
        <DataTable
          label="Messages"
          columns={columns.shown}
          source={source}
          keyAt={keyAt}
          nameOf={(row) => row.title}
          rowHeight={32}
          onOpen={(row) => {
            router.go(`/approvals/outbox/${row.messageId}`);
          }}
          order="Newest first"
          counted={totals === undefined ? undefined : counted(sum(totals), 'message')}
          letters={letters}
          empty={
            <Empty icon="inbox" title="No messages yet">
              What is done to a tenant from here is told to the system its records come from. Each message stands here with the receipt of
              its delivery.
            </Empty>
          }
          failed={(error, retry) => <ErrorView error={asCallError(error)} what="the outbox" safe="Nothing was changed." onRetry={retry} />}
        />
      </section>
    </>
  );
}
