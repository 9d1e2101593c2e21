import type { Command } from 'commander';
import type { Maker } from './packet-commands.ts';

/** `approve …`, `outbox …`, `policy …`, and the acts of `tenant …`. */
export function addActCommands(program: Command, { group, command, lazily }: Maker): void {
  const acts = () => import('./commands/act.ts');
  const tenant = program.commands.find((each) => each.name() === 'tenant') ?? group(program, 'tenant', 'tenants of the workspace');
  command(tenant, 'may <tenant>', 'what the acting member may do to it, each with the deciding rule').action(lazily(acts, 'mayTenant'));
  command(tenant, 'suspend <tenant>', 'suspend it; two others have to confirm')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(acts, 'suspendTenant'));
  command(tenant, 'reactivate <tenant>', 'bring a suspended tenant back, or restore a deleted one')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(acts, 'reactivateTenant'));
  command(tenant, 'delete <tenant>', 'delete it; two others have to confirm, and it can be restored for 30 days')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(acts, 'deleteTenant'));
  command(tenant, 'plan <tenant> <plan> <version>', 'put it on a version of a plan')
    .option('--reason <text>', 'why')
    .option('--preview', 'only say what differs')
    .action(lazily(acts, 'changePlan'));

  const approvals = () => import('./commands/approve.ts');
  const approve = group(program, 'approve', 'requests that others have to confirm');
  command(approve, 'list', 'requests, newest first')
    .option('--show <which>', 'for-me, by-me, waiting, ended or all', 'all')
    .option('--tenant <id>', 'only about this tenant')
    .action(lazily(approvals, 'listApprovals'));
  command(approve, 'show <request>', 'one request: what will happen, its exact bytes and their hash, who has confirmed')
    .option('--statement', 'its exact bytes, and nothing else')
    .action(lazily(approvals, 'showApproval'));
  command(approve, 'confirm <request>', 'confirm it; the last confirmation carries it out')
    .requiredOption('--sha256 <hash>', 'the hash of the statement you read (approve show): another one is refused')
    .action(lazily(approvals, 'confirmApproval'));
  command(approve, 'refuse <request>', 'refuse it')
    .requiredOption('--sha256 <hash>', 'the hash of the statement you read')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(approvals, 'refuseApproval'));
  command(approve, 'withdraw <request>', 'take back what you asked for')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(approvals, 'withdrawApproval'));

  const messages = () => import('./commands/outbox.ts');
  const outbox = group(program, 'outbox', 'messages to the systems that tenants come from');
  command(outbox, 'list', 'messages, newest first')
    .option('--state <state>', 'pending, sent, acknowledged or failed')
    .option('--tenant <id>', 'only about this tenant')
    .action(lazily(messages, 'listOutbox'));
  command(outbox, 'show <message>', 'one message with the receipts of its deliveries').action(lazily(messages, 'showMessage'));
  command(outbox, 'deliver', 'deliver what is due, now').action(lazily(messages, 'deliverOutbox'));
  command(outbox, 'retry <message>', 'try a message again at the next delivery').action(lazily(messages, 'retryMessage'));
  command(outbox, 'rollback <message>', 'take back what it told: the opposite act, and a message that says so')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(messages, 'rollbackMessage'));
  command(outbox, 'endpoint <source> [url]', 'where its messages go; without an address: as it follows from the source').action(
    lazily(messages, 'setEndpoint'),
  );

  const policy = group(program, 'policy', 'who may do what');
  command(policy, 'show', 'the rules in force, with their numbers, versions and hash').action(lazily(acts, 'showPolicies'));
}
