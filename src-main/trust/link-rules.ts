/**
 * Links of a chain: does a receipt name the receipt before it? Links are judged on recomputed hashes; what a receipt says
 * of its own hash counts only to explain a break that another finding already names.
 */

/** What must be known of the lines so far in order to judge the next link. Serialisable. */
export interface LinkState {
  /** Recomputed hash of the last line; null where it could not be read, or where there was no line. */
  readonly hash: string | null;
  /** Hash that the last line states, where it differs from the recomputed one. */
  readonly stated: string | null;
  /** Recomputed hash of the last readable line before a run of unreadable ones; null where there was none. */
  readonly beforeRun: string | null;
  /** Whether any line came before. */
  readonly started: boolean;
  /** Whether any readable line came before. */
  readonly anyReadable: boolean;
  /** What the last line named, where that link was broken. */
  readonly brokenNaming: string | null;
}

export const LINK_START: LinkState = { hash: null, stated: null, beforeRun: null, started: false, anyReadable: false, brokenNaming: null };

/** A receipt that names something else than what stands before it; classified later (break-classifier.ts). */
export interface LinkBreak {
  readonly index: number;
  readonly byteOffset: number;
  readonly byteLength: number;
  readonly receiptId: string | null;
  readonly timestamp: string | null;
  /** The hash it names; null: it says that it is the first. */
  readonly named: string | null;
  /** Its own recomputed hash. */
  readonly own: string | null;
  /** The hash of the line before it; null at the beginning of the chain and after unreadable lines. */
  readonly expected: string | null;
  /** Its content does not fit its own hash either. */
  readonly altered: boolean;
  /** The next line names the same. */
  pairedWith: number | null;
}

export type LinkJudgement = 'ok' | 'break' | 'pair';

/**
 * Judges the link of a readable line. `previous` is undefined where the line does not state one, which is a finding of its
 * own. `own` and `stated` are its hashes, recomputed and stated; `genesisHash` is null where none is declared.
 */
export function judgeLink(
  state: LinkState,
  previous: string | null | undefined,
  own: string | null,
  stated: string | null,
  genesisHash: string | null,
): LinkJudgement {
  if (previous === undefined) return 'ok';
  const isGenesis = previous === null && (genesisHash === null || own === genesisHash || stated === genesisHash);
  if (!state.started) return isGenesis ? 'ok' : 'break';
  if (state.hash !== null) {
    if (previous !== null && (previous === state.hash || previous === state.stated)) return 'ok';
    return previous !== null && previous === state.brokenNaming ? 'pair' : 'break';
  }
  // After unreadable lines nothing can be said but that the record is not a second beginning.
  return previous !== null || (isGenesis && !state.anyReadable) ? 'ok' : 'break';
}

/** The state after a readable line. `hash` is null where no hash could be computed for it. */
export const afterLine = (state: LinkState, hash: string | null, stated: string | null, brokenNaming: string | null): LinkState =>
  hash === null
    ? afterUnreadable(state)
    : { hash, stated: stated === hash ? null : stated, beforeRun: null, started: true, anyReadable: true, brokenNaming };

/** The state after a line that could not be taken apart. */
export const afterUnreadable = (state: LinkState): LinkState => ({
  hash: null,
  stated: null,
  beforeRun: state.hash ?? state.beforeRun,
  started: true,
  anyReadable: state.anyReadable,
  brokenNaming: null,
});
