import { Button, Icon } from '@blueprintjs/core';
import { useEffect, useRef, useState } from 'react';
import { MAKER_KINDS, type MakerKind, type MissingField } from '../../../src-shared/contract/evidence.ts';
import { type Answer, useAllowed, useCommand, useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { counted } from '../../ui/format.ts';
import { Keys, PageHead, Panel } from '../../ui/parts.tsx';
import { say } from '../../ui/notices.ts';
import { AnswerView, Empty, ErrorView, Skeleton } from '../../ui/states.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { DraftContext, isJsonObject, type JsonObject, withValue } from './draft.ts';
import { MAKER_WORDS, shortFigures } from './evidence-words.ts';
import { AssumptionsForm } from './make-assumptions.tsx';
import { BenchmarksForm } from './make-benchmarks.tsx';
import { DecisionsForm } from './make-decisions.tsx';
import { GovernanceForm } from './make-governance.tsx';
import './artifacts.css';
import './make.css';

type Started = Answer<'evidence.makeStart'>;
type Checked = Answer<'evidence.makeCheck'>;

/** A draft is checked when the keys rest. */
const REST_MS = 250;

const isMaker = (text: string | undefined): text is MakerKind => MAKER_KINDS.includes(text as MakerKind);
const nowIso = (): string => new Date().toISOString();

/** Drafts of this visit, so that looking something up elsewhere costs nobody their work. */
const drafts = new Map<string, JsonObject>();

/** Makes an artifact from the newest version: a form that says what is still missing, with the verdict live. */
export function MakeScreen({ kind }: { readonly kind: string | undefined }) {
  const month = useAddress().query['month'];
  if (!isMaker(kind))
    return (
      <>
        <PageHead title="Make evidence" crumbs={<Crumbs />} />
        <Panel>
          <Empty icon="edit" title="Choose what to make">
            {MAKER_KINDS.map((one) => (
              <span key={one} className="mk-choice">
                <a href={hrefOf(`/evidence/make/${one}`)}>{MAKER_WORDS[one].title}</a>{' '}
                <span className="muted">{MAKER_WORDS[one].note}</span>
              </span>
            ))}
          </Empty>
        </Panel>
      </>
    );
  return <Maker key={`${kind} ${month ?? ''}`} kind={kind} month={month} />;
}

const Crumbs = () => (
  <>
    <a href={hrefOf('/evidence')}>Evidence & gates</a>
    <span aria-hidden="true">/</span>
    <a href={hrefOf('/evidence?tab=artifacts')}>Artifacts</a>
  </>
);

function Maker({ kind, month }: { readonly kind: MakerKind; readonly month: string | undefined }) {
  const started = useProcedure('evidence.makeStart', { kind, ...(month === undefined ? {} : { month }) }, { keep: true });
  return started.data === undefined ? (
    <>
      <PageHead title={MAKER_WORDS[kind].title} crumbs={<Crumbs />} />
      <AnswerView of={started} what="the newest version" skeleton={<Skeleton rows={14} rowHeight={36} />}>
        {() => null}
      </AnswerView>
    </>
  ) : (
    <MakerForm kind={kind} month={month} started={started.data} />
  );
}

function MakerForm({ kind, month, started }: { readonly kind: MakerKind; readonly month: string | undefined; readonly started: Started }) {
  const place = `${kind} ${month ?? ''}`;
  const [document, setDocument] = useState<JsonObject>(() => drafts.get(place) ?? asDocument(started.document));
  const [kept, setKept] = useState(drafts.has(place));
  const rested = useRested(document);
  const checked = useProcedure('evidence.makeCheck', { kind, document: rested }, { keep: true });
  const make = useCommand('evidence.make');
  const refused = useAllowed()('evidence.make');
  const form = useRef<HTMLDivElement>(null);
  const state = checked.data ?? started;
  const change = (next: JsonObject): void => {
    drafts.set(place, next);
    setKept(true);
    setDocument(next);
  };
  const startAgain = (): void => {
    drafts.delete(place);
    setKept(false);
    setDocument(asDocument(started.document));
  };
  const store = (): void => {
    if (refused !== null || make.busy) return;
    make.run({ kind, document }).then(
      ({ artifact, isNew, passes }) => {
        drafts.delete(place);
        say({
          status: passes ? 'ok' : 'warn',
          title: isNew ? `${artifact.name} is kept` : 'Nothing had changed',
          text: passes ? 'It passes.' : 'It does not pass yet; make another version when the rest is known.',
        });
        router.go(artifact.address);
      },
      () => undefined,
    );
  };
  return (
    <DraftContext value={{ document, missing: state.missing, set: (pointer, value) => change(withValue(document, pointer, value)) }}>
      <PageHead
        crumbs={<Crumbs />}
        title={MAKER_WORDS[kind].title}
        lead={started.basedOn === null ? 'a new artifact' : `from the newest version of ${visibleText(started.basedOn.name)}`}
        actions={
          <>
            {kept ? <Button text="Start again" onClick={startAgain} /> : null}
            <ActionButton
              intent={state.passes ? 'primary' : 'none'}
              icon="floppy-disk"
              text={state.passes ? 'Keep this version' : 'Keep it unfinished'}
              endIcon={<Keys>Ctrl Enter</Keys>}
              refused={refused}
              loading={make.busy}
              onClick={store}
            />
          </>
        }
      />
      {make.error === null ? null : (
        <Panel>
          <ErrorView error={make.error} />
        </Panel>
      )}
      <div
        className="mk"
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            store();
          }
        }}
      >
        <div className="mk-form" ref={form}>
          <FormOf kind={kind} />
        </div>
        <div className="mk-side">
          <Verdict of={state} name={state.name} busy={checked.isFetching || rested !== document} onGo={(gap) => goTo(form.current, gap)} />
          {started.notes.length === 0 ? null : (
            <Panel title="Filled in for you">
              <ul className="stack-4">
                {started.notes.map((note) => (
                  <li key={note} className="second">
                    {note}
                  </li>
                ))}
              </ul>
              {started.basedOn === null ? null : (
                <p className="small">
                  <a href={hrefOf(started.basedOn.address)}>Look at the newest version</a>
                </p>
              )}
            </Panel>
          )}
        </div>
      </div>
    </DraftContext>
  );
}

function FormOf({ kind }: { readonly kind: MakerKind }) {
  switch (kind) {
    case 'pricing-benchmarks':
      return <BenchmarksForm now={nowIso} />;
    case 'policy-decisions':
      return <DecisionsForm now={nowIso} />;
    case 'finance-assumptions':
      return <AssumptionsForm />;
    case 'governance':
      return <GovernanceForm now={nowIso} />;
  }
}

const asDocument = (given: Readonly<Record<string, unknown>>): JsonObject => (isJsonObject(given) ? given : {});

const useRested = (document: JsonObject): JsonObject => {
  const [rested, setRested] = useState(document);
  useEffect(() => {
    const timer = setTimeout(() => setRested(document), REST_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [document]);
  return rested;
};

/** Puts the focus into the field that lacks something; a decision is opened first. */
const goTo = (form: HTMLElement | null, gap: MissingField): void => {
  const field = (): HTMLElement | null => form?.querySelector<HTMLElement>(`[data-pointer="${CSS.escape(gap.pointer)}"]`) ?? null;
  const decision = /^\/decision_backlog\/decision_items\/\d+/.exec(gap.pointer)?.[0];
  if (field() === null && decision !== undefined) form?.querySelector<HTMLElement>(`[data-decision="${CSS.escape(decision)}"]`)?.click();
  requestAnimationFrame(() => {
    const found = field();
    found?.scrollIntoView({ block: 'center' });
    (found?.matches('input, select, textarea, button') === true ? found : (found?.querySelector<HTMLElement>('input') ?? found))?.focus();
  });
};

const MOST_SHOWN = 40;

function Verdict({
  of,
  name,
  busy,
  onGo,
}: {
  readonly of: Started | Checked;
  readonly name: string;
  readonly busy: boolean;
  readonly onGo: (gap: MissingField) => void;
}) {
  return (
    <Panel
      title={of.passes ? 'It passes' : of.missing.length === 0 ? 'It does not pass yet' : `${counted(of.missing.length, 'thing')} missing`}
      className="mk-verdict"
      actions={
        busy ? (
          <span className="tiny muted">checking…</span>
        ) : (
          <StatusWord status={of.passes ? 'ok' : 'warn'}>{of.passes ? 'passes' : 'not yet'}</StatusWord>
        )
      }
      pad={false}
    >
      <div role="status" className="visually-hidden">
        {of.passes ? 'It passes.' : `${counted(of.missing.length, 'thing')} missing.`}
      </div>
      {of.missing.length === 0 ? null : (
        <ul className="mk-missing">
          {of.missing.slice(0, MOST_SHOWN).map((gap) => (
            <li key={`${gap.pointer} ${gap.says}`}>
              <button
                type="button"
                title={gap.pointer}
                onClick={() => {
                  onGo(gap);
                }}
              >
                <Icon icon="arrow-right" size={12} className="t-warn" />
                <span>{visibleText(gap.says)}</span>
              </button>
            </li>
          ))}
          {of.missing.length > MOST_SHOWN ? <li className="muted">and {of.missing.length - MOST_SHOWN} more</li> : null}
        </ul>
      )}
      {of.passes || of.missing.length > 0 || of.message === null ? null : (
        <p className="pad">
          {visibleText(shortFigures(of.message))} {of.field === null ? null : <code>{of.field}</code>}
        </p>
      )}
      {of.gates.length === 0 ? null : (
        <table className="table tight plain mk-gates">
          <caption className="caps">Gates, computed</caption>
          <tbody>
            {of.gates.map((gate) => (
              <tr key={gate.gate}>
                <td>
                  <Icon
                    icon={gate.computed ? 'tick' : 'cross'}
                    size={12}
                    className={gate.computed ? 't-ok' : 't-bad'}
                    title={gate.computed ? 'holds' : 'does not hold'}
                  />
                </td>
                <td title={gate.gate}>{visibleText(shortFigures(gate.says))}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="pad small muted">
        Will be kept as <code>{name}</code>
      </p>
    </Panel>
  );
}
