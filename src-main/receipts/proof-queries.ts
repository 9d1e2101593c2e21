import { AppError } from '../../src-shared/kernel/errors.ts';
import type { QueryMap, StoreDb } from '../store/index.ts';
import { grouped } from '../trust/explain.ts';
import { chainKeyOf } from './chain-address.ts';
import { standingOfChain } from './chain-list.ts';
import type { ChainArgs } from './chain-queries.ts';
import { type ProofDraft, proveReceipt } from './receipt-proof.ts';
import { noChain } from './receipt-queries.ts';
import { findStream } from './receipt-streams.ts';
import { type VerdictProof, verdictProof } from './verdict-proof.ts';

export const proofReads = {
  /** Fails with NOT_FOUND where there is no such receipt or checkpoint, with CONFLICT where the chain must be verified first. */
  'receipts.proof': (
    db: StoreDb,
    args: ChainArgs & { index: number; checkpointName: string | null; vkeys: readonly string[] },
  ): ProofDraft => {
    const chain = standingOfChain(db, args.sourceName, args.folder, args.generation);
    const stream = chain === null || chain.streamNo === null ? null : findStream(db, chain.chainNo, chain.generation);
    if (chain === null || stream === null) throw noChain(args);
    if (args.index >= stream.lines)
      throw new AppError(
        'NOT_FOUND',
        `The chain ${chainKeyOf(args.sourceName, args.folder)} has ${grouped(stream.lines)} receipts; there is none at #${args.index}.`,
        {
          nextStep: 'Choose one from 0 on.',
        },
      );
    return proveReceipt(db, { chain, stream, index: args.index, checkpointName: args.checkpointName, vkeys: args.vkeys });
  },
  'receipts.verdictProof': (db: StoreDb, args: ChainArgs): VerdictProof | null => {
    const chain = standingOfChain(db, args.sourceName, args.folder, args.generation);
    if (chain === null) return null;
    return verdictProof(db, chain, chain.streamNo === null ? null : findStream(db, chain.chainNo, chain.generation));
  },
} satisfies QueryMap;
