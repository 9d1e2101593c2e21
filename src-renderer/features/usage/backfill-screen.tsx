import { useRef, useState } from 'react';
import type { Backfill, BackfillPreview } from '../../../src-shared/contract/metering-care.ts';
import { useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { DecisionDialog } from '../../ui/decision-dialog.tsx';
import { byteSize, counted, integer } from '../../ui/format.ts';
import { Hash } from '../../ui/hash.tsx';
import { say } from '../../ui/notices.ts';
import { Fact, Metric, PageHead, Panel } from '../../ui/parts.tsx';
import { wholeQuantity } from '../../ui/quantity-format.ts';
import { ReturnFocus } from '../../ui/return-focus.tsx';
import { AnswerView, Empty, ErrorView, Skeleton } from '../../ui/states.tsx';
import { Pill, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ScrollRegion } from '../gates/scroll-region.tsx';
import { BACKFILL_LOOK, metricName, textParts } from './usage-words.ts';
import './usage.css';

/** Below the frame's limit with room for escapes: newlines and quotes of NDJSON double in a frame. */
const PART_CHARACTERS = 256 * 1024;

const signed = (exact: string): string =>
  exact.startsWith('-') ? wholeQuantity(exact) : exact === '0' ? '±0' : `+${wholeQuantity(exact)}`;

/** `/usage/backfill/<id>`: files, what would change, and what was done. */
export function BackfillScreen({ backfillId }: { readonly backfillId: string }) {
  const answer = useProcedure('usage.backfill', { backfillId });
  const [act, setAct] = useState<'apply' | 'reverse' | 'discard' | null>(null);
  return (
    <AnswerView of={answer} what="the backfill" skeleton={<Skeleton rows={12} />}>
      {({ backfill, preview }) => (
        <>
          <Head backfill={backfill} preview={preview} onAct={setAct} />
          <div className="usage-two">
            <div className="stack-12 usage-main">
              {preview === null ? <NotYet backfill={backfill} /> : <Preview preview={preview} state={backfill.state} />}
            </div>
            <Side backfill={backfill} />
          </div>
          {act === null ? null : <ActDialog act={act} backfill={backfill} preview={preview} onClose={() => setAct(null)} />}
        </>
      )}
    </AnswerView>
  );
}

interface HeadProps {
  readonly backfill: Backfill;
  readonly preview: BackfillPreview | null;
  readonly onAct: (act: 'apply' | 'reverse' | 'discard') => void;
}

function Head({ backfill, preview, onAct }: HeadProps) {
  const allowed = useAllowed();
  const look = useCommand('usage.backfillPreview');
  const open = backfill.state === 'collecting' || backfill.state === 'previewed';
  const word = BACKFILL_LOOK[backfill.state];
  return (
    <>
      <PageHead
        crumbs={
          <>
            <a href={hrefOf('/usage')}>Usage</a> / <a href={hrefOf('/usage?tab=reconciliation')}>Reconciliation</a>
          </>
        }
        title={`Backfill ${backfill.backfillNo}`}
        marks={<Pill status={word.status}>{word.word}</Pill>}
        lead={`${backfill.from} to ${backfill.to}`}
        actions={
          open ? (
            <>
              <ActionButton icon="cross" text="Discard…" refused={allowed('usage.backfillDiscard')} onClick={() => onAct('discard')} />
              <AddFiles backfill={backfill} />
              <ActionButton
                icon="eye-open"
                text={preview === null ? 'Preview the changes' : 'Preview again'}
                refused={backfill.files.length === 0 ? 'Add a file of events first.' : allowed('usage.backfillPreview')}
                loading={look.busy}
                onClick={() => {
                  look.run({ backfillId: backfill.backfillId }).catch(() => undefined);
                }}
              />
              <ActionButton
                intent="primary"
                icon="tick"
                text="Apply…"
                refused={
                  backfill.state === 'previewed'
                    ? allowed('usage.backfillApply')
                    : 'Preview the changes first: what is applied is what was looked at.'
                }
                onClick={() => onAct('apply')}
              />
            </>
          ) : backfill.state === 'applied' ? (
            <ActionButton icon="undo" text="Reverse…" refused={allowed('usage.backfillReverse')} onClick={() => onAct('reverse')} />
          ) : undefined
        }
      />
      {look.error === null ? null : <ErrorView error={look.error} />}
    </>
  );
}

/** Reads files in the page and hands them over in parts that end with a line. */
function AddFiles({ backfill }: { readonly backfill: Backfill }) {
  const input = useRef<HTMLInputElement>(null);
  const add = useCommand('usage.backfillAdd');
  const refused = useAllowed()('usage.backfillAdd');
  const [busy, setBusy] = useState(false);
  const take = async (files: readonly File[]): Promise<void> => {
    setBusy(true);
    try {
      for (const file of files) {
        const text = await file.text();
        for (const part of textParts(text, PART_CHARACTERS))
          await add.run({ backfillId: backfill.backfillId, name: file.name, text: part });
      }
      say({ status: 'ok', title: `${counted(files.length, 'file')} added` });
    } catch {
      // The command's own error is shown below the head.
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        accept=".ndjson,.jsonl,.json"
        className="visually-hidden"
        tabIndex={-1}
        aria-label="Files of events"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = '';
          if (files.length > 0) void take(files);
        }}
      />
      <ActionButton icon="document-open" text="Add files…" refused={refused} loading={busy} onClick={() => input.current?.click()} />
      {add.error === null ? null : <span className="t-bad small">{add.error.message}</span>}
    </>
  );
}

function NotYet({ backfill }: { readonly backfill: Backfill }) {
  return (
    <Panel title="What would change" className="grow">
      {backfill.files.length === 0 ? (
        <Empty icon="document-open" title="No files yet">
          Add files of CloudEvents, one a line. They are kept with the backfill, byte by byte.
        </Empty>
      ) : (
        <Empty icon="eye-open" title="Not looked at yet">
          {counted(backfill.files.length, 'file')} wait. A preview says which cells of tenant, metric and day would change and by how much;
          nothing is changed by it.
        </Empty>
      )}
    </Panel>
  );
}

function Preview({ preview, state }: { readonly preview: BackfillPreview; readonly state: Backfill['state'] }) {
  const { outcomes: o } = preview;
  const done = state === 'applied' || state === 'reversed';
  return (
    <>
      <Panel title="Rows">
        <div className="usage-metrics">
          <Metric label="Received" value={integer(o.received)} note="rows of the files" />
          <Metric label="Accepted" value={integer(o.accepted)} note="into their own month" />
          <Metric label="Late" value={integer(o.late)} note="as adjustments" />
          <Metric label="Duplicate" value={integer(o.duplicate)} note="known, change nothing" />
          <Metric
            label="Conflict"
            value={integer(o.conflict)}
            note="same key, other payload"
            {...(o.conflict > 0 ? { status: 'bad' as const } : {})}
          />
          <Metric
            label="Not usable"
            value={integer(o.quarantined)}
            note="as below"
            {...(o.quarantined > 0 ? { status: 'warn' as const } : {})}
          />
        </div>
        {preview.problems.length === 0 ? null : (
          <ul className="usage-problems">
            {preview.problems.map((one) => (
              <li key={`${one.code} ${one.says}`} className="second small">
                <StatusWord status="warn">{integer(one.times)} ×</StatusWord> <code>{one.code}</code> {visibleText(one.says)}
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <Panel
        title={done ? 'What changed' : 'What would change'}
        note={
          preview.cells > preview.changes.length
            ? `the ${integer(preview.changes.length)} largest of ${counted(preview.cells, 'cell')}`
            : counted(preview.cells, 'cell')
        }
        pad={false}
        className="grow scroll-panel"
      >
        {preview.cells === 0 ? (
          <Empty icon="tick-circle" title="Nothing would change">
            Every row is known already, or cannot be used.
          </Empty>
        ) : (
          <ScrollRegion label="Cells that change">
            <table className="table tight">
              <thead>
                <tr>
                  <th scope="col">Tenant</th>
                  <th scope="col">Metric</th>
                  <th scope="col">Period</th>
                  <th scope="col" className="num">
                    Before
                  </th>
                  <th scope="col" className="num">
                    After
                  </th>
                  <th scope="col" className="num">
                    Difference
                  </th>
                </tr>
              </thead>
              <tbody>
                {preview.changes.map((one) => (
                  <tr key={`${one.tenant.tenantId} ${one.metric} ${one.period} ${one.adjusts ?? ''}`}>
                    <td>
                      <a href={hrefOf(`/tenants/${encodeURIComponent(one.tenant.tenantId)}`)}>{visibleText(one.tenant.name)}</a>
                    </td>
                    <td>{metricName(one.metric)}</td>
                    <td>
                      {one.period}
                      {one.adjusts === null ? null : <span className="muted small"> adjusts {one.adjusts}</span>}
                    </td>
                    <td className="num">{wholeQuantity(one.before)}</td>
                    <td className="num">{wholeQuantity(one.after)}</td>
                    <td className="num">
                      <b>{signed(one.difference)}</b>
                    </td>
                  </tr>
                ))}
              </tbody>
              <tfoot>
                {preview.totals.map((one) => (
                  <tr key={one.metric} className="total">
                    <td>All cells</td>
                    <td>{metricName(one.metric)}</td>
                    <td colSpan={3} className="second">
                      {one.unit}
                    </td>
                    <td className="num">{signed(one.difference)}</td>
                  </tr>
                ))}
              </tfoot>
            </table>
          </ScrollRegion>
        )}
      </Panel>
    </>
  );
}

function Side({ backfill }: { readonly backfill: Backfill }) {
  return (
    <div className="stack-12 usage-side">
      <Panel title="Backfill">
        <dl className="facts">
          <Fact label="Days, UTC">
            {backfill.from} to {backfill.to}, the last one not touched
          </Fact>
          <Fact label="Started">
            <Time at={backfill.startedAt} /> by {visibleText(backfill.startedBy)}
          </Fact>
          <Fact label="Reason">{visibleText(backfill.reason)}</Fact>
        </dl>
      </Panel>
      <Panel title="Files" note={counted(backfill.files.length, 'part')} pad={false} className="scroll-panel">
        {backfill.files.length === 0 ? (
          <p className="second inset-note">None yet.</p>
        ) : (
          <ScrollRegion label="Files of the backfill">
            <ul className="crossings">
              {backfill.files.map((file, at) => (
                <li key={`${at} ${file.sha256}`} className="stack-0">
                  <span className="ellipsis">{visibleText(file.name)}</span>
                  <span className="muted small row">
                    {counted(file.lines, 'line')}, {byteSize(file.bytes)} <Hash value={file.sha256} label={`of ${file.name}`} />
                  </span>
                </li>
              ))}
            </ul>
          </ScrollRegion>
        )}
      </Panel>
      <Panel title="What was done" pad={false}>
        {backfill.events.length === 0 ? (
          <p className="second inset-note">Nothing yet.</p>
        ) : (
          <ul className="crossings">
            {backfill.events.map((event) => (
              <li key={`${event.at} ${event.what}`} className="stack-0">
                <span className="row between">
                  <span>{event.what}</span>
                  <span className="muted small">
                    <Time at={event.at} form="short" />, {visibleText(event.by)}
                  </span>
                </span>
                <span className="second small">{visibleText(event.says)}</span>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  );
}

interface ActProps {
  readonly act: 'apply' | 'reverse' | 'discard';
  readonly backfill: Backfill;
  readonly preview: BackfillPreview | null;
  readonly onClose: () => void;
}

function ActDialog({ act, backfill, preview, onClose }: ActProps) {
  const apply = useCommand('usage.backfillApply');
  const reverse = useCommand('usage.backfillReverse');
  const discard = useCommand('usage.backfillDiscard');
  const { backfillId, backfillNo } = backfill;
  const ended = (title: string) => () => {
    onClose();
    say({ status: 'ok', title });
  };
  const none = (): void => undefined;
  const words = {
    apply: {
      title: `Apply backfill ${backfillNo}`,
      statement: `${counted(preview?.cells ?? 0, 'cell')} of usage change, exactly as shown. Events of closed months become adjustments of the next open one.`,
      verb: 'Apply what was previewed',
      command: apply,
      run: () =>
        apply.run({ backfillId, sha256: preview?.sha256 ?? '' }).then(ended(`Backfill ${backfillNo} is applied; it can be reversed`), none),
    },
    reverse: {
      title: `Reverse backfill ${backfillNo}`,
      statement:
        'Its effect on usage is taken back by a fact of its own. The events and files stay, and the keys of its events stay known.',
      verb: 'Reverse the backfill',
      command: reverse,
      run: (reason: string) => reverse.run({ backfillId, reason }).then(ended(`Backfill ${backfillNo} is reversed`), none),
    },
    discard: {
      title: `Discard backfill ${backfillNo}`,
      statement: 'It will not be applied. Its files and its record stay.',
      verb: 'Discard the backfill',
      command: discard,
      run: () => discard.run({ backfillId }).then(ended(`Backfill ${backfillNo} is discarded`), none),
    },
  }[act];
  return (
    <>
      <ReturnFocus fallback="[data-page-title]" />
      <DecisionDialog
        title={words.title}
        icon={act === 'apply' ? 'tick' : act === 'reverse' ? 'undo' : 'cross'}
        statement={words.statement}
        {...(act === 'reverse' ? { reasonLabel: 'Why it is taken back' } : {})}
        act={words.verb}
        danger={act === 'reverse'}
        busy={words.command.busy}
        error={words.command.error}
        onAct={(reason) => void words.run(reason)}
        onClose={onClose}
      />
    </>
  );
}
