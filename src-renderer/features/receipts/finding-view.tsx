import { Button, ButtonGroup, Icon } from '@blueprintjs/core';
import { type ReactNode, useState } from 'react';
import type { FindingDocument } from '../../../src-shared/contract/common.ts';
import type { ChainRow } from '../../../src-shared/contract/receipts.ts';
import { useAllowed } from '../../port/use-app.ts';
import { ActionButton } from '../../ui/action-button.tsx';
import { integer, position } from '../../ui/format.ts';
import { CopyButton, Hash } from '../../ui/hash.tsx';
import { Fact } from '../../ui/parts.tsx';
import { Pill } from '../../ui/status.tsx';
import { Empty } from '../../ui/states.tsx';
import { AskDialog } from './ask-dialog.tsx';
import { findingTitle, gapOf, gapWords, isHash, valueLabels, valueText, whereWords } from './finding-words.ts';
import { verdictLook } from './verdict-words.ts';
import { visibleText } from '../../ui/visible-text.ts';
import '../../ui/next-step.css';

export interface FindingViewProps {
  readonly chainKey: string;
  readonly chain: ChainRow;
  readonly findings: readonly FindingDocument[];
  readonly chosen: number;
  readonly onFinding: (index: number) => void;
  readonly onShow: (index: number) => void;
  readonly onVerifyFromZero: () => void;
}

/** One finding: what is true, where exactly, what stood there, and the next step. */
export function FindingView({ chainKey, chain, findings, chosen, onFinding, onShow, onVerifyFromZero }: FindingViewProps) {
  const [asking, setAsking] = useState(false);
  const refused = useAllowed()('receipt.verify');
  const finding = findings[chosen];
  if (finding === undefined) {
    const look = verdictLook(chain.verdict);
    return (
      <Empty icon={look.icon} title={chain.verdict === null ? 'Not verified yet' : 'Nothing was found'}>
        {chain.verdict === null ? 'Verify the chain to know whether it holds.' : `${chainKey}: ${look.says}.`}
      </Empty>
    );
  }
  const bad = finding.severity === 'error';
  const also = findings.filter((_, i) => i !== chosen);
  const { index } = finding;
  return (
    <>
      <header className="finding-head">
        <Icon icon={bad ? 'error' : 'warning-sign'} className={bad ? 't-bad' : 't-warn'} />
        <h2 className="grow">{findingTitle(finding)}</h2>
        <code>{finding.code}</code>
        <Pill status={bad ? 'bad' : 'warn'} icon={false}>
          {finding.severity}
        </Pill>
        {findings.length > 1 ? (
          <span className="row">
            <span className="small muted nowrap">
              {chosen + 1} of {integer(chain.findingsTotal)}
            </span>
            <ButtonGroup>
              <Button
                size="small"
                icon="chevron-left"
                aria-label="Previous finding"
                disabled={chosen === 0}
                onClick={() => {
                  onFinding(chosen - 1);
                }}
              />
              <Button
                size="small"
                icon="chevron-right"
                aria-label="Next finding"
                disabled={chosen >= findings.length - 1}
                onClick={() => {
                  onFinding(chosen + 1);
                }}
              />
            </ButtonGroup>
          </span>
        ) : null}
      </header>
      <div className="finding-body" tabIndex={0} role="region" aria-label="The finding">
        <p className="finding-say">{visibleText(finding.explain)}</p>
        <FindingFacts finding={finding}>
          {also.length === 0 ? null : (
            <Fact label="Also">
              {also.slice(0, 3).map((other, i) => (
                <span key={`${other.code}-${String(other.index)}-${i}`}>
                  {i > 0 ? '; ' : ''}
                  {lower(findingTitle(other))} (
                  <button
                    type="button"
                    className="link-button"
                    onClick={() => {
                      onFinding(findings.indexOf(other));
                    }}
                  >
                    <code>{other.code}</code>
                  </button>
                  )
                </span>
              ))}
              {chain.findingsTotal > 4 ? ` and ${integer(chain.findingsTotal - 4)} more` : ''}
            </Fact>
          )}
        </FindingFacts>
        <div className="next">
          <div className="caps">Next step</div>
          <p>{visibleText(finding.next_step)}</p>
          <div className="row wrap">
            <Button
              intent="primary"
              icon="document"
              text="Write the request"
              onClick={() => {
                setAsking(true);
              }}
            />
            {index === null ? null : (
              <Button
                icon="locate"
                text={`Show receipt ${position(index)}`}
                onClick={() => {
                  onShow(index);
                }}
              />
            )}
            <ActionButton variant="minimal" text="Verify from zero" refused={refused} onClick={onVerifyFromZero} />
          </div>
        </div>
      </div>
      {asking ? (
        <AskDialog
          chainKey={chainKey}
          findingIndex={chosen}
          onClose={() => {
            setAsking(false);
          }}
        />
      ) : null}
    </>
  );
}

/** Begins a sentence's middle: only the first letter, and not of a code. */
const lower = (title: string): string => (/^[A-Z][a-z]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title);

/** The facts of a finding: place, last good receipt, both values, gap, evidence. */
export function FindingFacts({ finding, children }: { readonly finding: FindingDocument; readonly children?: ReactNode }) {
  const gap = gapOf(finding);
  const labels = valueLabels(finding.code);
  const where = whereWords(finding);
  const nowhere = finding.code === 'CHAIN_DELETED';
  return (
    <dl className="facts">
      {where === '' && finding.json_pointer === null ? null : (
        <Fact label="Where">
          {where}
          {finding.json_pointer === null ? null : (
            <>
              {where === '' ? '' : ', '}
              <code>{visibleText(finding.json_pointer)}</code>
            </>
          )}
        </Fact>
      )}
      {finding.receipt_id === null ? null : (
        <Fact label="Receipt">
          <code>{visibleText(finding.receipt_id)}</code> <CopyButton text={finding.receipt_id} what="the receipt id" />
        </Fact>
      )}
      {finding.last_good_index === null ? null : <Fact label="Last good">{position(finding.last_good_index)}</Fact>}
      {finding.expected === null || finding.expected === undefined ? null : (
        <Fact label={labels.expected}>
          <Value value={finding.expected} />
        </Fact>
      )}
      {finding.actual === null || finding.actual === undefined ? null : (
        <Fact label={labels.actual}>
          <Value value={finding.actual} /> {nowhere ? <span className="t-bad">found nowhere</span> : null}
        </Fact>
      )}
      {gap === null ? null : (
        <Fact label="Gap">
          <b>{gapWords(gap)}</b>
        </Fact>
      )}
      {finding.evidence.length === 0 ? null : (
        <Fact label="Evidence">
          {finding.evidence.slice(0, 4).map((item, i) => (
            <div key={i}>{typeof item === 'string' ? visibleText(item) : <code>{visibleText(valueText(item))}</code>}</div>
          ))}
        </Fact>
      )}
      {children}
    </dl>
  );
}

function Value({ value }: { readonly value: unknown }) {
  if (isHash(value)) return <Hash value={value} />;
  const text = visibleText(valueText(value));
  return typeof value === 'number' ? (
    <span>{text}</span>
  ) : (
    <code className="wrap-anywhere">{text.length > 400 ? `${text.slice(0, 400)}…` : text}</code>
  );
}
