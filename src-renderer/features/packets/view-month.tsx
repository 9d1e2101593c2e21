import { useMemo } from 'react';
import { Panel } from '../../ui/parts.tsx';
import { Checklist } from './checklist.tsx';
import { LlmBands } from './llm-bands.tsx';
import { MarginChart, marginAxisFrom } from './margin-chart.tsx';
import { movementByTier } from './mrr-movement.ts';
import { usePacket } from './packet-context.tsx';
import { decimal } from '../../ui/format.ts';
import { Questions, type AskAbout } from './questions.tsx';
import { TiersTable } from './tiers-table.tsx';
import { Waterfall, waterfallSpan } from './waterfall.tsx';

const HEIGHT = 130;

export interface ViewMonthProps {
  readonly about: AskAbout;
  readonly onClearAbout: () => void;
}

/** Was it a good month, what moved, and what keeps me from accepting: all on one page. */
export function ViewMonth({ about, onClearAbout }: ViewMonthProps) {
  const { packet } = usePacket();
  const { history, thresholds, movement, head } = packet;
  const moves = useMemo(() => (movement === null ? null : movementByTier(movement, head.month)), [movement, head.month]);
  return (
    <>
      <TiersTable />
      <div className="charts-3">
        <Panel
          title="Margin"
          note={`%, ${history.length} ${history.length === 1 ? 'close' : 'closes'}, axis from ${marginAxisFrom(history, thresholds)}`}
        >
          <MarginChart history={history} thresholds={thresholds} height={HEIGHT} />
        </Panel>
        <Panel title="LLM of MRR, p50 to p99" note="%, log axis">
          <LlmBands packet={packet} height={HEIGHT} />
        </Panel>
        <Panel title="MRR movement" note={moves === null ? null : `k USD, axis from ${decimal(waterfallSpan(moves).min, 0)}`}>
          {moves === null ? (
            <p className="second chart-none">There is no packet of the month before, so nothing can be compared yet.</p>
          ) : (
            <Waterfall model={moves} height={HEIGHT} />
          )}
        </Panel>
      </div>
      <div className="review">
        <Questions about={about} onClearAbout={onClearAbout} />
        <Checklist />
      </div>
    </>
  );
}
