import { Button, InputGroup } from '@blueprintjs/core';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ChainRow, ReceiptRow } from '../../../src-shared/contract/receipts.ts';
import { useAppClient } from '../../port/app-client.ts';
import { bytes, counted, integer, position, shortHash } from '../../ui/format.ts';
import { useLetters } from '../../ui/preferences.ts';
import { useShortcut } from '../../ui/shortcuts.ts';
import { Empty, ErrorView } from '../../ui/states.tsx';
import { useColumns } from '../../ui/table-choice.ts';
import type { TableColumn } from '../../ui/table-columns.ts';
import { asCallError } from '../../ui/table-error.ts';
import { usePositionRows } from '../../ui/table-rows.ts';
import { ColumnMenu } from '../../ui/table-tools.tsx';
import { DataTable } from '../../ui/table.tsx';
import { factTime, parseTime } from '../../ui/time-format.ts';
import { visibleText } from '../../ui/visible-text.ts';

const none = <span className="muted">–</span>;
/** A time as the source wrote it: shown as a time where it is one, else as the text it is. */
const stamp = (text: string): string => (parseTime(text) === null ? visibleText(text) : factTime(text, true).replace(' UTC', ''));

const COLUMNS: readonly TableColumn<ReceiptRow>[] = [
  {
    id: 'index',
    title: 'Receipt',
    track: '84px',
    fixed: true,
    cell: (r) => <b className={r.findings.length > 0 ? 't-bad' : ''}>{position(r.index)}</b>,
    before: (index) => <span className="muted">{position(index)}</span>,
    text: (r) => String(r.index),
  },
  {
    id: 'time',
    title: 'Time, UTC',
    track: '142px',
    cell: (r) => (r.timestamp === null ? none : stamp(r.timestamp)),
    text: (r) => r.timestamp ?? '',
  },
  {
    id: 'id',
    title: 'receipt_id',
    track: 'minmax(120px, 1.3fr)',
    foldBelow: 560,
    cell: (r) => (r.receiptId === null ? none : <code className="second">{visibleText(r.receiptId)}</code>),
    text: (r) => r.receiptId ?? '',
  },
  {
    id: 'hash',
    title: 'current_hash',
    track: '128px',
    cell: (r) => (r.hash === null ? none : <code>{shortHash(r.hash)}</code>),
    text: (r) => r.hash ?? '',
  },
  {
    id: 'previous',
    title: 'previous',
    track: '128px',
    foldBelow: 900,
    cell: (r) => (r.previousHash === null ? none : <code className="second">{shortHash(r.previousHash)}</code>),
    text: (r) => r.previousHash ?? '',
  },
  {
    id: 'byte',
    title: 'Byte',
    track: '90px',
    align: 'end',
    hidden: true,
    cell: (r) => integer(r.byteOffset),
    text: (r) => String(r.byteOffset),
  },
  {
    id: 'length',
    title: 'Length',
    track: '64px',
    align: 'end',
    hidden: true,
    cell: (r) => bytes(r.byteLength),
    text: (r) => String(r.byteLength),
  },
  {
    id: 'refusal',
    title: 'Refusal',
    track: '132px',
    hidden: true,
    cell: (r) => (r.refusal === null ? none : <code>{visibleText(r.refusal)}</code>),
    text: (r) => r.refusal ?? '',
  },
  {
    id: 'findings',
    title: 'Finding',
    track: 'minmax(98px, 0.7fr)',
    cell: (r) =>
      r.findings.length === 0 ? (
        r.refusal === null ? (
          ''
        ) : (
          <span className="muted">refused</span>
        )
      ) : (
        <code className="t-bad">{r.findings.join(', ')}</code>
      ),
    text: (r) => r.findings.join(' '),
  },
];

const keyAt = (at: number): string => String(at);
const WINDOW = 100;
const PICK_REST_MS = 80;

export interface ReceiptsTableProps {
  readonly chain: Pick<ChainRow, 'chainKey' | 'receipts'>;
  readonly generation: number | undefined;
  readonly at: number;
  readonly onPick: (index: number) => void;
  readonly onOpen: (index: number) => void;
}

/** Every receipt of a chain, read by position: the millionth is as near as the first. */
export function ReceiptsTable({ chain, generation, at, onPick, onOpen }: ReceiptsTableProps) {
  const { live } = useAppClient();
  const { chainKey } = chain;
  const frame = useRef<HTMLDivElement>(null);
  const columns = useColumns('receipts', COLUMNS, frame);
  const letters = useLetters();
  const inputOf = useMemo(
    () => (from: number, limit: number) => ({ chainKey, from, limit, ...(generation === undefined ? {} : { generation }) }),
    [chainKey, generation],
  );
  const source = usePositionRows<ReceiptRow>({
    keyOf: useCallback((from, limit) => ['receipt.page', inputOf(from, limit), 'timed'], [inputOf]),
    read: useCallback((from, limit, signal) => live.call('receipt.page', inputOf(from, limit), { signal }), [live, inputOf]),
    size: WINDOW,
    expected: chain.receipts,
  });
  // While a key is held the inspector waits: it reads the receipt that one stops at, not every one on the way.
  const pick = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(
    () => () => {
      clearTimeout(pick.current);
    },
    [],
  );
  const pickSoon = (index: number): void => {
    clearTimeout(pick.current);
    pick.current = setTimeout(() => {
      onPick(index);
    }, PICK_REST_MS);
  };
  return (
    <div className="receipts-table" ref={frame}>
      <DataTable
        label={`Receipts of ${chainKey}`}
        columns={columns.shown}
        source={source}
        keyAt={keyAt}
        nameOf={(row) => `receipt ${position(row.index)}`}
        rowHeight={28}
        focusPosition={at}
        onFocusRow={(_, index) => {
          pickSoon(index);
        }}
        onOpen={(row) => {
          onOpen(row.index);
        }}
        order="In the order of the file"
        counted={counted(source.count, 'receipt')}
        letters={letters}
        keys={
          <>
            <GoTo total={source.count} onGo={onPick} />
            <ColumnMenu columns={COLUMNS} choice={columns.choice} width={columns.width} onChoose={columns.choose} small />
          </>
        }
        empty={
          <Empty icon="link" title="No receipts yet">
            This chain has a manifest and no receipt; the next sync may bring the first.
          </Empty>
        }
        failed={(error, retry) => <ErrorView error={asCallError(error)} what="the receipts" safe="Nothing was changed." onRetry={retry} />}
      />
    </div>
  );
}

/** Goes to a receipt by its number. */
function GoTo({ total, onGo }: { readonly total: number; readonly onGo: (index: number) => void }) {
  const [text, setText] = useState('');
  const box = useRef<HTMLInputElement>(null);
  useShortcut('/', 'Go to a receipt', () => box.current?.focus());
  const index = Number(text.replace(/[#,\s]/g, ''));
  const valid = text.trim() !== '' && Number.isSafeInteger(index) && index >= 0 && index < total;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!valid) return;
        onGo(index);
        setText('');
      }}
    >
      <InputGroup
        size="small"
        inputRef={box}
        aria-label="Go to receipt number"
        placeholder="Go to #"
        value={text}
        onValueChange={setText}
        intent={text !== '' && !valid ? 'danger' : 'none'}
        style={{ width: 96 }}
        {...(valid ? { rightElement: <Button type="submit" variant="minimal" size="small" icon="arrow-right" aria-label="Go" /> } : {})}
      />
    </form>
  );
}
