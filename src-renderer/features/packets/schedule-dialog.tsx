import { Button, Checkbox, Dialog, DialogBody, InputGroup } from '@blueprintjs/core';
import { useId, useState } from 'react';
import type { PacketSchedule } from '../../../src-shared/contract/packets.ts';
import { useAllowed, useCommand } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { say } from '../../ui/notices.ts';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { ErrorView } from '../../ui/states.tsx';
import { scheduleWords } from './schedule-words.ts';

export function ScheduleDialog({ schedule, onClose }: { readonly schedule: PacketSchedule; readonly onClose: () => void }) {
  const [next, setNext] = useState(schedule);
  const ids = { day: useId(), days: useId() };
  const { run, busy, error } = useCommand('packet.setSchedule');
  const notAllowed = useAllowed()('packet.setSchedule');
  const inRange = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  const problem = !inRange(next.buildOnDay, 28)
    ? 'The day lies between 1 and 28: every month has those.'
    : !inRange(next.acceptWithinDays, 60)
      ? 'Between 1 and 60 days.'
      : null;
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog isOpen onClose={onClose} title="When packets are built and accepted" icon="calendar" transitionDuration={0}>
        <DialogBody useOverflowScrollContainer={false}>
          <div className="stack-16">
            <div className="schedule-field">
              <label htmlFor={ids.day}>Built on day</label>
              <InputGroup
                id={ids.day}
                type="number"
                min={1}
                max={28}
                value={Number.isNaN(next.buildOnDay) ? '' : String(next.buildOnDay)}
                onValueChange={(text) => {
                  setNext({ ...next, buildOnDay: Number.parseFloat(text) });
                }}
              />
              <span className="second">of the month that follows</span>
              <label htmlFor={ids.days}>Accepted within</label>
              <InputGroup
                id={ids.days}
                type="number"
                min={1}
                max={60}
                value={Number.isNaN(next.acceptWithinDays) ? '' : String(next.acceptWithinDays)}
                onValueChange={(text) => {
                  setNext({ ...next, acceptWithinDays: Number.parseFloat(text) });
                }}
              />
              <span className="second">days after that</span>
            </div>
            <Checkbox
              checked={next.automatic}
              label="Build by itself as soon as the inputs are there on that day"
              onChange={(event) => {
                setNext({ ...next, automatic: event.currentTarget.checked });
              }}
            />
            <p className="second">{problem === null ? `${scheduleWords(next)} Overview says what is due, missing or stale.` : problem}</p>
            {error === null ? null : <ErrorView error={error} />}
            <div className="row end-row">
              <Button text="Not now" onClick={onClose} />
              <ActionButton
                intent="primary"
                text="Set the schedule"
                refused={notAllowed ?? problem}
                loading={busy}
                onClick={() => {
                  run(next).then(
                    () => {
                      say({ status: 'ok', title: 'The schedule is set', text: scheduleWords(next) });
                      onClose();
                    },
                    () => undefined,
                  );
                }}
              />
            </div>
          </div>
        </DialogBody>
      </Dialog>
    </>
  );
}
