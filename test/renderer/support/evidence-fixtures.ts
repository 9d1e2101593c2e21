/** The evidence of the fixture app: a month of our own artifacts, its guardrails in breach; opened when a screen first asks. */
import { procedures, type Contract } from '../../../src-shared/contract/index.ts';
import type { HandlerContext, Handlers } from '../../../src-shared/contract/define.ts';
import { breach, monthlyArtifact } from '../../store/support/gates-workspace.ts';
import { type EvidenceWorkspace, openEvidenceWorkspace } from '../../support/evidence-workspace.ts';
import { releaseBytes } from '../../support/own-release.ts';

type Name = Extract<keyof Contract, `evidence.${string}`>;
type EvidenceHandlers = Pick<Handlers<Contract>, Name>;
const NAMES = Object.keys(procedures).filter((name): name is Name => name.startsWith('evidence.'));

/** The clock of the evidence; other fixtures have their own. */
const NOW = '2026-06-15T12:00:00.000Z';

async function fill(scenario: 'full' | 'empty'): Promise<EvidenceWorkspace> {
  const w = await openEvidenceWorkspace(NOW);
  if (scenario === 'empty') return w;
  const monthly = {
    'finance-guardrails': breach(),
    'finance-telemetry': undefined,
    'policy-decisions': undefined,
  } as const;
  for (const [role, spoil] of Object.entries(monthly) as [keyof typeof monthly, ReturnType<typeof breach> | undefined][])
    await w.ask('evidence.add', { name: `${role}_2026-05.json`, text: JSON.stringify(monthlyArtifact(role, '2026-05', spoil)) });
  for (const role of ['pricing-benchmarks', 'stress', 'failure-injection'] as const)
    await w.ask('evidence.add', { name: `${role}.json`, text: Buffer.from(releaseBytes(role)).toString('utf8') });
  return w;
}

export const lazyEvidence = (scenario: 'full' | 'empty'): { readonly handlers: EvidenceHandlers; readonly close: () => void } => {
  let world: Promise<EvidenceWorkspace> | null = null;
  const handler = (name: Name) => async (input: never, ctx: HandlerContext) => {
    world ??= fill(scenario);
    const { evidence } = await world;
    return (evidence.handlers[name] as (input: never, ctx: HandlerContext) => unknown)(input, { ...ctx, now: NOW });
  };
  return {
    handlers: Object.fromEntries(NAMES.map((name) => [name, handler(name)])) as unknown as EvidenceHandlers,
    close: () => {
      void world?.then((made) => made.close());
    },
  };
};
