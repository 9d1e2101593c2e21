import type { FindingDocument } from '../../../src-shared/contract/common.ts';
import { integer } from '../../ui/format.ts';
import { ChainCheckpoints } from './chain-checkpoints.tsx';
import { ChainHistory } from './chain-history.tsx';
import type { ChainAnswer } from './chain-answer.ts';
import { FindingView } from './finding-view.tsx';
import { ReceiptsTable } from './receipts-table.tsx';

const VIEWS = ['findings', 'receipts', 'checkpoints', 'history'] as const;
export type ChainView = (typeof VIEWS)[number];
export const isChainView = (text: string | undefined): text is ChainView => VIEWS.includes(text as ChainView);

export interface ChainViewsProps {
  readonly answer: ChainAnswer;
  readonly findings: readonly FindingDocument[];
  /** Which finding is open. */
  readonly chosen: number;
  readonly view: ChainView;
  readonly at: number;
  readonly generation: number | undefined;
  readonly onFinding: (index: number) => void;
  readonly onView: (view: ChainView) => void;
  readonly onPick: (index: number) => void;
  readonly onOpen: (index: number) => void;
  readonly onVerifyFromZero: () => void;
}

/** What stands left of the receipt: the finding where there is one, else the receipts; checkpoints and history beside. */
export function ChainViews(props: ChainViewsProps) {
  const { answer, findings, view, onView } = props;
  const { chain } = answer;
  const tabs: readonly { readonly id: ChainView; readonly name: string; readonly count: number | null; readonly bad: boolean }[] = [
    { id: 'findings', name: 'Findings', count: chain.findingsTotal, bad: chain.verdict === 'BROKEN' },
    { id: 'receipts', name: 'All receipts', count: chain.receipts, bad: false },
    { id: 'checkpoints', name: 'Checkpoints', count: answer.checkpoints.length, bad: false },
    { id: 'history', name: 'History', count: null, bad: false },
  ];
  return (
    <section className="panel chain-left" aria-label={`${tabs.find((tab) => tab.id === view)?.name ?? ''}, ${chain.chainKey}`}>
      <div className="views in-panel" role="group" aria-label="What to show of this chain">
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            className="view"
            aria-pressed={tab.id === view}
            onClick={() => {
              onView(tab.id);
            }}
          >
            {tab.name}
            {tab.count === null || tab.count === 0 ? null : (
              <span className={`count${tab.bad ? ' count-bad' : ''}`}>{integer(tab.count)}</span>
            )}
          </button>
        ))}
      </div>
      {view === 'findings' ? (
        <FindingView
          chainKey={chain.chainKey}
          chain={chain}
          findings={findings}
          chosen={props.chosen}
          onFinding={props.onFinding}
          onVerifyFromZero={props.onVerifyFromZero}
          onShow={props.onPick}
        />
      ) : view === 'receipts' ? (
        <ReceiptsTable
          key={`${chain.chainKey} ${props.generation ?? ''}`}
          chain={chain}
          generation={props.generation}
          at={props.at}
          onPick={props.onPick}
          onOpen={props.onOpen}
        />
      ) : view === 'checkpoints' ? (
        <ChainCheckpoints answer={answer} />
      ) : (
        <ChainHistory answer={answer} generation={props.generation} onVerifyFromZero={props.onVerifyFromZero} />
      )}
    </section>
  );
}
