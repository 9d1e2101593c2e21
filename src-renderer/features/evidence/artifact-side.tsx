import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { Answer } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { bytes, counted } from '../../ui/format.ts';
import { CopyButton, Hash } from '../../ui/hash.tsx';
import { Fact, Panel } from '../../ui/parts.tsx';
import { StatusWord } from '../../ui/status.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { countdown, KIND_WORDS, originWords, stateLook } from './evidence-words.ts';

type ArtifactAnswer = Answer<'evidence.artifact'>;

/** What is known of an artifact beside what it says: where it is from, its versions, what is odd in it, how to redo the verdict. */
export function ArtifactSide({ of }: { readonly of: ArtifactAnswer }) {
  return (
    <>
      <Facts of={of} />
      {of.strictness.length === 0 ? null : <Strictness of={of} />}
      <Versions of={of} />
      {of.verifyCommand === null ? null : (
        <Panel title="Verify without this console">
          <div className="command-line">
            <code>{of.verifyCommand}</code>
            <CopyButton text={of.verifyCommand} what="the command" />
          </div>
        </Panel>
      )}
    </>
  );
}

function Facts({ of }: { readonly of: ArtifactAnswer }) {
  const { artifact, version, verification } = of;
  const left = countdown({ state: version.state, holdsUntil: verification?.holdsUntil ?? null }, useNow());
  return (
    <Panel title="Where it is from">
      <dl className="facts">
        <Fact label="Kind">{KIND_WORDS[version.kind]}</Fact>
        <Fact label="Month">{version.month ?? <span className="muted">states none</span>}</Fact>
        {artifact.windowLabel === null ? null : <Fact label="Window">{visibleText(artifact.windowLabel)}</Fact>}
        <Fact label="Captured">
          {version.capturedAt === null ? <span className="muted">states no time</span> : <Time at={version.capturedAt} />}
        </Fact>
        <Fact label="Arrived">
          <Time at={version.arrivedAt} /> <span className="muted">by {version.by}</span>
        </Fact>
        <Fact label="From">{originWords(artifact)}</Fact>
        <Fact label="Size">{bytes(version.bytes)}</Fact>
        <Fact label="SHA-256">
          <Hash value={version.sha256} label="hash of the artifact" />
        </Fact>
        {verification === null ? null : (
          <>
            <Fact label="Verified">
              <Time at={verification.judgedAt} />
            </Fact>
            {verification.limits.length === 0 ? null : <Fact label="Holds">{verification.limits.join('; ')}</Fact>}
            {verification.holdsUntil === null ? null : (
              <Fact label="Changes">
                <Time at={verification.holdsUntil} />{' '}
                {left === null ? null : left.status === 'ok' ? (
                  <span className="muted">{left.text}</span>
                ) : (
                  <StatusWord status={left.status}>{left.text}</StatusWord>
                )}
              </Fact>
            )}
            <Fact label="Rules">
              <code>{verification.label}</code> {verification.ruleVersion}
            </Fact>
          </>
        )}
      </dl>
    </Panel>
  );
}

function Strictness({ of }: { readonly of: ArtifactAnswer }) {
  return (
    <Panel title="Odd, but let pass" note="the verdict stands; this stands beside it" pad={false}>
      <ul className="ev-versions">
        {of.strictness.slice(0, 50).map((finding) => (
          <li key={`${finding.code} ${finding.pointer}`}>
            <div className="stack-0 grow">
              <span>{visibleText(finding.says)}</span>
              <span className="tiny muted">
                <code>{finding.code}</code> at <code>{visibleText(finding.pointer) || 'the document'}</code>
              </span>
            </div>
          </li>
        ))}
        {of.strictness.length > 50 ? <li className="muted">and {counted(of.strictness.length - 50, 'more', 'more')}</li> : null}
      </ul>
    </Panel>
  );
}

const FIRST_SHOWN = 8;

function Versions({ of }: { readonly of: ArtifactAnswer }) {
  const [all, setAll] = useState(false);
  const shown = all ? of.versions : of.versions.slice(0, FIRST_SHOWN);
  return (
    <Panel title="Versions" note={counted(of.versions.length, 'version')} pad={false}>
      <ol className="ev-versions">
        {shown.map((version, index) => {
          const look = stateLook(version.state, version.kind);
          return (
            <li key={version.versionNo} className={version.versionNo === of.version.versionNo ? 'on' : undefined}>
              <a
                href={hrefOf(index === 0 ? of.artifact.address : `${of.artifact.address}?version=${version.versionNo}`)}
                aria-current={version.versionNo === of.version.versionNo ? 'true' : undefined}
              >
                Version {version.position}
              </a>
              <span className="second small">
                <Time at={version.arrivedAt} form="short" /> <span className="muted">by {version.by}</span>
              </span>
              <span className="push small">
                {version.state === 'pass' ? (
                  <span className="second">passes</span>
                ) : (
                  <StatusWord status={look.status}>{look.word}</StatusWord>
                )}
              </span>
            </li>
          );
        })}
      </ol>
      {of.versions.length > shown.length ? (
        <div className="pad">
          <Button size="small" text={`Show all ${of.versions.length}`} onClick={() => setAll(true)} />
        </div>
      ) : null}
    </Panel>
  );
}
