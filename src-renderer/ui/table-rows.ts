import { keepPreviousData, useInfiniteQuery, useQueries, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { followsOn, type RowSpan, windowOf, windowsOver, windowStart } from './table-windows.ts';

/** What a table shows: rows by position, some of them read, some not yet. */
export interface RowSource<Row> {
  /** Rows that can be scrolled to; 0 while nothing is known. */
  readonly count: number;
  /** Rows before search and facets; null where there is no such figure. */
  readonly total: number | null;
  /** undefined: not read yet. */
  readonly rowAt: (position: number) => Row | undefined;
  readonly failedAt: (position: number) => boolean;
  /** Says which positions are in view, so that they are read. */
  readonly need: (span: RowSpan) => void;
  readonly state: 'loading' | 'error' | 'ready';
  readonly error: Error | null;
  readonly retry: () => void;
  /** When the rows in view were read, ms since 1970. */
  readonly readAt: number | null;
  /** How long the last read took, there and back. */
  readonly readMs: number | null;
}

/** Windows out of view are forgotten after this, so that scrolling through a million rows does not fill the memory. */
const KEEP_MS = 60_000;
/** A drag of the thumb rests this long before its rows are read. */
const REST_MS = 90;

export interface RowPage<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
}

export interface PositionRowsOptions<Row> {
  /** Key of a window's query: must differ with everything that `read` depends on. */
  readonly keyOf: (from: number, limit: number) => QueryKey;
  readonly read: (from: number, limit: number, signal: AbortSignal) => Promise<RowPage<Row>>;
  /** Rows of one window. */
  readonly size?: number;
  /** Known before the first window arrives, so that the scroll bar does not jump. */
  readonly expected?: number;
}

interface Timed<Row> extends RowPage<Row> {
  readonly ms: number;
}

const sameWindows = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((window, i) => window === b[i]);

const timed = async <Page extends object>(work: Promise<Page>): Promise<Page & { ms: number }> => {
  const began = performance.now();
  const page = await work;
  return { ...page, ms: performance.now() - began };
};

/** Rows that can be read at any position: any window at any time, so a million rows scroll like a thousand. */
export const usePositionRows = <Row>({ keyOf, read, size = 100, expected }: PositionRowsOptions<Row>): RowSource<Row> => {
  const client = useQueryClient();
  const [wanted, setWanted] = useState<readonly number[]>([0]);
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const waiting = useRef<readonly number[]>([]);
  const key = (window: number): QueryKey => keyOf(windowStart(window, size), size);

  const queries = useQueries({
    queries: wanted.map((window) => ({
      queryKey: key(window),
      queryFn: ({ signal }: { signal: AbortSignal }) => timed(read(windowStart(window, size), size, signal)),
      gcTime: KEEP_MS,
    })),
  });
  const first = queries.find((q) => q.data !== undefined);
  const [known, setKnown] = useState<number | null>(null);
  const total = first?.data?.total ?? known ?? expected ?? 0;
  if (first?.data !== undefined && first.data.total !== known) setKnown(first.data.total);

  const need = useCallback(
    (span: RowSpan) => {
      const windows = windowsOver({ from: span.from - size / 2, to: span.to + size / 2 }, size, Math.max(total, 1));
      setWanted((before) => {
        if (sameWindows(windows, before)) return before;
        if (followsOn(before, windows)) {
          clearTimeout(rest.current);
          waiting.current = [];
          return windows;
        }
        // Only another place begins the rest anew: who scrolls on after a jump reads on, too.
        if (!sameWindows(windows, waiting.current)) {
          clearTimeout(rest.current);
          waiting.current = windows;
          rest.current = setTimeout(() => {
            setWanted(waiting.current);
          }, REST_MS);
        }
        return before;
      });
    },
    [size, total],
  );
  useEffect(
    () => () => {
      clearTimeout(rest.current);
    },
    [],
  );

  const rowAt = (position: number): Row | undefined => {
    const window = windowOf(position, size);
    const at = wanted.indexOf(window);
    const page = at >= 0 ? queries[at]?.data : client.getQueryData<Timed<Row>>(key(window));
    return page?.rows[position - windowStart(window, size)];
  };
  const failed = queries.filter((q) => q.isError);
  return {
    count: total,
    total: null,
    rowAt,
    failedAt: (position) => queries[wanted.indexOf(windowOf(position, size))]?.isError ?? false,
    need,
    state: first !== undefined || known !== null ? 'ready' : failed.length > 0 ? 'error' : 'loading',
    error: failed[0]?.error ?? null,
    retry: () => {
      for (const query of failed) void query.refetch();
    },
    readAt: first?.dataUpdatedAt ?? null,
    readMs: first?.data?.ms ?? null,
  };
};

export interface CursorPage<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
  /** Rows that match; null where nobody counts them. */
  readonly shown: number | null;
  readonly total: number | null;
}

export interface CursorRowsOptions<Row, Page extends object> {
  readonly queryKey: QueryKey;
  readonly read: (after: string | undefined, signal: AbortSignal) => Promise<Page>;
  readonly pageOf: (page: Page) => CursorPage<Row>;
}

/** Rows behind a keyset cursor: each page says where the next begins, so they are read one after another. */
export const useCursorRows = <Row, Page extends object>({
  queryKey,
  read,
  pageOf,
}: CursorRowsOptions<Row, Page>): RowSource<Row> & { readonly pages: readonly Page[] } => {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) => timed(read(pageParam, signal)),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => pageOf(page).next ?? undefined,
    placeholderData: keepPreviousData,
  });
  const pages = useMemo(() => query.data?.pages ?? [], [query.data]);
  const rows = useMemo(() => pages.flatMap((page) => pageOf(page).rows), [pages, pageOf]);
  const head = pages[0] === undefined ? null : pageOf(pages[0]);
  const count = Math.max(rows.length, query.hasNextPage ? (head?.shown ?? rows.length + 1) : rows.length);
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage, refetch } = query;
  // What is in view may lie beyond the next page: reading goes on until it is covered.
  const [reach, setReach] = useState(0);
  useEffect(() => {
    if (reach >= rows.length && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage();
  }, [reach, rows.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);
  const need = useCallback((span: RowSpan) => {
    setReach(span.to);
  }, []);
  return {
    count,
    total: head?.total ?? null,
    rowAt: (position) => rows[position],
    failedAt: (position) => isFetchNextPageError && position >= rows.length,
    need,
    state: query.data !== undefined ? 'ready' : query.isError ? 'error' : 'loading',
    error: query.error,
    retry: () => {
      void (isFetchNextPageError ? fetchNextPage() : refetch());
    },
    readAt: query.data === undefined ? null : query.dataUpdatedAt,
    readMs: pages.at(-1)?.ms ?? null,
    pages,
  };
};
