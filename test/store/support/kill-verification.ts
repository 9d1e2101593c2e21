// Verifies the chains of a workspace again and again, growing one between, and says so; killed by its test.
import { writeSync } from 'node:fs';
import { joinLines, soundLines } from '../../support/small-chain.ts';
import { openReceiptsWorkspace } from './receipts-workspace.ts';

const [, , folder = '', stateFolder = '', from = '0', step = '0'] = process.argv;
const workspace = await openReceiptsWorkspace(folder, { stateFolder, computeSize: 1 });
const lines = soundLines('jcs-sha256-1', Number(from) + 40 * Number(step));
let taken = Number(from);
let offset = joinLines(lines.slice(0, taken)).length;
writeSync(1, 'ready\n');
for (;;) {
  await workspace.verify({ fromZero: taken % 2 === 0 });
  writeSync(1, `verified ${taken}\n`);
  const bytes = joinLines(lines.slice(taken, taken + Number(step)));
  await workspace.deliver('src', 'chain-a/receipts.jsonl', bytes, { offset });
  taken = Math.min(lines.length, taken + Number(step));
  offset += bytes.length;
  writeSync(1, `grown ${taken}\n`);
}
