import { Icon } from '@blueprintjs/core';
import type { IncidentEvent } from '../../../src-shared/contract/incidents.ts';
import { type Answer, roleWord, useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { Fact, Panel } from '../../ui/parts.tsx';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { EVENT_WORDS, KIND_SAYS, restoredWords, timesWords } from './incident-words.ts';
import '../../ui/next-step.css';

export interface IncidentActs {
  readonly onTake: (incidentNo: number) => void;
  readonly onNote: (incident: Answer<'incident.show'>['incident']) => void;
  readonly onResolve: (incident: Answer<'incident.show'>['incident']) => void;
}

/** One incident: what is wrong, whom it concerns, what was done about it, and what can be done. */
export function IncidentEntry({ incidentNo, ...acts }: IncidentActs & { readonly incidentNo: number | null }) {
  const shown = useProcedure('incident.show', { incidentNo: incidentNo ?? 1 }, { enabled: incidentNo !== null, keep: true });
  if (incidentNo === null) {
    return (
      <Panel title="Incident" className="entry">
        <Empty icon="shield" title="No incident chosen">
          Choose one to see what was found and what was done.
        </Empty>
      </Panel>
    );
  }
  return (
    <Panel title={shown.data?.incident.incidentId ?? 'Incident'} note={shown.data?.incident.title} className="entry" pad={false}>
      <AnswerView of={shown} what="this incident" skeleton={<Skeleton rows={10} />}>
        {(answer) => <Body key={answer.incident.incidentNo} answer={answer} {...acts} />}
      </AnswerView>
    </Panel>
  );
}

function Body({ answer: { incident, events }, onTake, onNote, onResolve }: IncidentActs & { readonly answer: Answer<'incident.show'> }) {
  const allowed = useAllowed();
  const ended = incident.state === 'resolved' ? 'It is resolved. If the trouble is back, it is opened again by itself.' : null;
  return (
    <div className="entry-body" tabIndex={0} role="region" aria-label="The incident">
      <div className="row-top">
        <Icon
          icon={incident.state === 'resolved' ? 'tick-circle' : incident.severity === 'bad' ? 'error' : 'warning-sign'}
          className={`t-${incident.state === 'resolved' ? 'ok' : incident.severity}`}
        />
        <div className="stack-4 grow">
          <h3>{incident.title}</h3>
          <p className="second">{incident.says}</p>
          <p className="small muted">{KIND_SAYS[incident.kind]}</p>
        </div>
      </div>
      <dl className="facts">
        <Fact label="State">
          {incident.resolvedAt === null ? (
            <StatusWord status={incident.severity}>open</StatusWord>
          ) : (
            <StatusWord status="ok">
              resolved <Time at={incident.resolvedAt} form="short" />, in {restoredWords(incident.restoreSeconds ?? 0)}
            </StatusWord>
          )}
        </Fact>
        {incident.tenant === null ? null : (
          <Fact label="Tenant">
            <a href={hrefOf(`/tenants/${encodeURIComponent(incident.tenant.tenantId)}`)}>{incident.tenant.name}</a>{' '}
            <code className="muted">{incident.tenant.tenantId}</code>
          </Fact>
        )}
        <Fact label="Opened">
          <Time at={incident.openedAt} />, {timesWords(incident)}
        </Fact>
        <Fact label="Owner">
          {incident.owner === null ? (
            <span className="second">nobody yet; for {roleWord(incident.ownerRole)}</span>
          ) : (
            <span>{incident.owner.name}</span>
          )}
        </Fact>
        {incident.address === null ? null : (
          <Fact label="Seen at">
            <a href={hrefOf(incident.address)}>{incident.address}</a>
          </Fact>
        )}
      </dl>
      <div className="stack-4">
        <h3 className="caps">What happened</h3>
        <ol className="incident-events">
          {events.map((event, i) => (
            <Happened key={i} event={event} />
          ))}
        </ol>
      </div>
      <div className="next">
        <div className="caps">Next step</div>
        <p>
          {ended ??
            (incident.owner === null
              ? 'Take it, so that others know who looks at it.'
              : 'Note what was found; resolve it when its cause is gone.')}
        </p>
        <div className="row wrap">
          <ActionButton
            icon="person"
            text="Take it"
            refused={allowed('incident.assign') ?? ended}
            onClick={() => {
              onTake(incident.incidentNo);
            }}
          />
          <ActionButton
            icon="comment"
            text="Note…"
            refused={allowed('incident.note')}
            onClick={() => {
              onNote(incident);
            }}
          />
          <ActionButton
            icon="tick"
            text="Resolve…"
            refused={allowed('incident.resolve') ?? ended}
            onClick={() => {
              onResolve(incident);
            }}
          />
        </div>
      </div>
    </div>
  );
}

function Happened({ event }: { readonly event: IncidentEvent }) {
  return (
    <li>
      <span className="small muted nowrap">
        <Time at={event.at} form="short" />
      </span>
      <span>
        <b>{EVENT_WORDS[event.kind]}</b>
        {event.times === null || event.times === 1 ? '' : ` ${event.times} times`}
        {event.by === null ? '' : ` by ${event.by}`}: {event.says}
      </span>
    </li>
  );
}
