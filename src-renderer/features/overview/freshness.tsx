import type { Answer } from '../../port/use-app.ts';
import { counted, integer } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { Empty } from '../../ui/states.tsx';
import { type Status, StatusWord } from '../../ui/status.tsx';
import { columnTime, span } from '../../ui/time-format.ts';
import { useNow } from '../../ui/time.tsx';

type Feed = Answer<'overview.get'>['freshness'][number];
type Day = Feed['days'][number];

const CELL: Readonly<Record<Day['state'], { readonly look: string; readonly word: string }>> = {
  'on-time': { look: 'ok', word: 'on time' },
  late: { look: 'warn', word: 'late' },
  stale: { look: 'bad', word: 'stale' },
  'no-run': { look: 'idle', word: 'no run' },
  before: { look: 'none', word: 'before the source was added' },
};

/** `on time`, `9 hours late`: what a cell says to those who do not see it. */
export const cellWords = (day: Day): string =>
  day.state === 'late' || day.state === 'stale'
    ? `${CELL[day.state].word}, ${counted(day.hoursLate ?? 0, 'hour')} late`
    : CELL[day.state].word;

const NOW: Readonly<Record<Feed['state'], Status>> = { 'on-time': 'ok', late: 'warn', stale: 'bad', paused: 'idle' };

const hours = (feed: Feed): string => (feed.hoursSince === null ? 'never' : span(feed.hoursSince * 3_600_000));

function NowCell({ feed, offline }: { readonly feed: Feed; readonly offline: boolean }) {
  const nowMs = useNow();
  if (offline && feed.lastSuccessAt !== null) return <span className="t-idle">as of {columnTime(feed.lastSuccessAt, nowMs)}</span>;
  if (feed.state === 'on-time')
    return <span className="muted">{(feed.hoursSince ?? 1) * 3600 < 60 ? 'just now' : `${hours(feed)} ago`}</span>;
  if (feed.state === 'paused')
    return (
      <StatusWord status="idle" icon="pause">
        paused
      </StatusWord>
    );
  return (
    <StatusWord status={NOW[feed.state]}>
      {hours(feed)}
      {feed.hoursSince === null ? '' : ' ago'}
    </StatusWord>
  );
}

/** Whose data is late: each feed against its own promise, one row a feed, one column a day. */
export function Freshness({ feeds, offline }: { readonly feeds: readonly Feed[]; readonly offline: boolean }) {
  const days = feeds[0]?.days ?? [];
  return (
    <Panel
      title="Freshness"
      note="hours late, by feed, 14 days"
      pad={false}
      className="freshness"
      actions={
        <span className="legend">
          <span>
            <i className="heat-cell heat-ok" />
            on time
          </span>
          <span>
            <i className="heat-cell heat-warn">9</i>late
          </span>
          <span>
            <i className="heat-cell heat-bad">31</i>stale
          </span>
          <span>
            <i className="heat-cell heat-idle" />
            no run
          </span>
        </span>
      }
    >
      {feeds.length === 0 ? (
        <Empty icon="history" title="No feeds yet">
          Once a source is added, each of its feeds has a row here.
        </Empty>
      ) : (
        <div className="heat-scroll" tabIndex={0} role="region" aria-label="Freshness by feed and day">
          <table className="heat">
            <caption className="visually-hidden">Hours late by feed and day, against each feed's own promise</caption>
            <thead>
              <tr>
                <th scope="col">Feed</th>
                {days.map((day, i) => (
                  <th key={day.date} scope="col" className={i === days.length - 1 ? 'today' : undefined} title={day.date}>
                    {Number(day.date.slice(8, 10))}
                  </th>
                ))}
                <th scope="col" className="num">
                  Last success
                </th>
              </tr>
            </thead>
            <tbody>
              {feeds.map((feed) => (
                <tr key={`${feed.sourceName} ${feed.feed}`}>
                  <th scope="row">
                    <span className="strong">{feed.sourceName}</span> <span className="muted">{feed.feed}</span>
                  </th>
                  {feed.days.map((day, i) => {
                    const unknown = offline && i === feed.days.length - 1;
                    return (
                      <td key={day.date}>
                        <span
                          className={`heat-cell heat-${unknown ? 'idle' : CELL[day.state].look}`}
                          title={`${day.date}: ${unknown ? 'not known, offline' : cellWords(day)}`}
                        >
                          <span aria-hidden="true">
                            {unknown || day.hoursLate === null || day.state === 'on-time' ? '' : integer(day.hoursLate)}
                          </span>
                          <span className="visually-hidden">{unknown ? 'not known' : cellWords(day)}</span>
                        </span>
                      </td>
                    );
                  })}
                  <td className="num small">
                    <NowCell feed={feed} offline={offline} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}
