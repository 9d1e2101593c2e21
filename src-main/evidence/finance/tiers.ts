/** The tiers that are paid for, in the order of every row and sum of the packet (A floating sum depends on its order). */
export const PAID_TIERS = ['starter', 'growth', 'pro', 'enterprise'] as const;
export type PaidTier = (typeof PAID_TIERS)[number];

export type ByPaidTier<T> = Readonly<Record<PaidTier, T>>;

/** One value a tier, made in the order of the tiers. */
export const byPaidTier = <T>(make: (tier: PaidTier) => T): ByPaidTier<T> =>
  Object.fromEntries(PAID_TIERS.map((tier) => [tier, make(tier)])) as Record<PaidTier, T>;
