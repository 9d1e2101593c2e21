import { Button } from '@blueprintjs/core';
import { useMemo, useState } from 'react';
import type { FindingDocument } from '../../../src-shared/contract/common.ts';
import { useProcedure } from '../../port/use-app.ts';
import { ChainLens, type LensReceipt } from '../../ui/chain-map-lens.tsx';
import type { MapBreak, MapCheckpoint } from '../../ui/chain-map-layout.ts';
import { ChainMapTable } from '../../ui/chain-map-table.tsx';
import { ChainMap, ChainMapLegend } from '../../ui/chain-map.tsx';
import { counted, integer } from '../../ui/format.ts';
import { Panel } from '../../ui/parts.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import type { ChainAnswer } from './chain-answer.ts';
import { crackLabel, gapOf, isBreak } from './finding-words.ts';

/** Receipts before and after the one that the lens stands on. */
const LENS_BEFORE = 5;
const LENS_SIZE = 10;

export interface ChainMapPanelProps {
  readonly answer: ChainAnswer;
  readonly findings: readonly FindingDocument[];
  readonly finding: FindingDocument | undefined;
  readonly at: number;
  readonly generation: number | undefined;
  readonly onPick: (index: number) => void;
}

export function ChainMapPanel({ answer, findings, finding, at, generation, onPick }: ChainMapPanelProps) {
  const { chain } = answer;
  const [asTable, setAsTable] = useState(false);
  useShortcut('T', 'Chain map as a table', () => {
    setAsTable((on) => !on);
  });
  const checkpoints = useMemo(
    () =>
      answer.checkpoints.map((c): MapCheckpoint => ({
        size: c.size,
        state: c.state,
        parties: c.signedBy.filter((s) => s.trusted && s.kind === 'witness').length || c.signedBy.filter((s) => s.trusted).length,
      })),
    [answer.checkpoints],
  );
  const breaks = useMemo(() => {
    const broken = findings.filter(isBreak);
    const first = finding !== undefined && isBreak(finding) ? [finding, ...broken.filter((f) => f !== finding)] : broken;
    return first.flatMap((f): MapBreak[] => (f.index === null ? [] : [{ index: f.index, label: crackLabel(f) }]));
  }, [findings, finding]);
  const blocks = Math.ceil(chain.receipts / 256);
  return (
    <Panel
      className="chain-top"
      title="Chain map"
      note={`${counted(blocks, 'block')} of 256 receipts`}
      actions={
        <>
          <ChainMapLegend runs={answer.map} checkpoints={checkpoints} />
          <Button
            variant="minimal"
            size="small"
            icon={asTable ? 'horizontal-distribution' : 'th'}
            text={asTable ? 'Map' : 'Table'}
            title="T"
            aria-pressed={asTable}
            onClick={() => {
              setAsTable(!asTable);
            }}
          />
        </>
      }
    >
      {asTable ? (
        <ChainMapTable runs={answer.map} checkpoints={checkpoints} breaks={breaks} />
      ) : (
        <>
          <ChainMap
            runs={answer.map}
            total={chain.receipts}
            checkpoints={checkpoints}
            breaks={breaks}
            at={at}
            from={chain.firstAt?.slice(0, 10)}
            to={chain.lastAt?.slice(0, 10)}
            onPick={onPick}
          />
          {chain.receipts === 0 ? null : (
            <Lens chainKey={chain.chainKey} total={chain.receipts} at={at} generation={generation} findings={findings} onPick={onPick} />
          )}
        </>
      )}
    </Panel>
  );
}

interface LensProps {
  readonly chainKey: string;
  readonly total: number;
  readonly at: number;
  readonly generation: number | undefined;
  readonly findings: readonly FindingDocument[];
  readonly onPick: (index: number) => void;
}

function Lens({ chainKey, total, at, generation, findings, onPick }: LensProps) {
  const from = Math.max(0, Math.min(at - LENS_BEFORE, total - LENS_SIZE));
  const page = useProcedure(
    'receipt.page',
    { chainKey, from, limit: LENS_SIZE, ...(generation === undefined ? {} : { generation }) },
    { keep: true },
  );
  const rows = page.data?.rows ?? [];
  const hashes = new Map(rows.map((row) => [row.index, row.hash]));
  const warnings = new Set(findings.filter((f) => f.severity === 'warning').map((f) => `${f.code} ${String(f.index)}`));
  const receipts = rows.map((row): LensReceipt => {
    const before = hashes.get(row.index - 1);
    return {
      index: row.index,
      hash: row.hash,
      linkHolds: before === undefined || before === null ? null : before === row.previousHash,
      bad: row.findings.some((code) => !warnings.has(`${code} ${row.index}`)),
    };
  });
  const gone = findings.find((f) => f.code === 'CHAIN_DELETED' && f.index !== null && f.index >= from && f.index < from + LENS_SIZE);
  const count = gone === undefined ? null : (gapOf(gone)?.count ?? null);
  const gap =
    typeof gone?.index !== 'number' ? null : { before: gone.index, label: count === null ? 'missing' : `${integer(count)} missing` };
  return <ChainLens receipts={receipts} selected={at} gap={gap} onSelect={onPick} />;
}
