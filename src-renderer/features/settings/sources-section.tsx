import { Icon } from '@blueprintjs/core';
import type { Source } from '../../../src-shared/contract/sources.ts';
import { useProcedure } from '../../port/use-app.ts';
import type { Address } from '../../router/address.ts';
import { hrefOf, setQuery } from '../../router/router.ts';
import { useActs } from '../../shell/acts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, integer } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { SourceAddDialog } from './source-add-dialog.tsx';
import { SourceDetail } from './source-detail.tsx';
import { scheduleWords, sourceLook } from './source-words.ts';

const newest = (times: readonly (string | null)[]): string | null =>
  times.reduce<string | null>((best, at) => (at !== null && (best === null || at > best) ? at : best), null);

function SourceRow({ source, selected }: { readonly source: Source; readonly selected: boolean }) {
  const look = sourceLook(source);
  const last = newest(source.feeds.map((feed) => feed.lastSuccessAt));
  const open = source.feeds.reduce((sum, feed) => sum + feed.quarantineOpen, 0);
  return (
    <tr className={selected ? 'selected' : ''} data-source={source.name}>
      <td>
        <a
          href={hrefOf(`/settings/sources?source=${encodeURIComponent(source.sourceId)}`)}
          aria-current={selected ? 'true' : undefined}
          className="strong"
        >
          {source.name}
        </a>
      </td>
      <td>
        <StatusWord status={look.status} icon={look.icon}>
          {look.word}
        </StatusWord>
      </td>
      <td className="ellipsis wide-cell" title={source.location}>
        <Icon icon={source.kind === 'folder' ? 'folder-close' : 'link'} size={12} className="muted" /> <code>{source.location}</code>
      </td>
      <td>{scheduleWords(source.schedule)}</td>
      <td>{last === null ? <span className="muted">never</span> : <Time at={last} form="short" />}</td>
      <td className="num">{open === 0 ? <span className="muted">0</span> : <a href={hrefOf('/quarantine')}>{integer(open)}</a>}</td>
    </tr>
  );
}

/** Sources: list, the one that is looked at, and a way to add more. */
export function SourcesSection({ address }: { readonly address: Address }) {
  const list = useProcedure('source.list', {});
  const acts = useActs();
  const adding = address.query['add'] === 'source';
  const close = (): void => {
    setQuery({ add: undefined });
  };
  const add = (
    <ActionButton
      icon="add"
      intent={list.data?.sources.length === 0 ? 'primary' : 'none'}
      text="Add a source…"
      refused={acts.refusal('source.add')}
      onClick={() => setQuery({ add: 'source' })}
    />
  );
  return (
    <>
      <AnswerView
        of={list}
        what="the sources"
        skeleton={<Skeleton rows={4} />}
        isEmpty={(data) => data.sources.length === 0}
        empty={
          <Panel>
            <Empty icon="database" title="No sources yet" action={add}>
              A source is a folder, or an address that serves feeds. What it sends is stored as it came and verified here.
            </Empty>
          </Panel>
        }
      >
        {({ sources }) => {
          const shown =
            sources.find((each) => each.sourceId === address.query['source'] || each.name === address.query['source']) ?? sources[0];
          return (
            <>
              <Panel
                title="Sources"
                note={counted(sources.length, 'source')}
                pad={false}
                actions={
                  <>
                    <ActionButton icon="refresh" text="Sync now" refused={acts.refusal('sync.run')} onClick={acts.syncNow} />
                    {add}
                  </>
                }
              >
                <div className="table-scroll" tabIndex={0} role="group" aria-label="Sources">
                  <table className="table">
                    <thead>
                      <tr>
                        <th scope="col">Name</th>
                        <th scope="col">State</th>
                        <th scope="col">Where</th>
                        <th scope="col">Schedule</th>
                        <th scope="col">Last success</th>
                        <th scope="col" className="num">
                          In quarantine
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {sources.map((source) => (
                        <SourceRow key={source.sourceId} source={source} selected={source === shown} />
                      ))}
                    </tbody>
                  </table>
                </div>
              </Panel>
              {shown === undefined ? null : <SourceDetail key={shown.sourceId} source={shown} />}
            </>
          );
        }}
      </AnswerView>
      {adding ? <SourceAddDialog onClose={close} /> : null}
    </>
  );
}
