/**
 * One plain sentence and one next step for each finding, with its figures in them. What is true comes first; no blame and
 * no alarm. Positions read `#8,213` (from 0, as in `index`), hashes are shortened in sentences and full in the fields.
 */
import { type Finding, type FindingCode, type FindingDraft, type Gap, severityOf } from './findings.ts';

export interface FindingContext {
  /** Path of the chain's folder below what was verified, with '/' at its end; empty for the folder itself. */
  readonly folder: string;
  /** Name of the file with the receipts. */
  readonly receiptsFile: string;
  readonly log: string;
  /** Who keeps the chain, as chain.json says; null where nothing says so. */
  readonly source: string | null;
}

interface Words {
  readonly explain: string;
  readonly next: string;
}
type Facts = Readonly<Record<string, string | number>>;
type Template = (draft: FindingDraft, facts: Facts, context: FindingContext) => Words;

/** 8213 → "8,213". */
export const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
const place = (index: number | undefined): string => `#${grouped(index ?? 0)}`;
const shortHash = (hash: string | undefined): string =>
  hash === undefined ? 'nothing' : hash.length === 64 ? `${hash.slice(0, 8)}…${hash.slice(-6)}` : hash;
const plural = (count: number, one: string, many = `${one}s`): string => `${grouped(count)} ${count === 1 ? one : many}`;
const keeper = ({ source }: FindingContext): string => source ?? 'the source of this chain';
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const fact = (facts: Facts, name: string): number => Number(facts[name] ?? 0);
const word = (facts: Facts, name: string): string => String(facts[name] ?? '');
/** "entries 64 to 99" of a half-open range. */
const entries = ({ from, to }: Gap): string =>
  to === null
    ? `entries from ${grouped(from)} on`
    : to - from === 1
      ? `entry ${grouped(from)}`
      : `entries ${grouped(from)} to ${grouped(to - 1)}`;

const canon =
  (problem: string): Template =>
  (draft, facts, context) => ({
    explain: `Receipt ${place(draft.index)} is not canonical: byte ${grouped(fact(facts, 'at'))} of its line ${word(facts, 'what')}, so ${problem}.`,
    next: `Ask ${keeper(context)} for line ${grouped((draft.index ?? 0) + 1)} as it was first written; do not repair it by hand.`,
  });

const otherBytes = 'the same content could be spelled in other bytes with another hash';

const note =
  (say: (facts: Facts, draft: FindingDraft) => string, next: string): Template =>
  (draft, facts) => ({ explain: say(facts, draft), next });

const TEMPLATES: Readonly<Record<FindingCode, Template>> = {
  CANON_SYNTAX: canon('it is not the one text that RFC 8785 allows for it'),
  CANON_UTF8: canon('readers may disagree about what it says'),
  CANON_DUPLICATE_KEY: canon('two readers may take two different values from it'),
  CANON_UNSORTED: canon(otherBytes),
  CANON_NUMBER: canon('the same number could be spelled in other bytes or be rounded by its reader'),
  CANON_SURROGATE: canon('the text is no Unicode text and readers may disagree about it'),
  CANON_DEPTH: canon('it is nested deeper than the 64 levels that every reader must manage'),
  CANON_WHITESPACE: canon(otherBytes),
  CANON_SIZE: (draft, facts, context) => ({
    explain: `Line ${grouped((draft.index ?? 0) + 1)} ${word(facts, 'what')}, longer than the 65,535 that an entry of the log may have, so it was not read as a receipt.`,
    next: `Ask ${keeper(context)} whether two receipts ran together there or a line feed was lost.`,
  }),
  CANON_PROFILE_UNKNOWN: (draft, facts, context) => ({
    explain:
      draft.index === undefined
        ? `The profile ${JSON.stringify(facts.profile ?? '')} of this chain is not known here, so its receipts can be counted but not verified; nothing says that they were altered.`
        : 'No known member layout reproduces the hash of receipt #0, so no hash of this chain can be recomputed; nothing says that it was altered.',
    next: `Ask ${keeper(context)} which software wrote the chain, and verify it with that version.`,
  }),
  CANON_PROFILE_MIXED: (draft, facts, context) => ({
    explain: `Receipt ${place(draft.index)} ${word(facts, 'what')}, in a chain of another one: it was not written by what wrote the others.`,
    next: `Ask ${keeper(context)} where receipt ${place(draft.index)} came from and what stood in its place.`,
  }),
  RECEIPT_SCHEMA: (draft, facts, context) => ({
    explain: `Receipt ${place(draft.index)} ${word(facts, 'what')}, so it is not a receipt as the format defines it.`,
    next: `Ask ${keeper(context)} for receipt ${place(draft.index)} as it was issued.`,
  }),
  RECEIPT_HASH_MISMATCH: (draft, facts, context) => {
    const which = {
      stated: `receipt ${place(fact(facts, 'successor'))} still names the hash it states, so its content was altered after it was written`,
      computed: `receipt ${place(fact(facts, 'successor'))} names the computed hash, so only the stated hash was altered`,
      link: `with the hash of the receipt before it as previous_receipt_hash it would fit, so only its link was altered`,
      '': 'so its content or its stated hash was altered',
    }[word(facts, 'cause')];
    return {
      explain: `Receipt ${place(draft.index)} does not fit its own hash: its bytes give ${shortHash(draft.expected)}, it states ${shortHash(draft.actual)}; ${which ?? 'so it was altered'}.`,
      next: `Ask ${keeper(context)} for receipt ${place(draft.index)} as it was issued, and compare it member by member.`,
    };
  },
  CHAIN_DELETED: (draft, facts, context) => explainDeleted(draft, facts, context),
  CHAIN_INSERTED: (draft, facts, context) => {
    const index = draft.index ?? 0;
    const other = fact(facts, 'other');
    const texts: Record<string, Words> = {
      copy: {
        explain: `Receipt ${place(index)} is a copy of ${place(other)}, byte for byte, and does not belong here a second time.`,
        next: `Ask ${keeper(context)} why ${place(other)} was written twice; count it once.`,
      },
      unlinked: {
        explain: `${other - index === 1 ? `Receipt ${place(index)} was` : `Receipts ${place(index)} to ${place(other - 1)} were`} inserted: the predecessor named there is nowhere, and ${place(other)} goes on from ${index === 0 ? 'the declared beginning' : place(index - 1)}.`,
        next: `Ask ${keeper(context)} what ${other - index === 1 ? `receipt ${place(index)} is` : 'these receipts are'}; do not count on ${other - index === 1 ? 'it' : 'them'}.`,
      },
      between: {
        explain: `Receipt ${place(index)} goes on from ${place(other)}, so what stands between them (${index - other === 2 ? place(index - 1) : `${place(other + 1)} to ${place(index - 1)}`}) does not belong there.`,
        next: `Ask ${keeper(context)} what stood directly after ${place(other)}.`,
      },
    };
    return texts[word(facts, 'kind')] ?? texts['between']!;
  },
  CHAIN_REORDERED: (draft, facts, context) => {
    const index = draft.index ?? 0;
    const other = fact(facts, 'other');
    const says = {
      later: `Receipt ${place(index)} goes on from ${place(other)}, which stands after it: the receipts are not in the order in which they were chained.`,
      earlier: `Receipt ${place(index)} goes on from ${place(other)} and belongs directly after it: the receipts are not in the order in which they were chained.`,
      genesis: `Receipt ${place(index)} is the declared beginning of the chain but stands at ${place(index)}: the receipts are not in the order in which they were chained.`,
    }[word(facts, 'kind')];
    return { explain: says ?? '', next: `Ask ${keeper(context)} for the file in its original order; nothing need be missing.` };
  },
  CHAIN_FORK: (draft, facts, context) => ({
    explain: `Receipts ${place(fact(facts, 'other'))} and ${place(draft.index)} both go on from ${place(fact(facts, 'parent'))}: from there on the chain tells two stories, and only one can be true.`,
    next: `Ask ${keeper(context)} and a holder of a later checkpoint which of the two they know.`,
  }),
  CHAIN_AMENDED_IN_PLACE: (draft, facts, context) => ({
    explain: `Receipts ${place(draft.index)} and ${place(fact(facts, 'other'))} both name ${shortHash(draft.actual)}, which is nowhere: ${place(draft.index)} was rewritten in place after ${place(fact(facts, 'other'))} had followed it, as a refusal added later does.`,
    next: `Ask ${keeper(context)} for receipt ${place(draft.index)} as it was before it was amended; its hash was ${shortHash(draft.actual)}.`,
  }),
  CHAIN_GENESIS_UNDECLARED: (draft, facts, context) => {
    const declared = word(facts, 'genesis') === '' ? 'none' : shortHash(word(facts, 'genesis'));
    const says = {
      first: `Receipt #0 begins the chain with hash ${shortHash(word(facts, 'own'))}, but chain.json declares ${declared} as the beginning.`,
      second: `Receipt ${place(draft.index)} says that it is the first of the chain, in the middle of it: a second beginning that nobody declared.`,
      linked: `Receipt #0 is the declared beginning of the chain but names a predecessor, ${shortHash(draft.actual)}, as if others had come before it.`,
    }[word(facts, 'kind')];
    return {
      explain: says ?? '',
      next: `Compare genesis_hash of chain.json with what ${keeper(context)} published when the chain began.`,
    };
  },
  CHAIN_DUPLICATE_ID: (draft, facts, context) => {
    const where =
      facts.chain === undefined
        ? `receipt ${place(fact(facts, 'other'))}`
        : `receipt ${place(fact(facts, 'other'))} of chain ${word(facts, 'chain')}`;
    const same = fact(facts, 'known') === 1 ? ', which was verified before' : '';
    return {
      explain: `Receipt ${place(draft.index)} has the receipt_id ${draft.receiptId ?? ''} that ${where} has already${same}: one of the two was counted twice or replayed.`,
      next: `Ask ${keeper(context)} which of the two was issued under this id; until then count neither twice.`,
    };
  },
  CHAIN_TORN_TAIL: (draft, facts, context) => {
    const bytes = plural(fact(facts, 'bytes'), 'byte');
    const says = {
      zeros: `After the last receipt stand ${bytes} that are all zero, as a power cut leaves them; they are not a receipt.`,
      whole: `The last line, ${bytes}, has no line feed at its end, so nobody can tell whether it was finished; it is not counted as a receipt.`,
      part: `The file ends in the middle of a receipt: ${bytes} stand after the last line feed and are not counted.`,
    }[word(facts, 'kind')];
    return {
      explain: says ?? '',
      next: `Fetch the end of the file again from ${keeper(context)}; what stands before byte ${grouped(draft.byteOffset ?? 0)} is untouched by this.`,
    };
  },
  LOG_TRUNCATED: (draft, facts, context) => ({
    explain: `The checkpoint ${word(facts, 'note')} signs ${plural(fact(facts, 'want'), 'entry', 'entries')}, but here ${fact(facts, 'size') === 1 ? 'is' : 'are'} ${grouped(fact(facts, 'size'))}: ${fact(facts, 'want') - fact(facts, 'size') === 1 ? 'one receipt is' : `${grouped(fact(facts, 'want') - fact(facts, 'size'))} receipts are`} missing${facts.torn === 1 ? ' (a torn last line is not counted)' : ''}.`,
    next: `Ask ${keeper(context)} for the missing receipts; they are accepted only if they lead to the signed root.`,
  }),
  LOG_ROOT_MISMATCH: (draft, facts, context) => ({
    explain: `The first ${plural(fact(facts, 'size'), 'receipt')} do not give the root that ${facts.where === undefined ? `checkpoint ${word(facts, 'note')} signs` : `${word(facts, 'where')} has seen`}: the first altered one is among ${draft.gap === undefined ? 'them' : entries(draft.gap)}.`,
    next: `Ask ${keeper(context)} or a holder of the chain for ${draft.gap === undefined ? 'these receipts' : entries(draft.gap)} as they were when the checkpoint was signed, and compare.`,
  }),
  LOG_FORK_PROVEN: (draft, facts, context) => ({
    explain:
      facts.kind === 'same-size'
        ? `The log signed two different histories of ${plural(fact(facts, 'size'), 'entry', 'entries')}: ${word(facts, 'note')} and ${word(facts, 'other')} have different roots, and both signatures hold.`
        : `The log signed two histories that exclude each other: the receipts agree with ${word(facts, 'note')} (${grouped(fact(facts, 'larger'))} entries) and therefore contradict ${word(facts, 'other')} (${grouped(fact(facts, 'size'))} entries), and both signatures hold.`,
    next: `Keep both notes: together they prove the fork to anyone. Take them to ${keeper(context)} and to everyone who relies on the log.`,
  }),
  LOG_ROLLBACK: (draft, facts, context) => ({
    explain: `The chain has ${plural(fact(facts, 'size'), 'receipt')}, but ${word(facts, 'where')} has seen ${grouped(fact(facts, 'want'))}: it was set back to an earlier state.`,
    next: `If a backup was restored on purpose, acknowledge the rollback with its reason; otherwise ask ${keeper(context)} for the later receipts.`,
  }),
  NOTE_MALFORMED: note(
    (facts, draft) =>
      `Checkpoint ${word(facts, 'name')} is not a signed note, so it anchors nothing: on line ${draft.line ?? 1}, ${word(facts, 'reason')}.`,
    'Fetch the checkpoint again as bytes; tools that change line ends or encodings break it.',
  ),
  NOTE_BAD_SIG: note(
    (facts, draft) =>
      `Checkpoint ${word(facts, 'name')} claims a trusted key, but the signature on line ${draft.line ?? 1} does not verify: its text was altered, or somebody else signed.`,
    'Do not rely on this checkpoint; fetch it again from the log, and if it stays so, ask who made it.',
  ),
  NOTE_ORIGIN: note(
    (facts, draft) =>
      `Checkpoint ${word(facts, 'name')} is genuine but not of this chain: ${word(facts, 'reason')} (${draft.actual ?? ''}, expected ${draft.expected ?? ''}).`,
    'Put the checkpoint back where it belongs, and fetch the one of this chain.',
  ),
  NOTE_NO_TRUSTED_SIG: note(
    (facts) => `Checkpoint ${word(facts, 'name')} anchors nothing, because ${word(facts, 'reason')}.`,
    'If you trust the log that signed it, add its verifier key to trust.vkeys, from a source other than this folder.',
  ),
  CLOCK_BACKWARD: (draft, facts) => ({
    explain: `Receipt ${place(draft.index)} is dated ${draft.actual ?? ''}, earlier than ${place(fact(facts, 'before'))} before it (${draft.expected ?? ''}); the order itself is proven by the chain.`,
    next: 'Check the clock of the machine that wrote it; the verdict does not depend on it.',
  }),
  CLOCK_FUTURE: (draft) => {
    const count = draft.gap?.count;
    const many = typeof count === 'number' && count > 1;
    return {
      explain: many
        ? `Receipts ${place(draft.index)} to ${place((draft.gap?.to ?? 1) - 1)} are dated after now (${draft.expected ?? ''}), the first of them ${draft.actual ?? ''}.`
        : `Receipt ${place(draft.index)} is dated ${draft.actual ?? ''}, after now (${draft.expected ?? ''}).`,
      next: 'Check the clock of this machine and of the one that wrote the receipts; the verdict does not depend on it.',
    };
  },
  UNANCHORED_TAIL: (draft, facts, context) => {
    const size = fact(facts, 'size');
    const anchored = fact(facts, 'anchored');
    return {
      explain:
        anchored === 0
          ? `No trusted checkpoint covers any of the ${plural(size, 'receipt')}: a rewrite of all of them could not be seen from these files.`
          : `The newest trusted checkpoint covers ${plural(anchored, 'receipt')}; the ${grouped(size - anchored)} after ${place(anchored - 1)} could be rewritten without a trace in these files.`,
      next: `Get a checkpoint of ${plural(size, 'entry', 'entries')} from ${keeper(context)}, signed by a log you trust.`,
    };
  },
};

function explainDeleted(draft: FindingDraft, facts: Facts, context: FindingContext): Words {
  const { index = 0, gap } = draft;
  if (draft.actual === undefined && draft.expected === undefined && draft.byteOffset === undefined) {
    return {
      explain: 'The file has no receipts, although chain.json declares a first one: all of them were removed.',
      next: `Ask ${keeper(context)} for the receipts of this chain.`,
    };
  }
  const intact = facts.altered === 1 ? '' : ' Its own content is intact.';
  const names = `Receipt ${place(index)} names a predecessor that is not in this chain, ${shortHash(draft.actual)}.`;
  if (gap?.count === 0) {
    return {
      explain: `${names}${intact} The number of receipts agrees with the checkpoint, so ${place(index - 1)} was exchanged, or edited and hashed again.`,
      next: `Ask ${keeper(context)} for the receipt whose hash is ${draft.actual ?? ''}.`,
    };
  }
  const count = typeof gap?.count === 'number' ? gap.count : null;
  const gone =
    count === null
      ? 'what stood before it is gone'
      : count === 1
        ? 'one receipt before it is gone'
        : `${grouped(count)} receipts before it are gone`;
  const after = index === 0 ? 'from the beginning' : `after ${place(index - 1)}`;
  return {
    explain: `${names}${intact} ${capital(gone)}, ${after}.`,
    next:
      count === null || gap === undefined
        ? `Ask ${keeper(context)} for the receipt whose hash is ${draft.actual ?? ''}, and for all ${after}.`
        : `Ask ${keeper(context)} for ${entries(gap)}${count === 1 ? ', whose hash is' : '; the last of them has hash'} ${draft.actual ?? ''}.`,
  };
}

/** The published form of a finding, with its sentence. */
export function publishFinding(draft: FindingDraft, context: FindingContext): Finding {
  const { explain, next } = TEMPLATES[draft.code](draft, draft.facts ?? {}, context);
  const { index } = draft;
  return {
    code: draft.code,
    severity: severityOf(draft.code),
    file: `${context.folder}${draft.file ?? context.receiptsFile}`,
    log: context.log,
    index: index ?? null,
    line: draft.line ?? (index === undefined ? null : index + 1),
    byte_offset: draft.byteOffset ?? null,
    byte_length: draft.byteLength ?? null,
    receipt_id: draft.receiptId ?? null,
    json_pointer: draft.pointer ?? null,
    expected: draft.expected ?? null,
    actual: draft.actual ?? null,
    last_good_index: draft.lastGoodIndex ?? null,
    gap: draft.gap ?? null,
    evidence: (draft.evidence ?? []).map((fact) => (fact.file === undefined ? fact : { ...fact, file: `${context.folder}${fact.file}` })),
    explain,
    next_step: next,
  };
}
