import type { Answer } from '../../port/use-app.ts';

/** What the screens of one chain are drawn from. */
export type ChainAnswer = Answer<'receipt.chain'>;
export type ReceiptAnswer = Answer<'receipt.get'>;
