import type { CommandName } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { useAppClient } from '../port/app-client.ts';
import { saveDownload } from '../port/download.ts';
import { useAllowed } from '../port/use-app.ts';
import { say } from '../ui/notices.ts';
import { openDialog } from './shell-state.ts';

/** What can be done from anywhere: top bar, palette, first run. Each answers for itself, by a notice. */
export interface Acts {
  /** Why the acting member may not call this now; null where they may. */
  readonly refusal: (name: CommandName<Contract>) => string | null;
  readonly syncNow: () => void;
  readonly verifyAll: (fromZero: boolean) => void;
  /** Of the newest month with evidence. */
  readonly runGates: () => void;
  readonly backUp: () => void;
  readonly supportBundle: () => void;
  readonly exportReceipts: (format: 'json' | 'csv' | 'tsv') => void;
  readonly openDemo: () => void;
}

const told = (what: string) => (error: unknown) => {
  const next = error instanceof Error && 'nextStep' in error ? ` ${String(error.nextStep)}` : '';
  say({ status: 'bad', title: what, text: `${error instanceof Error ? error.message : String(error)}${next}` });
};

export const useActs = (): Acts => {
  const { live } = useAppClient();
  const refusal = useAllowed();
  const showJob = (): void => {
    openDialog('jobs');
  };
  return {
    refusal,
    syncNow: () => {
      void live.call('sync.run', {}).then(showJob, told('The sync did not start'));
    },
    verifyAll: (fromZero) => {
      void live.call('receipt.verify', { fromZero }).then(showJob, told('The verification did not start'));
    },
    runGates: () => {
      void live.call('gate.run', {}).then(({ run }) => {
        say({
          status: run.decision === 'pass' ? 'ok' : run.decision === 'fail' ? 'bad' : 'warn',
          title: `Gates of ${run.month}, run ${run.runNo}`,
          text: run.says,
          address: { label: 'Open the run', to: run.address },
        });
      }, told('The gates were not run'));
    },
    backUp: () => {
      void live.call('backup.create', {}).then(showJob, told('The backup did not start'));
    },
    supportBundle: () => {
      void live.call('system.supportBundle', {}).then((file) => {
        saveDownload(file);
        say({
          status: 'ok',
          title: `Wrote ${file.fileName}`,
          text: 'It holds versions, checks and the log, no secrets and no tenant data.',
        });
      }, told('The support bundle was not written'));
    },
    exportReceipts: (format) => {
      void live.call('receipt.export', { format }).then((file) => {
        saveDownload(file);
        say({ status: 'ok', title: `Exported all receipts as ${file.fileName}` });
      }, told('The export did not start'));
    },
    openDemo: () => {
      void live.call('workspace.openDemo', {}).catch(told('The demo was not opened'));
    },
  };
};
