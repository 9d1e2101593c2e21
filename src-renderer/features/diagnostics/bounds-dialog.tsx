import { Button, Dialog, DialogBody, FormGroup, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import { useCommand } from '../../port/use-app.ts';
import { say } from '../../ui/notices.ts';
import { ErrorView } from '../../ui/states.tsx';
import type { Diagnostics } from './diagnostics-words.ts';

type Bounds = Diagnostics['bounds'];

const FIELDS: readonly {
  readonly id: keyof Bounds;
  readonly label: string;
  readonly whole: boolean;
  readonly least: number;
  readonly most: number;
}[] = [
  { id: 'aggregationLagSeconds', label: 'Aggregation lag, seconds', whole: true, least: 1, most: 86_400 },
  { id: 'quarantineGrowth', label: 'Rows to quarantine within a day', whole: true, least: 1, most: 10_000_000 },
  { id: 'mismatchPercent', label: 'Deviation of a recount, per cent', whole: false, least: 0.001, most: 100 },
  { id: 'hoursLate', label: 'Hours past a feed’s promise', whole: true, least: 1, most: 720 },
];

/** What is wrong with an entry, or null. */
export const boundTrouble = (text: string, { whole, least, most }: (typeof FIELDS)[number]): string | null => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) return 'A number is needed.';
  if (whole && !Number.isInteger(value)) return 'A whole number is needed.';
  return value < least || value > most ? `Between ${least} and ${most.toLocaleString('en-US')}.` : null;
};

/** When the console raises an incident by itself. The change is kept in the audit log with before and after. */
export function BoundsDialog({ bounds, onClose }: { readonly bounds: Bounds; readonly onClose: () => void }) {
  const [texts, setTexts] = useState<Readonly<Record<keyof Bounds, string>>>({
    aggregationLagSeconds: String(bounds.aggregationLagSeconds),
    quarantineGrowth: String(bounds.quarantineGrowth),
    mismatchPercent: String(bounds.mismatchPercent),
    hoursLate: String(bounds.hoursLate),
  });
  const id = useId();
  const save = useCommand('diagnostics.setBounds');
  const troubles = FIELDS.map((field) => boundTrouble(texts[field.id], field));
  const wrong = troubles.some((trouble) => trouble !== null);
  const submit = (): void => {
    if (wrong || save.busy) return;
    const changed = Object.fromEntries(FIELDS.map((field) => [field.id, Number(texts[field.id])])) as unknown as Bounds;
    save.run(changed).then(
      () => {
        say({ status: 'ok', title: 'The bounds were changed', text: 'They hold from now on; before and after are in the audit log.' });
        onClose();
      },
      // The dialog shows it, from `error`.
      () => undefined,
    );
  };
  return (
    <Dialog isOpen onClose={onClose} title="Change the bounds of alerts" icon="notifications" className="decision" transitionDuration={0}>
      <DialogBody useOverflowScrollContainer={false}>
        <form
          className="stack-16"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <p className="second">A figure past its bound opens an incident; it ends by itself when the figure is below four fifths of it.</p>
          {FIELDS.map((field, i) => (
            <FormGroup
              key={field.id}
              label={field.label}
              labelFor={`${id}-${field.id}`}
              helperText={troubles[i] ?? undefined}
              intent={troubles[i] === null ? 'none' : 'danger'}
            >
              <InputGroup
                id={`${id}-${field.id}`}
                inputMode="decimal"
                value={texts[field.id]}
                aria-invalid={troubles[i] !== null}
                onChange={(event) => setTexts({ ...texts, [field.id]: event.target.value })}
              />
            </FormGroup>
          ))}
          {save.error === null ? null : <ErrorView error={save.error} />}
          <div className="decision-foot">
            <Button size="large" text="Not now" className="push" onClick={onClose} />
            <Button
              size="large"
              type="submit"
              intent="primary"
              text="Change the bounds"
              loading={save.busy}
              aria-disabled={wrong}
              className={wrong ? 'is-off' : ''}
            />
          </div>
        </form>
      </DialogBody>
    </Dialog>
  );
}
