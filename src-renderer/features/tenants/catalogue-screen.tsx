import { Button } from '@blueprintjs/core';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { TenantFilter, TenantRow, TenantView } from '../../../src-shared/contract/tenants.ts';
import { tenantSort } from '../../../src-shared/contract/tenants.ts';
import { useAppClient } from '../../port/app-client.ts';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { integer } from '../../ui/format.ts';
import { Keys, PageHead } from '../../ui/parts.tsx';
import { useLetters } from '../../ui/preferences.ts';
import { AnswerView, Empty, ErrorView, Skeleton } from '../../ui/states.tsx';
import { type ColumnPreset, useColumns } from '../../ui/table-choice.ts';
import type { TableColumn } from '../../ui/table-columns.ts';
import { asCallError } from '../../ui/table-error.ts';
import { type CursorPage, useCursorRows } from '../../ui/table-rows.ts';
import { keepKeys, NO_SELECTION, type Selection } from '../../ui/table-selection.ts';
import { ColumnMenu } from '../../ui/table-tools.tsx';
import { DataTable } from '../../ui/table.tsx';
import { useTypedSearch } from '../../ui/typed-search.ts';
import { BulkBar } from './bulk-bar.tsx';
import { tenantColumns } from './catalogue-columns.tsx';
import { CatalogueFacets } from './catalogue-facets.tsx';
import { listingOf, listQuery, type Listing, tenantAddress } from './catalogue-query.ts';
import { CatalogueViews } from './catalogue-views.tsx';
import './tenants.css';

type ListPage = Answer<'tenant.list'>;

/** Rows of one page: one answer fills every window, and a hundred thousand are read in two hundred. */
const PAGE_ROWS = 500;
const MOST_SELECTED = 500;

const pageOf = (page: ListPage): CursorPage<TenantRow> => ({ rows: page.rows, next: page.next, shown: page.matched, total: page.total });

/** `/tenants`: who needs a call, who is near a limit, who loses money. */
export function CatalogueScreen() {
  const views = useProcedure('tenant.views', {}, { keep: true });
  const { query } = useAddress();
  const listing = listingOf(query, views.data?.views ?? []);
  if (listing === null || views.data === undefined) {
    return (
      <>
        <PageHead title="Tenants" lead={LEAD} />
        <AnswerView of={views} what="the saved views" skeleton={<Skeleton rows={20} rowHeight={32} />}>
          {() => null}
        </AnswerView>
      </>
    );
  }
  return <Catalogue listing={listing} views={views.data.views} />;
}

/** The columns that were saved with a view; null where it leaves them to the screen. */
const presetOf = (view: TenantView, columns: readonly TableColumn<TenantRow>[]): ColumnPreset | null =>
  view.columns.length === 0
    ? null
    : { key: view.viewId, choice: Object.fromEntries(columns.map(({ id }) => [id, view.columns.includes(id)])) };

const LEAD = 'Who needs a call, who is near a limit, who loses money';

function Catalogue({ listing, views }: { readonly listing: Listing; readonly views: readonly TenantView[] }) {
  const { live } = useAppClient();
  const { query } = useAddress();
  const { filter, sort, direction, base } = listing;
  const input = { filter, sort, direction };
  const read = useCursorRows<TenantRow, ListPage>({
    queryKey: ['tenant.list', input, 'pages'],
    read: (after, signal) =>
      live.call('tenant.list', { ...input, limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) }, { signal }),
    pageOf,
  });
  const last = read.pages.at(-1);
  // The query alone, without the way there and back: what the list itself costs.
  const source = { ...read, readMs: last?.queryMs ?? read.readMs };
  const head = read.pages[0];
  const [selection, setSelection] = useState<Selection>(NO_SELECTION);
  const [typed, setTyped] = useTypedSearch(query['q'] ?? '');
  const searchBox = useRef<HTMLInputElement>(null);
  const frame = useRef<HTMLElement>(null);
  const letters = useLetters();
  const all = useMemo(() => tenantColumns((row) => tenantAddress(row.tenantId, query)), [query]);
  const columns = useColumns('tenants', all, frame, presetOf(base, all));
  const keyAt = useCallback((position: number) => read.rowAt(position)?.tenantId, [read]);
  const change = (to: Partial<Pick<Listing, 'filter' | 'sort' | 'direction'>>): void => {
    if (to.filter !== undefined) setSelection(NO_SELECTION);
    setQuery(listQuery({ base, filter, sort, direction, ...to }, views));
  };
  const onFilter = (to: TenantFilter): void => {
    change({ filter: to });
  };
  const clear = (): void => {
    setTyped('');
    change({ filter: {} });
  };
  const narrowed = Object.keys(filter).length > 0;
  const { pages } = read;
  const present = useMemo(() => new Set(pages.flatMap((page) => page.rows.map(({ tenantId }) => tenantId))), [pages]);
  const kept = keepKeys(selection, (key) => present.has(key));
  if (kept !== selection && source.state === 'ready') setSelection(kept);
  const chosenRows = useMemo(
    () => (selection.keys.size === 0 ? [] : pages.flatMap((page) => page.rows.filter(({ tenantId }) => selection.keys.has(tenantId)))),
    [pages, selection],
  );
  const total = head?.total ?? 0;
  return (
    <>
      <PageHead
        title="Tenants"
        lead={LEAD}
        actions={<ColumnMenu columns={all} choice={columns.choice} width={columns.width} onChoose={columns.choose} />}
      />
      <CatalogueViews
        views={views}
        listing={listing}
        columns={Object.keys(columns.choice).length === 0 ? [] : columns.shown.map(({ id }) => id)}
        totals={head}
      />
      <CatalogueFacets
        filter={filter}
        onFilter={onFilter}
        typed={typed}
        onType={setTyped}
        onClear={narrowed ? clear : null}
        searchBox={searchBox}
        enabled
      />
      <section className="panel grow table-panel" aria-label={`Tenants: ${base.name}`} ref={frame}>
        <DataTable
          label={`Tenants: ${base.name}`}
          columns={columns.shown}
          source={source}
          keyAt={keyAt}
          nameOf={(row) => row.name}
          rowHeight={32}
          sort={{ by: sort, descending: direction === 'desc' }}
          onSort={(to) => {
            const by = tenantSort.safeParse(to.by);
            if (by.success) change({ sort: by.data, direction: to.descending ? 'desc' : 'asc' });
          }}
          selection={selection}
          onSelect={setSelection}
          selectLimit={MOST_SELECTED}
          onOpen={(row, _position, aside) => {
            const address = tenantAddress(row.tenantId, query);
            if (aside) window.open(hrefOf(address));
            else router.go(address);
          }}
          order={head === undefined ? '' : head.ordered.replace(/\.$/, '')}
          letters={letters}
          keys={
            <>
              <Keys>Enter</Keys> open <Keys>F</Keys> filter
            </>
          }
          bulk={
            <BulkBar
              selection={selection}
              rows={chosenRows}
              most={MOST_SELECTED}
              onClear={() => {
                setSelection(NO_SELECTION);
              }}
            />
          }
          empty={
            total > 0 ? (
              <Empty icon="search" title="No tenant fits" action={<Button text="Clear all" onClick={clear} />}>
                {integer(total)} tenants in all; none of them matches the search and the facets.
              </Empty>
            ) : (
              <Empty
                icon="office"
                title="There is no tenant yet"
                action={
                  <Button
                    intent="primary"
                    icon="folder-open"
                    text="Add a source…"
                    onClick={() => {
                      router.go('/settings/sources?add=source');
                    }}
                  />
                }
              >
                Tenants come from a source: the files in its folder tenants, one record a line. Countersign reads; it never writes there.
              </Empty>
            )
          }
          failed={(error, retry) => <ErrorView error={asCallError(error)} what="the tenants" safe="Nothing was changed." onRetry={retry} />}
        />
      </section>
    </>
  );
}
