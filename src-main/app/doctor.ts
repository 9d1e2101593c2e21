import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DoctorCheck } from '../../src-shared/contract/host.ts';
import { isAppError } from '../../src-shared/kernel/errors.ts';
import { BACKUPS_FOLDER, DATABASE_NAME, forecastDisk, freeBytesAt, listBackups } from '../store/index.ts';
import { nextBackupAt } from '../workspace/index.ts';
import type { AppContext } from './app-context.ts';
import type { Console, OpenState } from './console-state.ts';
import { runSanity } from './sanity.ts';
import { VERSION } from './version.ts';

type State = DoctorCheck['state'];

/** One check: a name, what was found in one sentence, and what to do when it is not well. */
export const check = (
  name: string,
  state: State,
  says: string,
  nextStep: string | null = null,
  details: Record<string, unknown> = {},
): DoctorCheck => ({
  name,
  state,
  says,
  nextStep,
  details,
});

/** `doctor`: is this console well? With `sanity`, the seven dimensions are proven on a scratch workspace as well. */
export async function runDoctor(
  context: AppContext,
  console: Console,
  options: { readonly sanity: boolean; readonly signal: AbortSignal },
): Promise<{ checks: DoctorCheck[]; elapsedMs: number }> {
  const start = performance.now();
  const checks = [versions(), stateFolder(context), ...(await workspaceChecks(context, console))];
  if (options.sanity) checks.push(...(await runSanity(context, console, options.signal)));
  return { checks, elapsedMs: performance.now() - start };
}

function versions(): DoctorCheck {
  const { node, v8 } = process.versions;
  const electron = process.versions['electron'];
  const details = { countersign: VERSION, node, v8, electron: electron ?? null, platform: process.platform, arch: process.arch };
  return check(
    'versions',
    'ok',
    `Countersign ${VERSION} on ${electron ? `Electron ${electron}` : `Node ${node}`}, ${process.platform} ${process.arch}.`,
    null,
    details,
  );
}

function stateFolder(context: AppContext): DoctorCheck {
  const { folder } = context.stateDir;
  try {
    accessSync(folder, constants.R_OK | constants.W_OK);
    return check('state folder', 'ok', 'The state folder can be read and written.', null, { folder });
  } catch {
    return check(
      'state folder',
      'warn',
      'The state folder is not there or cannot be written: last-seen checkpoints and known workspaces are not kept.',
      'Make it writable, or set COUNTERSIGN_STATE_DIR.',
      { folder },
    );
  }
}

async function workspaceChecks(context: AppContext, console: Console): Promise<DoctorCheck[]> {
  const state = console.state();
  if (state.kind !== 'open') {
    if (state.folder === null) return [check('workspace', 'unknown', 'No workspace was named.', 'Add --workspace DIR to look into one.')];
    return [check('workspace', 'bad', state.error.message, state.error.nextStep, { code: state.error.code })];
  }
  const { open } = state;
  const guarded = [workspaceHealth, disk, backups, sources, trustedLogs, chains].map(async (look) => {
    try {
      return await look(context, open);
    } catch (error) {
      const known = isAppError(error) ? error : null;
      return check(
        look.name,
        'bad',
        known?.message ?? 'This check stopped on an unexpected fault.',
        known?.nextStep ?? 'Look into the log.',
      );
    }
  });
  return Promise.all(guarded);
}

async function workspaceHealth(_context: AppContext, open: OpenState): Promise<DoctorCheck> {
  const { info, schemaVersion, readOnly, store, folder } = open;
  const problems = await store.read('workspace.quickCheck', null);
  if (problems.length > 0) {
    return check(
      'workspace',
      'bad',
      `The database has ${problems.length} structural problems.`,
      'Restore a backup, or export what can be read.',
      { problems },
    );
  }
  const mode = statSync(join(folder, DATABASE_NAME)).mode & 0o077;
  if (mode !== 0 && process.platform !== 'win32') {
    return check('workspace', 'warn', 'Others on this machine may read the database file.', 'Run chmod 600 on countersign.db.', {
      mode: mode.toString(8),
    });
  }
  const how = readOnly ? `read-only (${readOnly.reason.replace(/\.$/, '')})` : 'open for writing';
  return check('workspace', 'ok', `${info.name}: schema ${schemaVersion}, structure whole, ${how}.`, null, {
    schemaVersion,
    workspaceId: info.workspaceId,
  });
}

async function disk(context: AppContext, open: OpenState): Promise<DoctorCheck> {
  const since = new Date(Date.parse(context.now()) - 60 * 86_400_000).toISOString();
  const samples = (await open.store.read('workspace.sizes', { since })).map(({ measuredAt, bytes }) => ({
    measuredAt,
    folderBytes: bytes,
  }));
  const free = await freeBytesAt(open.folder);
  const forecast = forecastDisk(samples, free);
  context.metrics.gauge('disk_free_bytes', free);
  const megabytes = Math.round(free / 1e6);
  const days = forecast.daysLeft === null ? '' : `, about ${forecast.daysLeft} days at the present growth`;
  const says = `${megabytes} MB free${days}.`;
  if (forecast.state === 'ok') return check('disk', 'ok', says);
  return check(
    'disk',
    forecast.state === 'soon' ? 'warn' : 'bad',
    says,
    'Free space on this disk, or move the workspace to a larger one.',
    { ...forecast },
  );
}

async function backups(context: AppContext, open: OpenState): Promise<DoctorCheck> {
  const all = await listBackups(join(open.folder, BACKUPS_FOLDER));
  const whole = all.filter(({ integrity }) => integrity === 'ok');
  const policy = await open.store.read('workspace.backupPolicy', null);
  const last = whole[0]?.taken_at ?? null;
  const damaged = all.length - whole.length;
  if (last === null) return check('backups', 'warn', 'There is no whole backup.', 'Make one with `backup create`.');
  const due = nextBackupAt(policy, last, context.now());
  const overdue = due !== null && Date.parse(context.now()) - Date.parse(last) > 2 * policy.everyHours * 3_600_000;
  const says = `${whole.length} whole, the newest of ${last}${damaged > 0 ? `; ${damaged} damaged` : ''}.`;
  return check(
    'backups',
    overdue || damaged > 0 ? 'warn' : 'ok',
    says,
    overdue ? 'Leave the console open for a while, or run `backup create`.' : damaged > 0 ? 'Make a new backup.' : null,
  );
}

async function sources(_context: AppContext, open: OpenState): Promise<DoctorCheck> {
  const list = await open.services.listSources();
  if (list.length === 0) return check('sources', 'unknown', 'No sources yet.', 'Add one with `source add folder DIR`.');
  const failing = list.filter((source) => source.state === 'active' && source.failures > 0);
  if (failing.length > 0) {
    const first = failing[0]!;
    const says = first.feeds.find(({ outcome }) => outcome !== 'ok' && outcome !== 'nothing-new')?.says ?? 'The last run failed.';
    return check(
      'sources',
      'warn',
      `${failing.length} of ${list.length} sources fail. ${first.name}: ${says}`,
      'Look at the source in Settings.',
      { failing: failing.map(({ name }) => name) },
    );
  }
  return check('sources', 'ok', `${list.length} ${list.length === 1 ? 'source' : 'sources'}, none failing.`);
}

async function trustedLogs(_context: AppContext, open: OpenState): Promise<DoctorCheck> {
  const trusted = await open.services.receipts.trustedCount();
  return trusted === 0
    ? check(
        'trusted logs',
        'warn',
        'No log is trusted: chains can hold, but none is anchored by anyone else.',
        'Add verifier keys with `trust add`.',
      )
    : check('trusted logs', 'ok', `${trusted} trusted keys.`);
}

async function chains(context: AppContext, open: OpenState): Promise<DoctorCheck> {
  const seal = await open.services.receipts.seal();
  context.metrics.gauge('chains_broken', seal.broken);
  if (seal.chains === 0) return check('chains', 'unknown', 'No chains yet.', 'Sync a source.');
  if (seal.broken > 0)
    return check(
      'chains',
      'bad',
      `${seal.broken} of ${seal.chains} chains are broken. ${seal.worst?.says ?? ''}`.trim(),
      'Open the break in the console, or run `verify --workspace DIR`.',
    );
  const rest = seal.chains - seal.anchored;
  return check(
    'chains',
    rest > 0 ? 'warn' : 'ok',
    rest > 0
      ? `${seal.chains} chains hold; ${rest} are not anchored or not verified yet.`
      : `All ${seal.chains} chains hold and are anchored.`,
    rest > 0 ? 'Verify, and trust the logs that sign their checkpoints.' : null,
  );
}
