import { Button } from '@blueprintjs/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { ChainRow } from '../../../src-shared/contract/receipts.ts';
import { useAppClient } from '../../port/app-client.ts';
import { useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, integer } from '../../ui/format.ts';
import { Keys, PageHead } from '../../ui/parts.tsx';
import { useLetters } from '../../ui/preferences.ts';
import { useShortcut } from '../../ui/shortcuts.ts';
import { Empty, ErrorView } from '../../ui/states.tsx';
import { useColumns } from '../../ui/table-choice.ts';
import { asCallError } from '../../ui/table-error.ts';
import { type CursorPage, useCursorRows } from '../../ui/table-rows.ts';
import { keepKeys, NO_SELECTION, type Selection } from '../../ui/table-selection.ts';
import { ColumnMenu, type FacetOption, TableFacet, TableSearch, TableTools } from '../../ui/table-tools.tsx';
import { DataTable } from '../../ui/table.tsx';
import { CHAIN_COLUMNS } from './chain-columns.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { useVerify } from './use-verify.ts';
import './receipts.css';

type ChainsPage = OutputOf<Contract, 'receipt.chains'>;
type VerdictFacet = 'BROKEN' | 'INDETERMINATE' | 'VERIFIED_UNANCHORED' | 'VERIFIED' | 'none';
const VERDICTS: readonly VerdictFacet[] = ['BROKEN', 'INDETERMINATE', 'none', 'VERIFIED_UNANCHORED', 'VERIFIED'];
const SEARCH_REST_MS = 150;
const MOST_SELECTED = 500;

const pageOf = (page: ChainsPage): CursorPage<ChainRow> => ({ rows: page.chains, next: page.next, shown: page.shown, total: page.total });
const isVerdict = (text: string | undefined): text is VerdictFacet => VERDICTS.includes(text as VerdictFacet);

/** All chains of the workspace: which hold, how far others vouch for them, which need a person. */
export function ChainsScreen() {
  const { live } = useAppClient();
  const { query } = useAddress();
  const search = query['q'] ?? '';
  const verdict = isVerdict(query['verdict']) ? query['verdict'] : undefined;
  const sourceName = query['source'];
  const input = {
    ...(search === '' ? {} : { search }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(sourceName === undefined ? {} : { sourceName }),
  };
  const source = useCursorRows<ChainRow, ChainsPage>({
    queryKey: ['receipt.chains', input, 'pages'],
    read: (after, signal) => live.call('receipt.chains', { ...input, ...(after === undefined ? {} : { after }) }, { signal }),
    pageOf,
  });
  const [selection, setSelection] = useState<Selection>(NO_SELECTION);
  const [exporting, setExporting] = useState<readonly string[] | null>(null);
  const frame = useRef<HTMLElement>(null);
  const columns = useColumns('chains', CHAIN_COLUMNS, frame);
  const verify = useVerify();
  const notAllowed = useAllowed()('receipt.verify');
  const none = source.state === 'ready' && source.total === 0 ? 'There is no chain yet: add a source first.' : null;
  const refused = notAllowed ?? none;
  const letters = useLetters();
  const seal = useProcedure('receipt.seal', {}).data;
  const sources = useProcedure('source.list', {}).data?.sources ?? [];
  const [typed, setTyped] = useSearch(search);
  const searchBox = useRef<HTMLInputElement>(null);
  useShortcut('/', 'Search chains', () => searchBox.current?.focus());
  useShortcut('V', 'Verify all chains', () => {
    if (refused === null) verify.start(null, false);
  });

  const keyAt = useCallback((position: number) => source.rowAt(position)?.chainKey, [source]);
  const narrowed = search !== '' || verdict !== undefined || sourceName !== undefined;
  const chosen = [...selection.keys];
  const filter = (patch: Readonly<Record<string, string | undefined>>): void => {
    setSelection(NO_SELECTION);
    setQuery(patch);
  };
  const total = source.total ?? 0;
  const present = new Set(source.pages.flatMap((page) => page.chains.map((chain) => chain.chainKey)));
  const kept = keepKeys(selection, (key) => present.has(key));
  if (kept !== selection && source.state === 'ready') setSelection(kept);

  return (
    <>
      <PageHead
        title="Receipts"
        lead="Which chains hold, how far others vouch for them, where one breaks"
        actions={
          <>
            <ActionButton
              icon="export"
              text="Export…"
              refused={none}
              onClick={() => {
                setExporting([]);
              }}
            />
            <ActionButton
              icon="reset"
              text="Verify from zero"
              refused={refused}
              loading={verify.busy}
              onClick={() => {
                verify.start(null, true);
              }}
            />
            <ActionButton
              icon="refresh"
              text="Verify all"
              endIcon={<Keys>V</Keys>}
              refused={refused}
              loading={verify.busy}
              onClick={() => {
                verify.start(null, false);
              }}
            />
          </>
        }
      />
      <TableTools
        after={
          <>
            {narrowed ? (
              <Button
                variant="minimal"
                size="small"
                text="Clear all"
                onClick={() => {
                  setTyped('');
                  filter({ q: undefined, verdict: undefined, source: undefined });
                }}
              />
            ) : null}
            <ColumnMenu columns={CHAIN_COLUMNS} choice={columns.choice} width={columns.width} onChoose={columns.choose} />
          </>
        }
      >
        <TableSearch label="Search chains" placeholder="Chain, plan or source" value={typed} onChange={setTyped} inputRef={searchBox} />
        <TableFacet
          label="Verdict"
          any="any verdict"
          value={verdict}
          options={verdictOptions(seal)}
          onChange={(value) => {
            filter({ verdict: value });
          }}
        />
        <TableFacet
          label="Source"
          any="any source"
          value={sourceName}
          options={sources.map((s) => ({ value: s.name, label: s.name }))}
          onChange={(value) => {
            filter({ source: value });
          }}
        />
      </TableTools>
      <section className="panel grow table-panel" aria-label="Chains" ref={frame}>
        <DataTable
          label="Receipt chains"
          columns={columns.shown}
          source={source}
          keyAt={keyAt}
          nameOf={(chain) => chain.chainKey}
          rowHeight={32}
          selection={selection}
          onSelect={setSelection}
          selectLimit={MOST_SELECTED}
          onOpen={(chain, _position, aside) => {
            if (aside) window.open(hrefOf(chain.address));
            else router.go(chain.address);
          }}
          order="What needs you first, then by name"
          counted={source.state === 'ready' && total > 0 ? `${integer(source.count)} of ${counted(total, 'chain')}` : undefined}
          letters={letters}
          bulk={
            chosen.length === 0 ? null : (
              <div className="bulk" role="group" aria-label="Selected chains">
                <b>{integer(chosen.length)} selected</b>
                <ActionButton
                  size="small"
                  icon="refresh"
                  text="Verify"
                  refused={refused}
                  onClick={() => {
                    verify.start(chosen, false);
                  }}
                />
                <ActionButton
                  size="small"
                  icon="reset"
                  text="Verify from zero"
                  refused={refused}
                  onClick={() => {
                    verify.start(chosen, true);
                  }}
                />
                <Button
                  size="small"
                  icon="export"
                  text="Export…"
                  onClick={() => {
                    setExporting(chosen);
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
            narrowed ? (
              <Empty
                icon="search"
                title="No chain fits"
                action={
                  <Button
                    text="Clear all"
                    onClick={() => {
                      setTyped('');
                      filter({ q: undefined, verdict: undefined, source: undefined });
                    }}
                  />
                }
              >
                {counted(total, 'chain')} in all; none of them matches the search and the facets.
              </Empty>
            ) : (
              <Empty
                icon="link"
                title="Nothing to verify yet"
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
                A chain of receipts comes from a source: a folder, or an address that serves feeds. Countersign reads; it never writes
                there.
              </Empty>
            )
          }
          failed={(error, retry) => <ErrorView error={asCallError(error)} what="the chains" safe="Nothing was changed." onRetry={retry} />}
        />
      </section>
      {exporting === null ? null : (
        <ExportDialog
          chainKeys={exporting}
          onClose={() => {
            setExporting(null);
          }}
        />
      )}
    </>
  );
}

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

const verdictOptions = (seal: OutputOf<Contract, 'receipt.seal'> | undefined): FacetOption<VerdictFacet>[] => {
  const counts: Readonly<Record<VerdictFacet, number | undefined>> = {
    BROKEN: seal?.broken,
    INDETERMINATE: seal?.indeterminate,
    none: seal?.notVerified,
    VERIFIED_UNANCHORED: seal?.unanchored,
    VERIFIED: seal?.anchored,
  };
  return VERDICTS.map((value) => {
    const count = counts[value];
    return { value, label: value === 'none' ? 'not verified yet' : value, ...(count === undefined ? {} : { count }) };
  });
};
