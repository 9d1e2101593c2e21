import { Button, Menu, MenuItem, PopoverNext } from '@blueprintjs/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { OutputOf } from '../../../src-shared/contract/define.ts';
import {
  type ArtifactState,
  EVIDENCE_STORED_KINDS,
  type EvidenceArtifact,
  type EvidenceStoredKind,
  MAKER_KINDS,
} from '../../../src-shared/contract/evidence.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { useAppClient } from '../../port/app-client.ts';
import { useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, integer } from '../../ui/format.ts';
import { Keys, Panel } from '../../ui/parts.tsx';
import { useLetters } from '../../ui/preferences.ts';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Empty, ErrorView, Skeleton } from '../../ui/states.tsx';
import { useColumns } from '../../ui/table-choice.ts';
import { asCallError } from '../../ui/table-error.ts';
import { type CursorPage, useCursorRows } from '../../ui/table-rows.ts';
import { ColumnMenu, TableFacet, TableSearch, TableTools } from '../../ui/table-tools.tsx';
import { DataTable } from '../../ui/table.tsx';
import { AddEvidenceDialog } from './add-dialog.tsx';
import { ARTIFACT_COLUMNS } from './artifact-columns.tsx';
import { KIND_WORDS, MAKER_WORDS, stateLook } from './evidence-words.ts';
import { MonthGrid } from './month-grid.tsx';
import { useVerifyEvidence } from './use-verify-evidence.ts';
import './artifacts.css';

type ListPage = OutputOf<Contract, 'evidence.list'>;

const STATES: readonly ArtifactState[] = ['fail', 'stale', 'pass', 'none'];
const SEARCH_REST_MS = 150;

const pageOf = (page: ListPage): CursorPage<EvidenceArtifact> => ({
  rows: page.artifacts,
  next: page.next,
  shown: page.shown,
  total: page.total,
});
const oneOf = <T extends string>(text: string | undefined, known: readonly T[]): T | undefined => known.find((one) => one === text);

/** The four makers, wherever something is to be made. */
export function MakeMenu({ month }: { readonly month?: string | undefined }) {
  const refused = useAllowed()('evidence.make');
  if (refused !== null) return <ActionButton icon="edit" text="Make…" refused={refused} />;
  return (
    <PopoverNext
      placement="bottom-end"
      arrow={false}
      content={
        <Menu aria-label="What to make">
          {MAKER_KINDS.map((kind) => (
            <MenuItem
              key={kind}
              text={MAKER_WORDS[kind].title}
              label={MAKER_WORDS[kind].note}
              onClick={() => {
                router.go(`/evidence/make/${kind}${month === undefined ? '' : `?month=${month}`}`);
              }}
            />
          ))}
        </Menu>
      }
    >
      <Button icon="edit" endIcon="caret-down" text="Make" />
    </PopoverNext>
  );
}

/** Which evidence there is, how long each verdict still holds, and every artifact. */
export function EvidenceArtifacts() {
  const { live } = useAppClient();
  const { query } = useAddress();
  const search = query['q'] ?? '';
  const kind = oneOf<EvidenceStoredKind>(query['kind'], EVIDENCE_STORED_KINDS);
  const state = oneOf<ArtifactState>(query['state'], STATES);
  const month = query['month'];
  const months = useProcedure('evidence.months', {}, { keep: true });
  const input = {
    ...(search === '' ? {} : { search }),
    ...(kind === undefined ? {} : { kind }),
    ...(state === undefined ? {} : { state }),
    ...(month === undefined ? {} : { month }),
  };
  const source = useCursorRows<EvidenceArtifact, ListPage>({
    queryKey: ['evidence.list', input, 'pages'],
    read: (after, signal) => live.call('evidence.list', { ...input, ...(after === undefined ? {} : { after }) }, { signal }),
    pageOf,
  });
  const frame = useRef<HTMLElement>(null);
  const columns = useColumns('evidence', ARTIFACT_COLUMNS, frame);
  const [adding, setAdding] = useState(false);
  const [typed, setTyped] = useSearch(search);
  const searchBox = useRef<HTMLInputElement>(null);
  const verify = useVerifyEvidence();
  const allowed = useAllowed();
  const letters = useLetters();
  const keyAt = useCallback((position: number) => source.rowAt(position)?.artifactId, [source]);
  useShortcut('/', 'Search artifacts', () => searchBox.current?.focus());
  useShortcut('V', 'Verify what is due', () => {
    if (allowed('evidence.verify') === null) verify.start(null);
  });
  const narrowed = Object.keys(input).length > 0;
  const clear = (): void => {
    setTyped('');
    setQuery({ q: undefined, kind: undefined, state: undefined, month: undefined });
  };
  const total = source.total ?? 0;
  return (
    <div className="ev-artifacts">
      <Panel title="By kind and month" note="how long each verdict still holds" pad={false} className="ev-months" actions={<Legend />}>
        <AnswerView of={months} what="the months" skeleton={<Skeleton rows={10} rowHeight={26} />}>
          {(answer) => <MonthGrid of={answer} />}
        </AnswerView>
      </Panel>
      <TableTools
        after={
          <>
            {narrowed ? <Button variant="minimal" size="small" text="Clear all" onClick={clear} /> : null}
            <ColumnMenu columns={ARTIFACT_COLUMNS} choice={columns.choice} width={columns.width} onChoose={columns.choose} />
            <ActionButton
              icon="refresh"
              text="Verify"
              endIcon={<Keys>V</Keys>}
              refused={allowed('evidence.verify')}
              loading={verify.busy}
              onClick={() => {
                verify.start(null);
              }}
            />
            <ActionButton
              icon="add"
              text="Add…"
              refused={allowed('evidence.add')}
              onClick={() => {
                setAdding(true);
              }}
            />
            <MakeMenu month={month} />
          </>
        }
      >
        <TableSearch
          label="Search artifacts"
          placeholder="Name, label, source or hash"
          value={typed}
          onChange={setTyped}
          inputRef={searchBox}
          width={220}
        />
        <TableFacet
          label="Kind"
          any="any kind"
          value={kind}
          options={EVIDENCE_STORED_KINDS.map((value) => ({ value, label: KIND_WORDS[value] }))}
          onChange={(value) => setQuery({ kind: value })}
        />
        <TableFacet
          label="Verdict"
          any="any verdict"
          value={state}
          options={STATES.map((value) => ({ value, label: stateLook(value).word }))}
          onChange={(value) => setQuery({ state: value })}
        />
        <TableFacet
          label="Month"
          any="any month"
          value={month}
          options={[...(months.data?.months ?? [])].reverse().map((value) => ({ value, label: value }))}
          onChange={(value) => setQuery({ month: value })}
        />
      </TableTools>
      <section className="panel grow table-panel" aria-label="Artifacts" ref={frame}>
        <DataTable
          label="Artifacts of evidence"
          columns={columns.shown}
          source={source}
          keyAt={keyAt}
          nameOf={(artifact) => artifact.name}
          rowHeight={28}
          onOpen={(artifact, _position, aside) => {
            if (aside) window.open(hrefOf(artifact.address));
            else router.go(artifact.address);
          }}
          order="What came last first"
          counted={source.state === 'ready' && total > 0 ? `${integer(source.count)} of ${counted(total, 'artifact')}` : undefined}
          letters={letters}
          empty={
            narrowed ? (
              <Empty icon="search" title="No artifact fits" action={<Button text="Clear all" onClick={clear} />}>
                {counted(total, 'artifact')} in all; none of them matches the search and the facets.
              </Empty>
            ) : (
              <Empty
                icon="document"
                title="No evidence yet"
                action={
                  <Button
                    intent="primary"
                    icon="folder-open"
                    text="Add a source…"
                    onClick={() => {
                      router.go('/settings/sources');
                    }}
                  />
                }
              >
                Evidence comes from a source’s folder evidence, is added as a file, or is made here from the newest version.
              </Empty>
            )
          }
          failed={(error, retry) => (
            <ErrorView error={asCallError(error)} what="the artifacts" safe="Nothing was changed." onRetry={retry} />
          )}
        />
      </section>
      {adding ? <AddEvidenceDialog onClose={() => setAdding(false)} /> : null}
    </div>
  );
}

const Legend = () => (
  <span className="legend">
    <span>
      <i className="ev-cell ev-ok">12 d</i>passes
    </span>
    <span>
      <i className="ev-cell ev-soon">3 d</i>soon too old
    </span>
    <span>
      <i className="ev-cell ev-stale">!</i>too old
    </span>
    <span>
      <i className="ev-cell ev-fail">✕</i>fails
    </span>
    <span>– none</span>
  </span>
);

/** What is typed, and after a rest what is searched for: it stands in the address. */
const useSearch = (search: string): [string, (text: string) => void] => {
  const [typed, setTyped] = useState(search);
  const [known, setKnown] = useState(search);
  if (search !== known) {
    setKnown(search);
    setTyped(search);
  }
  useEffect(() => {
    if (typed === search) return undefined;
    const timer = setTimeout(() => {
      setQuery({ q: typed === '' ? undefined : typed });
    }, SEARCH_REST_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed, search]);
  return [typed, setTyped];
};
