import { Icon } from '@blueprintjs/core';
import type { GateState } from '../../../src-shared/contract/gates.ts';
import { StatusWord } from '../../ui/status.tsx';
import { gateLook } from './gates-words.ts';

/** The state of a gate in a table. What passes is plain ink: colour is for what needs a person. */
export function StateWord({
  state,
  decides = true,
  figure,
}: {
  readonly state: GateState;
  readonly decides?: boolean;
  readonly figure?: string;
}) {
  const look = gateLook(state, decides);
  const text = figure === undefined ? look.word : `${look.word}, ${figure}`;
  if (state !== 'pass')
    return (
      <StatusWord status={look.status} icon={look.icon}>
        {text}
      </StatusWord>
    );
  return (
    <span className="status gate-state-pass">
      <Icon icon={look.icon} size={12} className="t-ok" />
      <span className="status-text">{text}</span>
    </span>
  );
}
