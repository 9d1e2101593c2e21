import { BLOCK, type MapBreak, type MapCheckpoint, type MapRun, type MapState } from './chain-map-layout.ts';
import { integer } from './format.ts';

/** What a state of the map means, in the words of the legend. */
const MAP_WORDS: Readonly<Record<MapState, string>> = {
  anchored: 'verified, anchored',
  verified: 'verified, not anchored',
  broken: 'break',
  doubtful: 'links hold, root differs',
  'not-verified': 'not verified yet',
};

/** Hatched: the links hold, but a checkpoint has another root; or, without such a checkpoint, nothing can be decided. */
export const mapWords = (state: MapState, checkpoints: readonly Pick<MapCheckpoint, 'state'>[]): string =>
  state === 'doubtful' && !checkpoints.some((c) => c.state === 'differs' || c.state === 'ahead') ? 'cannot be decided' : MAP_WORDS[state];

const span = (run: MapRun): string =>
  run.fromIndex === run.toIndex ? `receipt ${integer(run.fromIndex)}` : `receipts ${integer(run.fromIndex)} to ${integer(run.toIndex)}`;

/** The map as one sentence for those who do not see it: what holds, where it breaks, what outside parties say. */
export const sayMap = (
  runs: readonly MapRun[],
  total: number,
  checkpoints: readonly MapCheckpoint[],
  breaks: readonly MapBreak[],
): string => {
  if (total === 0) return 'Chain map: no receipts yet.';
  const blocks = Math.ceil(total / BLOCK);
  const parts = runs.slice(0, 6).map((run) => `${span(run)} ${run.state === 'broken' ? 'hold a break' : mapWords(run.state, checkpoints)}`);
  const more = runs.length > 6 ? `, and ${integer(runs.length - 6)} further stretches` : '';
  const agree = checkpoints.filter((c) => c.state === 'agrees').length;
  const differ = checkpoints.filter((c) => c.state === 'differs' || c.state === 'ahead').length;
  const outside =
    agree + differ === 0
      ? 'No outside checkpoint.'
      : `${integer(agree + differ)} outside ${agree + differ === 1 ? 'checkpoint' : 'checkpoints'}: ${integer(agree)} agree, ${integer(differ)} differ.`;
  const cracks =
    breaks.length === 0 ? '' : ` ${breaks[0]?.label ?? ''}${breaks.length > 1 ? `, and ${integer(breaks.length - 1)} more` : ''}.`;
  return `Chain map, ${integer(total)} receipts in ${integer(blocks)} ${blocks === 1 ? 'block' : 'blocks'} of 256: ${parts.join('; ')}${more}.${cracks} ${outside}`;
};
