import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_NAME } from '../store/index.ts';
import { openStateDir, stateFolder } from '../store/state-dir.ts';

export interface ListedWorkspace {
  readonly workspaceId: string;
  readonly name: string;
  readonly folder: string;
  readonly demo: boolean;
  readonly lastOpenedAt: string;
  readonly present: boolean;
}

/** Where `npm start` keeps the demo of this user. */
export const demoFolder = (): string => join(stateFolder(), 'demo');

const isThere = (folder: string): boolean => existsSync(join(folder, DATABASE_NAME));

/** Workspaces that were opened on this machine, the newest first. */
export async function knownWorkspaces(): Promise<ListedWorkspace[]> {
  const known = await openStateDir().workspaces();
  return known.map((workspace) => ({ ...workspace, demo: workspace.folder === demoFolder(), present: isThere(workspace.folder) }));
}

/** The workspace that was opened last and is still there; null when there is none. */
export async function lastWorkspace(): Promise<string | null> {
  return (await knownWorkspaces()).find(({ present }) => present)?.folder ?? null;
}
