import { hrefOf } from '../../router/router.ts';
import { roleWord } from '../../port/use-app.ts';
import { Hash } from '../../ui/hash.tsx';
import { Fact, Panel } from '../../ui/parts.tsx';
import { Figure } from '../../ui/proof.tsx';
import { Pill, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { usePacket } from './packet-context.tsx';
import { eventWords, monthName } from './packet-words.ts';

/** Who decided what when; which revisions there are; how to redo it without this console. */
export function ViewRecord() {
  return (
    <div className="halves wide-left">
      <Events />
      <div className="stack-12">
        <Revisions />
        <Documents />
      </div>
    </div>
  );
}

function Events() {
  const { packet } = usePacket();
  const events = packet.review.events.toReversed();
  return (
    <Panel title="Record" note="newest first; nothing is taken out of it" pad={false}>
      {events.length === 0 ? (
        <p className="pad second">Nothing has happened to this revision since it was built.</p>
      ) : (
        <div className="scroll-sideways" tabIndex={0} role="region" aria-label="Record, table">
          <table className="table plain record-table">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                <th scope="col">Did</th>
                <th scope="col">About, words</th>
              </tr>
            </thead>
            <tbody>
              {events.map((event) => (
                <tr key={event.eventNo}>
                  <td className="second">
                    <Time at={event.at} form="short" />
                  </td>
                  <td className="who-cell">
                    {event.who}
                    {event.role === null ? null : <span className="tiny muted">{roleWord(event.role)}</span>}
                  </td>
                  <td>
                    {event.kind === 'accepted' || event.kind === 'sent-back' ? <b>{eventWords(event.kind)}</b> : eventWords(event.kind)}
                  </td>
                  <td className="says-cell">
                    {event.figure === null ? null : (
                      <>
                        <Figure proof={event.figure} label="The figure it is about">
                          {event.figureTitle ?? event.figure}
                        </Figure>
                        {event.text === '' ? '' : ': '}
                      </>
                    )}
                    {visibleText(event.text)}
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

function Revisions() {
  const { packet } = usePacket();
  const { head } = packet;
  return (
    <Panel title="Revisions" note="an older one is superseded, never overwritten" pad={false}>
      <ul className="revision-list">
        {head.revisions
          .toSorted((a, b) => b.revision - a.revision)
          .map((each) => (
            <li key={each.revision} aria-current={each.revision === head.revision ? 'true' : undefined}>
              <div className="row">
                {each.revision === head.revision ? (
                  <b>Revision {each.revision}</b>
                ) : (
                  <a href={hrefOf(`/packets/${head.month}?revision=${each.revision}`)}>Revision {each.revision}</a>
                )}
                {each.revision === head.revision ? <Pill icon={false}>shown</Pill> : null}
                <span className="push tiny muted nowrap">
                  {each.builtBy}, <Time at={each.builtAt} form="short" />
                </span>
              </div>
              <span className="small second">{each.reason === null ? 'First built.' : visibleText(each.reason)}</span>
            </li>
          ))}
      </ul>
    </Panel>
  );
}

function Documents() {
  const { packet } = usePacket();
  const { head, review, window } = packet;
  return (
    <Panel title="Documents" note={`window ${window.label}`}>
      <ul className="proof-inputs">
        <li>
          <span className="grow">The packet</span>
          <Hash value={head.documentSha256} label={`hash of the packet of ${monthName(head.month)}`} />
        </li>
        {head.referenceFiles.map((file) => (
          <li key={file.name}>
            <span className="grow small wrap-anywhere">{file.name}</span>
            <Hash value={file.sha256} label={`hash of ${file.name}`} />
          </li>
        ))}
        {head.referenceFiles.length === 0 ? <li className="second">No reference files: the reference refuses the month</li> : null}
      </ul>
      <dl className="facts">
        <Fact label="Rules">version {head.ruleVersion}</Fact>
        <Fact label="Verified">
          {review.lastVerified === null ? (
            'never recomputed'
          ) : (
            <>
              <StatusWord status={review.lastVerified.holds ? 'ok' : 'bad'}>
                {review.lastVerified.holds ? 'recomputed, equal' : 'recomputed, not equal'}
              </StatusWord>{' '}
              <span className="muted">
                by {review.lastVerified.who}, <Time at={review.lastVerified.at} form="short" />
              </span>
            </>
          )}
        </Fact>
      </dl>
    </Panel>
  );
}
