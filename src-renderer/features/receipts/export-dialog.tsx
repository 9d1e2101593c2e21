import { Button, Dialog, DialogBody, InputGroup, Radio, RadioGroup } from '@blueprintjs/core';
import { useState } from 'react';
import { saveDownload } from '../../port/download.ts';
import { useAllowed, useCommand } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, integer } from '../../ui/format.ts';
import { say } from '../../ui/notices.ts';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { ErrorView } from '../../ui/states.tsx';

const FORMATS = [
  { value: 'json', label: 'JSON', says: 'an array of the receipts, whole' },
  { value: 'csv', label: 'CSV', says: 'ten columns, header once; opens in a spreadsheet' },
  { value: 'tsv', label: 'TSV', says: 'the same, separated by tabs' },
  {
    value: 'chain-folder',
    label: 'Chain folder',
    says: 'every line byte for byte, with manifest and checkpoints: can be verified anywhere',
  },
] as const;
type Format = (typeof FORMATS)[number]['value'];

export interface ExportDialogProps {
  /** Empty: all chains. */
  readonly chainKeys: readonly string[];
  /** Receipts of the one chain: a range can be chosen then. */
  readonly receipts?: number;
  readonly onClose: () => void;
}

/** A problem with the range in words, or null. */
export const rangeProblem = (from: number | null, to: number | null, receipts: number): string | null => {
  const last = receipts - 1;
  if (from !== null && (from < 0 || from > last)) return `The first receipt lies between #0 and #${integer(last)}.`;
  if (to !== null && (to < 0 || to > last)) return `The last receipt lies between #0 and #${integer(last)}.`;
  if (from !== null && to !== null && to < from) return 'The last receipt stands before the first.';
  return null;
};

const numberOf = (text: string): number | null => (/^#?[\d,]+$/.test(text.trim()) ? Number(text.replace(/[#,]/g, '')) : null);

export function ExportDialog({ chainKeys, receipts = 0, onClose }: ExportDialogProps) {
  const [format, setFormat] = useState<Format>('json');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const { run, busy, error } = useCommand('receipt.export');
  const refused = useAllowed()('receipt.export');
  const ranged = receipts > 0 && format !== 'chain-folder';
  const [fromIndex, toIndex] = ranged ? [numberOf(from), numberOf(to)] : [null, null];
  const problem = ranged ? rangeProblem(fromIndex, toIndex, receipts) : null;
  const count = receipts === 0 ? null : (toIndex ?? receipts - 1) - (fromIndex ?? 0) + 1;
  const what = chainKeys.length === 0 ? 'all chains' : chainKeys.length === 1 ? (chainKeys[0] ?? '') : counted(chainKeys.length, 'chain');
  const submit = (): void => {
    if (problem !== null) return;
    run({
      ...(chainKeys.length === 0 ? {} : { chainKeys: [...chainKeys] }),
      format,
      ...(fromIndex === null ? {} : { fromIndex }),
      ...(toIndex === null ? {} : { toIndex }),
    }).then(
      (ticket) => {
        saveDownload(ticket);
        say({ status: 'ok', title: `Exported ${what}`, text: ticket.fileName });
        onClose();
      },
      // The dialog shows it, from `error`.
      () => undefined,
    );
  };
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog
        isOpen
        onClose={onClose}
        title={`Export ${what}`}
        icon="export"
        transitionDuration={0}
        onOpened={(node) => node.querySelector('input')?.focus()}
      >
        <DialogBody useOverflowScrollContainer={false}>
          <div className="stack-16">
            <RadioGroup
              label="Format"
              selectedValue={format}
              onChange={(event) => {
                setFormat(event.currentTarget.value as Format);
              }}
            >
              {FORMATS.map((f) => (
                <Radio
                  key={f.value}
                  value={f.value}
                  labelElement={
                    <span>
                      <b>{f.label}</b> <span className="second">{f.says}</span>
                    </span>
                  }
                />
              ))}
            </RadioGroup>
            {receipts === 0 ? null : (
              <div className="stack-4">
                <span className="strong">Receipts</span>
                {ranged ? (
                  <div className="row export-range">
                    <InputGroup aria-label="First receipt" inputMode="numeric" placeholder="#0" value={from} onValueChange={setFrom} />
                    <span>to</span>
                    <InputGroup
                      aria-label="Last receipt"
                      inputMode="numeric"
                      placeholder={`#${integer(receipts - 1)}`}
                      value={to}
                      onValueChange={setTo}
                    />
                    <span className="small muted">
                      {problem === null && count !== null ? `${counted(count, 'receipt')}, both ends included` : null}
                    </span>
                  </div>
                ) : (
                  <span className="small second">
                    A chain folder holds all {counted(receipts, 'receipt')}: a part of a chain cannot be verified alone.
                  </span>
                )}
                {problem === null ? null : <span className="small t-bad">{problem}</span>}
              </div>
            )}
            {error === null ? null : <ErrorView error={error} />}
            <div className="row end-row">
              <Button text="Not now" onClick={onClose} />
              <ActionButton
                intent="primary"
                icon="export"
                text="Export and save"
                loading={busy}
                refused={problem ?? refused}
                onClick={submit}
              />
            </div>
          </div>
        </DialogBody>
      </Dialog>
    </>
  );
}
