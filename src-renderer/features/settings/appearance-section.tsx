import { Button, Switch } from '@blueprintjs/core';
import { useId } from 'react';
import { openDialog } from '../../shell/shell-state.ts';
import { Fact, Keys, Panel } from '../../ui/parts.tsx';
import { setPreferences, type ThemeChoice, usePreferences } from '../../ui/preferences.ts';
import { Time, useNow } from '../../ui/time.tsx';

const THEMES: readonly (readonly [ThemeChoice, string, string])[] = [
  ['system', 'As the system', 'changes with it'],
  ['light', 'Light', 'for bright rooms and print'],
  ['dark', 'Dark', 'for long hours'],
];

/** Choices of the person at this machine. */
export function AppearanceSection() {
  const { theme, letters } = usePreferences();
  const now = useNow();
  const id = useId();
  return (
    <>
      <Panel title="Theme">
        <div className="segmented" role="radiogroup" aria-label="Theme">
          {THEMES.map(([value, title, note]) => (
            <label key={value} className={`segment${theme === value ? ' on' : ''}`}>
              <input type="radio" name={`${id}-theme`} checked={theme === value} onChange={() => setPreferences({ theme: value })} />
              <span className="stack-0">
                <b>{title}</b>
                <span className="small muted">{note}</span>
              </span>
            </label>
          ))}
        </div>
      </Panel>
      <Panel title="Keys" actions={<Button size="small" icon="key" text="Show all keys" onClick={() => openDialog('help')} />}>
        <div className="stack">
          <Switch
            checked={letters}
            label="Single letters act as shortcuts"
            onChange={(event) => setPreferences({ letters: event.target.checked })}
          />
          <p className="second">
            <Keys>J K</Keys> move, <Keys>V</Keys> verifies again, <Keys>G R</Keys> opens the receipts. Switch letters off if you use speech
            input or a screen reader that takes them; <Keys>Ctrl K</Keys>, arrows and <Keys>Enter</Keys> always work. Nothing is ever signed
            by a letter.
          </p>
        </div>
      </Panel>
      <Panel title="Times">
        <div className="stack">
          <dl className="facts">
            <Fact label="Now">
              <Time at={new Date(now).toISOString()} />
            </Fact>
          </dl>
          <p className="second">Facts show UTC, with this machine's local time beside where it differs.</p>
        </div>
      </Panel>
    </>
  );
}
