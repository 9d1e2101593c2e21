import { Button } from '@blueprintjs/core';
import { useCallback, useRef, useState } from 'react';
import type { CallError } from '../../../src-shared/contract/client.ts';
import type { QuarantinedRow } from '../../../src-shared/contract/sources.ts';
import { useAppClient } from '../../port/app-client.ts';
import { type Answer, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import type { Address } from '../../router/address.ts';
import { setQuery } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { counted, integer } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { PageHead } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { useLetters } from '../../ui/preferences.ts';
import { Empty, ErrorView } from '../../ui/states.tsx';
import { useColumns } from '../../ui/table-choice.ts';
import { asCallError } from '../../ui/table-error.ts';
import { type CursorPage, useCursorRows } from '../../ui/table-rows.ts';
import { NO_SELECTION, type Selection } from '../../ui/table-selection.ts';
import { ColumnMenu, TableFacet, TableTools } from '../../ui/table-tools.tsx';
import { DataTable } from '../../ui/table.tsx';
import { QUARANTINE_COLUMNS } from './quarantine-columns.tsx';
import { QuarantineEntry } from './quarantine-entry.tsx';
import { dismissStatement, FILTERS, isFilter, type QuarantineFilter, requeueWords, totalOf } from './quarantine-words.ts';
import './quarantine.css';

type Page = Answer<'quarantine.page'>;
type Concerned = Pick<QuarantinedRow, 'quarantineId' | 'feed' | 'position'>;

/** The contract takes at most 500 rows in one decision. */
const MOST_SELECTED = 500;

const pageOf = (page: Page): CursorPage<QuarantinedRow> => ({
  rows: page.rows,
  next: page.next,
  shown: null,
  total: totalOf('all', page.totals),
});

const WORDS: Readonly<Record<QuarantineFilter, string>> = {
  open: 'Open',
  requeued: 'Requeued',
  resolved: 'Resolved',
  dismissed: 'Dismissed',
  all: 'All',
};

/** Rows that could not be used, kept as they came: see why, try again, or decide that they stay out. */
export function Quarantine({ address }: { readonly address: Address }) {
  const { live } = useAppClient();
  const { query } = address;
  const state: QuarantineFilter = isFilter(query['state']) ? query['state'] : 'open';
  const sources = useProcedure('source.list', {}).data?.sources ?? [];
  const feed = query['feed'];
  const sourceId = sources.find((s) => s.name === query['source'])?.sourceId;
  const input = { state, ...(sourceId === undefined ? {} : { sourceId }), ...(feed === undefined ? {} : { feed }) };
  const source = useCursorRows<QuarantinedRow, Page>({
    queryKey: ['quarantine.page', input, 'pages'],
    read: (after, signal) => live.call('quarantine.page', { ...input, ...(after === undefined ? {} : { after }) }, { signal }),
    pageOf,
  });
  const totals = source.pages[0]?.totals;
  const [selection, setSelection] = useState<Selection>(NO_SELECTION);
  const [dismissing, setDismissing] = useState<readonly Concerned[] | null>(null);
  const frame = useRef<HTMLElement>(null);
  const columns = useColumns('quarantine', QUARANTINE_COLUMNS, frame);
  const letters = useLetters();
  const allowed = useAllowed();
  const requeue = useCommand('quarantine.requeue');
  const dismiss = useCommand('quarantine.dismiss');
  const chosen = query['entry'] ?? source.rowAt(0)?.quarantineId ?? null;
  const keyAt = useCallback((position: number) => source.rowAt(position)?.quarantineId, [source]);
  const filter = (patch: Readonly<Record<string, string | undefined>>): void => {
    setSelection(NO_SELECTION);
    setQuery({ entry: undefined, ...patch });
  };

  const requeueAll = (ids: readonly string[]): void => {
    requeue.run({ quarantineIds: [...ids] }).then(
      (done) => {
        setSelection(NO_SELECTION);
        say({ status: done.stillBad === 0 ? 'ok' : 'warn', title: requeueWords(done), text: done.says });
      },
      (error: unknown) => {
        const failure = error as CallError;
        say({ status: 'bad', title: 'Nothing was requeued', text: `${failure.message} ${failure.nextStep}` });
      },
    );
  };
  const dismissNow = (rows: readonly Concerned[], reason: string): void => {
    dismiss.run({ quarantineIds: rows.map((row) => row.quarantineId), reason }).then(
      (done) => {
        setSelection(NO_SELECTION);
        setDismissing(null);
        say({ status: 'ok', title: `${counted(done.dismissed, 'row')} dismissed`, text: 'The texts are kept under "Dismissed".' });
      },
      // The dialog shows it, from `error`.
      () => undefined,
    );
  };
  const selectedRows = (): Concerned[] => source.pages.flatMap((page) => page.rows).filter((row) => selection.keys.has(row.quarantineId));
  const narrowed = feed !== undefined || query['source'] !== undefined;
  const feeds = [...new Set(sources.flatMap((s) => s.feeds.map((f) => f.feed)))].sort();
  const picked = selection.keys.size;
  return (
    <>
      <PageHead title="Quarantine" lead="Rows that could not be used, kept as they came" />
      <TableTools
        after={
          <>
            {narrowed ? (
              <Button
                variant="minimal"
                size="small"
                text="Clear all"
                onClick={() => {
                  filter({ source: undefined, feed: undefined });
                }}
              />
            ) : null}
            <ColumnMenu columns={QUARANTINE_COLUMNS} choice={columns.choice} width={columns.width} onChoose={columns.choose} />
          </>
        }
      >
        <div className="views" role="group" aria-label="State">
          {FILTERS.map((f) => (
            <button
              key={f}
              type="button"
              className="view low"
              aria-pressed={f === state}
              onClick={() => {
                filter({ state: f === 'open' ? undefined : f });
              }}
            >
              {WORDS[f]}
              {totals === undefined ? null : <span className="count">{integer(totalOf(f, totals))}</span>}
            </button>
          ))}
        </div>
        <TableFacet
          label="Source"
          any="any source"
          value={query['source']}
          options={sources.map((s) => ({ value: s.name, label: s.name }))}
          onChange={(value) => {
            filter({ source: value });
          }}
        />
        <TableFacet
          label="Feed"
          any="any feed"
          value={feed}
          options={feeds.map((f) => ({ value: f, label: f }))}
          onChange={(value) => {
            filter({ feed: value });
          }}
        />
      </TableTools>
      <div className="quarantine">
        <section className="panel table-panel" aria-label="Quarantined rows" ref={frame}>
          <DataTable
            label="Quarantined rows"
            columns={columns.shown}
            source={source}
            keyAt={keyAt}
            nameOf={(row) => row.position}
            rowHeight={32}
            selection={selection}
            onSelect={setSelection}
            selectLimit={MOST_SELECTED}
            onFocusRow={(row) => {
              if (row !== undefined) setQuery({ entry: row.quarantineId });
            }}
            order="Newest first"
            counted={totals === undefined ? undefined : `${integer(totalOf(state, totals))} of ${counted(totalOf('all', totals), 'row')}`}
            letters={letters}
            bulk={
              picked === 0 ? null : (
                <div className="bulk" role="group" aria-label="Selected rows">
                  <b>{integer(picked)} selected</b>
                  <ActionButton
                    size="small"
                    icon="repeat"
                    text="Requeue"
                    loading={requeue.busy}
                    refused={allowed('quarantine.requeue')}
                    onClick={() => {
                      requeueAll([...selection.keys]);
                    }}
                  />
                  <ActionButton
                    size="small"
                    icon="disable"
                    text="Dismiss with a reason…"
                    refused={allowed('quarantine.dismiss')}
                    onClick={() => {
                      setDismissing(selectedRows());
                    }}
                  />
                  {selection.leftOut > 0 ? <span className="small muted">At most {MOST_SELECTED} at a time</span> : null}
                  <Button
                    className="push"
                    variant="minimal"
                    size="small"
                    text="Clear"
                    onClick={() => {
                      setSelection(NO_SELECTION);
                    }}
                  />
                </div>
              )
            }
            empty={
              narrowed || state !== 'open' ? (
                <Empty
                  icon="search"
                  title={`No ${state === 'all' ? '' : `${WORDS[state].toLowerCase()} `}row here`}
                  action={
                    <Button
                      text="Show open rows of all sources"
                      onClick={() => {
                        filter({ state: undefined, source: undefined, feed: undefined });
                      }}
                    />
                  }
                />
              ) : (
                <Empty icon="tick-circle" title="Nothing in quarantine">
                  Every row that came in could be used. A row that cannot be used comes here with its text, its place and the reason.
                </Empty>
              )
            }
            failed={(error, retry) => (
              <ErrorView error={asCallError(error)} what="the quarantine" safe="Nothing was changed." onRetry={retry} />
            )}
          />
        </section>
        <QuarantineEntry
          quarantineId={source.state === 'ready' && source.count === 0 && query['entry'] === undefined ? null : chosen}
          onRequeue={(id) => {
            requeueAll([id]);
          }}
          onDismiss={(entry) => {
            setDismissing([entry]);
          }}
        />
      </div>
      {dismissing === null ? null : (
        <>
          <ReturnFocus fallback='[role="grid"]' />
          <DecisionDialog
            title={dismissing.length === 1 ? 'Dismiss a row' : `Dismiss ${counted(dismissing.length, 'row')}`}
            icon="disable"
            statement={dismissStatement(dismissing)}
            reasonLabel="Reason"
            act={dismissing.length === 1 ? 'Dismiss the row' : `Dismiss ${counted(dismissing.length, 'row')}`}
            busy={dismiss.busy}
            error={dismiss.error}
            onAct={(reason) => {
              dismissNow(dismissing, reason);
            }}
            onClose={() => {
              setDismissing(null);
              dismiss.reset();
            }}
          />
        </>
      )}
    </>
  );
}
