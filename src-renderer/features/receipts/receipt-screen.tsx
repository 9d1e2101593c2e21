import { Button, ButtonGroup } from '@blueprintjs/core';
import { useProcedure } from '../../port/use-app.ts';
import { hrefOf, router } from '../../router/router.ts';
import { bytes, integer, position } from '../../ui/format.ts';
import { Keys, PageHead, Panel } from '../../ui/parts.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import { Banner, Pill } from '../../ui/status.tsx';
import { ByHand } from './by-hand-box.tsx';
import type { ChainAnswer, ReceiptAnswer } from './chain-answer.ts';
import { Conformance } from './conformance.tsx';
import { findingTitle } from './finding-words.ts';
import { HashSteps } from './hash-steps.tsx';
import { MerkleProof } from './merkle-proof.tsx';
import { ReceiptFields } from './receipt-fields.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import './receipts.css';

export interface ReceiptScreenProps {
  readonly source: string;
  readonly folder: string;
  readonly index: number;
}

/** One receipt with everything that is known of it and everything needed to redo it. */
export function ReceiptScreen({ source, folder, index }: ReceiptScreenProps) {
  const chainKey = `${source}/${folder}`;
  const chain = useProcedure('receipt.chain', { chainKey });
  const receipt = useProcedure('receipt.get', { chainKey, index }, { keep: true });
  const total = chain.data?.chain.receipts;
  const address = chain.data?.chain.address ?? `/receipts/${source}/${folder}`;
  const step = (by: -1 | 1): void => {
    const to = index + by;
    if (to >= 0 && (total === undefined || to < total)) router.go(`${address}/${to}`, { replace: true });
  };
  useShortcut('[', 'Previous receipt', () => {
    step(-1);
  });
  useShortcut(']', 'Next receipt', () => {
    step(1);
  });
  const row = receipt.data?.row.index === index ? receipt.data.row : undefined;
  return (
    <>
      <PageHead
        crumbs={
          <>
            <a href={hrefOf('/receipts')}>Receipts</a>
            <span aria-hidden="true">/</span>
            <a href={hrefOf(`${address}?at=${index}`)}>{chainKey}</a>
          </>
        }
        title={`Receipt ${position(index)}`}
        marks={
          row === undefined
            ? null
            : row.findings.map((code) => (
                <Pill key={code} status="bad">
                  {code}
                </Pill>
              ))
        }
        {...(row === undefined
          ? {}
          : {
              lead: `${row.timestamp === null ? 'no time' : visibleText(row.timestamp)}, line ${integer(row.line)}, byte ${integer(row.byteOffset)}, ${bytes(row.byteLength)}`,
            })}
        actions={
          <>
            <ButtonGroup>
              <Button
                icon="chevron-left"
                aria-label="Previous receipt"
                disabled={index === 0}
                onClick={() => {
                  step(-1);
                }}
                endIcon={<Keys>[</Keys>}
              />
              <Button
                icon="chevron-right"
                aria-label="Next receipt"
                disabled={total !== undefined && index >= total - 1}
                onClick={() => {
                  step(1);
                }}
                endIcon={<Keys>]</Keys>}
              />
            </ButtonGroup>
            <Button
              icon="link"
              text="Show in the chain"
              onClick={() => {
                router.go(`${address}?at=${index}`);
              }}
            />
          </>
        }
      />
      <AnswerView of={receipt} what={`receipt ${position(index)}`} skeleton={<ReceiptSkeleton />}>
        {(answer) => <ReceiptBody answer={answer} chain={chain.data} chainKey={chainKey} address={address} />}
      </AnswerView>
    </>
  );
}

interface ReceiptBodyProps {
  readonly answer: ReceiptAnswer;
  readonly chain: ChainAnswer | undefined;
  readonly chainKey: string;
  readonly address: string;
}

function ReceiptBody({ answer, chain, chainKey, address }: ReceiptBodyProps) {
  return (
    <>
      {answer.findings.map((finding) => (
        <Banner
          key={`${finding.code}-${finding.json_pointer ?? ''}`}
          status={finding.severity === 'error' ? 'bad' : 'warn'}
          title={findingTitle(finding)}
          actions={
            <Button
              text="Open the finding"
              onClick={() => {
                router.go(`${address}?view=findings`);
              }}
            />
          }
        >
          {visibleText(finding.explain)}
        </Banner>
      ))}
      <div className="receipt">
        <div className="receipt-side">
          <Panel title="Fields" note={answer.profile}>
            <ReceiptFields answer={answer} />
          </Panel>
          <Panel title="Claim and actual">
            <div className="stack">
              <Conformance of={answer.conformance} />
            </div>
          </Panel>
        </div>
        <div className="receipt-middle">
          <Panel title="Hash, step by step" className="receipt-hash">
            <HashSteps answer={answer} />
          </Panel>
          <Panel title="Check without this console">
            <ByHand answer={answer} pythonCommand={chain?.pythonCommand ?? 'python3 verify_chain.py'} />
          </Panel>
        </div>
        <div className="receipt-right">
          <Panel title="Merkle proof">
            <div className="stack">
              <MerkleProof chainKey={chainKey} index={answer.row.index} checkpoints={chain?.checkpoints ?? []} />
            </div>
          </Panel>
          <Panel title="Neighbours">
            <Neighbours answer={answer} address={address} />
          </Panel>
        </div>
      </div>
    </>
  );
}

function Neighbours({ answer, address }: { readonly answer: ReceiptAnswer; readonly address: string }) {
  const { index } = answer.row;
  const shown = [
    { at: index - 1, word: 'before' },
    { at: index + 1, word: 'after' },
  ];
  return (
    <dl className="facts tight">
      {shown.map(({ at, word }) => {
        const row = answer.neighbours.find((n) => n.index === at);
        return (
          <div key={word} className="neighbour">
            <dt>{word}</dt>
            <dd>
              {row === undefined ? (
                <span className="muted">{at < 0 ? 'this is the first receipt' : 'this is the last receipt'}</span>
              ) : (
                <>
                  <a href={hrefOf(`${address}/${at}`)}>{position(at)}</a>{' '}
                  <code className="muted">{row.hash?.slice(0, 8) ?? 'unreadable'}</code>{' '}
                  <span className="second small">{row.timestamp === null ? '' : visibleText(row.timestamp)}</span>
                </>
              )}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}

function ReceiptSkeleton() {
  return (
    <div className="receipt">
      {[8, 14, 12].map((rows) => (
        <section key={rows} className="panel">
          <Skeleton rows={rows} />
        </section>
      ))}
    </div>
  );
}
