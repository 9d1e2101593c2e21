import type { Command } from 'commander';

/** How the program makes groups and commands; see program.ts. */
export interface Maker {
  readonly group: (parent: Command, name: string, description: string) => Command;
  readonly command: (parent: Command, usage: string, description: string) => Command;
  readonly lazily: <M>(load: () => Promise<M>, name: keyof M & string) => (...given: unknown[]) => Promise<void>;
  readonly wholeNumber: (text: string) => number;
}

/** `packet …`: on two files, or on the workspace. */
export function addPacketCommands(program: Command, { group, command, lazily, wholeNumber }: Maker): void {
  const workspace = () => import('./commands/packet-workspace.ts');
  const packet = group(program, 'packet', 'the monthly finance packet');
  command(packet, 'build', 'build a packet from telemetry and assumptions: of two files, or of a month in the workspace')
    .option('--month <month>', 'YYYY-MM: in the workspace, from its evidence')
    .option('--reason <text>', 'with --month: why the month is restated')
    .option('--telemetry-path <file>', 'telemetry snapshot (JSON)')
    .option('--assumptions-path <file>', 'assumptions of the packet (JSON)')
    .option('--output-dir <dir>', 'folder for the four files')
    .option('--max-telemetry-age-hours <hours>', 'refuse a snapshot that is older')
    .option('--require-all-gates-pass', 'end with 2 when a finance gate is false; the files are written all the same')
    .option('--alert-webhook-url <url>', 'tell this address when a gate is false')
    .option('--alert-webhook-timeout-seconds <seconds>', 'how long to wait for its answer', '10')
    .option('--alert-webhook-fail-on-error', 'write nothing when the alert does not arrive')
    .action(lazily(() => import('./commands/packet.ts'), 'buildPacket'));
  command(packet, 'list', 'packets by month, and months that wait for one').action(lazily(workspace, 'listPackets'));
  command(packet, 'inputs <month>', 'what is there for a month, what is missing or stale').action(lazily(workspace, 'showInputs'));
  command(packet, 'show <month>', 'the packet of a month, or one figure of it with its proof')
    .option('--revision <n>', 'default: the newest', wholeNumber)
    .option('--figure <id>', 'such as blended_margin or tier.starter.llm')
    .action(lazily(workspace, 'showPacket'));
  command(packet, 'verify <month>', 'compute the packet again from its stored inputs and compare bytes')
    .option('--revision <n>', 'default: the newest', wholeNumber)
    .action(lazily(workspace, 'verifyPacket'));
  command(packet, 'export <month>', 'the packet as PDF, CSV, JSON or a zip of all')
    .option('--format <format>', 'pdf, csv, json or zip', 'json')
    .option('--output <file>', 'the file to write; default for json and csv: stdout')
    .option('--revision <n>', 'default: the newest', wholeNumber)
    .action(lazily(workspace, 'exportPacket'));
  command(packet, 'schedule', 'when packets are due and built; shown, or changed')
    .option('--build-on-day <n>', 'day of the following month, 1 to 28', wholeNumber)
    .option('--accept-within-days <n>', '1 to 60', wholeNumber)
    .option('--automatic <on|off>', 'whether a due packet is built by itself')
    .action(lazily(workspace, 'schedule'));
  command(packet, 'correct <month> <changes...>', 'correct assumptions (/pointer=value): a new version of them and a new revision')
    .requiredOption('--reason <text>', 'why')
    .action(lazily(() => import('./commands/packet-review.ts'), 'correct'));
  addReviewCommands(packet, { group, command, lazily, wholeNumber });
}

function addReviewCommands(packet: Command, { group, command, lazily }: Maker): void {
  const steps = () => import('./commands/packet-review.ts');
  const review = group(packet, 'review', 'the review of a month’s newest packet');
  command(review, 'show <month>', 'what was said, ticked and decided').action(lazily(steps, 'showReview'));
  command(review, 'submit <month>', 'from draft, or sent back, into review').action(lazily(steps, 'submit'));
  command(review, 'comment <month> <text>', 'a comment').option('--figure <id>', 'on this figure').action(lazily(steps, 'comment'));
  command(review, 'ask <month> <text>', 'a question that must be answered')
    .option('--figure <id>', 'on this figure')
    .action(lazily(steps, 'ask'));
  command(review, 'answer <month> <question> <text>', 'answer a question, by its number').action(lazily(steps, 'answer'));
  command(review, 'withdraw <month> <question>', 'withdraw a question').action(lazily(steps, 'withdraw'));
  command(review, 'check <month> <items...>', 'tick items of the checklist')
    .option('--off', 'take the ticks away')
    .action(lazily(steps, 'check'));
  command(review, 'accept <month>', 'accept the packet; says exactly what is open')
    .option('--knowing <code>', 'the worst fact, where a gate fails or a finding is an error')
    .option('--text <text>', 'a word to it')
    .action(lazily(steps, 'accept'));
  command(review, 'send-back <month>', 'send the packet back').requiredOption('--reason <text>', 'why').action(lazily(steps, 'sendBack'));
}
