import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers } from '../../src-shared/contract/define.ts';
import type { Member } from '../../src-shared/contract/host.ts';
import { WORKS_READ_ONLY } from '../../src-shared/contract/read-only.ts';
import { AppError, isAppError } from '../../src-shared/kernel/errors.ts';
import type { AppContext } from './app-context.ts';
import type { Console, ConsoleState, OpenRequest } from './console-state.ts';
import { hostHandlers } from './handlers-host.ts';
import { recoveryHandlers } from './handlers-recovery.ts';
import { workspaceHandlers } from './handlers-workspace.ts';
import { newRequestId } from './ids.ts';
import { openWorkspace } from './open-workspace.ts';
import { createServices } from './services.ts';

const NOBODY: Member = {
  memberId: 'nobody',
  name: 'Nobody yet',
  role: 'admin',
  email: null,
  addedAt: '1970-01-01T00:00:00.000Z',
  owner: true,
};

export async function createConsole(context: AppContext, hooks: { readonly reopened: (inRecovery: boolean) => void }): Promise<Console> {
  const { options, log } = context;
  let state: ConsoleState = {
    kind: 'closed',
    folder: options.folder,
    error: new AppError('STORE_MISSING', 'No workspace is open.', { nextStep: 'Choose a workspace.' }),
    foundAt: context.now(),
    requestId: newRequestId(),
  };
  let member = NOBODY;
  let handlers: Partial<Handlers<Contract>> = {};

  const console: Console = {
    state: () => state,
    open: () => {
      if (state.kind !== 'open') throw state.error;
      return state.open;
    },
    session: () => ({ member_id: member.memberId, role: member.role }),
    member: () => member,
    actAs: async (memberId) => {
      member = await console.open().services.members.find(memberId);
      context.hub.changed('session');
    },
    handlers: () => handlers,
    requireWritable: (procedure) => {
      if (state.kind !== 'open' || state.open.readOnly === null || WORKS_READ_ONLY.has(procedure)) return;
      throw new AppError('READ_ONLY', `${state.open.readOnly.reason} Nothing was changed.`, {
        nextStep: state.open.readOnly.holder
          ? 'Do it in the console that holds the workspace, or close that one.'
          : 'Make the workspace writable, or use another one.',
      });
    },
    recordDenial: (procedure, requestId) => {
      if (state.kind !== 'open' || state.open.readOnly !== null) return;
      const by = { memberId: member.memberId, role: member.role, requestId, now: context.now() };
      state.open.store
        .write('workspace.recordDenial', { procedure, by }, { priority: 'background' })
        .catch((error: unknown) => log.warn({ requestId, reason: String(error) }, 'A denial could not be recorded'));
    },
    reopen: async (request, between) => {
      await leave();
      await between?.();
      await enter(request);
      hooks.reopened(state.kind !== 'open');
    },
    close: leave,
  };

  async function leave(): Promise<void> {
    if (state.kind !== 'open') return;
    const { open } = state;
    state = {
      ...closedState(),
      folder: open.folder,
      error: new AppError('STORE_LOCKED', 'The workspace is being closed.', { nextStep: 'Wait a moment and try again.', retryable: true }),
    };
    await open.services.stop();
    await open.close();
  }

  const closedState = () => ({ kind: 'closed' as const, folder: options.folder, foundAt: context.now(), requestId: newRequestId() });

  async function enter(request: OpenRequest): Promise<void> {
    try {
      const opened = await openWorkspace({
        folder: request.folder,
        kind: options.kind,
        create: request.create,
        readOnly: request.readOnly,
        ...(request.name === undefined ? {} : { name: request.name }),
        ...(options.owner === undefined ? {} : { ownerName: options.owner.name, ownerEmail: options.owner.email }),
        ...(options.demoSeed === undefined ? {} : { demoSeed: options.demoSeed }),
        now: context.now,
        stateDir: context.stateDir,
        log,
        metrics: context.metrics,
      });
      const services = createServices(context, opened);
      state = { kind: 'open', open: { ...opened, services } };
      member = await services.members.acting(options.actAs);
      handlers = {
        ...hostHandlers(context, console),
        ...workspaceHandlers(context, console),
        ...services.handlers,
      };
      services.start();
    } catch (error) {
      if (!isAppError(error)) throw error;
      // A wrong --as is a usage error, not a damaged workspace.
      if (state.kind === 'open') {
        await leave();
        throw error;
      }
      const requestId = newRequestId();
      log.error({ requestId, code: error.code, reason: error.message, details: error.details }, 'The workspace could not be opened');
      state = { kind: 'closed', folder: request.folder, error, foundAt: context.now(), requestId };
      member = NOBODY;
      handlers = { ...hostHandlers(context, console), ...recoveryHandlers(context, console) };
    }
  }

  if (options.folder === null) handlers = { ...hostHandlers(context, console), ...recoveryHandlers(context, console) };
  else {
    await enter({
      folder: options.folder,
      create: options.create,
      readOnly: options.readOnly,
      ...(options.name === undefined ? {} : { name: options.name }),
    });
  }
  return console;
}
