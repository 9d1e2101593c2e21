import { Dialog, DialogBody, Switch } from '@blueprintjs/core';
import { ROUTES } from '../routes.ts';
import { Keys } from '../ui/parts.tsx';
import { setPreferences, useLetters } from '../ui/preferences.ts';
import { useShortcuts } from '../ui/shortcuts.ts';
import { closeDialog, useShellState } from './shell-state.ts';

interface KeyLine {
  readonly keys: string;
  readonly does: string;
}

const EVERYWHERE: readonly KeyLine[] = [
  { keys: 'Ctrl K', does: 'Search, or run an action; > for actions, # for a hash' },
  { keys: 'Alt ←', does: 'Back' },
  { keys: 'Alt →', does: 'Forward' },
  { keys: 'Esc', does: 'Close; the focus returns' },
  { keys: '?', does: 'All keys here' },
];

const IN_LISTS: readonly KeyLine[] = [
  { keys: 'J K', does: 'Next, previous row; also ↓ ↑' },
  { keys: 'Enter', does: 'Open' },
  { keys: 'Ctrl Enter', does: 'Open at the side; in a dialog: do it' },
  { keys: 'X', does: 'Select; Shift X selects a range' },
  { keys: 'P', does: 'Proof of the focused figure' },
];

function KeyList({ title, lines }: { readonly title: string; readonly lines: readonly KeyLine[] }) {
  return (
    <section className="stack-4">
      <h3>{title}</h3>
      <dl className="key-list">
        {lines.map((line) => (
          <div key={line.keys + line.does}>
            <dt>
              <Keys>{line.keys}</Keys>
            </dt>
            <dd>{line.does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** All keys, those of the present screen first. */
export function ShortcutsOverlay() {
  const open = useShellState((state) => state.dialog === 'help');
  const taken = useShortcuts((state) => state.taken);
  const letters = useLetters();
  const here = [
    ...new Map(taken.filter((each) => each.key !== 'Escape').map((each) => [each.key, { keys: each.key, does: each.label }])).values(),
  ];
  return (
    <Dialog isOpen={open} onClose={closeDialog} title="Keys" className="keys-dialog" transitionDuration={0}>
      <DialogBody>
        <div className="keys-grid">
          <div className="stack-16">
            {here.length === 0 ? null : <KeyList title="On this screen" lines={here} />}
            <KeyList title="Everywhere" lines={EVERYWHERE} />
          </div>
          <div className="stack-16">
            <KeyList title="Go to" lines={ROUTES.map((route) => ({ keys: `G ${route.letter}`, does: route.name }))} />
            <KeyList title="In lists and tables" lines={IN_LISTS} />
          </div>
        </div>
        <Switch
          className="keys-switch"
          checked={letters}
          label="Single letters act as shortcuts"
          onChange={(event) => setPreferences({ letters: event.target.checked })}
        />
      </DialogBody>
    </Dialog>
  );
}
