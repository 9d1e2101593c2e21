import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { nativeCode, withStoreErrorsAsync } from './store-errors.ts';

/**
 * The user's state folder: what belongs to this installation and must not travel with a workspace. It holds the install id,
 * the list of known workspaces and, outside any workspace on purpose, the newest checkpoint seen of each log.
 */

/** Where the state folder is, by the habits of each system. `COUNTERSIGN_STATE_DIR` overrides them. */
export const stateFolder = (
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string => {
  const chosen = env['COUNTERSIGN_STATE_DIR'];
  if (chosen !== undefined && chosen !== '') return chosen;
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'Countersign');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Countersign');
  const state = env['XDG_STATE_HOME'];
  // The XDG specification tells to ignore a relative path.
  return join(state !== undefined && isAbsolute(state) ? state : join(home, '.local', 'state'), 'countersign');
};

export interface KnownWorkspace {
  readonly workspaceId: string;
  readonly name: string;
  readonly folder: string;
  /** ISO 8601 UTC. */
  readonly lastOpenedAt: string;
}

export interface StateDir {
  readonly folder: string;
  /** The id of this installation; made once with `newId`. */
  installId(newId: () => string): Promise<string>;
  /** Most recently opened first. */
  workspaces(): Promise<KnownWorkspace[]>;
  /** Adds a workspace, or updates its name, folder and time. */
  rememberWorkspace(workspace: KnownWorkspace): Promise<void>;
  /** Takes a workspace from the list; its files stay. */
  forgetWorkspace(workspaceId: string): Promise<void>;
  /** Reads a JSON file of the state folder, such as `last-seen/<workspace>/<log>`; undefined where there is none. */
  readJson(name: string): Promise<unknown>;
  writeJson(name: string, value: unknown): Promise<void>;
}

const WORKSPACES = 'workspaces.json';
const INSTALL_ID = 'install-id';

/** A name of a state file made of parts that may hold anything (a log's name holds slashes). */
export const stateFileName = (...parts: readonly string[]): string =>
  parts.map((part) => encodeURIComponent(part).replace(/\*/g, '%2A').replace(/^\./, '%2E')).join('/') + '.json';

const isKnown = (value: unknown): value is KnownWorkspace => {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Partial<Record<keyof KnownWorkspace, unknown>>;
  return [entry.workspaceId, entry.name, entry.folder, entry.lastOpenedAt].every((field) => typeof field === 'string');
};

const makeFolder = async (folder: string): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
};

export const openStateDir = (folder: string = stateFolder()): StateDir => {
  const pathOf = (name: string): string => {
    const parts = name.split('/');
    if (isAbsolute(name) || parts.some((part) => part === '' || part === '.' || part === '..' || part.includes('\\')))
      throw new Error(`“${name}” is not the name of a state file`);
    return join(folder, ...parts);
  };

  const writeJson = async (name: string, value: unknown): Promise<void> =>
    withStoreErrorsAsync({ file: folder }, async () => {
      const file = pathOf(name);
      await makeFolder(join(file, '..'));
      await writeJsonFile(file, value);
    });

  const workspaces = async (): Promise<KnownWorkspace[]> => {
    const list = await readJsonFile(join(folder, WORKSPACES));
    const known = Array.isArray(list) ? list.filter(isKnown) : [];
    return known.sort((a, b) => b.lastOpenedAt.localeCompare(a.lastOpenedAt));
  };

  // Changes of the list follow each other inside a process; two processes meet so seldom that the last one wins.
  let changes: Promise<unknown> = Promise.resolve();
  const changeList = (change: (list: readonly KnownWorkspace[]) => readonly KnownWorkspace[]): Promise<void> => {
    const changed = changes.then(async () => {
      await writeJson(WORKSPACES, change(await workspaces()));
    });
    changes = changed.catch(() => undefined);
    return changed;
  };

  return {
    folder,
    installId: (newId) =>
      withStoreErrorsAsync({ file: folder }, async () => {
        const file = join(folder, INSTALL_ID);
        await makeFolder(folder);
        try {
          await writeFile(file, `${newId()}\n`, { flag: 'wx', mode: 0o600, flush: true });
        } catch (error) {
          if (nativeCode(error) !== 'EEXIST') throw error;
        }
        return (await readFile(file, 'utf8')).trim();
      }),
    workspaces,
    rememberWorkspace: (workspace) =>
      changeList((list) => [
        workspace,
        ...list.filter(({ workspaceId, folder: at }) => workspaceId !== workspace.workspaceId && at !== workspace.folder),
      ]),
    forgetWorkspace: (workspaceId) => changeList((list) => list.filter((each) => each.workspaceId !== workspaceId)),
    readJson: (name) => readJsonFile(pathOf(name)),
    writeJson,
  };
};
