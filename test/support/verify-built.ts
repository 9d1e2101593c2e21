/** Verifies chains that live in memory, through the same code as those in files. */
import { type ChainOutcome, verifyChain, type VerifyChainOptions } from '../../src-main/trust/chain-verifier.ts';
import type { Breathe, LinePosition, LineSink, LineSource } from '../../src-main/trust/line-sink.ts';
import { LineSplitter } from '../../src-main/trust/line-splitter.ts';
import { type BuiltChain, fileBytes } from './chain-builder.ts';

/** A file in memory, delivered in chunks of any size. */
export class BytesSource implements LineSource {
  readonly byteLength: number;
  readonly #bytes: Buffer;
  readonly #chunk: number;

  constructor(bytes: Buffer, chunk = 65_536) {
    this.#bytes = bytes;
    this.byteLength = bytes.length;
    this.#chunk = chunk;
  }

  async feed(sink: LineSink, from: LinePosition, breathe: Breathe): Promise<void> {
    const splitter = new LineSplitter(sink);
    for (let at = from.byteOffset; at < this.#bytes.length; at += this.#chunk) {
      // A copy, as a file's reader would have: a verifier may write to it while it looks.
      splitter.push(Buffer.from(this.#bytes.subarray(at, at + this.#chunk)));
      await breathe(at);
    }
    splitter.end();
  }
}

/** A day after the last receipt of every built chain. */
export const TEST_NOW_MS = Date.parse('2026-01-01T00:00:00Z');

/** Options to verify a built chain with its own key trusted; `receipts` are other bytes than the chain's own. */
export const optionsFor = (chain: BuiltChain, receipts: Buffer = fileBytes(chain.lines), chunk?: number): VerifyChainOptions => ({
  chain: {
    log: chain.manifest.chain_id,
    profile: chain.manifest.profile,
    genesisHash: chain.manifest.genesis_hash,
    source: chain.manifest.source,
    folder: '',
    receiptsFile: 'receipts.jsonl',
  },
  checkpoints: chain.checkpoints,
  trustedKeys: [chain.signer.key],
  nowMs: TEST_NOW_MS,
  source: new BytesSource(receipts, chunk),
});

export const verifyBuilt = (chain: BuiltChain, receipts?: Buffer, options: Partial<VerifyChainOptions> = {}): Promise<ChainOutcome> =>
  verifyChain({ ...optionsFor(chain, receipts), ...options });

/** Codes with their index, in order: `CHAIN_DELETED@4`. */
export const codesOf = ({ result }: ChainOutcome): string[] =>
  result.findings.map(({ code, index }) => (index === null ? code : `${code}@${index}`));
