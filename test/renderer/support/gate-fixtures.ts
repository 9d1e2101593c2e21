/** The gates of the fixture app: months of our own evidence, the newest in breach; opened when a screen first asks. */
import type { Contract } from '../../../src-shared/contract/index.ts';
import { procedures } from '../../../src-shared/contract/index.ts';
import type { HandlerContext, Handlers } from '../../../src-shared/contract/define.ts';
import { breach, type GatesWorkspace, openGatesWorkspace, OWNER } from '../../store/support/gates-workspace.ts';

type Name = Extract<keyof Contract, `gate.${string}` | `freeze.${string}` | `motion.${string}`>;
type GateHandlers = Pick<Handlers<Contract>, Name>;
const NAMES = Object.keys(procedures).filter((name): name is Name => /^(?:gate|freeze|motion)\./.test(name));

/** The clock of the gates; other fixtures have their own. */
const NOW = '2026-06-15T12:00:00.000Z';

async function tell(scenario: 'full' | 'empty'): Promise<GatesWorkspace> {
  const w = await openGatesWorkspace(NOW);
  if (scenario === 'empty') return w;
  for (const month of ['2026-03', '2026-04']) await w.keepMonth(month);
  await w.keepMonth('2026-05', { 'finance-guardrails': breach() });
  await w.keepLasting();
  await w.service.runTouchedMonths(w.by());
  await w.ask('freeze.plan', { freezeNo: 1, ownerId: OWNER, steps: 'Put the prompt limit of Starter back.', dueOn: '2026-06-30' });
  await w.ask('motion.propose', { kind: 'price', title: 'Starter to 45 USD', changes: 'From 40 to 45 USD a month for new tenants.' });
  return w;
}

export const lazyGates = (scenario: 'full' | 'empty'): { readonly handlers: GateHandlers; readonly close: () => void } => {
  let world: Promise<GatesWorkspace> | null = null;
  const handler = (name: Name) => async (input: never, ctx: HandlerContext) => {
    world ??= tell(scenario);
    const { service } = await world;
    const asked = { ...ctx, now: NOW, session: { member_id: OWNER, role: ctx.session.role } };
    return (service.handlers[name] as (input: never, ctx: HandlerContext) => unknown)(input, asked);
  };
  return {
    handlers: Object.fromEntries(NAMES.map((name) => [name, handler(name)])) as unknown as GateHandlers,
    close: () => {
      void world?.then((made) => {
        made.close();
      });
    },
  };
};
