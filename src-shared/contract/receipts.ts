import {
  address,
  byteCount,
  count,
  cursor,
  done,
  download,
  finding,
  hex64,
  isoTime,
  noInput,
  pageLimit,
  startedJob,
  verdict,
} from './common.ts';
import { command, query, z } from './define.ts';

/** `source/chain folder`, as in the chain's address: `northwind/pro@1.4`. */
const chainKey = z.string().min(3).max(300);
const generation = z.int().min(1);
const index = count;

const chainRow = z.strictObject({
  chainKey,
  chainId: z.string(),
  sourceName: z.string(),
  folder: z.string(),
  planId: z.string(),
  version: z.string(),
  profile: z.string(),
  receipts: count,
  bytes: byteCount,
  generation,
  generations: count,
  /** null until it was verified once. */
  verdict: verdict.nullable(),
  verifiedAt: isoTime.nullable(),
  /** Receipts that came in after the last verification. */
  notYetVerified: count,
  findingsTotal: count,
  firstFinding: finding.nullable(),
  anchoredSize: count,
  /** Names of the trusted witnesses that cosigned the newest checkpoint which agrees. */
  outsideParties: z.array(z.string()),
  firstAt: isoTime.nullable(),
  lastAt: isoTime.nullable(),
  address,
});
export type ChainRow = z.infer<typeof chainRow>;

const checkpoint = z.strictObject({
  name: z.string(),
  size: count.nullable(),
  root: hex64.nullable(),
  origin: z.string().nullable(),
  signedBy: z.array(
    z.strictObject({ name: z.string(), kind: z.enum(['log', 'witness', 'unknown']), trusted: z.boolean(), at: isoTime.nullable() }),
  ),
  state: z.enum(['agrees', 'differs', 'ahead', 'untrusted', 'malformed']),
  receivedAt: isoTime,
});

/** Blocks of 256 receipts; neighbours of one state are one run. */
const mapRun = z.strictObject({
  fromIndex: index,
  toIndex: index,
  state: z.enum(['anchored', 'verified', 'broken', 'doubtful', 'not-verified']),
});

const receiptRow = z.strictObject({
  index,
  line: count,
  byteOffset: byteCount,
  byteLength: byteCount,
  receiptId: z.string().nullable(),
  timestamp: z.string().nullable(),
  planId: z.string().nullable(),
  hash: z.string().nullable(),
  previousHash: z.string().nullable(),
  refusal: z.string().nullable(),
  /** Codes of the findings at this receipt. */
  findings: z.array(z.string()),
});
export type ReceiptRow = z.infer<typeof receiptRow>;

const conformance = z.strictObject({
  result: z.enum(['pass', 'fail', 'no-actuals']),
  violations: z.array(z.string()),
  lines: z.array(
    z.strictObject({
      name: z.string(),
      unit: z.string(),
      claim: z.string().nullable(),
      actual: z.string().nullable(),
      holds: z.boolean().nullable(),
    }),
  ),
});

export const receipts = {
  'receipt.seal': query({
    input: noInput,
    output: z.strictObject({
      form: z.enum(['sealed', 'unanchored', 'broken', 'unknown', 'none']),
      chains: count,
      broken: count,
      anchored: count,
      unanchored: count,
      indeterminate: count,
      notVerified: count,
      receipts: count,
      anchoredReceipts: count,
      outsideParties: z.array(z.string()),
      checkedAt: isoTime.nullable(),
      worst: z.strictObject({ chainKey, address, says: z.string() }).nullable(),
    }),
  }),
  'receipt.chains': query({
    input: z.strictObject({
      search: z.string().max(200).optional(),
      verdict: z.enum(['BROKEN', 'INDETERMINATE', 'VERIFIED_UNANCHORED', 'VERIFIED', 'none']).optional(),
      sourceName: z.string().optional(),
      after: cursor.optional(),
      limit: pageLimit,
    }),
    output: z.strictObject({ chains: z.array(chainRow), next: cursor.nullable(), total: count, shown: count }),
  }),
  'receipt.chain': query({
    input: z.strictObject({ chainKey, generation: generation.optional() }),
    output: z.strictObject({
      chain: chainRow,
      manifest: z.record(z.string(), z.unknown()).nullable(),
      root: hex64.nullable(),
      checkpoints: z.array(checkpoint),
      map: z.array(mapRun),
      generations: z.array(z.strictObject({ generation, receipts: count, openedAt: isoTime, because: z.string(), current: z.boolean() })),
      verifications: z.array(
        z.strictObject({
          verificationId: z.string(),
          at: isoTime,
          verdict,
          receipts: count,
          newReceipts: count,
          findingsTotal: count,
          elapsedMs: z.number(),
          fromZero: z.boolean(),
          member: z.string(),
        }),
      ),
      acknowledgedRollback: z.strictObject({ at: isoTime, reason: z.string(), member: z.string() }).nullable(),
      verifyCommand: z.string(),
      pythonCommand: z.string(),
    }),
  }),
  'receipt.findings': query({
    input: z.strictObject({ chainKey, generation: generation.optional(), after: cursor.optional(), limit: pageLimit }),
    output: z.strictObject({ findings: z.array(finding), next: cursor.nullable(), total: count }),
  }),
  'receipt.page': query({
    input: z.strictObject({
      chainKey,
      generation: generation.optional(),
      /** First index of the page; pages are keyed by position. */
      from: index.default(0),
      limit: pageLimit,
    }),
    output: z.strictObject({ rows: z.array(receiptRow), total: count, generation }),
  }),
  'receipt.get': query({
    input: z.strictObject({ chainKey, generation: generation.optional(), index }),
    output: z.strictObject({
      row: receiptRow,
      profile: z.string(),
      /** The stored line, as text where it is UTF-8. */
      line: z.string().nullable(),
      lineBase64: z.string(),
      fields: z.record(z.string(), z.unknown()).nullable(),
      steps: z.strictObject({
        canonical: z.strictObject({ holds: z.boolean(), code: z.string().nullable(), says: z.string() }),
        /** The bytes taken out before hashing; offsets count from the start of the line. */
        cuts: z.array(z.strictObject({ offset: byteCount, length: byteCount, text: z.string() })),
        /** Bytes put in before hashing (profile erlmcp-json-0). */
        inserts: z.array(z.strictObject({ offset: byteCount, text: z.string() })),
        preimageBytes: byteCount.nullable(),
        recomputedHash: hex64.nullable(),
        storedHash: z.string().nullable(),
        hashHolds: z.boolean().nullable(),
        namedPrevious: z.string().nullable(),
        predecessorHash: hex64.nullable(),
        linkHolds: z.boolean().nullable(),
      }),
      neighbours: z.array(receiptRow),
      findings: z.array(finding),
      conformance,
    }),
  }),
  'receipt.proof': query({
    input: z.strictObject({ chainKey, index, checkpointName: z.string().optional() }),
    output: z.strictObject({
      index,
      size: count,
      leafHash: hex64,
      path: z.array(z.strictObject({ side: z.enum(['left', 'right']), hash: hex64, covers: z.strictObject({ from: count, to: count }) })),
      root: hex64,
      holds: z.boolean(),
      checkpoint: checkpoint.nullable(),
      checkpointRoot: hex64.nullable(),
      tlogProof: z.string().nullable(),
      says: z.string(),
    }),
  }),
  /** The proof behind a chain's verdict: what the side panel shows. */
  'receipt.verdictProof': query({
    input: z.strictObject({ chainKey, generation: generation.optional() }),
    output: z.strictObject({
      verdict: verdict.nullable(),
      says: z.string(),
      checkedAt: isoTime.nullable(),
      rule: z.strictObject({ name: z.string(), version: z.string(), source: z.string() }),
      formula: z.array(z.strictObject({ says: z.string(), figure: z.string(), holds: z.boolean().nullable() })),
      inputs: z.array(z.strictObject({ name: z.string(), says: z.string(), sha256: hex64.nullable(), address: address.nullable() })),
      resultSha256: hex64.nullable(),
      command: z.string(),
      changedSince: z.string().nullable(),
    }),
  }),
  'receipt.verify': command({
    input: z.strictObject({ chainKeys: z.array(chainKey).max(1000).optional(), fromZero: z.boolean().default(false) }),
    output: startedJob,
  }),
  'receipt.export': command({
    input: z.strictObject({
      chainKeys: z.array(chainKey).max(1000).optional(),
      format: z.enum(['json', 'csv', 'tsv', 'chain-folder']),
      fromIndex: index.optional(),
      toIndex: index.optional(),
    }),
    output: download,
  }),
  /** Receipts by the beginning of a hash or of a receipt_id (at least 6 characters). */
  'receipt.find': query({
    input: z.strictObject({ text: z.string().trim().min(1).max(100), limit: z.int().min(1).max(50).default(10) }),
    output: z.strictObject({
      matches: z.array(z.strictObject({ chainKey, index, receiptId: z.string().nullable(), hash: z.string().nullable(), address })),
    }),
  }),
  'receipt.ask': query({
    /** A request to the source for what is missing, as text to send. */
    input: z.strictObject({ chainKey, findingIndex: count }),
    output: z.strictObject({ subject: z.string(), text: z.string() }),
  }),
  'trustedLog.list': query({
    input: noInput,
    output: z.strictObject({
      logs: z.array(
        z.strictObject({
          vkey: z.string(),
          name: z.string(),
          keyId: z.string(),
          kind: z.enum(['log', 'witness']),
          addedAt: isoTime,
          addedBy: z.string(),
          note: z.string().nullable(),
          chains: count,
        }),
      ),
    }),
  }),
  'trustedLog.add': command({
    roles: ['admin', 'founder', 'auditor', 'finance'],
    input: z.strictObject({ text: z.string().trim().min(1).max(100_000), note: z.string().max(500).optional() }),
    output: z.strictObject({ added: count, known: count }),
  }),
  'trustedLog.remove': command({
    roles: ['admin', 'founder', 'auditor', 'finance'],
    input: z.strictObject({ vkey: z.string(), reason: z.string().trim().min(3).max(2000) }),
    output: done,
  }),
} as const;
