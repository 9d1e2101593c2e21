/** The proof behind a chain's verdict: the rule with its figures, the inputs by digest, and how to redo it. */
import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import type { Verdict } from '../../src-shared/contract/common.ts';
import type { StoreDb } from '../store/index.ts';
import { grouped } from '../trust/explain.ts';
import type { Finding } from '../trust/findings.ts';
import { chainAddress } from './chain-address.ts';
import { describeChain, lastDocumentNo } from './chain-inputs.ts';
import { type ChainStanding, notYetVerified } from './chain-list.ts';
import type { StreamRow } from './receipt-streams.ts';
import { findingsOf } from './verification-queries.ts';

type ProofAnswer = OutputOf<Contract, 'receipt.verdictProof'>;
export type VerdictProof = Omit<ProofAnswer, 'command'>;
type Line = ProofAnswer['formula'][number];
type Input = ProofAnswer['inputs'][number];

const RULE_NAME = 'Verdict of a receipt chain';
const RULE_SOURCE = 'docs/formats/receipts.md';

interface VerificationRow {
  readonly verification_id: string;
  readonly at: string;
  readonly verdict: Verdict;
  readonly receipts: number;
  readonly new_receipts: number;
  readonly root: string | null;
  readonly anchored_size: number;
  readonly findings_total: number;
  readonly from_zero: number;
  readonly rule_version: string;
  readonly trust_sha256: string;
  readonly inputs_sha256: string;
  readonly result_sha256: string;
  readonly log: string;
  readonly profile: string;
}

const plural = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

export const verdictProof = (db: StoreDb, chain: ChainStanding, stream: StreamRow | null): VerdictProof => {
  const row =
    chain.verificationNo === null
      ? undefined
      : db.get<VerificationRow>('SELECT * FROM verifications WHERE verification_no = ?', [chain.verificationNo]);
  if (row === undefined) {
    return {
      verdict: null,
      says: 'This chain was not verified here yet, so there is no verdict to prove.',
      checkedAt: null,
      rule: { name: RULE_NAME, version: '', source: RULE_SOURCE },
      formula: [],
      inputs: inputsOf(db, chain, stream, undefined),
      resultSha256: null,
      changedSince: null,
    };
  }
  const findings = findingsOf(db, chain.verificationNo!).map(({ finding }) => finding);
  return {
    verdict: row.verdict,
    says: sayVerdict(row),
    checkedAt: row.at,
    rule: { name: RULE_NAME, version: row.rule_version, source: RULE_SOURCE },
    formula: formulaOf(db, chain, row, findings),
    inputs: inputsOf(db, chain, stream, row),
    resultSha256: row.result_sha256,
    changedSince: changedSince(db, chain),
  };
};

const VERDICT_WORDS: Readonly<Record<Verdict, string>> = {
  VERIFIED: 'every receipt is as it was, up to a checkpoint of a trusted log',
  VERIFIED_UNANCHORED: 'every receipt fits, but not all are covered by a checkpoint of a trusted log',
  BROKEN: 'receipts or checkpoints were altered, removed or do not fit',
  INDETERMINATE: 'it cannot be decided with what is known here',
};

const sayVerdict = ({ verdict, receipts, new_receipts: read, from_zero: fromZero }: VerificationRow): string =>
  `${verdict}: ${VERDICT_WORDS[verdict]}. ${
    fromZero === 1
      ? `All ${plural(receipts, 'receipt')} were read.`
      : `${plural(read, 'new receipt')} of ${grouped(receipts)} were read; the ones before are vouched for by the state of an earlier verification.`
  }`;

/** Lines of the rule: each with the figure that was found, and whether it holds. */
function formulaOf(db: StoreDb, chain: ChainStanding, row: VerificationRow, findings: readonly Finding[]): Line[] {
  const beyond = row.findings_total - findings.length;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const count = (test: (code: string) => boolean): number => errors.filter(({ code }) => test(code)).length;
  const line = (says: string, wrong: number, right: string): Line => ({
    says,
    figure: wrong === 0 ? right : `${grouped(wrong)}${beyond > 0 ? ' or more' : ''} wrong`,
    holds: wrong === 0,
  });
  const receipts = plural(row.receipts, 'receipt');
  const newest = db.get<{ name: string; size: number }>(
    `SELECT name, size FROM checkpoint_states WHERE stream_no = ? AND state = 'agrees' ORDER BY size DESC LIMIT 1`,
    [chain.streamNo ?? 0],
  );
  return [
    line(
      'Every line is canonical and has the members of a receipt',
      count((code) => code.startsWith('CANON_') || code === 'RECEIPT_SCHEMA'),
      receipts,
    ),
    line(
      'Every current_hash is the SHA-256 of its receipt',
      count((code) => code === 'RECEIPT_HASH_MISMATCH'),
      receipts,
    ),
    line(
      'Every receipt names the one before it, the first is the declared one',
      count((code) => code.startsWith('CHAIN_') && code !== 'CHAIN_DUPLICATE_ID'),
      receipts,
    ),
    line(
      'No receipt_id stands twice among the chains of the source',
      count((code) => code === 'CHAIN_DUPLICATE_ID'),
      receipts,
    ),
    line(
      'Every trusted checkpoint has the root that the receipts give',
      count((code) => code.startsWith('LOG_')),
      row.root === null ? 'no root' : `root ${row.root.slice(0, 8)}…`,
    ),
    line(
      'Every checkpoint is a signed note of this log',
      count((code) => code.startsWith('NOTE_')),
      'none is wrong',
    ),
    {
      says: 'The newest trusted checkpoint covers every receipt',
      figure:
        newest === undefined
          ? `none of ${grouped(row.receipts)}`
          : `${grouped(row.anchored_size)} of ${grouped(row.receipts)}, ${newest.name}`,
      holds: row.anchored_size === row.receipts && newest !== undefined,
    },
    {
      says: 'Findings in all: any error makes it BROKEN, warnings never change it',
      figure: `${grouped(errors.length)}${beyond > 0 ? ' or more' : ''} errors, ${grouped(row.findings_total)} in all`,
      holds: errors.length === 0,
    },
  ];
}

/** Checkpoints that are named among the inputs: the newest that agrees, and those that do not. */
const CHECKPOINTS_NAMED = 8;

function inputsOf(db: StoreDb, chain: ChainStanding, stream: StreamRow | null, row: VerificationRow | undefined): Input[] {
  const { sourceName, folder } = chain;
  const described = describeChain(db, chain, stream);
  const address = chainAddress(sourceName, folder);
  const inputs: Input[] = [
    {
      name: 'chain.json',
      says:
        described.manifest === null
          ? (described.problem?.message ?? 'none came; the profile was inferred from the first line')
          : `chain ${described.chain.log}, profile ${described.chain.profile}`,
      sha256: described.manifestSha256,
      address,
    },
    {
      name: 'receipts.jsonl',
      says:
        stream === null
          ? 'no receipts came yet'
          : `generation ${stream.generation}, ${plural(stream.lines, 'line')}, ${plural(stream.lineBytes + stream.tailBytes, 'byte')}${row === undefined ? '' : '; the digest is the Merkle root'}`,
      sha256: row?.root ?? null,
      address,
    },
  ];
  const checkpoints = db.all<{ name: string; state: string; size: number | null; sha256: string }>(
    `SELECT p.name, p.state, p.size, d.sha256 FROM checkpoint_states p JOIN chain_documents d USING (document_no) WHERE p.stream_no = ?
     ORDER BY p.state = 'agrees', p.size DESC LIMIT ?`,
    [chain.streamNo ?? 0, CHECKPOINTS_NAMED],
  );
  for (const { name, state, size, sha256 } of checkpoints) {
    inputs.push({
      name: `checkpoints/${name}`,
      says: `${state}${size === null ? '' : `, ${plural(size, 'entry').replace('entrys', 'entries')}`}`,
      sha256,
      address,
    });
  }
  if (row !== undefined) {
    inputs.push({
      name: 'trusted logs',
      says: 'the verifier keys that were trusted, sorted, one a line',
      sha256: row.trust_sha256,
      address: '/settings/trust',
    });
    inputs.push({
      name: 'all inputs',
      says: 'rule version, manifest, documents, lines, bytes and trust together',
      sha256: row.inputs_sha256,
      address: null,
    });
  }
  return inputs;
}

/** What came since, that the verdict does not know of. */
function changedSince(db: StoreDb, chain: ChainStanding): string | null {
  const fresh = notYetVerified(chain);
  const last =
    db.get<{ last: number }>('SELECT last_document_no AS last FROM stream_verdicts WHERE stream_no = ?', [chain.streamNo ?? 0])?.last ?? 0;
  const documents = lastDocumentNo(db, chain.chainNo) > last;
  const parts = [...(fresh > 0 ? [plural(fresh, 'receipt')] : []), ...(documents ? ['checkpoints or a manifest'] : [])];
  return parts.length === 0 ? null : `Since then ${parts.join(' and ')} came in: verify again.`;
}
