/** The chain map: what is known of each block of 256 receipts, neighbours of one state as one run. */
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { BLOCK_ENTRIES } from '../trust/block-range.ts';
import type { Finding } from '../trust/findings.ts';

export type MapRun = OutputOf<Contract, 'receipt.chain'>['map'][number];
type BlockState = MapRun['state'];

export interface MapInput {
  /** Receipts in the chain now. */
  readonly receipts: number;
  /** Receipts that were verified; null: never. */
  readonly verified: number | null;
  /** Whether anything could be decided at all. */
  readonly decided: boolean;
  readonly anchoredSize: number;
  /** One bit for each block that holds an error. */
  readonly brokenBlocks: Uint8Array;
  readonly findings: readonly Pick<Finding, 'code' | 'gap' | 'severity'>[];
}

/** Ranges in which something was rewritten that no single receipt can be named for. */
const DOUBTFUL: ReadonlySet<string> = new Set(['LOG_ROOT_MISMATCH', 'LOG_FORK_PROVEN']);

const isBroken = (bits: Uint8Array, block: number): boolean => ((bits[block >> 3] ?? 0) & (1 << (block & 7))) !== 0;

export const mapRuns = (input: MapInput): MapRun[] => {
  const { receipts, verified, anchoredSize, brokenBlocks } = input;
  const doubtful = input.findings.flatMap(({ code, gap }) =>
    DOUBTFUL.has(code) && gap !== null ? [{ from: gap.from, to: gap.to ?? receipts }] : [],
  );
  const runs: MapRun[] = [];
  const add = (from: number, to: number, state: BlockState): void => {
    if (to <= from) return;
    const last = runs.at(-1);
    if (last?.state === state && last.toIndex + 1 === from) runs[runs.length - 1] = { ...last, toIndex: to - 1 };
    else runs.push({ fromIndex: from, toIndex: to - 1, state });
  };
  const checked = Math.min(verified ?? 0, receipts);
  let afterBreak = false;
  for (let block = 0, from = 0; from < checked; block += 1, from += BLOCK_ENTRIES) {
    const to = Math.min(from + BLOCK_ENTRIES, checked);
    if (isBroken(brokenBlocks, block)) {
      add(from, to, 'broken');
      afterBreak = true;
      // What stands after a break holds together, but nobody vouches that it follows what stood before.
    } else if (!input.decided || (afterBreak && to > anchoredSize) || doubtful.some((range) => range.from < to && from < range.to))
      add(from, to, 'doubtful');
    else {
      // A checkpoint may end inside a block.
      const anchored = Math.min(Math.max(anchoredSize, from), to);
      add(from, anchored, 'anchored');
      add(anchored, to, 'verified');
    }
  }
  add(checked, receipts, 'not-verified');
  return runs;
};
