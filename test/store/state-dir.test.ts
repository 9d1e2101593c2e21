import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStateDir, stateFileName, stateFolder } from '../../src-main/store/state-dir.ts';
import { temporaryFolder } from './support/workspace-folder.ts';

describe('the state folder', () => {
  it.each([
    ['linux', {}, '/home/m/.local/state/countersign'],
    ['linux', { XDG_STATE_HOME: '/var/state' }, '/var/state/countersign'],
    ['linux', { XDG_STATE_HOME: 'relative' }, '/home/m/.local/state/countersign'],
    ['darwin', {}, '/home/m/Library/Application Support/Countersign'],
    ['linux', { COUNTERSIGN_STATE_DIR: '/tmp/chosen', XDG_STATE_HOME: '/var/state' }, '/tmp/chosen'],
    ['darwin', { COUNTERSIGN_STATE_DIR: '' }, '/home/m/Library/Application Support/Countersign'],
  ] as const)('on %s with %o is %s', (platform, env, expected) => {
    expect(stateFolder(env, platform, '/home/m')).toBe(expected);
  });

  it('on Windows is under LOCALAPPDATA', () => {
    expect(stateFolder({ LOCALAPPDATA: 'C:\\Users\\m\\AppData\\Local' }, 'win32', 'C:\\Users\\m')).toContain('AppData\\Local');
  });

  it('gives one install id for ever, whoever asks first', async () => {
    const folder = join(temporaryFolder(), 'state');
    let made = 0;
    const newId = (): string => `id-${++made}`;
    const first = await Promise.all([openStateDir(folder).installId(newId), openStateDir(folder).installId(newId)]);
    expect(first[0]).toBe(first[1]);
    expect(await openStateDir(folder).installId(newId)).toBe(first[0]);
    if (process.platform !== 'win32') {
      expect(statSync(folder).mode & 0o077).toBe(0);
      expect(statSync(join(folder, 'install-id')).mode & 0o077).toBe(0);
    }
  });

  it('remembers workspaces, the last opened first, each id and each folder once', async () => {
    const state = openStateDir(join(temporaryFolder(), 'state'));
    const workspace = (id: string, folder: string, day: number): Parameters<typeof state.rememberWorkspace>[0] => ({
      workspaceId: id,
      name: id.toUpperCase(),
      folder,
      lastOpenedAt: `2026-06-0${day}T00:00:00.000Z`,
    });
    expect(await state.workspaces()).toEqual([]);
    await Promise.all([
      state.rememberWorkspace(workspace('a', '/a', 1)),
      state.rememberWorkspace(workspace('b', '/b', 3)),
      state.rememberWorkspace(workspace('c', '/c', 2)),
    ]);
    expect((await state.workspaces()).map(({ workspaceId }) => workspaceId)).toEqual(['b', 'c', 'a']);
    await state.rememberWorkspace(workspace('a', '/moved', 4));
    await state.rememberWorkspace(workspace('d', '/c', 5));
    expect((await state.workspaces()).map(({ workspaceId, folder }) => [workspaceId, folder])).toEqual([
      ['d', '/c'],
      ['a', '/moved'],
      ['b', '/b'],
    ]);
    await state.forgetWorkspace('b');
    expect(await state.workspaces()).toHaveLength(2);
  });

  it('sets a file aside that it cannot read, and starts anew', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'workspaces.json'), '[{"workspaceId":');
    const state = openStateDir(folder);
    expect(await state.workspaces()).toEqual([]);
    expect(readFileSync(join(folder, 'workspaces.json.unreadable'), 'utf8')).toBe('[{"workspaceId":');
    writeFileSync(join(folder, 'workspaces.json'), '[{"workspaceId":7},null,"x"]');
    expect(await state.workspaces()).toEqual([]);
  });

  it('keeps JSON files under names made of anything, and nothing outside', async () => {
    const folder = temporaryFolder();
    const state = openStateDir(folder);
    const name = stateFileName('last-seen', 'workspace-1', 'countersign.local/install/../chain*');
    await state.writeJson(name, { size: 3 });
    expect(await state.readJson(name)).toEqual({ size: 3 });
    expect(await state.readJson(stateFileName('last-seen', 'workspace-1', 'other'))).toBeUndefined();
    expect(existsSync(join(folder, 'last-seen', 'workspace-1'))).toBe(true);
    await expect(state.writeJson('../outside.json', 1)).rejects.toThrow('is not the name of a state file');
    await expect(async () => state.readJson('/etc/passwd')).rejects.toThrow('is not the name of a state file');
    expect(stateFileName('..')).toBe('%2E..json');
  });
});
