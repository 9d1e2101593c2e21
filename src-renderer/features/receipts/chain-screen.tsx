import { Button } from '@blueprintjs/core';
import { useState } from 'react';
import type { FindingDocument } from '../../../src-shared/contract/common.ts';
import { useAllowed, useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, setQuery, useAddress } from '../../router/router.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { bytes, counted } from '../../ui/format.ts';
import { Keys, PageHead } from '../../ui/parts.tsx';
import { Figure, useOpenProof } from '../../ui/proof.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import type { ChainAnswer } from './chain-answer.ts';
import { ChainMapPanel } from './chain-map-panel.tsx';
import { ChainViews, type ChainView, isChainView } from './chain-views.tsx';
import { ExportDialog } from './export-dialog.tsx';
import { ReceiptInspector } from './receipt-inspector.tsx';
import { useVerify } from './use-verify.ts';
import { VerdictProof } from './verdict-proof.tsx';
import { anchoredWords, findingsWords, verdictLook } from './verdict-words.ts';
import { VerdictPill } from './verdict.tsx';
import './receipts.css';

export interface ChainScreenProps {
  readonly source: string;
  readonly folder: string;
}

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** One chain: how much of it is good, where it breaks, what is gone and whom to ask. */
export function ChainScreen({ source, folder }: ChainScreenProps) {
  const chainKey = `${source}/${folder}`;
  const { query } = useAddress();
  const generation = wholeNumber(query['generation']);
  const input = { chainKey, ...(generation === undefined ? {} : { generation }) };
  const chain = useProcedure('receipt.chain', input, { keep: true });
  const findings = useProcedure('receipt.findings', { ...input, limit: 100 }, { keep: true });
  const [exporting, setExporting] = useState(false);
  const verify = useVerify();
  const refused = useAllowed()('receipt.verify');
  const again = (fromZero: boolean): void => {
    if (refused === null) verify.start([chainKey], fromZero);
  };
  useShortcut('V', 'Verify this chain again', () => {
    again(false);
  });
  const row = chain.data?.chain;
  return (
    <>
      <PageHead
        crumbs={
          <>
            <a href={hrefOf('/receipts')}>Receipts</a>
            <span aria-hidden="true">/</span>
            <a href={hrefOf(`/receipts?source=${encodeURIComponent(source)}`)}>{source}</a>
          </>
        }
        title={chainKey}
        marks={
          row === undefined ? null : (
            <Figure proof="verdict" label={`Verdict ${verdictLook(row.verdict).word}`}>
              <VerdictPill verdict={row.verdict} />
            </Figure>
          )
        }
        {...(row === undefined
          ? {}
          : {
              lead: `${counted(row.receipts, 'receipt')}, ${bytes(row.bytes)}, ${findingsWords(row.findingsTotal)}. ${anchoredWords(row)}`,
            })}
        actions={
          row === undefined ? (
            <Button
              icon="link"
              text="All chains"
              onClick={() => {
                router.go('/receipts');
              }}
            />
          ) : (
            <>
              <Button
                icon="export"
                text="Export…"
                onClick={() => {
                  setExporting(true);
                }}
              />
              <ActionButton
                icon="refresh"
                text="Verify again"
                endIcon={<Keys>V</Keys>}
                refused={refused}
                loading={verify.busy}
                onClick={() => {
                  again(false);
                }}
              />
            </>
          )
        }
      />
      <AnswerView of={chain} what={`chain ${chainKey}`} skeleton={<ChainSkeleton />}>
        {(answer) => (
          <ChainBody
            answer={answer}
            findings={findings.data?.findings ?? (answer.chain.firstFinding === null ? [] : [answer.chain.firstFinding])}
            generation={generation}
            onVerify={again}
          />
        )}
      </AnswerView>
      {exporting ? (
        <ExportDialog
          chainKeys={[chainKey]}
          receipts={row?.receipts ?? 0}
          onClose={() => {
            setExporting(false);
          }}
        />
      ) : null}
    </>
  );
}

interface ChainBodyProps {
  readonly answer: ChainAnswer;
  readonly findings: readonly FindingDocument[];
  readonly generation: number | undefined;
  readonly onVerify: (fromZero: boolean) => void;
}

function ChainBody({ answer, findings, generation, onVerify }: ChainBodyProps) {
  const { query } = useAddress();
  const proof = useOpenProof() === 'verdict';
  const { chain } = answer;
  const chosen = Math.min(wholeNumber(query['finding']) ?? 0, Math.max(0, findings.length - 1));
  const finding = findings[chosen];
  const atFinding = finding?.index ?? findings.find((f) => f.index !== null)?.index ?? null;
  const at = Math.min(wholeNumber(query['at']) ?? atFinding ?? Math.max(0, chain.receipts - 1), Math.max(0, chain.receipts - 1));
  const view: ChainView = isChainView(query['view']) ? query['view'] : chain.findingsTotal > 0 ? 'findings' : 'receipts';
  const go = (index: number): void => {
    setQuery({ at: String(index) });
  };
  const step = (by: -1 | 1): void => {
    const to = at + by;
    if (to >= 0 && to < chain.receipts) go(to);
  };
  useShortcut('[', 'Previous receipt', () => {
    step(-1);
  });
  useShortcut(']', 'Next receipt', () => {
    step(1);
  });
  return (
    <div className={`chain${proof ? ' with-proof' : ''}`}>
      <ChainMapPanel answer={answer} findings={findings} finding={finding} at={at} generation={generation} onPick={go} />
      <ChainViews
        answer={answer}
        findings={findings}
        chosen={chosen}
        view={view}
        at={at}
        generation={generation}
        onFinding={(index) => {
          setQuery({ finding: String(index), at: undefined });
        }}
        onView={(next) => {
          setQuery({ view: next });
        }}
        onPick={go}
        onOpen={(index) => {
          router.go(`${chain.address}/${index}`);
        }}
        onVerifyFromZero={() => {
          onVerify(true);
        }}
      />
      {chain.receipts === 0 ? null : <ReceiptInspector chain={answer} index={at} generation={generation} onStep={step} />}
      {proof ? (
        <VerdictProof
          chainKey={chain.chainKey}
          generation={generation}
          onVerifyAgain={() => {
            onVerify(false);
          }}
        />
      ) : null}
    </div>
  );
}

function ChainSkeleton() {
  return (
    <div className="chain">
      <section className="panel chain-top chain-top-waiting">
        <Skeleton rows={4} rowHeight={40} />
      </section>
      <section className="panel">
        <Skeleton rows={12} />
      </section>
      <section className="panel">
        <Skeleton rows={12} />
      </section>
    </div>
  );
}
