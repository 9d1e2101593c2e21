import { Button, HTMLSelect } from '@blueprintjs/core';
import { useState } from 'react';
import type { AuditEntry } from '../../../src-shared/contract/audit.ts';
import { type Answer, roleWord, useProcedure } from '../../port/use-app.ts';
import type { Address } from '../../router/address.ts';
import { setQuery } from '../../router/router.ts';
import { integer } from '../../ui/format.ts';
import { PageHead, Panel } from '../../ui/parts.tsx';
import { useLetters } from '../../ui/preferences.ts';
import { moveFocus } from '../../ui/roving.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { AuditEntryPanel } from './audit-entry.tsx';
import { changeLine } from './audit-words.ts';
import './audit.css';

const PAGE = 100;

const GROUPS: readonly (readonly [prefix: string, words: string])[] = [
  ['', 'every action'],
  ['source.', 'sources'],
  ['sync.', 'syncs'],
  ['quarantine.', 'quarantine'],
  ['receipt.', 'receipts'],
  ['trustedLog.', 'trusted logs'],
  ['backup.', 'backups'],
  ['workspace.', 'workspace'],
  ['member.', 'members'],
  ['session.', 'who acts'],
];

function ChainState() {
  const verify = useProcedure('audit.verify', {});
  if (verify.data === undefined) return <span className="muted">checking its own chain</span>;
  const { verdict, entries, says, brokenAt } = verify.data;
  return (
    <span className="row" title={says}>
      <StatusWord status={verdict === 'BROKEN' ? 'bad' : verdict === 'INDETERMINATE' ? 'warn' : 'ok'}>
        {verdict === 'BROKEN'
          ? `its chain breaks at ${brokenAt === null ? 'an unknown entry' : integer(brokenAt)}`
          : `all ${integer(entries)} entries are chained`}
      </StatusWord>
      <Button size="small" variant="minimal" text="Verify again" loading={verify.isFetching} onClick={() => void verify.refetch()} />
    </span>
  );
}

function Rows({ page, selected }: { readonly page: Answer<'audit.page'>; readonly selected: number | null }) {
  const letters = useLetters();
  return (
    <tbody onKeyDown={(event) => moveFocus(event, letters)}>
      {page.entries.map((entry, i) => (
        <Row key={entry.seq} entry={entry} selected={entry.seq === selected} first={i === 0} />
      ))}
    </tbody>
  );
}

function Row({ entry, selected, first }: { readonly entry: AuditEntry; readonly selected: boolean; readonly first: boolean }) {
  return (
    <tr
      className={selected ? 'selected' : ''}
      data-row
      data-seq={entry.seq}
      tabIndex={selected || first ? 0 : -1}
      onClick={() => setQuery({ entry: String(entry.seq) })}
    >
      <td className="num">
        <button
          type="button"
          className="plain-link"
          data-main
          tabIndex={-1}
          onClick={(event) => {
            event.stopPropagation();
            setQuery({ entry: String(entry.seq) });
          }}
        >
          <span className="visually-hidden">Entry </span>
          {integer(entry.seq)}
        </button>
      </td>
      <td>
        <Time at={entry.at} form="short" />
      </td>
      <td>
        <span className="strong">{entry.actor.name}</span> <span className="muted hide-narrow">{roleWord(entry.actor.role)}</span>
      </td>
      <td>
        <code>{entry.action}</code>
      </td>
      <td className="ellipsis subject-cell">{entry.subject ?? ''}</td>
      <td className="second ellipsis change-cell" title={changeLine(entry)}>
        {changeLine(entry)}
      </td>
      <td>
        <code className="muted">{entry.hash.slice(0, 8)}</code>
      </td>
    </tr>
  );
}

/** Who did what, when, from what to what: append-only and chained, so that a removed entry is seen. */
export function Audit({ address }: { readonly address: Address }) {
  const [action, setAction] = useState('');
  const [actor, setActor] = useState('');
  const before = address.query['before'];
  const members = useProcedure('member.list', {}).data?.members ?? [];
  const page = useProcedure(
    'audit.page',
    { limit: PAGE, ...(before === undefined ? {} : { before }), ...(action === '' ? {} : { action }), ...(actor === '' ? {} : { actor }) },
    { keep: true },
  );
  const wanted = Number(address.query['entry']);
  const selected = Number.isSafeInteger(wanted) && wanted > 0 ? wanted : null;
  return (
    <>
      <PageHead title="Audit" lead={<ChainState />} />
      <div className="with-side audit">
        <Panel
          className="audit-list"
          title="Entries"
          note="newest first"
          pad={false}
          actions={
            <>
              <HTMLSelect
                aria-label="Which actions"
                value={action}
                onChange={(event) => {
                  setAction(event.target.value);
                  setQuery({ before: undefined });
                }}
                options={GROUPS.map(([value, label]) => ({ value, label }))}
              />
              <HTMLSelect
                aria-label="Whose actions"
                value={actor}
                onChange={(event) => {
                  setActor(event.target.value);
                  setQuery({ before: undefined });
                }}
                options={[{ value: '', label: 'everyone' }, ...members.map((member) => ({ value: member.memberId, label: member.name }))]}
              />
            </>
          }
        >
          <AnswerView
            of={page}
            what="the audit log"
            skeleton={<Skeleton rows={16} />}
            isEmpty={(data) => data.entries.length === 0}
            empty={
              <Empty icon="history" title="No entry like this">
                Every change is written here with who made it. Choose other actions or another person.
              </Empty>
            }
          >
            {(data) => (
              <>
                <div className="audit-scroll">
                  <table className="table tight">
                    <thead>
                      <tr>
                        <th scope="col" className="num">
                          Entry
                        </th>
                        <th scope="col">When</th>
                        <th scope="col">Who</th>
                        <th scope="col">Did</th>
                        <th scope="col">To</th>
                        <th scope="col">From, to</th>
                        <th scope="col">Hash</th>
                      </tr>
                    </thead>
                    <Rows page={data} selected={selected} />
                  </table>
                </div>
                <div className="list-foot tiny muted">
                  <span>
                    {integer(data.entries.length)} of {integer(data.total)}, newest first
                  </span>
                  <span className="push" />
                  {before === undefined ? null : (
                    <Button
                      size="small"
                      variant="minimal"
                      icon="arrow-left"
                      text="Newest"
                      onClick={() => setQuery({ before: undefined }, { replace: false })}
                    />
                  )}
                  {data.next === null ? null : (
                    <Button
                      size="small"
                      variant="minimal"
                      endIcon="arrow-right"
                      text="Older"
                      onClick={() => setQuery({ before: data.next ?? undefined }, { replace: false })}
                    />
                  )}
                </div>
              </>
            )}
          </AnswerView>
        </Panel>
        {selected === null ? null : <AuditEntryPanel seq={selected} />}
      </div>
    </>
  );
}
