import { Button, Icon } from '@blueprintjs/core';
import { useState } from 'react';
import type { PacketRow } from '../../../src-shared/contract/packets.ts';
import { useProcedure, type Answer } from '../../port/use-app.ts';
import { hrefOf, router } from '../../router/router.ts';
import { integer } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { moveFocus } from '../../ui/roving.ts';
import { usePreferences } from '../../ui/preferences.ts';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { DECISION_WORDS, monthName, shown, stateLook } from './packet-words.ts';

type ListAnswer = Answer<'packet.list'>;

/** One row a month: its newest revision. */
export function PacketTable({ answer }: { readonly answer: ListAnswer }) {
  const letters = usePreferences((state) => state.letters);
  const [before, setBefore] = useState<string | null>(null);
  const older = useProcedure('packet.list', before === null ? {} : { before }, { keep: true });
  const page = before === null ? answer : (older.data ?? answer);
  return (
    <Panel title="Months" note="newest first" pad={false} className="packet-months">
      <div className="packet-scroll" tabIndex={-1}>
        <table className="table packet-table">
          <thead>
            <tr>
              <th scope="col">Month</th>
              <th scope="col">State</th>
              <th scope="col" className="num">
                Revision
              </th>
              <th scope="col" className="num hide-narrow">
                MRR, USD
              </th>
              <th scope="col" className="num">
                Blended margin
              </th>
              <th scope="col" className="num hide-narrow">
                Stress margin
              </th>
              <th scope="col" className="num">
                p95 of MRR
              </th>
              <th scope="col">Gates</th>
              <th scope="col" className="num">
                Questions
              </th>
              <th scope="col">Due</th>
              <th scope="col">Built</th>
            </tr>
          </thead>
          <tbody
            onKeyDown={(event) => {
              moveFocus(event, letters);
            }}
          >
            {page.packets.map((row, i) => (
              <Row key={row.packetId} row={row} first={i === 0} />
            ))}
          </tbody>
        </table>
      </div>
      <div className="packet-foot tiny muted">
        <span>
          {integer(page.packets.length)} of {integer(page.total)}, newest month first
        </span>
        <span className="push" />
        {before === null ? null : (
          <Button
            size="small"
            variant="minimal"
            icon="arrow-left"
            text="Newest"
            onClick={() => {
              setBefore(null);
            }}
          />
        )}
        {page.next === null ? null : (
          <Button
            size="small"
            variant="minimal"
            endIcon="arrow-right"
            text="Older"
            onClick={() => {
              setBefore(page.next);
            }}
          />
        )}
      </div>
    </Panel>
  );
}

function Row({ row, first }: { readonly row: PacketRow; readonly first: boolean }) {
  const look = stateLook(row.state);
  return (
    <tr
      data-row
      tabIndex={first ? 0 : -1}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a, button') === null) router.go(row.address);
      }}
    >
      <td>
        <a href={hrefOf(row.address)} tabIndex={-1} data-main className="strong">
          {monthName(row.month)}
        </a>
      </td>
      <td>
        <StatusWord status={look.status} icon={look.icon}>
          {look.word}
        </StatusWord>
      </td>
      <td className="num">
        {row.revision}
        {row.revision > 1 ? <span className="muted"> restated</span> : null}
      </td>
      <td className="num hide-narrow">{shown(row.mrr, 'USD')}</td>
      <Bounded value={row.blendedMargin} bound={row.bounds.minBlendedMargin} kind="min" className="strong" />
      <Bounded value={row.stressMargin} bound={row.bounds.minStressMargin} kind="min" className="hide-narrow" />
      <Bounded value={row.p95Envelope} bound={row.bounds.maxP95Envelope} kind="max" />
      <td>
        <Gates row={row} />
      </td>
      <td className="num">{row.openQuestions === 0 ? <span className="muted">none open</span> : `${row.openQuestions} open`}</td>
      <td>
        {row.state === 'accepted' ? (
          <span className="muted">done</span>
        ) : row.overdue ? (
          <StatusWord status="warn" icon="time">
            <Time at={row.dueAt} form="column" />
          </StatusWord>
        ) : (
          <Time at={row.dueAt} form="column" />
        )}
      </td>
      <td className="second">
        <Time at={row.builtAt} form="column" />
      </td>
    </tr>
  );
}

interface BoundedProps {
  readonly value: string | null;
  readonly bound: string;
  readonly kind: 'min' | 'max';
  readonly className?: string;
}

/** A figure with its bound: "8.32% > 8.00%". */
function Bounded({ value, bound, kind, className = '' }: BoundedProps) {
  const holds = value !== null && (kind === 'min' ? Number(value) >= Number(bound) : Number(value) <= Number(bound));
  const sign = kind === 'min' ? (holds ? '≥' : '<') : holds ? '≤' : '>';
  return (
    <td className={`num ${className}`}>
      <span className={holds ? undefined : 't-bad'}>{shown(value, 'percent')}</span>{' '}
      {value === null ? null : (
        <span className="bound">
          {sign} {shown(bound, 'percent')}
        </span>
      )}
    </td>
  );
}

function Gates({ row }: { readonly row: PacketRow }) {
  return (
    <span className="row">
      {row.failing.length > 0 ? (
        <StatusWord status="bad">
          {row.failing.slice(0, 2).join(', ')}
          {row.failing.length > 2 ? ` and ${row.failing.length - 2} more` : ''}
        </StatusWord>
      ) : row.decision === 'pass' ? (
        <span className="muted">{DECISION_WORDS.pass}</span>
      ) : (
        <StatusWord status="idle">{DECISION_WORDS[row.decision]}</StatusWord>
      )}
      {row.referenceRefused ? (
        <Icon icon="ban-circle" size={12} className="t-warn" title="The reference verifiers write no files for this month" />
      ) : null}
    </span>
  );
}
