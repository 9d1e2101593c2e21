import { percent, signed } from '../../ui/format.ts';

/** Words of unit economics. Pure. */

export const FIGURES = ['margin', 'mrr', 'cogs', 'cogs_per_seat', 'cogs_per_tenant'] as const;
export type FigureName = (typeof FIGURES)[number];

export interface ProofPlace {
  readonly figure: FigureName;
  readonly tenantId: string | null;
  readonly tier: string | null;
}

/** The name of a proof in the address: `economics:margin`, `economics:margin:tier:pro`, `economics:cogs:tenant:tn_1`. */
export const proofName = (figure: FigureName, of: { readonly tenantId?: string; readonly tier?: string } = {}): string =>
  `economics:${figure}${of.tenantId === undefined ? '' : `:tenant:${of.tenantId}`}${of.tier === undefined ? '' : `:tier:${of.tier}`}`;

/** Null where the address names another proof. */
export const proofPlace = (name: string | null): ProofPlace | null => {
  const match = /^economics:([a-z_]+)(?::(tenant|tier):(.+))?$/.exec(name ?? '');
  const figure = FIGURES.find((known) => known === match?.[1]);
  if (match === null || figure === undefined) return null;
  const [, , kind, id = ''] = match;
  return { figure, tenantId: kind === 'tenant' ? id : null, tier: kind === 'tier' ? id : null };
};

export const marginShown = (margin: string | null): string => (margin === null ? 'n/a' : percent(Number(margin)));

export const pointsShown = (points: string): string => `${signed(Number(points), 2)} pt`;

export const tierTitle = (tier: string): string => tier.charAt(0).toUpperCase() + tier.slice(1);
