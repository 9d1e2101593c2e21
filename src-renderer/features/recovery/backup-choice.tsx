import type { Answer } from '../../port/use-app.ts';
import { byteSize, integer } from '../../ui/format.ts';
import { StatusWord } from '../../ui/status.tsx';
import { Time } from '../../ui/time.tsx';

type RecoveryBackup = Answer<'recovery.describe'>['backups'][number];

export interface BackupChoiceProps {
  readonly backups: readonly RecoveryBackup[];
  readonly chosen: string | null;
  readonly onChoose: (backupId: string) => void;
}

const STATE = {
  whole: { status: 'ok', word: 'whole' },
  damaged: { status: 'bad', word: 'damaged' },
  unchecked: { status: 'idle', word: 'not checked' },
} as const;

const facts = (backup: RecoveryBackup): number => Object.values(backup.facts).reduce((sum, n) => sum + n, 0);

/** The backups, newest first, each with what is not in it. */
export function BackupChoice({ backups, chosen, onChoose }: BackupChoiceProps) {
  return (
    <table className="table tight plain">
      <thead>
        <tr>
          <th scope="col">Backup</th>
          <th scope="col" className="num">
            Facts
          </th>
          <th scope="col">Not in it</th>
          <th scope="col">Checked just now</th>
        </tr>
      </thead>
      <tbody>
        {backups.map((backup) => {
          const state = STATE[backup.state];
          return (
            <tr key={backup.backupId} className={backup.backupId === chosen ? 'selected' : ''}>
              <td>
                <label className="backup-option">
                  <input
                    type="radio"
                    name="backup"
                    value={backup.backupId}
                    checked={backup.backupId === chosen}
                    disabled={backup.state === 'damaged'}
                    onChange={() => onChoose(backup.backupId)}
                  />
                  <Time at={backup.takenAt} form="short" withAge />
                </label>
              </td>
              <td className="num" title={byteSize(backup.bytes)}>
                {integer(facts(backup))}
              </td>
              <td className="small">{backup.notInIt}</td>
              <td>
                <StatusWord status={state.status} {...(state.status === 'idle' ? { icon: 'help' as const } : {})}>
                  {state.word}
                </StatusWord>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
