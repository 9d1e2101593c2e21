import { Button, Checkbox, HTMLSelect, InputGroup, TextArea } from '@blueprintjs/core';
import { type ReactNode, useId, useState } from 'react';
import { type Json, numberOf, numberText, textAt, useDraft, useGap, valueAt } from './draft.ts';

/** Fields of a document by their JSON pointer: each says what is still wrong with it. */

interface FieldProps {
  readonly at: string;
  readonly label: string;
  /** What it is for, under the field. */
  readonly help?: string;
  /** Only for those who do not see the label above the column. */
  readonly bare?: boolean;
}

function Labelled({
  id,
  label,
  help,
  gap,
  bare,
  children,
}: {
  id: string;
  label: string;
  help?: string | undefined;
  gap: string | null;
  bare: boolean;
  children: ReactNode;
}) {
  return (
    <div className={`mk-field${gap === null ? '' : ' mk-gap'}`}>
      <label htmlFor={id} className={bare ? 'visually-hidden' : 'mk-label'}>
        {label}
      </label>
      {children}
      {gap === null ? (
        help === undefined || bare ? null : (
          <span id={`${id}-says`} className="tiny muted">
            {help}
          </span>
        )
      ) : (
        <span id={`${id}-says`} className={bare ? 'visually-hidden' : 'tiny t-warn'}>
          {gap}
        </span>
      )}
    </div>
  );
}

const marks = (id: string, gap: string | null, help?: string) => ({
  'aria-invalid': gap !== null,
  ...(gap === null && help === undefined ? {} : { 'aria-describedby': `${id}-says` }),
});

export function TextField({
  at,
  label,
  help,
  bare = false,
  placeholder,
  long = false,
}: FieldProps & { readonly placeholder?: string; readonly long?: boolean }) {
  const { document, set } = useDraft();
  const gap = useGap(at);
  const id = useId();
  const value = textAt(document, at);
  return (
    <Labelled id={id} label={label} help={help} gap={gap} bare={bare}>
      {long ? (
        <TextArea
          id={id}
          fill
          autoResize
          data-pointer={at}
          value={value}
          title={gap ?? undefined}
          onChange={(event) => set(at, event.target.value)}
          {...marks(id, gap, help)}
        />
      ) : (
        <InputGroup
          id={id}
          fill
          spellCheck={false}
          data-pointer={at}
          value={value}
          placeholder={placeholder}
          title={gap ?? undefined}
          onValueChange={(text) => set(at, text)}
          {...marks(id, gap, help)}
        />
      )}
    </Labelled>
  );
}

/** A number, written as a person writes it; what is none stays as it was typed and is named as missing. */
export function NumberField({ at, label, help, bare = false, unit }: FieldProps & { readonly unit?: string }) {
  const { document, set } = useDraft();
  const gap = useGap(at);
  const id = useId();
  const held = valueAt(document, at);
  const [typed, setTyped] = useState<{ readonly text: string; readonly value: Json | undefined } | null>(null);
  // While a person writes, "1." and "1.0" stay as they are; a value that comes from elsewhere replaces them.
  const text = typed !== null && typed.value === held ? typed.text : numberText(held);
  return (
    <Labelled id={id} label={label} help={help} gap={gap} bare={bare}>
      <InputGroup
        id={id}
        fill
        className="mk-number"
        inputMode="decimal"
        data-pointer={at}
        value={text}
        title={gap ?? undefined}
        {...(unit === undefined ? {} : { rightElement: <span className="mk-unit">{unit}</span> })}
        onValueChange={(next) => {
          const value = numberOf(next);
          setTyped({ text: next, value });
          set(at, value);
        }}
        {...marks(id, gap, help)}
      />
    </Labelled>
  );
}

export interface Choice {
  readonly value: string;
  readonly label: string;
}

export function ChoiceField({ at, label, help, bare = false, choices }: FieldProps & { readonly choices: readonly Choice[] }) {
  const { document, set } = useDraft();
  const gap = useGap(at);
  const id = useId();
  const value = textAt(document, at);
  const known = choices.some((choice) => choice.value === value);
  return (
    <Labelled id={id} label={label} help={help} gap={gap} bare={bare}>
      <HTMLSelect
        id={id}
        fill
        data-pointer={at}
        value={value}
        title={gap ?? undefined}
        onChange={(event) => set(at, event.target.value)}
        options={[...(known ? [] : [{ value, label: value === '' ? 'choose…' : value }]), ...choices]}
        {...marks(id, gap, help)}
      />
    </Labelled>
  );
}

export function YesNoField({ at, label, bare = false }: FieldProps) {
  const { document, set } = useDraft();
  const gap = useGap(at);
  return (
    <Checkbox
      className={`mk-check${gap === null ? '' : ' mk-gap'}`}
      data-pointer={at}
      checked={valueAt(document, at) === true}
      onChange={(event) => set(at, event.currentTarget.checked)}
      labelElement={<span className={bare ? 'visually-hidden' : undefined}>{label}</span>}
      title={gap ?? undefined}
    />
  );
}

const ISO = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::00(?:\.0+)?)?(?:Z|\+00:00)$/;
const WRITTEN = /^(\d{4}-\d\d-\d\d)[ T]+(\d\d:\d\d)(:\d\d)?\s*(?:Z|UTC)?$/i;

/** As the product writes times; what is no whole minute of UTC stays as it is. */
export const timeText = (value: string): string => {
  const parts = ISO.exec(value);
  return parts === null ? value : `${parts[1]} ${parts[2]}`;
};

/** `2026-03-01 09:00` as artifacts write it; anything else is kept as it was typed, and named as missing. */
export const timeValue = (text: string): string => {
  const parts = WRITTEN.exec(text.trim());
  return parts === null ? text : `${parts[1]}T${parts[2]}${parts[3] ?? ':00'}Z`;
};

/** A moment in UTC. */
export function TimeField({ at, label, help, bare = false, now }: FieldProps & { readonly now: () => string }) {
  const { document, set } = useDraft();
  const gap = useGap(at);
  const id = useId();
  return (
    <Labelled id={id} label={label} help={help} gap={gap} bare={bare}>
      <InputGroup
        id={id}
        fill
        spellCheck={false}
        data-pointer={at}
        value={timeText(textAt(document, at))}
        placeholder="2026-03-01 09:00"
        title={gap ?? undefined}
        onValueChange={(text) => set(at, timeValue(text))}
        {...(bare
          ? {}
          : {
              rightElement: (
                <Button
                  variant="minimal"
                  size="small"
                  text="now"
                  title={`${label}: now`}
                  onClick={() => set(at, `${now().slice(0, 16)}:00Z`)}
                />
              ),
            })}
        {...marks(id, gap, help)}
      />
    </Labelled>
  );
}

/** A day, as YYYY-MM-DD. */
export const DateField = (props: FieldProps) => <TextField {...props} placeholder="2026-03-31" />;

/** A part of the form. */
export function Section({ title, note, children }: { readonly title: string; readonly note?: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className="mk-section" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {note === undefined ? null : <span className="small muted">{note}</span>}
      </header>
      {children}
    </section>
  );
}
