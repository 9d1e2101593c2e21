import { Icon } from '@blueprintjs/core';
import type { Verdict } from '../../../src-shared/contract/common.ts';
import { Pill } from '../../ui/status.tsx';
import { verdictLook } from './verdict-words.ts';

/** In a row of a table. What holds is plain ink; colour is for what needs a person. */
export function VerdictWord({ verdict }: { readonly verdict: Verdict | null }) {
  const look = verdictLook(verdict);
  const quiet = verdict === 'VERIFIED' || verdict === null;
  return (
    <span className={`status ${quiet ? 'second' : `t-${look.status}`}`} title={look.says}>
      <Icon icon={look.icon} size={12} className={verdict === 'VERIFIED' ? 't-ok' : ''} />
      <span>{look.word}</span>
    </span>
  );
}

/** At the head of a chain, where it opens its proof. */
export function VerdictPill({ verdict }: { readonly verdict: Verdict | null }) {
  const look = verdictLook(verdict);
  return (
    <Pill status={look.status} icon={look.icon}>
      {look.word}
    </Pill>
  );
}
