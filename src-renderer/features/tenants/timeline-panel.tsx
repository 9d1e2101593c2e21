import { Icon } from '@blueprintjs/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { TimelineEntry } from '../../../src-shared/contract/tenants.ts';
import { useAppClient } from '../../port/app-client.ts';
import type { Answer } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { integer } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { useLetters } from '../../ui/preferences.ts';
import { moveInList } from '../../ui/roving.ts';
import { AfterAMoment, Empty, ErrorView, Skeleton } from '../../ui/states.tsx';
import { asCallError } from '../../ui/table-error.ts';
import { type CursorPage, type RowSource, useCursorRows } from '../../ui/table-rows.ts';
import { useNow } from '../../ui/time.tsx';
import { factTime } from '../../ui/time-format.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { beginsDay, clockWord, dayWord, entryIcon, kindsOf, kindWord, TIMELINE_KINDS, toggleKind } from './timeline-words.ts';

type Page = Answer<'tenant.timeline'>;

const ROW_HEIGHT = 44;
const PAGE_ROWS = 50;
const OVERSCAN = 6;

const pageOf = (page: Page): CursorPage<TimelineEntry> => ({ rows: page.entries, next: page.next, shown: page.matched, total: page.total });

/** What happened to a tenant and around it, newest first; chips narrow it to kinds. */
export function TimelinePanel({ tenantId }: { readonly tenantId: string }) {
  const { live } = useAppClient();
  const { query } = useAddress();
  const kinds = kindsOf(query['kinds']);
  const input = { tenantId, ...(kinds.length === 0 ? {} : { kinds }) };
  const source = useCursorRows<TimelineEntry, Page>({
    queryKey: ['tenant.timeline', input, 'pages'],
    read: (after, signal) =>
      live.call('tenant.timeline', { ...input, limit: PAGE_ROWS, ...(after === undefined ? {} : { after }) }, { signal }),
    pageOf,
  });
  const head = source.pages[0];
  const present = (head?.kinds ?? []).filter(({ count }) => count > 0);
  return (
    <Panel
      title="Timeline"
      className="timeline-panel"
      pad={false}
      note={head === undefined ? null : `${integer(head.matched)}${head.matched === head.total ? '' : ` of ${integer(head.total)}`}`}
    >
      {present.length < 2 && kinds.length === 0 ? null : (
        <div className="chips" role="group" aria-label="Which kinds show">
          {TIMELINE_KINDS.filter((kind) => present.some((each) => each.kind === kind) || kinds.includes(kind)).map((kind) => (
            <button
              key={kind}
              type="button"
              className="chip"
              aria-pressed={kinds.includes(kind)}
              title={`${integer(present.find((each) => each.kind === kind)?.count ?? 0)} entries`}
              onClick={() => {
                const next = toggleKind(kinds, kind);
                setQuery({ kinds: next.length === 0 ? undefined : next.join(',') });
              }}
            >
              {kindWord(kind)}
            </button>
          ))}
        </div>
      )}
      {source.state === 'error' ? (
        <ErrorView error={asCallError(source.error)} what="the timeline" onRetry={source.retry} />
      ) : source.state === 'loading' ? (
        <div aria-busy="true" className="loading">
          <AfterAMoment>
            <Skeleton rows={8} rowHeight={ROW_HEIGHT} />
          </AfterAMoment>
        </div>
      ) : source.count === 0 ? (
        kinds.length === 0 ? (
          <Empty icon="history" title="Nothing has happened yet">
            Syncs, limits that are crossed, incidents, approvals and changes of plan or status stand here with their time.
          </Empty>
        ) : (
          <Empty icon="history" title="Nothing of these kinds">
            Press a chip again to see the others.
          </Empty>
        )
      ) : (
        <Entries source={source} />
      )}
    </Panel>
  );
}

function Entries({ source }: { readonly source: RowSource<TimelineEntry> }) {
  const scroller = useRef<HTMLDivElement>(null);
  const letters = useLetters();
  const id = useId();
  const [at, setAt] = useState(0);
  const position = Math.min(at, source.count - 1);
  const rows = useVirtualizer({
    count: source.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    initialRect: { width: 460, height: 480 },
  });
  const items = rows.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  const { need } = source;
  useEffect(() => {
    need({ from: first, to: last });
  }, [need, first, last]);
  const open = (entry: TimelineEntry | undefined, aside: boolean): void => {
    if (entry === undefined || entry.address === null) return;
    if (aside) window.open(hrefOf(entry.address));
    else router.go(entry.address);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey) return;
    if (event.key === 'Enter') open(source.rowAt(position), event.ctrlKey || event.metaKey);
    else {
      if (event.ctrlKey || event.metaKey) return;
      const page = Math.max(1, Math.floor((rows.scrollRect?.height ?? ROW_HEIGHT) / ROW_HEIGHT) - 1);
      const to =
        event.key === 'PageDown'
          ? Math.min(position + page, source.count - 1)
          : event.key === 'PageUp'
            ? Math.max(position - page, 0)
            : moveInList(event.key, position, source.count, letters);
      if (to === null) return;
      setAt(to);
      rows.scrollToIndex(to, { align: 'auto' });
    }
    event.preventDefault();
  };
  const shown = items.some(({ index }) => index === position);
  return (
    <div
      className="timeline"
      role="listbox"
      aria-label="What happened, newest first"
      aria-activedescendant={shown ? `${id}-${position}` : undefined}
      tabIndex={0}
      ref={scroller}
      onKeyDown={onKeyDown}
    >
      <div className="timeline-rows" role="presentation" style={{ height: rows.getTotalSize() }}>
        {items.map(({ index, start }) => (
          <Entry
            key={index}
            id={`${id}-${index}`}
            entry={source.rowAt(index)}
            before={index === 0 ? undefined : source.rowAt(index - 1)}
            top={start}
            active={index === position}
            last={index === source.count - 1}
            size={source.count}
            index={index}
            onPick={(aside) => {
              setAt(index);
              open(source.rowAt(index), aside);
            }}
          />
        ))}
      </div>
    </div>
  );
}

interface EntryProps {
  readonly id: string;
  readonly entry: TimelineEntry | undefined;
  readonly before: TimelineEntry | undefined;
  readonly top: number;
  readonly active: boolean;
  readonly last: boolean;
  readonly size: number;
  readonly index: number;
  readonly onPick: (aside: boolean) => void;
}

function Entry({ id, entry, before, top, active, last, size, index, onPick }: EntryProps) {
  const now = useNow();
  const style = { transform: `translateY(${top}px)`, height: ROW_HEIGHT };
  if (entry === undefined) {
    return (
      <div role="option" id={id} aria-selected={false} aria-busy className="timeline-entry" style={style}>
        <span className="bone" />
      </div>
    );
  }
  const opens = entry.address !== null;
  const needs = entry.status === 'bad' || entry.status === 'warn';
  return (
    <div
      role="option"
      id={id}
      aria-selected={active}
      aria-setsize={size}
      aria-posinset={index + 1}
      className={`timeline-entry${active ? ' active' : ''}${opens ? ' opens' : ''}${last ? ' last' : ''}`}
      style={style}
      title={`${factTime(entry.at)}. ${entry.title}. ${entry.says}`}
      onClick={(event) => {
        onPick(event.ctrlKey || event.metaKey);
      }}
    >
      <span className="timeline-day small strong nowrap">{beginsDay(entry, before) ? dayWord(entry.at, now) : ''}</span>
      <time className="timeline-time tiny muted" dateTime={entry.at}>
        {clockWord(entry.at)}
      </time>
      <span className={`timeline-dot t-${entry.status}`}>
        <Icon icon={entryIcon(entry)} size={13} />
      </span>
      <span className="stack-0 grow">
        <span className={`ellipsis${needs ? ' strong' : ''}`}>{visibleText(entry.title)}</span>
        <span className="small second ellipsis">{visibleText(entry.says)}</span>
      </span>
    </div>
  );
}
