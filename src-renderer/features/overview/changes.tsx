import type { Answer } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { integer } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { Time } from '../../ui/time.tsx';

/** What happened while nobody looked. */
export function Changes({ changes }: { readonly changes: Answer<'overview.get'>['changes'] }) {
  return (
    <Panel
      title="Since you last looked"
      note={changes.since === null ? 'this is the first time' : <Time at={changes.since} form="short" withAge />}
      className="changes"
      pad={false}
    >
      {changes.items.length === 0 ? (
        <p className="pad second">
          {changes.since === null ? 'What changes while you are away shows here the next time you look.' : 'Nothing has changed.'}
        </p>
      ) : (
        <ul>
          {changes.items.map((item) => (
            <li key={item.says} className="change">
              <span className="num change-count">{integer(item.count)}</span>
              <a className="grow ellipsis" href={hrefOf(item.address)}>
                {item.says}
              </a>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
