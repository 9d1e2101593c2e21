import { Button, Icon } from '@blueprintjs/core';
import { useAllowed, useProcedure, type Answer } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted } from '../../ui/format.ts';
import { Keys, PageHead, Panel } from '../../ui/parts.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { BuildDialog } from './build-dialog.tsx';
import { monthName } from './packet-words.ts';
import { PacketTable } from './packet-table.tsx';
import { ScheduleDialog } from './schedule-dialog.tsx';
import { scheduleWords } from './schedule-words.ts';
import './packets.css';

type ListAnswer = Answer<'packet.list'>;

/** All packets by month; what is due or missing first, each with its next step. */
export function PacketsList() {
  const list = useProcedure('packet.list', {}, { keep: true });
  const allowed = useAllowed();
  const wish = useAddress().query['do'];
  const dialog = wish === 'build' || wish === 'schedule' ? wish : null;
  const setDialog = (next: 'build' | 'schedule' | null): void => {
    setQuery({ do: next ?? undefined });
  };
  const refused = allowed('packet.build');
  const data = list.data;
  const months = data === undefined ? [] : [...data.toBuild.map(({ month }) => month), ...data.packets.map(({ month }) => month)];
  const first = data?.toBuild.find(({ ready }) => ready)?.month ?? months[0];
  const build = (): void => {
    if (refused === null && first !== undefined) setDialog('build');
  };
  useShortcut('R', 'Build a packet', build);
  const close = (): void => {
    setDialog(null);
  };
  return (
    <>
      <PageHead
        title="Packets"
        {...(data === undefined ? {} : { lead: scheduleWords(data.schedule) })}
        actions={
          <>
            <Button
              icon="calendar"
              text="Schedule…"
              onClick={() => {
                setDialog('schedule');
              }}
            />
            <ActionButton
              intent="primary"
              icon="build"
              text="Build packet…"
              endIcon={<Keys>R</Keys>}
              refused={
                refused ?? (data !== undefined && first === undefined ? 'No month has evidence yet: add a source that sends it.' : null)
              }
              onClick={build}
            />
          </>
        }
      />
      <AnswerView
        of={list}
        what="the packets"
        skeleton={<Skeleton rows={10} rowHeight={32} />}
        isEmpty={(answer) => answer.packets.length === 0 && answer.toBuild.length === 0}
        empty={<NoPackets />}
      >
        {(answer) => (
          <div className="packets-list">
            <Waiting answer={answer} />
            {answer.packets.length === 0 ? (
              <section className="panel">
                <Empty icon="book" title="No packet has been built yet">
                  A packet says in figures what a month was, with a proof behind each. Build the first one from the evidence above.
                </Empty>
              </section>
            ) : (
              <PacketTable answer={answer} />
            )}
          </div>
        )}
      </AnswerView>
      {dialog === 'build' && first !== undefined ? <BuildDialog months={months} month={first} onClose={close} /> : null}
      {dialog === 'schedule' && data !== undefined ? <ScheduleDialog schedule={data.schedule} onClose={close} /> : null}
    </>
  );
}

/** What is due or missing: months to build first, then packets that wait for somebody. */
function Waiting({ answer }: { readonly answer: ListAnswer }) {
  const waiting = answer.packets.filter(({ state, overdue }) => overdue && state !== 'accepted');
  const count = answer.toBuild.length + waiting.length;
  if (count === 0) return null;
  return (
    <Panel title="Needs you" note={counted(count, 'month')} pad={false} className="waiting">
      <ul>
        {waiting.map((row) => (
          <li key={row.packetId}>
            <Icon icon="time" size={14} className="t-warn" />
            <div className="grow stack-0">
              <b>{monthName(row.month)} is overdue</b>
              <span className="small second">
                It was due <Time at={row.dueAt} form="short" withAge />
                {row.openQuestions === 0 ? '' : `; ${counted(row.openQuestions, 'question')} open`}.
              </span>
            </div>
            <Button
              text="Open the packet"
              onClick={() => {
                router.go(row.address);
              }}
            />
          </li>
        ))}
        {answer.toBuild.map((month) => (
          <li key={month.month}>
            <Icon
              icon={month.ready ? 'build' : month.due ? 'warning-sign' : 'time'}
              size={14}
              className={month.ready ? 't-accent' : month.due ? 't-warn' : 'muted'}
            />
            <div className="grow stack-0">
              <b>{monthName(month.month)}</b>
              <span className="small second">{month.says}</span>
            </div>
            <span className="small second nowrap hide-narrow">
              {month.due ? (
                <StatusWord status="warn">due</StatusWord>
              ) : (
                <>
                  builds <Time at={month.buildAt} form="short" />
                </>
              )}
            </span>
            <Button
              text={month.ready ? 'Open and build' : 'See what is missing'}
              onClick={() => {
                router.go(month.address);
              }}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function NoPackets() {
  return (
    <section className="panel">
      <Empty
        icon="book"
        title="No month has evidence yet"
        action={
          <span className="row">
            <Button
              intent="primary"
              icon="add"
              text="Add a source…"
              onClick={() => {
                router.go('/settings/sources?add=source');
              }}
            />
            <a href={hrefOf('/evidence')}>Make the assumptions by hand</a>
          </span>
        }
      >
        A packet is built from a month's telemetry and assumptions. Add the source that holds them, in a folder named evidence; what arrives
        is verified, and the month then stands here.
      </Empty>
    </section>
  );
}
