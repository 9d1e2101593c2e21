import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { allowedProcedures } from './allowed-procedures.ts';
import type { Console } from './console-state.ts';
import type { AppContext } from './app-context.ts';
import { runDoctor } from './doctor.ts';
import { makeSupportBundle } from './support-bundle.ts';
import { PRODUCT, VERSION } from './version.ts';

type HostProcedures = Pick<
  Handlers<Contract>,
  | 'host.describe'
  | 'host.pickFolder'
  | 'host.revealFolder'
  | 'session.describe'
  | 'session.actAs'
  | 'system.doctor'
  | 'system.supportBundle'
  | 'system.log'
  | 'system.metrics'
  | 'job.list'
  | 'job.cancel'
>;

/** What concerns the console itself rather than one room: host, session, jobs, health. */
export function hostHandlers(context: AppContext, console: Console): HostProcedures {
  const { capabilities, jobs, log, metrics } = context;
  return {
    'host.describe': () => ({
      host: capabilities.host,
      product: PRODUCT,
      version: VERSION,
      platform: `${process.platform} ${process.arch}`,
      now: context.now(),
      inRecovery: console.state().kind !== 'open',
      capabilities: {
        pickFolder: capabilities.pickFolder !== null,
        revealFile: capabilities.revealFile !== null,
        secretStore: capabilities.secrets.kind,
      },
    }),
    'host.pickFolder': async ({ title }) => {
      if (capabilities.pickFolder === null) {
        throw new AppError('NOT_FOUND', 'This console has no folder dialog.', { nextStep: 'Type the path of the folder instead.' });
      }
      return { folder: await capabilities.pickFolder({ title }) };
    },
    'host.revealFolder': async ({ what }) => {
      const state = console.state();
      const folder = state.kind === 'open' ? state.open.folder : state.folder;
      if (capabilities.revealFile === null || folder === null) {
        throw new AppError('NOT_FOUND', 'This console cannot show folders.', {
          nextStep: 'Open the folder yourself: its path is in Settings.',
        });
      }
      await capabilities.revealFile(what === 'log' ? context.stateDir.folder : what === 'backups' ? `${folder}/backups` : folder);
      return { done: true };
    },
    'session.describe': () => {
      const { info, folder, readOnly } = console.open();
      const member = console.member();
      return {
        member,
        workspace: { workspaceId: info.workspaceId, name: info.name, folder, demo: info.demo, readOnly },
        allowed: allowedProcedures(member.role),
      };
    },
    'session.actAs': async ({ memberId }) => {
      await console.actAs(memberId);
      return { done: true };
    },
    'system.doctor': ({ sanity }, { signal }) => runDoctor(context, console, { sanity, signal }),
    'system.supportBundle': async (_input, { signal }) => {
      const bundle = await makeSupportBundle(context, console, signal);
      const ticket = context.downloads.issue({ fileName: bundle.fileName, contentType: 'application/zip', open: bundle.open });
      return { ticket, fileName: bundle.fileName, bytes: bundle.bytes };
    },
    'system.log': ({ limit }) => ({ lines: log.recent(limit) }),
    'system.metrics': async () => ({ text: await metrics.text() }),
    'job.list': () => ({ jobs: jobs.list() }),
    'job.cancel': ({ jobId }) => {
      jobs.cancel(jobId);
      return { done: true };
    },
  };
}
