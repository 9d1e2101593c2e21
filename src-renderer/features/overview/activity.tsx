import { Icon } from '@blueprintjs/core';
import type { Answer } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { Panel } from '../../ui/parts.tsx';
import { Empty } from '../../ui/states.tsx';
import { STATUS_ICON } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

type Entry = Answer<'overview.get'>['activity'][number];

/** Who did what, from the audit log. */
export function Activity({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <Panel
      title="Recent activity"
      note="from the audit log"
      pad={false}
      className="activity"
      actions={
        <a className="small pad-x" href={hrefOf('/audit')}>
          Open audit
        </a>
      }
    >
      {entries.length === 0 ? (
        <Empty icon="history" title="Nothing recorded yet">
          Every change is written to the audit log, with who made it.
        </Empty>
      ) : (
        <ul className="activity-list" tabIndex={0} aria-label="Recent activity">
          {entries.map((entry) => (
            <li key={entry.seq} className="act">
              <span className="tiny muted act-time">
                <Time at={entry.at} form="column" />
              </span>
              <Icon icon={entry.status === 'idle' ? 'dot' : STATUS_ICON[entry.status]} size={13} className={`t-${entry.status}`} />
              <span className="grow ellipsis small" title={`${entry.who} ${entry.says}`}>
                <span className="strong">{entry.who}</span>{' '}
                {entry.address === null ? (
                  <span className="second">{entry.says}</span>
                ) : (
                  <a className="second" href={hrefOf(entry.address)}>
                    {entry.says}
                  </a>
                )}
              </span>
              <a className="hide-narrow" href={hrefOf(`/audit?entry=${entry.seq}`)}>
                <span className="visually-hidden">Audit entry {entry.seq}, hash </span>
                <code className="muted">{entry.hash.slice(0, 8)}</code>
              </a>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
