/** A request to the source of a chain for what a finding says is missing or wrong, as text to send. */
import type { FindingDocument } from '../../src-shared/contract/common.ts';
import { grouped } from '../trust/explain.ts';

export interface RequestInput {
  readonly chainKey: string;
  readonly chainId: string;
  /** Who keeps the chain, as its manifest says. */
  readonly source: string | null;
  readonly receipts: number;
  readonly root: string | null;
  readonly anchoredSize: number;
  /** Trusted checkpoints that are held here, newest first. */
  readonly checkpoints: readonly {
    readonly name: string;
    readonly size: number | null;
    readonly root: string | null;
    readonly state: string;
  }[];
  readonly finding: FindingDocument;
  /** Where else in the workspace the receipt stands that is missing. */
  readonly heldElsewhere: readonly { readonly chainKey: string; readonly generation: number; readonly index: number }[];
}

const CHECKPOINTS_NAMED = 3;

interface GapWords {
  readonly from?: unknown;
  readonly to?: unknown;
  readonly count?: unknown;
}

function gapLines({ gap, actual, last_good_index: lastGood }: FindingDocument): string[] {
  const lines: string[] = [];
  const { from, to, count } = (gap ?? {}) as GapWords;
  if (typeof lastGood === 'number') lines.push(`Last receipt that fits: index ${lastGood} (line ${lastGood + 1}).`);
  if (typeof from === 'number' && typeof to === 'number')
    lines.push(`Entries concerned: ${from} to ${to - 1}${typeof count === 'number' ? ` (${grouped(count)})` : ''}.`);
  else if (typeof from === 'number') lines.push(`Entries concerned: from ${from} on; how many is not known here.`);
  if (typeof actual === 'string' && /^[0-9a-f]{64}$/.test(actual)) lines.push(`Hash that is named but not here: ${actual}.`);
  return lines;
}

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');

export const requestText = (input: RequestInput): { readonly subject: string; readonly text: string } => {
  const { finding, chainId, chainKey, receipts, root } = input;
  const where = finding.index === null ? '' : ` at receipt ${finding.index}`;
  const held = input.checkpoints
    .slice(0, CHECKPOINTS_NAMED)
    .map(({ name, size, root: signed, state }) => `${name}: ${size ?? '?'} entries, root ${signed ?? '?'} (${state})`);
  const elsewhere = input.heldElsewhere.map(({ chainKey: key, generation, index }) => `${key}, generation ${generation}, index ${index}`);
  const text = [
    `To: ${input.source ?? `the keeper of ${chainId}`}`,
    '',
    `We verify the receipt chain ${chainId} (kept here as ${chainKey}) and found this${where}:`,
    '',
    indented([`${finding.code}: ${finding.explain}`, ...gapLines(finding)]),
    '',
    'What we hold:',
    indented([
      `${grouped(receipts)} receipts${root === null ? '' : `, Merkle root ${root}`}.`,
      `Covered by a trusted checkpoint: ${input.anchoredSize === 0 ? 'none' : `the first ${grouped(input.anchoredSize)}`}.`,
      ...(held.length === 0 ? ['No checkpoint of this log.'] : held.map((line) => `Checkpoint ${line}.`)),
      ...(elsewhere.length === 0 ? [] : [`A receipt with the named hash is held here in ${elsewhere.join('; ')}.`]),
    ]),
    '',
    'What we ask for:',
    indented([
      finding.next_step,
      'Please send the original bytes of receipts.jsonl for the entries above, and your newest signed checkpoint.',
      'We accept them only if they lead to the signed root.',
    ]),
  ].join('\n');
  return { subject: `Receipt chain ${chainId}: ${finding.code}${where}`, text };
};
