import { Button, Dialog, DialogBody, Icon, InputGroup, TextArea } from '@blueprintjs/core';
import { useEffect, useId, useState } from 'react';
import type { GateThresholds } from '../../../src-shared/contract/gates.ts';
import { type Answer, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { say } from '../../ui/notices.ts';
import { Keys } from '../../ui/parts.tsx';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { AnswerView, ErrorView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { gateLook, isMonth, monthName } from './gates-words.ts';
import { bandKey, draftOf, readDraft, THRESHOLDS, TIERS } from './threshold-rows.ts';

type Thresholds = Answer<'gate.thresholds'>;

const PREVIEW_REST_MS = 200;
const MONTHS_LOOKED_AT = 12;

/** The last body that could be read, after a rest: what past months are judged by while somebody types. */
const useRested = (body: GateThresholds | null, first: GateThresholds): GateThresholds => {
  const [rested, setRested] = useState(first);
  useEffect(() => {
    if (body === null) return undefined;
    const timer = setTimeout(() => {
      setRested(body);
    }, PREVIEW_REST_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [body]);
  return rested;
};

/** Changes the thresholds; what past months would have been stands beside the fields while they are typed. */
export function ThresholdsDialog({ of, onClose }: { readonly of: Thresholds; readonly onClose: () => void }) {
  const [draft, setDraft] = useState(() => draftOf(of.current.body));
  const [from, setFrom] = useState(of.nextMonth);
  const [reviewBy, setReviewBy] = useState('');
  const [reason, setReason] = useState('');
  const { run, busy, error } = useCommand('gate.thresholdsChange');
  const refused = useAllowed()('gate.thresholdsChange');
  const id = useId();
  const { body, problems } = readDraft(draft, of.current.body);
  const problem =
    body === null
      ? 'A field holds no number that fits.'
      : !isMonth(from)
        ? 'Say from which month it counts, as 2026-06.'
        : reason.trim().length < 3
          ? 'A reason is needed; it is kept with the version.'
          : null;
  const submit = (): void => {
    if (problem !== null || body === null || refused !== null || busy) return;
    run({
      version: of.current.version,
      body,
      effectiveFrom: from,
      ...(reviewBy === '' ? {} : { reviewBy }),
      reason: reason.trim(),
    }).then(
      (changed) => {
        onClose();
        say({
          status: 'ok',
          title: `Thresholds version ${changed.version} counts from ${changed.effectiveFrom}`,
          text: `${changed.changes.join('; ')}${changed.changes.length === 0 ? 'Kept as they were' : ''}. To be looked at again by ${changed.reviewBy}.`,
        });
      },
      () => undefined,
    );
  };
  const field = (key: string, label: string, unit: string, placeholder?: string) => (
    <div key={key} className="threshold-field">
      <label htmlFor={`${id}-${key}`}>{label}</label>
      <InputGroup
        id={`${id}-${key}`}
        size="small"
        value={draft[key] ?? ''}
        inputMode="decimal"
        {...(placeholder === undefined ? {} : { placeholder })}
        intent={problems[key] === undefined ? 'none' : 'danger'}
        aria-invalid={problems[key] !== undefined}
        aria-describedby={problems[key] === undefined ? undefined : `${id}-${key}-why`}
        rightElement={<span className="field-unit">{unit}</span>}
        onChange={(event) => {
          setDraft({ ...draft, [key]: event.target.value });
        }}
      />
      {problems[key] === undefined ? null : (
        <span id={`${id}-${key}-why`} className="tiny t-bad">
          {problems[key]}
        </span>
      )}
    </div>
  );
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <Dialog
        isOpen
        onClose={onClose}
        title={`Change thresholds, version ${of.current.version + 1}`}
        icon="horizontal-distribution"
        className="decision thresholds-dialog"
        transitionDuration={0}
      >
        <DialogBody useOverflowScrollContainer={false}>
          <div
            className="stack-16"
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                submit();
              }
            }}
          >
            <div className="thresholds-two">
              <div className="stack-8">
                {THRESHOLDS.map((row) => field(row.key, `${row.name} ${row.sign}`, row.unit.trim()))}
                {TIERS.map((tier) => field(bandKey(tier), `Discount band of ${tier} ≤`, '%', 'as the cap'))}
              </div>
              <Preview body={useRested(body, of.current.body)} />
            </div>
            <div className="dialog-two">
              <div className="stack-4">
                <label htmlFor={`${id}-from`} className="strong">
                  Counts for months from
                </label>
                <InputGroup id={`${id}-from`} fill type="month" value={from} onChange={(event) => setFrom(event.target.value)} />
              </div>
              <div className="stack-4">
                <label htmlFor={`${id}-review`} className="strong">
                  Look at it again by <span className="muted">in a quarter when left out</span>
                </label>
                <InputGroup id={`${id}-review`} fill type="date" value={reviewBy} onChange={(event) => setReviewBy(event.target.value)} />
              </div>
            </div>
            <div className="stack-4">
              <label htmlFor={`${id}-reason`} className="strong">
                Why
              </label>
              <TextArea
                id={`${id}-reason`}
                fill
                autoResize
                maxLength={2000}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            </div>
            {error === null ? null : <ErrorView error={error} />}
            <div className="decision-foot">
              <Button size="large" text="Not now" className="push" onClick={onClose} />
              <ActionButton
                size="large"
                intent="primary"
                text="Change the thresholds"
                endIcon={<Keys>Ctrl Enter</Keys>}
                refused={refused ?? problem}
                loading={busy}
                onClick={submit}
              />
            </div>
          </div>
        </DialogBody>
      </Dialog>
    </>
  );
}

/** What past months would have been, gate by gate, from the figures they recorded. */
function Preview({ body }: { readonly body: GateThresholds }) {
  const answer = useProcedure('gate.thresholdsPreview', { body, months: MONTHS_LOOKED_AT }, { keep: true });
  return (
    <div className="stack-8 preview" aria-live="polite">
      <h3 className="caps">What past months would have been</h3>
      <AnswerView of={answer} what="past months" skeleton={<Skeleton rows={8} rowHeight={24} />}>
        {({ months, says, changes }) => (
          <>
            <p className={months.some(({ changed }) => changed > 0) ? 'strong' : 'second'}>{says}</p>
            {months.length === 0 ? null : (
              <table className="table plain tight inset">
                <thead>
                  <tr>
                    <th scope="col">Month</th>
                    {(months.find(({ gates }) => gates.length > 0)?.gates ?? []).map(({ gate, short }) => (
                      <th key={gate} scope="col" className="preview-cell">
                        {short}
                      </th>
                    ))}
                    <th scope="col" className="preview-cell">
                      Bands
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {months.toReversed().map(({ month, gates, bands }) => (
                    <tr key={month}>
                      <td>{month}</td>
                      {gates.map((gate) => {
                        const look = gateLook(gate.then);
                        const turned = gate.now !== gate.then;
                        return (
                          <td
                            key={gate.gate}
                            className={`preview-cell${turned ? ' preview-turned' : ''}`}
                            title={`${gate.short}, ${monthName(month)}: ${gate.says}`}
                          >
                            <Icon icon={look.icon} size={turned ? 12 : 11} className={`t-${look.status}`} />
                            <span className="visually-hidden">
                              {look.word}
                              {turned ? ', and now it does not' : ''}: {gate.says}
                            </span>
                          </td>
                        );
                      })}
                      {gates.length === 0 ? (
                        <td className="muted" colSpan={6}>
                          no figures
                        </td>
                      ) : (
                        <td className="preview-cell">
                          {bands.every(({ holds }) => holds) ? (
                            <Icon icon="small-tick" size={11} className="t-ok" title="every tier within its band" />
                          ) : (
                            <StatusWord status="warn">
                              {bands
                                .filter(({ holds }) => !holds)
                                .map(({ tier }) => tier)
                                .join(', ')}
                            </StatusWord>
                          )}
                        </td>
                      )}
                    </tr>
                  ))}
                </tbody>
              </table>
            )}
            {changes.length === 0 ? <p className="tiny muted">Nothing is changed yet.</p> : null}
            <ul className="changes">
              {changes.map((change) => (
                <li key={change}>
                  <Icon icon="edit" size={11} />
                  <span>{change}</span>
                </li>
              ))}
            </ul>
          </>
        )}
      </AnswerView>
    </div>
  );
}
