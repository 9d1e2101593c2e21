import { Icon } from '@blueprintjs/core';
import { hrefOf } from '../../router/router.ts';
import { Hash } from '../../ui/hash.tsx';
import { Panel } from '../../ui/parts.tsx';
import { Pill, StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { figureOf, usePacket } from './packet-context.tsx';
import { PacketFigure } from './packet-figure.tsx';
import { DECISION_WORDS, GATE_LOOK, SEVERITY_LOOK, shown } from './packet-words.ts';
import { Refusal } from './refusal.tsx';

/** What fails, what contradicts itself, what the reference says, and over which bytes all of it is. */
export function ViewChecks() {
  return (
    <>
      <Refusal />
      <div className="halves wide-left">
        <Gates />
        <Findings />
      </div>
      <div className="halves wide-left">
        <Inputs />
        <Closes />
      </div>
    </>
  );
}

function Gates() {
  const { packet } = usePacket();
  const { results, decision, runId } = packet.gates;
  return (
    <Panel
      title="Gates"
      note={runId === null ? 'computed from this packet alone' : DECISION_WORDS[decision]}
      pad={false}
      actions={<a href={hrefOf('/evidence')}>All gates over months</a>}
    >
      <div className="scroll-sideways" tabIndex={0} role="region" aria-label="Gates, table">
        <table className="table tight plain gates-table">
          <thead>
            <tr>
              <th scope="col">Gate</th>
              <th scope="col">State</th>
              <th scope="col">What it compares</th>
              <th scope="col" className="num">
                Figure
              </th>
            </tr>
          </thead>
          <tbody>
            {results.map((result) => {
              const look = GATE_LOOK[result.state];
              return (
                <tr key={result.gate} className={result.state === 'fail' ? 'gate-failed' : undefined}>
                  <th scope="row" title={result.gate}>
                    <span className="gate-name">{result.name}</span> {result.title}
                  </th>
                  <td>
                    <StatusWord status={look.status} icon={look.icon} strong={result.state === 'fail'}>
                      {look.word}
                    </StatusWord>
                  </td>
                  <td className="says-cell">{visibleText(result.says)}</td>
                  <td className="num">
                    {result.figure === null || figureOf(packet, result.figure) === null ? '' : <PacketFigure id={result.figure} />}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Findings() {
  const { packet } = usePacket();
  const { findings } = packet;
  return (
    <Panel title="Consistency" note={findings.length === 0 ? 'across artifacts' : `${findings.length} found`} pad={false}>
      {findings.length === 0 ? (
        <p className="pad second">
          <StatusWord status="ok">The month's artifacts agree</StatusWord>
          <br />
          Guardrails, telemetry, assumptions and decisions say the same where they speak of the same.
        </p>
      ) : (
        <ul className="finding-list">
          {findings.map((finding, i) => {
            const look = SEVERITY_LOOK[finding.severity];
            return (
              <li key={`${finding.code} ${i}`}>
                <Icon icon={look.icon} size={14} className={`t-${look.status}`} title={look.word} />
                <div className="grow stack-0">
                  <p className="small">{visibleText(finding.says)}</p>
                  <span className="tiny muted wrap-line">
                    <code>{finding.code}</code> {look.word} {finding.artifacts.join(', ')}
                  </span>
                </div>
                {finding.figure === null || figureOf(packet, finding.figure) === null ? null : (
                  <span className="num">
                    <PacketFigure id={finding.figure} />
                  </span>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}

function Inputs() {
  const { packet } = usePacket();
  return (
    <Panel title="Inputs" note="the bytes that this packet is made of or shown beside" pad={false}>
      <div className="scroll-sideways" tabIndex={0} role="region" aria-label="Inputs, table">
        <table className="table tight plain">
          <thead>
            <tr>
              <th scope="col">Artifact</th>
              <th scope="col">File</th>
              <th scope="col">Captured</th>
              <th scope="col">SHA-256</th>
            </tr>
          </thead>
          <tbody>
            {packet.inputs.map((input) => (
              <tr key={input.role}>
                <th scope="row">
                  <a href={hrefOf(`/evidence/artifact/${encodeURIComponent(input.artifactId)}`)}>{input.title}</a>
                </th>
                <td className="second ellipsis file-cell" title={visibleText(input.name)}>
                  {visibleText(input.name)}
                </td>
                <td className="second">{input.capturedAt === null ? 'not said' : <Time at={input.capturedAt} form="short" />}</td>
                <td>
                  <Hash value={input.sha256} label={`hash of ${input.title}`} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Closes() {
  const { packet } = usePacket();
  const floor = Number(packet.thresholds.minBlendedMargin);
  return (
    <Panel
      title="Closes"
      note={`the last ${packet.thresholds.requiredCloses} must hold ${packet.thresholds.minBlendedMargin}%`}
      pad={false}
    >
      <table className="table tight plain">
        <thead>
          <tr>
            <th scope="col">Month</th>
            <th scope="col" className="num">
              Blended margin
            </th>
            <th scope="col">Floor</th>
          </tr>
        </thead>
        <tbody>
          {packet.closeHistory
            .toReversed()
            .slice(0, 12)
            .map((close, i) => {
              const holds = Number(close.blendedMargin) >= floor;
              return (
                <tr key={close.month}>
                  <td>
                    {close.month} {i < packet.thresholds.requiredCloses ? <Pill icon={false}>counts</Pill> : null}
                  </td>
                  <td className="num">{shown(close.blendedMargin, 'percent')}</td>
                  <td>
                    <StatusWord status={holds ? 'ok' : 'bad'} icon={holds ? 'tick' : 'cross'}>
                      {holds ? 'holds' : 'below'}
                    </StatusWord>
                  </td>
                </tr>
              );
            })}
        </tbody>
      </table>
    </Panel>
  );
}
