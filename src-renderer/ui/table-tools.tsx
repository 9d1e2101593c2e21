import { Button, InputGroup, Menu, MenuItem, PopoverNext } from '@blueprintjs/core';
import { type ReactNode, type RefObject, useState } from 'react';
import { Keys } from './parts.tsx';
import { type ColumnChoice, isShown, type TableColumn } from './table-columns.ts';

/** Search, facets, columns: the row above a table. */
export function TableTools({ children, after }: { readonly children: ReactNode; readonly after?: ReactNode }) {
  return (
    <div className="toolbar" role="group" aria-label="Search and filter">
      {children}
      {after === undefined ? null : <div className="row push none">{after}</div>}
    </div>
  );
}

export interface TableSearchProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly inputRef?: RefObject<HTMLInputElement | null>;
  readonly width?: number;
}

export function TableSearch({ label, placeholder, value, onChange, inputRef, width = 240 }: TableSearchProps) {
  return (
    <InputGroup
      leftIcon="search"
      aria-label={label}
      placeholder={placeholder}
      value={value}
      onValueChange={onChange}
      {...(inputRef === undefined ? {} : { inputRef })}
      style={{ width }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || value === '') return;
        event.stopPropagation();
        onChange('');
      }}
      rightElement={
        <span className="search-key">
          <Keys>/</Keys>
        </span>
      }
    />
  );
}

export interface FacetOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly count?: number;
}

export interface TableFacetProps<Value extends string> {
  readonly label: string;
  readonly options: readonly FacetOption<Value>[];
  readonly value: Value | undefined;
  readonly onChange: (value: Value | undefined) => void;
  /** What the facet says while nothing is chosen. */
  readonly any?: string;
}

/** A facet shows its value in bold and has an accent border while it narrows the rows. */
export function TableFacet<Value extends string>({ label, options, value, onChange, any = 'any' }: TableFacetProps<Value>) {
  const chosen = options.find((option) => option.value === value);
  return (
    <PopoverNext
      placement="bottom-start"
      arrow={false}
      content={
        <Menu role="listbox" aria-label={label}>
          <MenuItem
            roleStructure="listoption"
            selected={value === undefined}
            text={any}
            onClick={() => {
              onChange(undefined);
            }}
          />
          {options.map((option) => (
            <MenuItem
              key={option.value}
              roleStructure="listoption"
              selected={option.value === value}
              text={option.label}
              {...(option.count === undefined ? {} : { label: String(option.count) })}
              onClick={() => {
                onChange(option.value);
              }}
            />
          ))}
        </Menu>
      }
    >
      <Button
        endIcon="caret-down"
        className={`facet${chosen === undefined ? '' : ' on'}`}
        text={
          chosen === undefined ? (
            label
          ) : (
            <>
              {label} <b>{chosen.label}</b>
            </>
          )
        }
      />
    </PopoverNext>
  );
}

export interface ColumnMenuProps<Row> {
  readonly columns: readonly TableColumn<Row>[];
  readonly choice: ColumnChoice;
  readonly width: number;
  readonly onChoose: (choice: ColumnChoice) => void;
  /** Only the sign, where there is no room for the word. */
  readonly small?: boolean;
}

/** Which columns show. What folded away in a narrow window is here too. */
export function ColumnMenu<Row>({ columns, choice, width, onChoose, small = false }: ColumnMenuProps<Row>) {
  const [open, setOpen] = useState(false);
  return (
    <PopoverNext
      placement="bottom-end"
      arrow={false}
      isOpen={open}
      onInteraction={setOpen}
      content={
        <div className="column-menu">
          <Menu role="listbox" aria-multiselectable aria-label="Columns">
            {columns.map((column) => (
              <MenuItem
                key={column.id}
                roleStructure="listoption"
                shouldDismissPopover={false}
                disabled={column.fixed === true}
                selected={isShown(column, choice, width)}
                text={column.title}
                onClick={() => {
                  onChoose({ ...choice, [column.id]: !isShown(column, choice, width) });
                }}
              />
            ))}
          </Menu>
          <Button
            variant="minimal"
            size="small"
            icon="reset"
            text="As it was"
            onClick={() => {
              onChoose({});
            }}
          />
        </div>
      }
    >
      <Button icon="column-layout" aria-label="Columns" title="Columns" {...(small ? { size: 'small' as const } : { text: 'Columns' })} />
    </PopoverNext>
  );
}
