import { useState } from 'react';
import type { GateThresholds } from '../../../src-shared/contract/gates.ts';
import { type Answer, useAllowed, useProcedure } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { Banner, Pill } from '../../ui/status.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { dayWords, figureText } from './gates-words.ts';
import { ScrollRegion } from './scroll-region.tsx';
import { THRESHOLDS, TIERS } from './threshold-rows.ts';
import { ThresholdsDialog } from './thresholds-dialog.tsx';

type Thresholds = Answer<'gate.thresholds'>;

/** The policy's thresholds: versions, their reasons, and when they are looked at again. */
export function ThresholdsTab() {
  const answer = useProcedure('gate.thresholds', {});
  const refused = useAllowed()('gate.thresholdsChange');
  const [open, setOpen] = useState(false);
  const change = (
    <ActionButton
      icon="edit"
      text="Change thresholds…"
      refused={refused}
      onClick={() => {
        setOpen(true);
      }}
    />
  );
  return (
    <AnswerView of={answer} what="the thresholds" skeleton={<Skeleton rows={12} />}>
      {(data) => (
        <div className="stack-16 thresholds-page" tabIndex={0} role="region" aria-label="Thresholds">
          {data.reviewDue ? <ReviewDue of={data} /> : null}
          <div className="thresholds">
            <Panel title={`Version ${data.current.version}`} note={fromWords(data.current.effectiveFrom)} actions={change} pad={false}>
              <ThresholdTable body={data.current.body} defaults={data.defaults} />
            </Panel>
            <Panel title="Versions" note={counted(data.versions.length, 'version')} pad={false} className="scroll-panel">
              <ScrollRegion label="Versions of the thresholds">
                <Versions of={data} />
              </ScrollRegion>
            </Panel>
          </div>
          <p className="second small">
            An artifact is judged by the thresholds that stand in it: its verdict is the reference’s. Where the policy says another limit, a
            finding stands beside the run with what the gate would be.
          </p>
          {open ? (
            <ThresholdsDialog
              of={data}
              onClose={() => {
                setOpen(false);
              }}
            />
          ) : null}
        </div>
      )}
    </AnswerView>
  );
}

const fromWords = (month: string): string => (month === '0001-01' ? 'from the beginning' : `for months from ${month} on`);

function ReviewDue({ of }: { readonly of: Thresholds }) {
  const now = new Date(useNow()).toISOString();
  return (
    <Banner status="warn" title={`The thresholds were to be looked at again by ${dayWords(of.current.reviewBy, now)}`}>
      Keep them with a new date, or change them: both are recorded with a reason.
    </Banner>
  );
}

function ThresholdTable({ body, defaults }: { readonly body: GateThresholds; readonly defaults: GateThresholds }) {
  return (
    <table className="table plain tight">
      <thead>
        <tr>
          <th scope="col">Threshold</th>
          <th scope="col">Gate</th>
          <th scope="col" className="num">
            Limit
          </th>
          <th scope="col" className="num">
            Default
          </th>
        </tr>
      </thead>
      <tbody>
        {THRESHOLDS.map((row) => (
          <tr key={row.key}>
            <td>{row.name}</td>
            <td className="muted">{row.gate}</td>
            <td className="num">
              {row.sign} {figureText(row.shown(body[row.key]), row.unit)}
            </td>
            <td className="num muted">{figureText(row.shown(defaults[row.key]), row.unit)}</td>
          </tr>
        ))}
        {TIERS.map((tier) => {
          const band = body.discountBands[tier];
          return (
            <tr key={tier}>
              <td>Discount band of {tier}</td>
              <td className="muted">policy</td>
              <td className="num">
                {band === undefined ? <span className="muted">as the cap</span> : `≤ ${figureText(band.toFixed(2), '%')}`}
              </td>
              <td className="num muted">as the cap</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Versions({ of }: { readonly of: Thresholds }) {
  return (
    <ul className="motion-list">
      {of.versions.map((version) => (
        <li key={version.version} className="stack-4">
          <span className="row">
            <b>Version {version.version}</b>
            {version.version === of.current.version ? <Pill icon={false}>newest</Pill> : null}
            <span className="muted small">
              {fromWords(version.effectiveFrom)}; {version.changedBy === null ? 'the product’s default' : visibleText(version.changedBy)},{' '}
              <Time at={version.changedAt} form="short" />; review by {dayWords(version.reviewBy)}
            </span>
          </span>
          <p className="second">{visibleText(version.reason)}</p>
          {version.changes.length === 0 ? null : (
            <ul className="changes">
              {version.changes.map((change) => (
                <li key={change}>
                  <span>{change}</span>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  );
}
