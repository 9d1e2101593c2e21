import { Icon, type IconName } from '@blueprintjs/core';
import { useRef } from 'react';
import type { Need } from '../../../src-shared/contract/overview.ts';
import { hrefOf } from '../../router/router.ts';
import { Keys, Panel } from '../../ui/parts.tsx';
import { useLetters } from '../../ui/preferences.ts';
import { moveFocus } from '../../ui/roving.ts';
import { useShortcut } from '../../ui/shortcuts.ts';
import { Empty } from '../../ui/states.tsx';
import { Time } from '../../ui/time.tsx';

const ICON: Readonly<Record<Need['status'], IconName>> = { bad: 'error', warn: 'time', idle: 'info-sign' };

export function Needs({ needs }: { readonly needs: readonly Need[] }) {
  const list = useRef<HTMLUListElement>(null);
  const letters = useLetters();
  useShortcut('J', 'First thing that needs you', () => list.current?.querySelector<HTMLElement>('[data-row]')?.focus());
  return (
    <Panel
      title="Needs you"
      note="most urgent first"
      className="needs"
      pad={false}
      actions={
        <span className="small muted hide-narrow">
          move <Keys>J K</Keys> open <Keys>Enter</Keys>
        </span>
      }
    >
      {needs.length === 0 ? (
        <Empty icon="tick-circle" title="Nothing needs you">
          Every chain that can be checked holds, and no feed is late. What changes shows up here by itself.
        </Empty>
      ) : (
        <ul
          ref={list}
          onKeyDown={(event) => {
            moveFocus(event, letters);
          }}
        >
          {needs.map((need, i) => (
            <li key={need.needId} className="need" data-row tabIndex={i === 0 ? 0 : -1} data-need={need.needId}>
              <Icon icon={ICON[need.status]} size={16} className={`t-${need.status}`} />
              <div className="grow stack-0">
                <span className="strong">{need.title}</span>
                <span className="second small need-why">{need.says}</span>
              </div>
              <div className="need-due">
                {need.since === null ? null : (
                  <span className="small strong">
                    Since <Time at={need.since} form="short" />
                  </span>
                )}
                {need.foundBy === null ? null : <span className="tiny muted">found by {need.foundBy}</span>}
              </div>
              <a className="bp6-button bp6-small need-act" href={hrefOf(need.action.address)} data-main>
                {need.action.label}
              </a>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
