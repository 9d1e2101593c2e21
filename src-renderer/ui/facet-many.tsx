import { Button, Checkbox, InputGroup } from '@blueprintjs/core';
import { useState } from 'react';
import { integer } from './format.ts';
import { MenuPopover } from './menu-popover.tsx';
import type { FacetOption } from './table-tools.tsx';

/** More options than these get a field to search among them. */
const MOST_PLAIN = 9;

export interface FacetManyProps<Value extends string> {
  readonly label: string;
  readonly options: readonly FacetOption<Value>[];
  readonly values: readonly Value[];
  readonly onChange: (values: readonly Value[]) => void;
}

/** What a facet says of its choice: the names of up to two values, else how many. */
export const facetWords = <Value extends string>(options: readonly FacetOption<Value>[], values: readonly Value[]): string =>
  values.length > 2
    ? `${values.length} of ${Math.max(options.length, values.length)}`
    : values.map((value) => options.find((option) => option.value === value)?.label ?? value).join(', ');

/** A facet of which several values may hold at once. It shows its values in bold and has an accent border while it narrows. */
export function FacetMany<Value extends string>({ label, options, values, onChange }: FacetManyProps<Value>) {
  const [wanted, setWanted] = useState('');
  const shown = options.filter((option) => option.label.toLowerCase().includes(wanted.trim().toLowerCase()));
  const on = values.length > 0;
  return (
    <MenuPopover
      placement="bottom-start"
      content={
        <div className="facet-many" role="group" aria-label={label}>
          {options.length <= MOST_PLAIN ? null : (
            <InputGroup
              size="small"
              leftIcon="search"
              aria-label={`Search in ${label.toLowerCase()}`}
              value={wanted}
              onValueChange={setWanted}
            />
          )}
          <div className="facet-list">
            {shown.map((option) => (
              <Checkbox
                key={option.value}
                checked={values.includes(option.value)}
                onChange={() => {
                  onChange(values.includes(option.value) ? values.filter((value) => value !== option.value) : [...values, option.value]);
                }}
                labelElement={
                  <span className="facet-option">
                    <span className="ellipsis">{option.label}</span>
                    {option.count === undefined ? null : <span className="muted small">{integer(option.count)}</span>}
                  </span>
                }
              />
            ))}
            {shown.length === 0 ? (
              <p className="small muted">{options.length === 0 ? 'There is none yet.' : 'None has this name.'}</p>
            ) : null}
          </div>
          <Button
            variant="minimal"
            size="small"
            icon="cross"
            text="Any"
            aria-disabled={!on}
            onClick={() => {
              if (on) onChange([]);
            }}
          />
        </div>
      }
    >
      <Button
        endIcon="caret-down"
        className={`facet${on ? ' on' : ''}`}
        data-facet={label}
        text={
          on ? (
            <>
              {label} <b>{facetWords(options, values)}</b>
            </>
          ) : (
            label
          )
        }
      />
    </MenuPopover>
  );
}
