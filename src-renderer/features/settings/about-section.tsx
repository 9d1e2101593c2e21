import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { DoctorCheck } from '../../../src-shared/contract/host.ts';
import { useProcedure } from '../../port/use-app.ts';
import { useActs } from '../../shell/acts.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted, duration } from '../../ui/format.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { Fact, Mark, Panel } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { type Status, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

const STATE: Readonly<Record<DoctorCheck['state'], { readonly status: Status; readonly word: string; readonly icon?: 'help' | 'tick' }>> = {
  ok: { status: 'ok', icon: 'tick', word: 'holds' },
  warn: { status: 'warn', word: 'look' },
  bad: { status: 'bad', word: 'fails' },
  unknown: { status: 'idle', icon: 'help', word: 'unknown' },
};

/** The checks in one line, worst first: `1 fails, 2 to look at, 10 hold`. */
export const checksWords = (checks: readonly DoctorCheck[]): string => {
  const n = (state: DoctorCheck['state']): number => checks.filter((check) => check.state === state).length;
  return [
    n('bad') === 0 ? '' : `${n('bad')} ${n('bad') === 1 ? 'fails' : 'fail'}`,
    n('warn') === 0 ? '' : `${n('warn')} to look at`,
    n('unknown') === 0 ? '' : `${n('unknown')} unknown`,
    n('ok') === 0 ? '' : `${n('ok')} ${n('ok') === 1 ? 'holds' : 'hold'}`,
  ]
    .filter((part) => part !== '')
    .join(', ');
};

function Checks({ sanity }: { readonly sanity: boolean }) {
  const doctor = useProcedure('system.doctor', { sanity }, { keep: true });
  return (
    <AnswerView of={doctor} what="the checks" skeleton={<Skeleton rows={6} />}>
      {({ checks, elapsedMs }) => (
        <>
          <table className="table plain checks">
            <thead>
              <tr>
                <th scope="col">Check</th>
                <th scope="col">State</th>
                <th scope="col">What it found</th>
              </tr>
            </thead>
            <tbody>
              {checks.map((check) => {
                const state = STATE[check.state];
                return (
                  <tr key={check.name} data-check={check.name} data-state={check.state}>
                    <th scope="row" className="cap">
                      {check.name}
                    </th>
                    <td>
                      <StatusWord status={state.status} {...(state.icon === undefined ? {} : { icon: state.icon })}>
                        {state.word}
                      </StatusWord>
                    </td>
                    <td className="wrapping">
                      {check.says} {check.nextStep === null ? null : <span className="second">{check.nextStep}</span>}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <p className="table-note tiny muted" role="status">
            {counted(checks.length, 'check')} in {duration(elapsedMs)}: {checksWords(checks)}
            {doctor.isFetching ? ', checking again' : ''}
          </p>
        </>
      )}
    </AnswerView>
  );
}

/** What runs here, whether it is well, and what to send when it is not. */
export function AboutSection() {
  const host = useProcedure('host.describe', {});
  const [sanity, setSanity] = useState(false);
  const [showLog, setShowLog] = useState(false);
  const log = useProcedure('system.log', { limit: 200 }, { enabled: showLog });
  const acts = useActs();
  return (
    <>
      <Panel title="This console">
        <AnswerView of={host} what="the host" skeleton={<Skeleton rows={3} />}>
          {(data) => (
            <div className="row-top about">
              <Mark size={40} />
              <dl className="facts">
                <Fact label="Version">
                  {data.product} {data.version}{' '}
                  <CopyButton text={`${data.product} ${data.version}, ${data.host}, ${data.platform}`} what="the version" />
                </Fact>
                <Fact label="Host">
                  {data.host === 'electron'
                    ? 'desktop app'
                    : data.host === 'loopback'
                      ? 'this browser, over the loopback address of this machine'
                      : data.host}
                </Fact>
                <Fact label="Platform">{data.platform}</Fact>
                <Fact label="Secrets">
                  {
                    {
                      system: "in the operating system's own store",
                      session: 'in memory, gone when the app ends',
                      none: 'not kept: this system has no safe place for them',
                    }[data.capabilities.secretStore]
                  }
                </Fact>
                <Fact label="Licence">Apache-2.0</Fact>
              </dl>
            </div>
          )}
        </AnswerView>
      </Panel>
      <Panel
        title="Checks"
        pad={false}
        actions={
          <Button
            size="small"
            icon="pulse"
            text={sanity ? 'Only the quick checks' : 'Check all seven dimensions'}
            onClick={() => setSanity(!sanity)}
          />
        }
      >
        <Checks sanity={sanity} />
      </Panel>
      <Panel title="When something is wrong">
        <div className="stack">
          <p className="second">
            The support bundle holds versions, checks and the log. It holds no secret and no tenant data; look into it before you send it.
          </p>
          <div className="row">
            <ActionButton
              icon="download"
              text="Save a support bundle"
              refused={acts.refusal('system.supportBundle')}
              onClick={acts.supportBundle}
            />
            <Button
              variant="minimal"
              text={showLog ? 'Hide the log' : 'Show the log'}
              aria-expanded={showLog}
              onClick={() => setShowLog(!showLog)}
            />
          </div>
          {showLog ? (
            <AnswerView of={log} what="the log">
              {({ lines }) => (
                <ol className="log" tabIndex={0} aria-label="Log, newest first">
                  {lines.map((line, i) => (
                    <li key={`${line.at} ${i}`}>
                      <Time at={line.at} form="short" />
                      <code className={line.level === 'error' ? 't-bad' : 'muted'}>{line.level}</code>
                      <span className="grow">{line.text}</span>
                      <code className="muted">{line.requestId ?? ''}</code>
                    </li>
                  ))}
                </ol>
              )}
            </AnswerView>
          ) : null}
        </div>
      </Panel>
    </>
  );
}
