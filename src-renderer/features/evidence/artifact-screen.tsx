import { Button, ButtonGroup, Icon } from '@blueprintjs/core';
import { useState } from 'react';
import { type Answer, useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { byteSize, counted } from '../../ui/format.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { Keys, PageHead, Panel } from '../../ui/parts.tsx';
import { Figure, useOpenProof } from '../../ui/proof.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { Banner, Pill, StatusWord } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { ArtifactFields } from './artifact-fields.tsx';
import { ArtifactSide } from './artifact-side.tsx';
import { figureWords, KIND_WORDS, makerOf, pointerOfField, shortFigures, stateLook } from './evidence-words.ts';
import { EvidenceFigureProof } from './figure-proof.tsx';
import { useVerifyEvidence } from './use-verify-evidence.ts';
import './artifacts.css';

type ArtifactAnswer = Answer<'evidence.artifact'>;

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;

/** One artifact: whether it holds and why, its figures with their proofs, what it says, what changed. */
export function ArtifactScreen({ artifactId }: { readonly artifactId: string }) {
  const { query } = useAddress();
  const versionNo = wholeNumber(query['version']);
  const against = wholeNumber(query['against']);
  const answer = useProcedure(
    'evidence.artifact',
    { artifactId, ...(versionNo === undefined ? {} : { versionNo }), ...(against === undefined ? {} : { against }) },
    { keep: true },
  );
  const verify = useVerifyEvidence();
  const refused = useAllowed()('evidence.verify');
  const makeRefused = useAllowed()('evidence.make');
  const again = (): void => {
    if (refused === null) verify.start([artifactId]);
  };
  useShortcut('V', 'Verify this artifact again', again);
  const shown = answer.data?.artifact.artifactId === artifactId ? answer.data : undefined;
  const at = shown?.versions.findIndex((one) => one.versionNo === shown.version.versionNo) ?? -1;
  const step = (by: -1 | 1): void => {
    const next = shown?.versions[at + by];
    if (next !== undefined) setQuery({ version: at + by === 0 ? undefined : String(next.versionNo), against: undefined });
  };
  useShortcut('[', 'Earlier version', () => {
    step(1);
  });
  useShortcut(']', 'Later version', () => {
    step(-1);
  });
  const look = shown === undefined ? null : stateLook(shown.version.state, shown.version.kind);
  const maker = shown === undefined ? null : makerOf(shown.version.kind);
  return (
    <>
      <PageHead
        crumbs={
          <>
            <a href={hrefOf('/evidence')}>Evidence & gates</a>
            <span aria-hidden="true">/</span>
            <a href={hrefOf('/evidence?tab=artifacts')}>Artifacts</a>
          </>
        }
        title={shown === undefined ? 'Artifact' : visibleText(shown.artifact.name)}
        marks={look === null || look.status === 'idle' ? null : <Pill status={look.status}>{look.word}</Pill>}
        {...(shown === undefined
          ? {}
          : {
              lead: `${KIND_WORDS[shown.version.kind]}${shown.version.month === null ? '' : ` of ${shown.version.month}`}, version ${shown.version.position} of ${shown.versions.length}`,
            })}
        actions={
          <>
            <ButtonGroup>
              <Button
                icon="chevron-left"
                aria-label="Earlier version"
                disabled={shown === undefined || at >= shown.versions.length - 1}
                endIcon={<Keys>[</Keys>}
                onClick={() => {
                  step(1);
                }}
              />
              <Button
                icon="chevron-right"
                aria-label="Later version"
                disabled={at <= 0}
                endIcon={<Keys>]</Keys>}
                onClick={() => {
                  step(-1);
                }}
              />
            </ButtonGroup>
            <ActionButton
              icon="refresh"
              text="Verify again"
              endIcon={<Keys>V</Keys>}
              refused={refused}
              loading={verify.busy}
              onClick={again}
            />
            {maker === null ? null : (
              <ActionButton
                icon="edit"
                text="Make a new version"
                refused={makeRefused}
                onClick={() => {
                  router.go(
                    `/evidence/make/${maker}${shown === undefined || shown.version.month === null || maker === 'pricing-benchmarks' ? '' : `?month=${shown.version.month}`}`,
                  );
                }}
              />
            )}
          </>
        }
      />
      <AnswerView of={answer} what="the artifact" skeleton={<Skeleton rows={16} />}>
        {(data) => (
          <ArtifactBody
            key={`${data.version.versionNo} ${data.against ?? ''}`}
            of={data}
            versionNo={versionNo}
            onVerifyAgain={refused === null ? again : undefined}
          />
        )}
      </AnswerView>
    </>
  );
}

interface BodyProps {
  readonly of: ArtifactAnswer;
  readonly versionNo: number | undefined;
  readonly onVerifyAgain: (() => void) | undefined;
}

function ArtifactBody({ of, versionNo, onVerifyAgain }: BodyProps) {
  const open = useOpenProof();
  const figure = of.figures.find((one) => one.figure === open);
  const field = of.verification?.field ?? null;
  // A figure's proof elsewhere leads to the very field: `?pointer=/tier_llm_usage/1/total_cost_usd`.
  const asked = useAddress().query['pointer'];
  const pointed = of.fields.find(({ pointer }) => pointer === asked)?.pointer;
  const failed = field === null ? undefined : of.fields.find(({ pointer }) => pointer.startsWith(pointerOfField(field)))?.pointer;
  const aimedAt = pointed ?? failed;
  return (
    <div className="ev-page">
      <VerdictBanner of={of} />
      <div className="ev-artifact">
        <div className="ev-main">
          {of.gates.length === 0 ? null : <Gates of={of} />}
          {of.figures.length === 0 ? null : <Figures of={of} />}
          {of.derived.length === 0 ? null : <Derived of={of} />}
          <ArtifactFields key={pointed} of={of} aimedAt={aimedAt} bringIntoView={pointed !== undefined} />
          <Raw of={of} />
        </div>
        <div className="ev-side">
          {figure === undefined ? (
            <ArtifactSide of={of} />
          ) : (
            <EvidenceFigureProof
              artifactId={of.artifact.artifactId}
              versionNo={versionNo}
              figure={figure.figure}
              note={of.artifact.name}
              onVerifyAgain={onVerifyAgain}
            />
          )}
        </div>
      </div>
    </div>
  );
}

function VerdictBanner({ of }: { readonly of: ArtifactAnswer }) {
  const { verification, version } = of;
  if (verification === null || verification.state === 'pass' || verification.state === 'none') return null;
  const stale = verification.state === 'stale';
  return (
    <Banner
      status={stale ? 'warn' : 'bad'}
      icon={stale ? 'time' : 'error'}
      title={
        stale
          ? 'It passed when it was captured, and is too old now'
          : `It does not hold${verification.field === null ? '' : `: ${verification.field}`}`
      }
    >
      <code>[{verification.label}]</code> {visibleText(shortFigures(verification.message ?? ''))}
      {version.versionNo === of.versions[0]?.versionNo ? '' : ' A later version is here.'}
    </Banner>
  );
}

function Gates({ of }: { readonly of: ArtifactAnswer }) {
  const failed = of.gates.filter(({ computed }) => !computed).length;
  return (
    <Panel title="Gates" note={failed === 0 ? `all ${of.gates.length} hold` : `${failed} of ${of.gates.length} do not hold`} pad={false}>
      <table className="table tight plain">
        <thead>
          <tr>
            <th scope="col">Gate</th>
            <th scope="col">From the figures</th>
            <th scope="col">Declared</th>
            <th scope="col">With its figures</th>
          </tr>
        </thead>
        <tbody>
          {of.gates.map((gate) => (
            <tr key={gate.gate}>
              <td>
                <code>{gate.gate}</code>
              </td>
              <td>{gate.computed ? <span className="second">holds</span> : <StatusWord status="bad">does not hold</StatusWord>}</td>
              <td>
                {gate.declared === null ? (
                  <span className="muted">nothing</span>
                ) : gate.declared === gate.computed ? (
                  <span className="muted">the same</span>
                ) : (
                  <StatusWord status="bad">{gate.declared ? 'holds' : 'does not hold'}</StatusWord>
                )}
              </td>
              <td className="ev-gate-says">{visibleText(shortFigures(gate.says))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function Figures({ of }: { readonly of: ArtifactAnswer }) {
  const differing = of.figures.filter(({ holds }) => !holds).length;
  return (
    <Panel
      title="Figures"
      note={differing === 0 ? 'recomputed from its rows' : `${counted(differing, 'figure')} of ${of.figures.length} differ from the rows`}
      pad={false}
    >
      <table className="table tight plain">
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col" className="num">
              Recomputed
            </th>
            <th scope="col" className="num">
              Declared
            </th>
            <th scope="col">Agree</th>
          </tr>
        </thead>
        <tbody>
          {of.figures.map((figure) => (
            <tr key={figure.figure}>
              <td>{visibleText(figure.name)}</td>
              <td className="num">
                {figure.computed === null ? (
                  <span className="muted">not from this alone</span>
                ) : (
                  <Figure proof={figure.figure} label={figure.name}>
                    {figureWords(figure.computed, figure.unit)}
                  </Figure>
                )}
              </td>
              <td className="num">
                {figure.computed === null ? (
                  <Figure proof={figure.figure} label={figure.name}>
                    {figureWords(figure.declared, figure.unit)}
                  </Figure>
                ) : (
                  figureWords(figure.declared, figure.unit)
                )}
              </td>
              <td>
                {figure.computed === null || figure.declared === null ? (
                  <span className="muted">–</span>
                ) : figure.holds ? (
                  <Icon icon="tick" size={12} className="t-ok" title="the same" />
                ) : (
                  <StatusWord status="bad">differs</StatusWord>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

const Derived = ({ of }: { readonly of: ArtifactAnswer }) => (
  <Panel title="Also found">
    <dl className="facts">
      {of.derived.map(({ name, value }) => (
        <div key={name} className="neighbour">
          <dt>{name.replaceAll('_', ' ')}</dt>
          <dd>{visibleText(value)}</dd>
        </div>
      ))}
    </dl>
  </Panel>
);

function Raw({ of }: { readonly of: ArtifactAnswer }) {
  const [open, setOpen] = useState(false);
  return (
    <Panel
      title="As it came"
      note={byteSize(of.version.bytes)}
      pad={false}
      actions={
        <>
          {of.raw === null ? null : <CopyButton text={of.raw.text} what="the text" label="Copy" />}
          <Button
            size="small"
            icon={open ? 'chevron-up' : 'chevron-down'}
            text={open ? 'Hide' : 'Show'}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          />
        </>
      }
    >
      {!open ? null : of.raw === null ? (
        <p className="pad second">The bytes are no text.</p>
      ) : (
        <>
          <pre className="ev-raw" tabIndex={0}>
            {visibleText(of.raw.text)}
          </pre>
          {of.raw.cut ? <p className="pad small muted">The first 256 KB of {byteSize(of.version.bytes)}.</p> : null}
        </>
      )}
    </Panel>
  );
}
