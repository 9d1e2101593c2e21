import type { PacketReview } from '../../../src-shared/contract/packets.ts';
import type { Refusal } from '../../ui/action-button.tsx';

/** Why an act is refused, from what the role may do and from how the packet stands. Pure. */

/** The role comes first: what is open is of no use to somebody who may not do it anyway. */
export const reviewRefusal = (may: { readonly allowed: boolean; readonly says: string }, role: string | null): string | null =>
  role ?? (may.allowed ? null : may.says);

/** Accepting is refused with exactly what is open. */
export const acceptRefusal = (review: PacketReview, role: string | null): Refusal | null => {
  const reason = reviewRefusal(review.may.accept, role);
  if (reason === null) return null;
  const open = review.open.map(({ says }) => says);
  return {
    reason,
    ...(role === null && open.length > 0
      ? { wayRound: open.length === 1 ? (open[0] ?? '') : open.map((says, i) => `${i + 1}. ${says}`).join(' ') }
      : {}),
  };
};
