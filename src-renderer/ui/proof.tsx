import { Button, Icon } from '@blueprintjs/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { hrefOf, router, setQuery, useAddress } from '../router/router.ts';
import { withQuery } from '../router/address.ts';
import { copyText, CopyButton, Hash } from './hash.tsx';
import { Fact, Keys } from './parts.tsx';
import { useShortcut } from './shortcuts.ts';
import { type Status, StatusWord } from './status.tsx';
import { Time } from './time.tsx';

/** Opens the proof of a name in the present address: `?proof=verdict`. It can be shared and restored. */
export const openProof = (name: string): void => {
  setQuery({ proof: name }, { replace: false });
};

export const closeProof = (): void => {
  const name = router.current().query['proof'];
  setQuery({ proof: undefined });
  // The focus goes back to the figure it came from.
  if (name !== undefined) {
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-figure="${CSS.escape(name)}"]`)?.focus());
  }
};

/** The name of the proof that is open in the present address, or null. */
export const useOpenProof = (): string | null => useAddress().query['proof'] ?? null;

export interface FigureProps {
  /** Names the proof in the address. */
  readonly proof: string;
  /** What the figure is: "Verdict of northwind/pro@1.4". */
  readonly label: string;
  readonly children: ReactNode;
}

/** A figure that opens its proof. The dotted rule is the sign for "there is a proof behind this". */
export function Figure({ proof, label, children }: FigureProps) {
  const open = useOpenProof() === proof;
  return (
    <button
      type="button"
      className={`figure${open ? ' figure-open' : ''}`}
      data-figure={proof}
      aria-expanded={open}
      onClick={() => {
        if (open) closeProof();
        else openProof(proof);
      }}
      onKeyDown={(event) => {
        if (event.key === 'p' && !event.ctrlKey && !event.metaKey && !event.altKey) openProof(proof);
      }}
    >
      <span className="visually-hidden">{label}: show proof. </span>
      {children}
    </button>
  );
}

/** What every proof says, whatever the figure. Procedures such as `receipt.verdictProof` answer in this shape. */
export interface Proof {
  readonly says: string;
  readonly checkedAt: string | null;
  readonly rule: { readonly name: string; readonly version: string; readonly source: string };
  readonly formula: readonly { readonly says: string; readonly figure: string; readonly holds: boolean | null }[];
  readonly inputs: readonly {
    readonly name: string;
    readonly says: string;
    readonly sha256: string | null;
    readonly address: string | null;
  }[];
  readonly resultSha256: string | null;
  /** The command line that says the same without this console. */
  readonly command: string;
  readonly changedSince: string | null;
}

export interface ProofPanelProps {
  /** The name the figure was opened by. */
  readonly name: string;
  readonly title: string;
  readonly note?: string;
  /** The figure itself, large. */
  readonly value: ReactNode;
  readonly verdict: { readonly status: Status; readonly word: string };
  readonly proof: Proof;
  readonly onVerifyAgain?: (() => void) | undefined;
  /** True while it is verified again. */
  readonly verifying?: boolean;
  /** In place of the table of steps: the formula as it is set, with the numbers in it. */
  readonly formula?: ReactNode;
  /** Between formula and hashes: lines of the sum, charts. */
  readonly children?: ReactNode;
  /** More facts beside the rule: rounding, window. */
  readonly facts?: ReactNode;
  /** Beside "Verify again": ask, command. */
  readonly tools?: ReactNode;
}

const HOLDS = {
  true: { icon: 'tick', status: 'ok', word: 'holds' },
  false: { icon: 'cross', status: 'bad', word: 'does not hold' },
} as const;

function Steps({ steps }: { readonly steps: Proof['formula'] }) {
  return (
    <table className="table inset tight plain proof-lines">
      <caption className="caps">How it follows</caption>
      <tbody>
        {steps.map((line) => {
          const holds = line.holds === null ? null : HOLDS[line.holds ? 'true' : 'false'];
          return (
            <tr key={line.says}>
              <th scope="row">{line.says}</th>
              <td className="num">{line.figure}</td>
              <td className="proof-holds">
                {holds === null ? null : <Icon icon={holds.icon} size={12} className={`t-${holds.status}`} title={holds.word} />}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The side panel behind a figure: value and verdict, formula, inputs, rule, hashes, and how to redo it by hand. */
export function ProofPanel(props: ProofPanelProps) {
  const { name, title, note, value, verdict, proof, onVerifyAgain, verifying = false, formula, children, facts, tools } = props;
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    body.current?.focus();
  }, [name]);
  useShortcut('Escape', 'Close the proof', closeProof);
  return (
    <aside className="panel proof" aria-label={`Proof of ${title}`} data-proof={name}>
      <header className="panel-head">
        <Icon icon="endorsed" size={14} className={`t-${verdict.status}`} />
        <h2 className="ellipsis">{title}</h2>
        {note === undefined ? null : <span className="muted small ellipsis">{note}</span>}
        <div className="row push tight">
          <Button
            variant="minimal"
            size="small"
            icon="link"
            aria-label="Copy the address of this proof"
            title="Copy the address of this proof"
            onClick={() => void copyText(hrefOf(withQuery(router.current(), { proof: name })).slice(1), 'the address of this proof')}
          />
          <Button variant="minimal" size="small" icon="cross" aria-label="Close the proof" title="Close (Esc)" onClick={closeProof} />
        </div>
      </header>
      <div className="side-body" tabIndex={0} role="region" aria-label={`Proof of ${title}, details`} ref={body}>
        <div className="row between at-top">
          <div className="proof-value">{value}</div>
          <div className="stack-0 end">
            <StatusWord status={verdict.status} strong>
              {verdict.word}
            </StatusWord>
            <span className="tiny muted">{proof.checkedAt === null ? 'never recomputed' : <Time at={proof.checkedAt} form="short" />}</span>
          </div>
        </div>
        <p className="proof-says">{proof.says}</p>
        {formula ?? <Steps steps={proof.formula} />}
        {children}
        <div className="stack-4">
          <h3 className="caps">Inputs</h3>
          <ul className="proof-inputs">
            {proof.inputs.map((input) => (
              <li key={input.name}>
                <div className="stack-0 grow">
                  {input.address === null ? <span>{input.name}</span> : <a href={hrefOf(input.address)}>{input.name}</a>}
                  <span className="tiny muted">{input.says}</span>
                </div>
                {input.sha256 === null ? null : <Hash value={input.sha256} label={`hash of ${input.name}`} />}
              </li>
            ))}
          </ul>
        </div>
        {proof.changedSince === null ? null : (
          <div className="stack-4">
            <h3 className="caps">What moved it</h3>
            <p className="second">{proof.changedSince}</p>
          </div>
        )}
        <dl className="facts">
          <Fact label="Rule">
            <code>{proof.rule.name}</code> version {proof.rule.version}
          </Fact>
          <Fact label="From">{proof.rule.source}</Fact>
          {facts}
          {proof.resultSha256 === null ? null : (
            <Fact label="Result">
              <Hash value={proof.resultSha256} label="result hash" />
            </Fact>
          )}
        </dl>
        <div className="stack-4">
          <h3 className="caps">Without this console</h3>
          <div className="command-line">
            <code>{proof.command}</code>
            <CopyButton text={proof.command} what="the command" />
          </div>
        </div>
      </div>
      {onVerifyAgain === undefined && tools === undefined ? null : (
        <footer className="side-foot">
          {onVerifyAgain === undefined ? null : (
            <Button icon="refresh" text="Verify again" endIcon={<Keys>V</Keys>} loading={verifying} onClick={onVerifyAgain} />
          )}
          {tools}
        </footer>
      )}
    </aside>
  );
}
