import type { PacketReview } from '../../../src-shared/contract/packets.ts';
import type { Refusal } from '../../ui/action-button.tsx';
import { counted } from '../../ui/format.ts';

/** Why an act is refused, from what the role may do and from how the packet stands. Pure. */

/** The role comes first: what is open is of no use to somebody who may not do it anyway. */
export const reviewRefusal = (may: { readonly allowed: boolean; readonly says: string }, role: string | null): string | null =>
  role ?? (may.allowed ? null : may.says);

/** Accepting is refused with exactly what is open. */
export const acceptRefusal = ({ may, open }: Pick<PacketReview, 'may' | 'open'>, role: string | null): Refusal | null => {
  const standing = reviewRefusal(may.accept, role);
  if (standing !== null) return { reason: standing };
  if (open.length === 0) return null;
  const says = open.map((item) => item.says);
  return {
    reason:
      open.length === 1
        ? 'One thing is open before it can be accepted.'
        : `${counted(open.length, 'thing')} are open before it can be accepted.`,
    wayRound: says.length === 1 ? `${says[0] ?? ''}.` : says.map((each, i) => `${i + 1}. ${each}.`).join('\n'),
  };
};
