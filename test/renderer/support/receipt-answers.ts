/** The larger answers of the receipts fixture: one chain, one receipt's steps, its proof. */
import type { Contract } from '../../../src-shared/contract/index.ts';
import type { OutputOf } from '../../../src-shared/contract/define.ts';
import type { ChainRow } from '../../../src-shared/contract/receipts.ts';
import { type Digest, digestToHex, leafHash } from '../../../src-main/trust/merkle.ts';
import { buildInclusionProof, rootOfTree } from '../../../src-main/trust/merkle-proof.ts';
import { formatTlogProof } from '../../../src-main/trust/tlog-proof.ts';
import { type ChainModel, type ChainSpec, sha256, type StoredNote } from './chain-model.ts';

type Detail = OutputOf<Contract, 'receipt.chain'>;

const noteOf = (model: ChainModel, note: StoredNote): Detail['checkpoints'][number] => {
  const here = note.size > model.receipts.length ? null : digestToHex(rootOfTree(note.size, model.subtrees));
  const at = new Date(Date.parse(model.receipts[Math.min(note.size, model.receipts.length) - 1]?.at ?? '') + 4000).toISOString();
  return {
    name: note.name,
    size: note.size,
    root: note.root,
    origin: note.origin,
    signedBy: [
      { name: note.origin, kind: 'log', trusted: true, at: null },
      ...['Halden Audit', 'Meridian Witness'].slice(0, note.parties).map((name) => ({ name, kind: 'witness' as const, trusted: true, at })),
    ],
    state: here === null ? 'ahead' : here === note.root ? 'agrees' : 'differs',
    receivedAt: at,
  };
};

const mapOf = (row: ChainRow): Detail['map'] => {
  const last = row.receipts - 1;
  if (last < 0) return [];
  if (row.verdict === 'BROKEN') {
    return [
      { fromIndex: 0, toIndex: 8191, state: 'anchored' },
      { fromIndex: 8192, toIndex: 8447, state: 'broken' },
      { fromIndex: 8448, toIndex: last, state: 'doubtful' },
    ];
  }
  if (row.verdict === 'INDETERMINATE') return [{ fromIndex: 0, toIndex: last, state: 'doubtful' }];
  if (row.verdict === null) return [{ fromIndex: 0, toIndex: last, state: 'not-verified' }];
  return [{ fromIndex: 0, toIndex: last, state: row.verdict === 'VERIFIED' ? 'anchored' : 'verified' }];
};

export const chainDetail = (model: ChainModel | null, row: ChainRow, verifiedAt: string): Detail => {
  const before = new Date(Date.parse(verifiedAt) - 24 * 3_600_000).toISOString();
  const verification = (id: string, at: string, newReceipts: number, fromZero: boolean): Detail['verifications'][number] => ({
    verificationId: id,
    at,
    verdict: row.verdict ?? 'VERIFIED',
    receipts: row.receipts,
    newReceipts,
    findingsTotal: row.findingsTotal,
    elapsedMs: fromZero ? Math.ceil(row.receipts / 265) : 11,
    fromZero,
    member: 'Priya Raman',
  });
  return {
    chain: row,
    manifest:
      model === null
        ? null
        : {
            chain_id: row.chainId,
            source: row.sourceName,
            plan_id: row.planId,
            version: row.version,
            profile: row.profile,
            genesis_hash: model.receipts[0]?.hash ?? null,
          },
    root: model?.root ?? null,
    checkpoints: model === null ? [] : model.notes.map((note) => noteOf(model, note)),
    map: mapOf(row),
    generations: Array.from({ length: row.generations }, (_, i) => ({
      generation: i + 1,
      receipts: i + 1 === row.generations ? row.receipts : 9_402,
      openedAt: i === 0 ? '2026-01-06T08:10:00.000Z' : '2026-05-04T06:00:00.000Z',
      because: i === 0 ? 'first sync' : 'the source changed line 8,215: from there on the lines differ from what was read before',
      current: i + 1 === row.generations,
    })),
    verifications:
      row.verdict === null
        ? []
        : [
            verification('v-3', verifiedAt, Math.min(84, row.receipts), false),
            verification('v-2', before, Math.max(0, row.receipts - 84), true),
          ],
    acknowledgedRollback: null,
    verifyCommand: `countersign verify --workspace . --chain ${row.chainKey}`,
    pythonCommand: `python3 verify_chain.py ${row.chainId}`,
  };
};

export const stepsOf = (model: ChainModel, index: number): OutputOf<Contract, 'receipt.get'>['steps'] => {
  const receipt = model.receipts[index]!;
  const line = model.lineOf(index);
  const before = model.receipts[index - 1];
  const nested = model.spec.profile === 'erlmcp-json-0';
  const named = receipt.previous === null ? 'null' : `"${receipt.previous}"`;
  const cut = nested
    ? `,"hash_chain":{"previous_receipt_hash":${named},"current_hash":"${receipt.hash}"}`
    : `,"current_hash":"${receipt.hash}"`;
  const put = nested ? `,"previous_receipt_hash":${named}` : '';
  const offset = line.indexOf(cut);
  const preimage = line.slice(0, offset) + put + line.slice(offset + cut.length);
  const unknown = model.spec.fate === 'unknown-profile';
  return {
    canonical: nested
      ? { holds: true, code: null, says: 'as written by the source, members in file order' }
      : { holds: true, code: null, says: 'JCS, keys sorted' },
    cuts: [{ offset, length: cut.length, text: cut }],
    inserts: nested ? [{ offset, text: put }] : [],
    preimageBytes: unknown ? null : preimage.length,
    recomputedHash: unknown ? null : sha256(preimage),
    storedHash: receipt.hash,
    hashHolds: unknown ? null : sha256(preimage) === receipt.hash,
    namedPrevious: receipt.previous,
    predecessorHash: before?.hash ?? null,
    linkHolds: index === 0 ? receipt.previous === null : receipt.previous === before?.hash,
  };
};

const CLAIM = { free: [10, 5, 10, 1000, 30], starter: [100, 50, 100, 500, 15], pro: [1000, 500, 1000, 200, 5] } as const;
const LINES = [
  ['throughput_req_s', 'req/s', 'throughput_exceeded'],
  ['concurrent', 'connections', 'concurrent_exceeded'],
  ['queue_depth', 'messages', 'queue_depth_exceeded'],
  ['latency_p99_ms', 'ms', 'latency_exceeded'],
  ['failover_s', 's', 'failover_exceeded'],
] as const;

/** Actual figures for most receipts; #8,213 breaks two bounds, every fifth receipt has none. */
export const conformanceOf = (spec: ChainSpec, index: number): OutputOf<Contract, 'receipt.get'>['conformance'] => {
  const known = index % 5 !== 4;
  const lines = LINES.map(([name, unit, violation], i) => {
    const claim = CLAIM[spec.plan][i] ?? 0;
    const over = index % 5 === 3 && (i === 0 || i === 3);
    const actual = over ? claim * 1.2 : Math.round(claim * (0.4 + i * 0.1));
    return { name, unit, claim: String(claim), actual: known ? String(Math.round(actual)) : null, holds: known ? !over : null, violation };
  });
  return {
    result: !known ? 'no-actuals' : lines.every((l) => l.holds) ? 'pass' : 'fail',
    violations: lines.flatMap((l) => (l.holds === false ? [l.violation] : [])),
    lines: lines.map(({ violation: _, ...line }) => line),
  };
};

/** Which entries each step of an inclusion proof covers, from the leaf up (RFC 6962 §2.1.1). */
const coversOf = (index: number, size: number): { side: 'left' | 'right'; from: number; to: number }[] => {
  const downwards: { side: 'left' | 'right'; from: number; to: number }[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    let half = 1;
    while (half * 2 < end - start) half *= 2;
    const middle = start + half;
    if (index < middle) {
      downwards.push({ side: 'right', from: middle, to: end - 1 });
      end = middle;
    } else {
      downwards.push({ side: 'left', from: start, to: middle - 1 });
      start = middle;
    }
  }
  return downwards.reverse();
};

export const proofOf = (model: ChainModel, index: number, name: string | undefined): OutputOf<Contract, 'receipt.proof'> => {
  const note = model.notes.find((n) => n.name === name) ?? model.notes.find((n) => n.size > index && n.size <= model.receipts.length);
  const size = Math.min(note?.size ?? model.receipts.length, model.receipts.length);
  const hashes: Digest[] = buildInclusionProof(index, size, model.subtrees);
  const root = digestToHex(rootOfTree(size, model.subtrees));
  const checkpoint = note === undefined ? null : noteOf(model, note);
  const holds = note !== undefined && note.root === root;
  return {
    index,
    size,
    leafHash: digestToHex(leafHash(Buffer.from(model.lineOf(index)))),
    path: coversOf(index, size).map(({ side, from, to }, i) => ({ side, hash: digestToHex(hashes[i] ?? ''), covers: { from, to } })),
    root,
    holds,
    checkpoint,
    checkpointRoot: note?.root ?? null,
    tlogProof: holds ? formatTlogProof({ index, hashes, checkpointNote: note.note }).toString() : null,
    says:
      note === undefined
        ? 'No outside checkpoint covers this receipt yet, so the root below is only what this console computed.'
        : holds
          ? `This receipt is in the log that the checkpoint of size ${note.size.toLocaleString('en')} describes.`
          : 'The receipts here give another root than this checkpoint: it was made over other receipts.',
  };
};

export const verdictProofOf = (row: ChainRow, root: string, checkedAt: string): OutputOf<Contract, 'receipt.verdictProof'> => {
  const broken = row.verdict === 'BROKEN';
  const decided = row.verdict !== null && row.verdict !== 'INDETERMINATE';
  const n = row.receipts.toLocaleString('en');
  return {
    verdict: row.verdict,
    says: broken
      ? 'One link does not hold, and two checkpoints have another root.'
      : row.verdict === null
        ? 'This chain was not verified yet.'
        : 'Every hash and every link holds.',
    checkedAt: row.verdict === null ? null : checkedAt,
    rule: { name: 'receipt.verdict', version: '1', source: 'docs/formats/receipt-chain.md' },
    formula: [
      { says: 'lines in canonical form', figure: `${n} of ${n}`, holds: decided ? true : null },
      { says: 'hashes that equal current_hash', figure: decided ? `${n} of ${n}` : `0 of ${n}`, holds: decided ? true : null },
      {
        says: 'links that name their predecessor',
        figure: `${(row.receipts - (broken ? 2 : 1)).toLocaleString('en')} of ${(row.receipts - 1).toLocaleString('en')}`,
        holds: decided ? !broken : null,
      },
      {
        says: 'checkpoints whose root agrees',
        figure: broken ? '4 of 6' : row.anchoredSize > 0 ? '5 of 5' : '0 of 0',
        holds: broken ? false : row.anchoredSize > 0 ? true : null,
      },
      {
        says: 'covered by an outside checkpoint',
        figure: `${row.anchoredSize.toLocaleString('en')} of ${n}`,
        holds: row.anchoredSize === row.receipts,
      },
    ],
    inputs: [
      {
        name: 'receipts.jsonl',
        says: `${n} lines, ${row.bytes.toLocaleString('en')} B`,
        sha256: sha256(`file ${row.chainKey}`),
        address: row.address,
      },
      { name: 'chain.json', says: 'manifest', sha256: sha256(`manifest ${row.chainKey}`), address: null },
      { name: 'trust.vkeys', says: '3 trusted keys', sha256: sha256('trust'), address: '/settings' },
    ],
    resultSha256: root,
    command: `countersign verify --workspace . --chain ${row.chainKey}`,
    changedSince: broken ? 'On 4 May it was VERIFIED with 9,402 receipts.' : null,
  };
};
