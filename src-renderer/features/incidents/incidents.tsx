import { useCallback, useRef, useState } from 'react';
import { type Incident, INCIDENT_KINDS, type IncidentKind } from '../../../src-shared/contract/incidents.ts';
import type { CallError } from '../../../src-shared/contract/client.ts';
import { useAppClient } from '../../port/app-client.ts';
import { type Answer, useCommand, useProcedure } from '../../port/use-app.ts';
import { type Address, parseAddress, withQuery } from '../../router/address.ts';
import { router, setQuery } from '../../router/router.ts';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { counted, integer } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { PageHead } from '../../ui/parts.tsx';
import { useLetters } from '../../ui/preferences.ts';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { Empty, ErrorView } from '../../ui/states.tsx';
import { useColumns } from '../../ui/table-choice.ts';
import { asCallError } from '../../ui/table-error.ts';
import { type CursorPage, useCursorRows } from '../../ui/table-rows.ts';
import { ColumnMenu, TableFacet, TableTools } from '../../ui/table-tools.tsx';
import { DataTable } from '../../ui/table.tsx';
import { INCIDENT_COLUMNS } from './incident-columns.tsx';
import { IncidentEntry } from './incident-entry.tsx';
import { FILTER_WORDS, FILTERS, type IncidentFilter, isFilter, KIND_WORDS, restoreSays, totalOf } from './incident-words.ts';
import './incidents.css';

type Page = Answer<'incident.list'>;

const pageOf = (page: Page): CursorPage<Incident> => ({
  rows: page.incidents,
  next: page.next === null ? null : String(page.next),
  shown: null,
  total: page.totals.open + page.totals.resolved,
});

type Deciding = { readonly what: 'note' | 'resolve'; readonly incident: Incident };

/** What went wrong, who owns it, how it ended: open ones first. */
export function Incidents({ address }: { readonly address: Address }) {
  const { live } = useAppClient();
  const { query } = address;
  const state: IncidentFilter = isFilter(query['state']) ? query['state'] : 'open';
  const kind = (INCIDENT_KINDS as readonly string[]).includes(query['kind'] ?? '') ? (query['kind'] as IncidentKind) : undefined;
  const mine = query['owner'] === 'me';
  const input = { state, mine, ...(kind === undefined ? {} : { kind }) };
  const source = useCursorRows<Incident, Page>({
    queryKey: ['incident.list', input, 'pages'],
    read: (after, signal) => live.call('incident.list', { ...input, ...(after === undefined ? {} : { after: Number(after) }) }, { signal }),
    pageOf,
  });
  const first = source.pages[0];
  const frame = useRef<HTMLElement>(null);
  const columns = useColumns('incidents', INCIDENT_COLUMNS, frame);
  const letters = useLetters();
  const me = useProcedure('session.describe', {}).data?.member.memberId;
  const assign = useCommand('incident.assign');
  const note = useCommand('incident.note');
  const resolve = useCommand('incident.resolve');
  const [deciding, setDeciding] = useState<Deciding | null>(null);
  const wanted = Number(address.segments[1]);
  const chosen = Number.isSafeInteger(wanted) && wanted > 0 ? wanted : (source.rowAt(0)?.incidentNo ?? null);
  const keyAt = useCallback(
    (position: number) => {
      const row = source.rowAt(position);
      return row === undefined ? undefined : String(row.incidentNo);
    },
    [source],
  );
  const take = (incidentNo: number): void => {
    if (me === undefined) return;
    assign.run({ incidentNo, memberId: me }).then(
      () => say({ status: 'ok', title: 'You own it now', text: 'Others see your name on it.' }),
      (error: unknown) => {
        const failure = error as CallError;
        say({ status: 'bad', title: 'It was not taken', text: `${failure.message} ${failure.nextStep}` });
      },
    );
  };
  const acting = deciding?.what === 'resolve' ? resolve : note;
  const decide = ({ what, incident }: Deciding, says: string): void => {
    acting.run({ incidentNo: incident.incidentNo, says }).then(
      () => {
        setDeciding(null);
        say(
          what === 'resolve'
            ? { status: 'ok', title: `${incident.incidentId} resolved`, text: 'It is kept under "Resolved".' }
            : { status: 'ok', title: 'Noted', text: `Kept with ${incident.incidentId}.` },
        );
      },
      // The dialog shows it, from `error`.
      () => undefined,
    );
  };
  return (
    <>
      <PageHead
        title="Incidents"
        lead={first === undefined ? 'What went wrong, who owns it, how it ended' : `Time to restore: ${restoreSays(first.restore)}`}
      />
      <TableTools after={<ColumnMenu columns={INCIDENT_COLUMNS} choice={columns.choice} width={columns.width} onChoose={columns.choose} />}>
        <div className="views" role="group" aria-label="State">
          {FILTERS.map((filter) => (
            <button
              key={filter}
              type="button"
              className="view low"
              aria-pressed={filter === state}
              onClick={() => {
                setQuery({ state: filter === 'open' ? undefined : filter });
              }}
            >
              {FILTER_WORDS[filter]}
              {first === undefined ? null : <span className="count">{integer(totalOf(filter, first.totals))}</span>}
            </button>
          ))}
        </div>
        <TableFacet
          label="Kind"
          any="any kind"
          value={kind}
          options={INCIDENT_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))}
          onChange={(value) => {
            setQuery({ kind: value });
          }}
        />
        <TableFacet
          label="Owner"
          any="anyone"
          value={mine ? 'me' : undefined}
          options={[{ value: 'me', label: 'me' }]}
          onChange={(value) => {
            setQuery({ owner: value });
          }}
        />
      </TableTools>
      <div className="incidents">
        <section className="panel table-panel" aria-label="Incidents" ref={frame}>
          <DataTable
            label="Incidents"
            columns={columns.shown}
            source={source}
            keyAt={keyAt}
            nameOf={(row) => `${row.incidentId}, ${row.title}`}
            rowHeight={32}
            onFocusRow={(row) => {
              if (row !== undefined && row.incidentNo !== wanted)
                router.go(withQuery(parseAddress(`/incidents/${row.incidentNo}`), query), { replace: true });
            }}
            order="Newest first"
            counted={
              first === undefined
                ? undefined
                : `${integer(totalOf(state, first.totals))} of ${counted(first.totals.open + first.totals.resolved, 'incident')}`
            }
            letters={letters}
            empty={
              <Empty icon="tick-circle" title={state === 'open' ? 'No open incident' : 'No incident here'}>
                {state === 'open'
                  ? 'A limit that is passed, a conflict, a recount that differs: it is opened here by itself, with its owner and its figures.'
                  : 'Choose another state, kind or owner.'}
              </Empty>
            }
            failed={(error, retry) => (
              <ErrorView error={asCallError(error)} what="the incidents" safe="Nothing was changed." onRetry={retry} />
            )}
          />
        </section>
        <IncidentEntry
          incidentNo={chosen}
          onTake={take}
          onNote={(incident) => setDeciding({ what: 'note', incident })}
          onResolve={(incident) => setDeciding({ what: 'resolve', incident })}
        />
      </div>
      {deciding === null ? null : (
        <>
          <ReturnFocus fallback='[role="grid"]' />
          <DecisionDialog
            title={deciding.what === 'resolve' ? `Resolve ${deciding.incident.incidentId}` : `Note on ${deciding.incident.incidentId}`}
            icon={deciding.what === 'resolve' ? 'tick' : 'comment'}
            statement={
              deciding.what === 'resolve'
                ? `You say that the cause of “${deciding.incident.title}” is gone. The time to restore ends now; if the trouble is met again, a new incident is opened.`
                : `You note something on “${deciding.incident.title}”. It is kept with the incident, under your name.`
            }
            reasonLabel={deciding.what === 'resolve' ? 'What was the cause, and what was done' : 'Note'}
            act={deciding.what === 'resolve' ? `Resolve ${deciding.incident.incidentId}` : 'Keep the note'}
            busy={acting.busy}
            error={acting.error}
            onAct={(says) => decide(deciding, says)}
            onClose={() => {
              setDeciding(null);
              acting.reset();
            }}
          />
        </>
      )}
    </>
  );
}
