/**
 * The receipts room as the screens meet it, over real chains: every hash can be recomputed, every figure adds up. Also the
 * table of a million rows that scrolling is measured on.
 */
import type { FindingDocument, Verdict } from '../../../src-shared/contract/common.ts';
import type { contract, Contract } from '../../../src-shared/contract/index.ts';
import type { Handler, OutputOf, ProcedureName } from '../../../src-shared/contract/define.ts';
import type { ChainRow, ReceiptRow } from '../../../src-shared/contract/receipts.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import { type ChainModel, type ChainSpec, makeChain, measureChain, sha256, uuidOf } from './chain-model.ts';
import { CHAIN_SPECS } from './chain-specs.ts';
import { chainDetail, conformanceOf, proofOf, stepsOf, verdictProofOf } from './receipt-answers.ts';

export type ReceiptHandlers = { readonly [N in Extract<ProcedureName<typeof contract>, `receipt.${string}`>]: Handler<Contract, N> };

export interface ReceiptFixtureOptions {
  /** ISO 8601: verified a few minutes before. */
  readonly now: string;
  /** Rows of the chain `bench/million@1.0`; left out when 0. */
  readonly benchRows?: number;
  /** How the fixture starts a job; gives its id. */
  readonly startJob?: (name: string, kind: 'verify' | 'export') => string;
}

export const verdictOf = (spec: ChainSpec): Verdict | null =>
  (
    ({
      good: 'VERIFIED',
      unanchored: 'VERIFIED_UNANCHORED',
      removed: 'BROKEN',
      'unknown-profile': 'INDETERMINATE',
      new: null,
      'rows-only': 'VERIFIED',
    }) as const
  )[spec.fate];

const benchSpec = (rows: number): ChainSpec => ({
  source: 'bench',
  folder: 'million@1.0',
  plan: 'pro',
  version: '1.0',
  profile: 'jcs-sha256-1',
  issued: rows,
  firstAt: '2020-01-01T00:00:00Z',
  everySeconds: 200,
  fate: 'rows-only',
  checkpoints: [],
  removed: [],
});

const findingsOf = (model: ChainModel): FindingDocument[] => {
  const base = {
    file: 'receipts.jsonl',
    log: model.chainKey.replace('/', '-'),
    receipt_id: null,
    json_pointer: null,
    gap: null,
    evidence: [],
  };
  if (model.spec.fate === 'unknown-profile') {
    const first = model.receipts[0];
    return [
      {
        ...base,
        code: 'CANON_PROFILE_UNKNOWN',
        severity: 'warning',
        index: 0,
        line: 1,
        byte_offset: 0,
        byte_length: first?.byteLength ?? 0,
        expected: first?.hash ?? '',
        actual: null,
        last_good_index: null,
        explain:
          'None of the nine known member layouts reproduces the hash of the first receipt, so nobody can say whether this chain was changed.',
        next_step: 'Ask the source which program wrote these receipts, and for the bytes it hashed.',
      },
    ];
  }
  const at = model.spec.removed[0];
  const next = at === undefined ? undefined : model.receipts[at];
  const last = at === undefined ? undefined : model.receipts[at - 1];
  if (at === undefined || next === undefined || last === undefined) return [];
  const note = model.notes.find((n) => n.size > at);
  return [
    {
      ...base,
      code: 'CHAIN_DELETED',
      severity: 'error',
      index: at,
      line: at + 1,
      byte_offset: next.byteOffset,
      byte_length: next.byteLength,
      receipt_id: next.id,
      json_pointer: '/previous_receipt_hash',
      expected: last.hash,
      actual: next.previous,
      last_good_index: at - 1,
      gap: { from: at, to: at + model.spec.removed.length - 1, count: model.spec.removed.length },
      evidence: [
        `The source's own count is ${model.spec.issued.toLocaleString('en')}; here are ${model.receipts.length.toLocaleString('en')}.`,
      ],
      explain: `Receipt #${at.toLocaleString('en')} names a predecessor that is not in this chain or in any other. Its own content is intact, so it was not edited: what stood before it is gone.`,
      next_step: `Ask ${model.spec.source} for entries ${at.toLocaleString('en')} to ${(at + model.spec.removed.length - 1).toLocaleString('en')}. They are accepted only if they close the gap to the same root.`,
    },
    {
      ...base,
      code: 'LOG_ROOT_MISMATCH',
      severity: 'error',
      file: `checkpoints/${note?.name ?? ''}`,
      index: null,
      line: 3,
      byte_offset: null,
      byte_length: null,
      expected: note?.root ?? '',
      actual: sha256('root after the gap'),
      last_good_index: 8191,
      gap: { from: 8192, to: 10_239, count: 'unknown' },
      explain: `From ${(note?.size ?? 0).toLocaleString('en')} on, every checkpoint has another root than the receipts here. This follows from the receipts that are gone.`,
      next_step: 'Close the gap first; the roots will then agree by themselves.',
    },
  ];
};

export const createReceiptFixture = ({ now, benchRows = 0, startJob = () => 'job-1' }: ReceiptFixtureOptions): ReceiptHandlers => {
  const specs = [...CHAIN_SPECS, ...(benchRows > 0 ? [benchSpec(benchRows)] : [])];
  const models = new Map<string, ChainModel>();
  const verifiedAt = new Date(Date.parse(now) - 4 * 60_000).toISOString();
  const specOf = (chainKey: string): ChainSpec => {
    const spec = specs.find((s) => `${s.source}/${s.folder}` === chainKey);
    if (spec === undefined) {
      throw new AppError('NOT_FOUND', `There is no chain ${chainKey} in this workspace.`, {
        nextStep: 'Look for it in the list of chains; a source may have renamed it.',
      });
    }
    return spec;
  };
  const modelOf = (chainKey: string): ChainModel => {
    if (specOf(chainKey).fate === 'rows-only') {
      throw new AppError('NOT_FOUND', 'The rows for measuring have no lines behind them.', { nextStep: 'Open another chain.' });
    }
    const known = models.get(chainKey);
    if (known !== undefined) return known;
    const made = makeChain(specOf(chainKey));
    models.set(chainKey, made);
    return made;
  };
  const rowOf = (spec: ChainSpec): ChainRow => {
    const measured = measureChain(spec);
    const verdict = verdictOf(spec);
    const trouble = spec.fate === 'removed' || spec.fate === 'unknown-profile' ? findingsOf(modelOf(`${spec.source}/${spec.folder}`)) : [];
    const anchored = spec.fate === 'removed' ? 8192 : spec.fate === 'rows-only' ? spec.issued : (spec.checkpoints.at(-1)?.size ?? 0);
    return {
      chainKey: `${spec.source}/${spec.folder}`,
      chainId: `${spec.source}-${spec.folder}`,
      sourceName: spec.source,
      folder: spec.folder,
      planId: spec.plan,
      version: spec.version,
      profile: spec.fate === 'unknown-profile' ? 'unknown' : spec.profile,
      receipts: measured.receipts,
      bytes: measured.bytes,
      generation: spec.fate === 'removed' ? 2 : 1,
      generations: spec.fate === 'removed' ? 2 : 1,
      verdict,
      verifiedAt: verdict === null ? null : verifiedAt,
      notYetVerified: verdict === null ? measured.receipts : 0,
      findingsTotal: trouble.length,
      firstFinding: trouble[0] ?? null,
      anchoredSize: anchored,
      outsideParties: anchored === 0 ? [] : ['Halden Audit', 'Meridian Witness'],
      firstAt: measured.firstAt,
      lastAt: measured.lastAt,
      address: `/receipts/${spec.source}/${spec.folder}`,
    };
  };
  const receiptRow = (spec: ChainSpec, index: number): ReceiptRow => {
    if (spec.fate === 'rows-only') {
      const at = new Date(Date.parse(spec.firstAt) + index * spec.everySeconds * 1000).toISOString().replace('.000', '');
      const previousHash = index === 0 ? null : sha256(`bench ${index - 1}`);
      return {
        index, line: index + 1, byteOffset: index * 551, byteLength: 550, receiptId: uuidOf(`bench-${index}`), timestamp: at,
        planId: 'pro', hash: sha256(`bench ${index}`), previousHash, refusal: null, findings: [],
      }; // prettier-ignore
    }
    const model = modelOf(`${spec.source}/${spec.folder}`);
    const receipt = model.receipts[index];
    if (receipt === undefined) {
      throw new AppError('NOT_FOUND', `There is no receipt #${index} in ${model.chainKey}: it has ${model.receipts.length}.`, {
        nextStep: 'Choose a lower number.',
      });
    }
    return {
      index,
      line: index + 1,
      byteOffset: receipt.byteOffset,
      byteLength: receipt.byteLength,
      receiptId: receipt.id,
      timestamp: receipt.at,
      planId: spec.plan,
      hash: receipt.hash,
      previousHash: receipt.previous,
      refusal: index % 1913 === 77 ? 'rate_limit_exceeded' : null,
      findings: findingsOf(model).flatMap((f) => (f.index === index ? [f.code] : [])),
    };
  };
  const size = (spec: ChainSpec): number => spec.issued - spec.removed.length;

  return {
    'receipt.seal': () => {
      const rows = specs.map(rowOf);
      const of = (verdict: Verdict | null): ChainRow[] => rows.filter((r) => r.verdict === verdict);
      const sum = (list: readonly ChainRow[], pick: (row: ChainRow) => number): number => list.reduce((n, r) => n + pick(r), 0);
      return {
        form: 'broken',
        chains: rows.length,
        broken: of('BROKEN').length,
        anchored: of('VERIFIED').length,
        unanchored: of('VERIFIED_UNANCHORED').length,
        indeterminate: of('INDETERMINATE').length,
        notVerified: of(null).length,
        receipts: sum(rows, (r) => r.receipts),
        anchoredReceipts: sum(rows, (r) => r.anchoredSize),
        outsideParties: ['Halden Audit', 'Meridian Witness'],
        checkedAt: verifiedAt,
        worst: { chainKey: 'northwind/pro@1.4', address: '/receipts/northwind/pro@1.4', says: 'Three receipts are missing after #8,213.' },
      };
    },
    'receipt.chains': ({ search = '', verdict, sourceName, after, limit }) => {
      const order = ['BROKEN', 'INDETERMINATE', null, 'VERIFIED_UNANCHORED', 'VERIFIED'];
      const found = specs
        .map(rowOf)
        .filter((r) => r.chainKey.includes(search.toLowerCase()) && (verdict === undefined || (r.verdict ?? 'none') === verdict))
        .filter((r) => sourceName === undefined || r.sourceName === sourceName)
        .sort((a, b) => order.indexOf(a.verdict) - order.indexOf(b.verdict) || (a.chainKey < b.chainKey ? -1 : 1));
      const from = after === undefined ? 0 : Number(after);
      return {
        chains: found.slice(from, from + limit),
        next: from + limit < found.length ? String(from + limit) : null,
        total: specs.length,
        shown: found.length,
      };
    },
    'receipt.chain': ({ chainKey }) => {
      const spec = specOf(chainKey);
      const row = rowOf(spec);
      return chainDetail(spec.fate === 'rows-only' ? null : modelOf(chainKey), row, verifiedAt);
    },
    'receipt.findings': ({ chainKey, after, limit }) => {
      const all = specOf(chainKey).fate === 'rows-only' ? [] : findingsOf(modelOf(chainKey));
      const from = after === undefined ? 0 : Number(after);
      return { findings: all.slice(from, from + limit), next: from + limit < all.length ? String(from + limit) : null, total: all.length };
    },
    'receipt.page': ({ chainKey, from = 0, limit, generation = 1 }) => {
      const spec = specOf(chainKey);
      const total = size(spec);
      const count = Math.max(0, Math.min(limit, total - from));
      return { rows: Array.from({ length: count }, (_, i) => receiptRow(spec, from + i)), total, generation };
    },
    'receipt.get': ({ chainKey, index }) => {
      const spec = specOf(chainKey);
      const row = receiptRow(spec, index);
      const model = modelOf(chainKey);
      const line = model.lineOf(index);
      const near = [index - 1, index + 1].filter((i) => i >= 0 && i < size(spec));
      return {
        row,
        profile: spec.profile,
        line,
        lineBase64: Buffer.from(line).toString('base64'),
        fields: JSON.parse(line) as Record<string, unknown>,
        steps: stepsOf(model, index),
        neighbours: near.map((i) => receiptRow(spec, i)),
        findings: findingsOf(model).filter((f) => f.index === index),
        conformance: conformanceOf(spec, index),
      };
    },
    'receipt.proof': ({ chainKey, index, checkpointName }) => proofOf(modelOf(chainKey), index, checkpointName),
    'receipt.verdictProof': ({ chainKey }) => verdictProofOf(rowOf(specOf(chainKey)), modelOf(chainKey).root, verifiedAt),
    'receipt.verify': ({ fromZero = false }) => ({ jobId: startJob(fromZero ? 'Verifying from zero' : 'Verifying chains', 'verify') }),
    'receipt.export': ({ chainKeys = [], format }) => ({
      ticket: 'ticket-1',
      fileName: `${(chainKeys[0] ?? 'receipts').replace('/', '-')}.${format === 'chain-folder' ? 'zip' : format}`,
      bytes: null,
    }),
    'receipt.find': ({ text, limit }) => {
      const matches: OutputOf<Contract, 'receipt.find'>['matches'] = [];
      for (const model of models.values()) {
        for (const [index, r] of model.receipts.entries()) {
          if (matches.length >= limit || (!r.hash.startsWith(text) && !r.id.startsWith(text))) continue;
          matches.push({ chainKey: model.chainKey, index, receiptId: r.id, hash: r.hash, address: `/receipts/${model.chainKey}/${index}` });
        }
      }
      return { matches };
    },
    'receipt.ask': ({ chainKey }) => ({
      subject: `Missing receipts in ${chainKey}`,
      text: `Hello,\n\nwe verified the receipt chain ${chainKey} that we read from you.\nAfter receipt #8213 (${modelOf(chainKey).receipts[8213]?.hash ?? ''})\nthree receipts are missing: entries 8214 to 8216 of the chain as you issued it.\nYour checkpoint of size 11776 counts them.\n\nPlease send us these three lines exactly as they were issued, byte for byte.\nWe accept them only if they close the gap to the same root.\n`,
    }),
  };
};
