// Restores a backup and kills itself when the step named by its third argument is done.
import { migrations } from '../../../migrations/index.ts';
import { restoreBackup } from '../../../src-main/store/restore.ts';

const [, , folder = '', backupName = '', point = ''] = process.argv;
await restoreBackup({
  folder,
  backupName,
  restoreId: 'restore-1',
  restoredAt: '2026-06-08T06:00:00.000Z',
  reason: 'a test',
  member: 'Mara',
  fromSizes: { log: 12 },
  damaged: true,
  migrations,
  onMove: (step) => {
    if (step === point) process.kill(process.pid, 'SIGKILL');
  },
});
