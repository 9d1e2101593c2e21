import { Button, InputGroup, Slider } from '@blueprintjs/core';
import { useMemo } from 'react';
import { useProcedure } from '../../port/use-app.ts';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { Pill } from '../../ui/status.tsx';
import { usePacket } from './packet-context.tsx';
import { recordFields, fieldProblem, TRIED_THRESHOLDS, type TrialFields, trialInput } from './trial-inputs.ts';
import { TierTrials, TrialRows, TurnedGates } from './trial-rows.tsx';
import { useDebounced } from './use-debounced.ts';

const SETTLE_MS = 200;

interface FieldProps {
  readonly label: string;
  readonly text: string;
  readonly was: string;
  readonly least: number;
  readonly most: number;
  /** Ends of the slider, within least and most. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  readonly onText: (text: string) => void;
}

const near = (value: number, from: number, to: number): number => Math.max(from, Math.min(to, value));

/** A slider for the usual range, and a number for any other. */
function TrialField({ label, text, was, least, most, from, to, step, onText }: FieldProps) {
  const problem = fieldProblem(text, least, most);
  const value = Number(text);
  return (
    <div className={`trial-field${Number(text) === Number(was) ? '' : ' trial-changed'}`}>
      <Slider
        min={from}
        max={to}
        stepSize={step}
        labelRenderer={false}
        value={Number.isFinite(value) ? near(value, from, to) : near(Number(was), from, to)}
        onChange={(next) => {
          onText(String(Number(next.toFixed(4))));
        }}
        handleHtmlProps={{ 'aria-label': label }}
        showTrackFill={false}
      />
      <InputGroup
        size="small"
        className="trial-number"
        aria-label={label}
        aria-invalid={problem !== null}
        title={problem ?? `As recorded: ${was}`}
        inputMode="decimal"
        intent={problem === null ? 'none' : 'danger'}
        value={text}
        onValueChange={onText}
      />
    </div>
  );
}

export interface TrialPanelProps {
  readonly fields: TrialFields;
  readonly onFields: (fields: TrialFields) => void;
}

/** The month under other numbers. Nothing of it is kept. */
export function TrialPanel({ fields, onFields }: TrialPanelProps) {
  const { packet } = usePacket();
  const record = useMemo(() => recordFields(packet), [packet]);
  const input = useMemo(() => trialInput(packet, fields), [packet, fields]);
  const asked = useDebounced(input, SETTLE_MS);
  const trial = useProcedure('packet.trial', asked ?? { packetId: packet.head.packetId }, { keep: true });
  return (
    <Panel
      title="Try"
      note="beside the record; nothing is stored"
      pad={false}
      className="trial"
      actions={
        <>
          <Pill status="idle" icon="calculator">
            not recorded
          </Pill>
          <Button
            size="small"
            variant="minimal"
            icon="undo"
            text="As recorded"
            onClick={() => {
              onFields(record);
            }}
          />
        </>
      }
    >
      <div className="trial-body">
        <div className="trial-fields" role="group" aria-label="What is tried">
          <div className="trial-grid">
            <span />
            <span className="caps">Subscriptions, times</span>
            <span className="caps">Price, times</span>
            {packet.tiers.map(({ tier, title }) => (
              <TierFields key={tier} tier={tier} title={title} fields={fields} record={record} onFields={onFields} />
            ))}
          </div>
          <div className="trial-grid trial-bounds">
            <span>Stress: infra cost, times</span>
            <TrialField
              label="Infrastructure cost under stress, times"
              text={fields.stress}
              was={record.stress}
              least={1}
              most={1000}
              from={1}
              to={4}
              step={0.1}
              onText={(stress) => {
                onFields({ ...fields, stress });
              }}
            />
            {TRIED_THRESHOLDS.map(({ key, title, unit, most }) => (
              <ThresholdField
                key={key}
                title={`${title}, ${unit}`}
                text={fields.thresholds[key]}
                was={record.thresholds[key]}
                most={most}
                onText={(text) => {
                  onFields({ ...fields, thresholds: { ...fields.thresholds, [key]: text } });
                }}
              />
            ))}
          </div>
          {trial.data === undefined ? null : <TierTrials tiers={trial.data.tiers} />}
        </div>
        <div className="trial-result" tabIndex={0} role="region" aria-label="Record and trial, not recorded" aria-live="polite">
          <AnswerView of={trial} what="the trial" skeleton={<Skeleton rows={8} rowHeight={24} />}>
            {(answer) => (
              <>
                <TrialRows rows={answer.rows} caption="Record and trial, not recorded" />
                <TurnedGates gates={answer.gates} />
                <p className="pad small second">
                  {input === null ? 'Move a slider or type a number: the figures answer here, the record stays as it is.' : answer.says}
                </p>
              </>
            )}
          </AnswerView>
        </div>
      </div>
    </Panel>
  );
}

interface TierFieldsProps extends TrialPanelProps {
  readonly tier: string;
  readonly title: string;
  readonly record: TrialFields;
}

function TierFields({ tier, title, fields, record, onFields }: TierFieldsProps) {
  const field = (part: 'subscriptions' | 'prices', name: string) => (
    <TrialField
      label={`${title}, ${name}, times`}
      text={fields[part][tier] ?? '1'}
      was={record[part][tier] ?? '1'}
      least={0}
      most={1000}
      from={0.5}
      to={1.5}
      step={0.01}
      onText={(text) => {
        onFields({ ...fields, [part]: { ...fields[part], [tier]: text } });
      }}
    />
  );
  return (
    <>
      <span className="ellipsis">{title}</span>
      {field('subscriptions', 'subscriptions')}
      {field('prices', 'price')}
    </>
  );
}

function ThresholdField({
  title,
  text,
  was,
  most,
  onText,
}: {
  readonly title: string;
  readonly text: string;
  readonly was: string;
  readonly most: number;
  readonly onText: (text: string) => void;
}) {
  // The slider covers what is near the recorded bound; the number takes any other.
  const middle = Number(was);
  const reach = Math.max(2, middle * 0.15);
  return (
    <>
      <span className="ellipsis">{title}</span>
      <TrialField
        label={title}
        text={text}
        was={was}
        least={0}
        most={most}
        from={Math.max(0, Math.floor(middle - reach))}
        to={Math.min(most, Math.ceil(middle + reach))}
        step={0.25}
        onText={onText}
      />
    </>
  );
}
