import { Button } from '@blueprintjs/core';
import { useCallback, useRef } from 'react';
import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { LimitRow } from '../../../src-shared/contract/metering-care.ts';
import { useAppClient } from '../../port/app-client.ts';
import { useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { counted, integer } from '../../ui/format.ts';
import { LimitBar } from '../../ui/limit-bar.tsx';
import { Panel } from '../../ui/parts.tsx';
import { useLetters } from '../../ui/preferences.ts';
import { compactQuantity, wholeQuantity } from '../../ui/quantity-format.ts';
import { AnswerView, Empty, ErrorView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { useColumns } from '../../ui/table-choice.ts';
import type { TableColumn } from '../../ui/table-columns.ts';
import { asCallError } from '../../ui/table-error.ts';
import { type CursorPage, useCursorRows } from '../../ui/table-rows.ts';
import { ColumnMenu, TableFacet, TableTools } from '../../ui/table-tools.tsx';
import { DataTable } from '../../ui/table.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from '../gates/scroll-region.tsx';
import { crossingWords, LIMIT_LOOK, metricName, periodWords } from './usage-words.ts';

type Page = OutputOf<Contract, 'limit.list'>;
const STATES = ['near', 'soft', 'over', 'all'] as const;
type Facet = (typeof STATES)[number];
const STATE_WORDS: Readonly<Record<Facet, string>> = { near: 'near or over', soft: 'near', over: 'over', all: 'any' };
const CROSSINGS = 50;

const quantity = (exact: string | null) =>
  exact === null ? <span className="muted">–</span> : <span title={wholeQuantity(exact)}>{compactQuantity(exact)}</span>;

const COLUMNS: readonly TableColumn<LimitRow>[] = [
  {
    id: 'tenant',
    title: 'Tenant',
    track: 'minmax(150px, 1.4fr)',
    fixed: true,
    cell: (row) => (
      <a href={hrefOf(row.address)} tabIndex={-1} className="ellipsis">
        <b>{visibleText(row.tenant.name)}</b>
      </a>
    ),
    text: (row) => row.tenant.name,
  },
  { id: 'metric', title: 'Metric', track: 'minmax(96px, 0.9fr)', cell: (row) => metricName(row.use.metric), text: (row) => row.use.metric },
  {
    id: 'period',
    title: 'Counts',
    track: '112px',
    foldBelow: 1000,
    cell: (row) => <span className="second">{periodWords(row.use)}</span>,
    text: (row) => row.use.period,
  },
  { id: 'used', title: 'Used', track: '84px', align: 'end', cell: (row) => quantity(row.use.used), text: (row) => row.use.used },
  {
    id: 'soft',
    title: 'Soft',
    track: '84px',
    align: 'end',
    hidden: true,
    cell: (row) => quantity(row.use.soft),
    text: (row) => row.use.soft ?? '',
  },
  { id: 'hard', title: 'Limit', track: '84px', align: 'end', cell: (row) => quantity(row.use.hard), text: (row) => row.use.hard ?? '' },
  {
    id: 'ratio',
    title: 'Of the limit',
    track: '152px',
    cell: (row) => <LimitBar percent={(row.use.ratioBp ?? 0) / 100} state={row.use.state} />,
    text: (row) => String((row.use.ratioBp ?? 0) / 100),
  },
  {
    id: 'included',
    title: 'Included',
    track: '84px',
    align: 'end',
    foldBelow: 1100,
    cell: (row) => quantity(row.use.included),
    text: (row) => row.use.included,
  },
  { id: 'unit', title: 'Unit', track: '80px', hidden: true, cell: (row) => row.use.unit, text: (row) => row.use.unit },
  {
    id: 'plan',
    title: 'Plan',
    track: 'minmax(84px, 0.7fr)',
    foldBelow: 1180,
    cell: (row) => <span className="second">{visibleText(`${row.planId} ${row.planVersion}`)}</span>,
    text: (row) => `${row.planId} ${row.planVersion}`,
  },
];

const pageOf = (page: Page): CursorPage<LimitRow> => ({ rows: page.rows, next: page.next, shown: null, total: page.totals.limits });

/** Who is near a limit or over it now, and which limits were passed lately. */
export function LimitsTab() {
  const { live } = useAppClient();
  const { query } = useAddress();
  const state: Facet = STATES.find((one) => one === query['state']) ?? 'near';
  const metric = query['metric'];
  const input = { state, ...(metric === undefined ? {} : { metric }) };
  const source = useCursorRows<LimitRow, Page>({
    queryKey: ['limit.list', input, 'pages'],
    read: (after, signal) => live.call('limit.list', { ...input, ...(after === undefined ? {} : { after }) }, { signal }),
    pageOf,
  });
  const frame = useRef<HTMLElement>(null);
  const columns = useColumns('limits', COLUMNS, frame);
  const letters = useLetters();
  const keyAt = useCallback(
    (position: number) => {
      const row = source.rowAt(position);
      return row === undefined ? undefined : `${row.tenant.tenantId} ${row.use.metric} ${row.use.per}`;
    },
    [source],
  );
  const head = source.pages[0];
  const narrowed = query['state'] !== undefined || metric !== undefined;
  const clear = (): void => {
    setQuery({ state: undefined, metric: undefined });
  };
  return (
    <div className="usage-two">
      <div className="stack-8 usage-main">
        <TableTools
          after={
            <>
              {narrowed ? <Button variant="minimal" size="small" text="Clear all" onClick={clear} /> : null}
              <ColumnMenu columns={COLUMNS} choice={columns.choice} width={columns.width} onChoose={columns.choose} />
            </>
          }
        >
          <TableFacet
            label="State"
            any="near or over"
            value={query['state'] === undefined ? undefined : state}
            options={STATES.filter((one) => one !== 'near').map((value) => ({ value, label: STATE_WORDS[value] }))}
            onChange={(value) => setQuery({ state: value })}
          />
          <TableFacet
            label="Metric"
            any="any metric"
            value={metric}
            options={(head?.metrics ?? []).map((value) => ({ value, label: metricName(value) }))}
            onChange={(value) => setQuery({ metric: value })}
          />
          {head === undefined ? null : (
            <span className="second small row">
              <StatusWord status={head.totals.over > 0 ? 'bad' : 'idle'}>{integer(head.totals.over)} over</StatusWord>
              <StatusWord status={head.totals.soft > 0 ? 'warn' : 'idle'}>{integer(head.totals.soft)} near</StatusWord>
            </span>
          )}
        </TableTools>
        <section className="panel grow table-panel" aria-label="Limits" ref={frame}>
          <DataTable
            label="Limits of tenants"
            columns={columns.shown}
            source={source}
            keyAt={keyAt}
            nameOf={(row) => `${row.tenant.name}, ${metricName(row.use.metric)}, ${LIMIT_LOOK[row.use.state].word}`}
            rowHeight={28}
            onOpen={(row, _position, aside) => {
              if (aside) window.open(hrefOf(row.address));
              else router.go(row.address);
            }}
            order="The fullest first"
            counted={head === undefined ? undefined : `${integer(source.count)} of ${counted(head.totals.limits, 'limit')}`}
            letters={letters}
            empty={
              (head?.totals.limits ?? 0) === 0 ? (
                <Empty icon="horizontal-distribution" title="No limit is counted yet">
                  Limits come from the plans of tenants. They are judged when usage comes in.
                </Empty>
              ) : narrowed ? (
                <Empty icon="search" title="No limit fits" action={<Button text="Clear all" onClick={clear} />}>
                  {counted(head?.totals.limits ?? 0, 'limit')} in all; none of them matches the facets.
                </Empty>
              ) : (
                <Empty
                  icon="tick-circle"
                  title="Nobody is near a limit"
                  action={<Button text="Show all" onClick={() => setQuery({ state: 'all' })} />}
                >
                  {counted(head?.totals.limits ?? 0, 'limit')} counted; all are below their soft limit.
                </Empty>
              )
            }
            failed={(error, retry) => (
              <ErrorView error={asCallError(error)} what="the limits" safe="Nothing was changed." onRetry={retry} />
            )}
          />
        </section>
      </div>
      <Crossings metric={metric} />
    </div>
  );
}

/** What passed a limit lately: a fact each, once a period. */
function Crossings({ metric }: { readonly metric: string | undefined }) {
  const answer = useProcedure('limit.crossings', { limit: CROSSINGS, ...(metric === undefined ? {} : { metric }) }, { keep: true });
  return (
    <Panel
      title="Crossings"
      note={answer.data === undefined ? null : counted(answer.data.total, 'crossing')}
      pad={false}
      className="scroll-panel usage-side"
    >
      <AnswerView
        of={answer}
        what="the crossings"
        skeleton={<Skeleton rows={10} />}
        isEmpty={({ total }) => total === 0}
        empty={
          <Empty icon="flash" title="No limit was passed">
            A crossing is recorded once for each limit, period and threshold.
          </Empty>
        }
      >
        {({ crossings }) => (
          <ScrollRegion label="Crossings">
            <ul className="crossings">
              {crossings.map((one) => (
                <li key={one.crossingNo} className="stack-0">
                  <span className="row between">
                    <StatusWord status={one.threshold === 'hard' ? 'bad' : 'warn'}>
                      <a href={hrefOf(one.address)}>{visibleText(one.tenant.name)}</a>
                    </StatusWord>
                    <span className="muted small">
                      <Time at={one.at} form="short" />
                    </span>
                  </span>
                  <span className="second small">
                    {metricName(one.metric)} {crossingWords(one)} of {wholeQuantity(one.limit)} {one.unit} with {wholeQuantity(one.used)},{' '}
                    {periodWords(one)}.
                  </span>
                </li>
              ))}
            </ul>
          </ScrollRegion>
        )}
      </AnswerView>
    </Panel>
  );
}
