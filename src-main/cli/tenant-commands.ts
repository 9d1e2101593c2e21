import type { Command } from 'commander';
import type { Maker } from './packet-commands.ts';

/** `tenant …` and `plan …`: who is served, and what is sold. */
export function addTenantCommands(program: Command, { group, command, lazily, wholeNumber }: Maker): void {
  const tenants = () => import('./commands/tenant.ts');
  const tenant = group(program, 'tenant', 'tenants of the workspace');
  command(tenant, 'list', 'tenants by filter and order; as a partner, the partner’s')
    .option('--view <id>', 'needs-attention, all, margin-under-75, over-a-limit, suspended, or a saved view')
    .option('--plan <ids>', 'only these plans, separated by commas')
    .option('--tier <tiers>', 'only these tiers')
    .option('--status <statuses>', 'trial, active, grace, expired, suspended, canceled, deleted')
    .option('--region <regions>', 'only these regions')
    .option('--partner <ids>', 'only these partners')
    .option('--limit-state <states>', 'none, ok, soft or over')
    .option('--tag <tags>', 'only with all of these tags')
    .option('--high-risk', 'only risk of 75 and more')
    .option('--margin-under <percent>', 'only with a margin of the last close below')
    .option('--search <text>', 'beginnings of words of name, id, contact or tag')
    .option('--sort <key>', 'name, mrr, usage, margin, risk, activity or limit')
    .option('--ascending', 'smallest first')
    .option('--limit <n>', 'at most so many; default: all', wholeNumber)
    .action(lazily(tenants, 'listTenants'));
  command(tenant, 'show <tenant>', 'one tenant: plan, status, risk with its reasons, subscriptions, entitlements').action(
    lazily(tenants, 'showTenant'),
  );
  command(tenant, 'timeline <tenant>', 'what happened to a tenant, newest first')
    .option('--kind <kinds>', 'only usage, limit, incident, approval, plan, sync, status, action, receipt or period')
    .option('--limit <n>', 'at most so many', wholeNumber, 100)
    .action(lazily(tenants, 'showTimeline'));
  command(tenant, 'records <tenant>', 'every version of its record, with what each changed').action(lazily(tenants, 'showRecords'));

  const plans = () => import('./commands/plan.ts');
  const plan = group(program, 'plan', 'what is sold, in versions that never change');
  command(plan, 'list [plan]', 'plans with their newest version, or all versions of one').action(lazily(plans, 'listPlans'));
  command(plan, 'show <plan> [version]', 'one version: price, limits, features, and what changed').action(lazily(plans, 'showPlan'));
  command(plan, 'compare <a> <b>', 'what differs between two versions, each as plan@version').action(lazily(plans, 'comparePlans'));
  command(plan, 'validate <file>', 'check a *.plan.json file; with --workspace against its newest version too').action(
    lazily(plans, 'validatePlan'),
  );
  command(plan, 'propose <file>', 'add a version; a price change while price motions are frozen is refused')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(plans, 'proposePlan'));
}
