import { Button, ButtonGroup, Tab, Tabs } from '@blueprintjs/core';
import { useState } from 'react';
import { useProcedure } from '../../port/use-app.ts';
import { hrefOf } from '../../router/router.ts';
import { position } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { AnswerView, Skeleton } from '../../ui/states.tsx';
import type { ChainAnswer } from './chain-answer.ts';
import { ByHand } from './by-hand-box.tsx';
import { Conformance } from './conformance.tsx';
import { HashSteps } from './hash-steps.tsx';
import { MerkleProof } from './merkle-proof.tsx';
import { ReceiptFields } from './receipt-fields.tsx';
import { visibleText } from '../../ui/visible-text.ts';

export interface ReceiptInspectorProps {
  readonly chain: ChainAnswer;
  readonly index: number;
  readonly generation: number | undefined;
  readonly onStep: (by: -1 | 1) => void;
}

/** The receipt beside the chain: redo its hash by eye, prove its place, compare what was claimed with what was. */
export function ReceiptInspector({ chain, index, generation, onStep }: ReceiptInspectorProps) {
  const { chainKey, receipts, address } = chain.chain;
  const receipt = useProcedure('receipt.get', { chainKey, index, ...(generation === undefined ? {} : { generation }) }, { keep: true });
  const [tab, setTab] = useState('hash');
  const row = receipt.data?.row;
  return (
    <Panel
      className="inspector"
      pad={false}
      title={
        <a className="plain-link" href={hrefOf(`${address}/${index}`)}>
          Receipt {position(index)}
        </a>
      }
      note={typeof row?.timestamp === 'string' ? visibleText(row.timestamp) : undefined}
      actions={
        <ButtonGroup>
          <Button
            size="small"
            icon="chevron-left"
            aria-label="Previous receipt"
            title="Previous receipt ([)"
            disabled={index === 0}
            onClick={() => {
              onStep(-1);
            }}
          />
          <Button
            size="small"
            icon="chevron-right"
            aria-label="Next receipt"
            title="Next receipt (])"
            disabled={index >= receipts - 1}
            onClick={() => {
              onStep(1);
            }}
          />
        </ButtonGroup>
      }
    >
      <AnswerView of={receipt} what={`receipt ${position(index)}`} skeleton={<Skeleton rows={10} />}>
        {(answer) => (
          <Tabs
            id="receipt"
            className="inspector-tabs"
            selectedTabId={tab}
            onChange={(id) => {
              setTab(String(id));
            }}
            renderActiveTabPanelOnly
          >
            <Tab
              id="hash"
              title="Hash, step by step"
              panel={
                <div className="inspector-body" tabIndex={0} role="region" aria-label="Hash, step by step">
                  <ReceiptFields answer={answer} brief />
                  <HashSteps answer={answer} />
                  <ByHand answer={answer} pythonCommand={chain.pythonCommand} brief />
                </div>
              }
            />
            <Tab
              id="proof"
              title="Merkle proof"
              panel={
                <div className="inspector-body" tabIndex={0} role="region" aria-label="Merkle proof">
                  <MerkleProof chainKey={chainKey} index={answer.row.index} checkpoints={chain.checkpoints} />
                </div>
              }
            />
            <Tab
              id="claim"
              title="Claim and actual"
              panel={
                <div className="inspector-body" tabIndex={0} role="region" aria-label="Claim and actual">
                  <Conformance of={answer.conformance} />
                </div>
              }
            />
          </Tabs>
        )}
      </AnswerView>
    </Panel>
  );
}
