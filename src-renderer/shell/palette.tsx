import { Icon, Overlay2 } from '@blueprintjs/core';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { counted, integer } from '../ui/format.ts';
import { Keys } from '../ui/parts.tsx';
import { matchedPart, type PaletteEntry, parsePaletteText } from './palette-entries.ts';
import { usePaletteEntries } from './palette-sources.ts';
import { closeDialog, useShellState } from './shell-state.ts';

interface ItemProps {
  readonly entry: PaletteEntry;
  readonly active: boolean;
  readonly text: string;
  readonly onPick: () => void;
}

function Item({ entry, active, text, onPick }: ItemProps) {
  const item = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (active) item.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  const parts = matchedPart(entry.name, text);
  const off = typeof entry.refused === 'string';
  return (
    <li
      ref={item}
      id={`palette-${entry.id}`}
      role="option"
      aria-selected={active}
      aria-disabled={off || undefined}
      className={`omni-item${active ? ' active' : ''}${off ? ' off' : ''}`}
      onMouseDown={(event) => {
        event.preventDefault();
      }}
      onClick={onPick}
    >
      <Icon icon={entry.icon} size={14} />
      <span className="ellipsis omni-name">
        {parts === null ? (
          entry.name
        ) : (
          <>
            {parts[0]}
            <b>{parts[1]}</b>
            {parts[2]}
          </>
        )}
      </span>
      <span className="small muted ellipsis grow">
        {off ? (
          <span className="row">
            <Icon icon="lock" size={11} />
            {entry.refused}
          </span>
        ) : (
          entry.note
        )}
      </span>
      {entry.keys === undefined ? null : <Keys>{entry.keys}</Keys>}
    </li>
  );
}

/** Groups in the order in which their first entry stands. */
const grouped = (entries: readonly PaletteEntry[]): Map<PaletteEntry['group'], PaletteEntry[]> => {
  const groups = new Map<PaletteEntry['group'], PaletteEntry[]>();
  for (const entry of entries) groups.set(entry.group, [...(groups.get(entry.group) ?? []), entry]);
  return groups;
};

/** The field takes the focus before the overlay can note where it was: so it is noted, and given back, here. */
const useReturnFocus = (): void => {
  const [before] = useState(() => document.activeElement);
  const [place] = useState(() => location.hash);
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        // At another place its title takes the focus.
        if (location.hash !== place || document.activeElement !== document.body) return;
        if (before instanceof HTMLElement) before.focus({ preventScroll: true });
      });
    },
    [before, place],
  );
};

function PaletteBody({ start }: { readonly start: string }) {
  useReturnFocus();
  const [typed, setTyped] = useState(start);
  const [at, setAt] = useState(0);
  const query = parsePaletteText(typed);
  const answer = usePaletteEntries(query);
  const groups = grouped(answer.entries);
  const ordered = [...groups.values()].flat();
  const active = ordered[Math.min(at, ordered.length - 1)];
  const pick = (entry: PaletteEntry | undefined): void => {
    if (entry === undefined || typeof entry.refused === 'string') return;
    closeDialog();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const last = ordered.length - 1;
    if (event.key === 'ArrowDown') setAt(at >= last ? 0 : at + 1);
    else if (event.key === 'ArrowUp') setAt(at <= 0 ? last : at - 1);
    else if (event.key === 'Enter') pick(active);
    else return;
    event.preventDefault();
  };
  return (
    <div className="palette" role="dialog" aria-label="Find or run">
      <div className="palette-field">
        <Icon icon="search" size={16} className="muted" />
        <input
          autoFocus
          type="text"
          role="combobox"
          aria-label="Find or run"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={active === undefined ? undefined : `palette-${active.id}`}
          aria-autocomplete="list"
          placeholder="Screen, chain, receipt, hash or action"
          spellCheck={false}
          autoComplete="off"
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className="palette-results" tabIndex={0} role="group" aria-label="Found">
        <ul id="palette-list" role="listbox" aria-label="Results">
          {[...groups].map(([group, entries]) => (
            <li key={group} role="presentation">
              <ul role="group" aria-label={group}>
                <li role="presentation" className="caps omni-group">
                  {group}
                </li>
                {entries.map((entry) => (
                  <Item key={entry.id} entry={entry} active={entry === active} text={query.text} onPick={() => pick(entry)} />
                ))}
              </ul>
            </li>
          ))}
        </ul>
        {ordered.length === 0 ? <p className="palette-none second">{answer.searching ? 'Searching' : answer.says}</p> : null}
      </div>
      <div className="omni-foot tiny muted">
        <span>
          <Keys>↑ ↓</Keys> move
        </span>
        <span>
          <Keys>Enter</Keys> open
        </span>
        <span>
          <Keys>&gt;</Keys> actions only
        </span>
        <span>
          <Keys>#</Keys> paste a hash
        </span>
        <span className="push" role="status">
          {answer.searching ? 'searching' : counted(ordered.length, 'result')}
          <span className="visually-hidden">{active === undefined ? '' : `, ${integer(ordered.indexOf(active) + 1)}`}</span>
        </span>
      </div>
    </div>
  );
}

/** Anything by a few letters. Refused actions appear with their reason. */
export function Palette() {
  const open = useShellState((state) => state.dialog === 'palette');
  const start = useShellState((state) => state.paletteText);
  return (
    <Overlay2 isOpen={open} onClose={closeDialog} transitionDuration={0} backdropClassName="palette-backdrop">
      <div className="palette-place">{open ? <PaletteBody start={start} /> : null}</div>
    </Overlay2>
  );
}
