// Takes a workspace and keeps it until it is killed, or until a line comes in, when it lets go properly.
import { writeSync } from 'node:fs';
import { lockWorkspace } from '../../../src-main/store/workspace-lock.ts';

const [, , folder = '', instanceId = ''] = process.argv;
const lock = await lockWorkspace(folder, {
  pid: process.pid,
  host: 'machine-a',
  since: '2026-06-07T06:00:00.000Z',
  kind: 'loopback',
  instanceId,
  member: 'Mara',
});
writeSync(1, lock.held ? 'held\n' : `refused ${JSON.stringify(lock.holder)}\n`);
if (lock.held) {
  process.once('SIGTERM', () => {
    void lock.release().then(() => {
      process.exit(0);
    });
  });
  setInterval(() => undefined, 1_000);
}
