import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openWriter } from '../../src-main/store/open-database.ts';
import { folderBytes, isWorkspace, moveWorkspace, type MoveOptions } from '../../src-main/store/move-workspace.ts';
import { lockWorkspace } from '../../src-main/store/workspace-lock.ts';
import { addSizes, countSizes, filledWorkspace } from './support/filled-workspace.ts';
import { canMount, smallDisk } from './support/small-disk.ts';
import { NOW, temporaryFolder } from './support/workspace-folder.ts';

const options: MoveOptions = { movedAt: NOW, appVersion: 'test', old: 'set-aside' };

const workspaceIn = async (parent: string): Promise<string> => {
  const folder = join(parent, 'workspace');
  await filledWorkspace(folder);
  mkdirSync(join(folder, 'backups', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'backups', 'deep', 'a.db'), 'a backup');
  writeFileSync(join(folder, 'trust.vkeys'), 'a key');
  symlinkSync('trust.vkeys', join(folder, 'link'));
  return folder;
};

describe('moving a workspace', () => {
  it('copies, checks, and sets the old folder aside', async () => {
    const parent = temporaryFolder();
    const from = await workspaceIn(parent);
    const to = join(parent, 'new', 'place');
    const lock = await lockWorkspace(from, { pid: 1, host: 'x', since: NOW, kind: 'cli', instanceId: 'i' });
    const result = await moveWorkspace(from, to, options);
    if (lock.held) await lock.release();
    expect(result).toMatchObject({ folder: to, setAside: `${from}.moved-20260607T060000Z` });
    expect(result.files.map(({ path }) => path).sort()).toEqual(['backups/deep/a.db', 'countersign.db', 'trust.vkeys']);
    expect(countSizes(join(to, 'countersign.db'))).toBe(200);
    expect(readFileSync(join(to, 'backups/deep/a.db'), 'utf8')).toBe('a backup');
    expect(readFileSync(join(to, 'link'), 'utf8')).toBe('a key');
    expect(existsSync(join(to, '.lock.db'))).toBe(false);
    expect(existsSync(from)).toBe(false);
    expect(countSizes(join(result.setAside ?? '', 'countersign.db'))).toBe(200);
    expect(readdirSync(join(parent, 'new'))).toEqual(['place']);
  });

  it('takes what still stands in the log', async () => {
    const parent = temporaryFolder();
    const from = await workspaceIn(parent);
    const file = join(from, 'countersign.db');
    const db = openWriter(file);
    addSizes(db, 30);
    const log = readFileSync(`${file}-wal`);
    const main = readFileSync(file);
    db.close();
    writeFileSync(file, main);
    writeFileSync(`${file}-wal`, log);
    await moveWorkspace(from, join(parent, 'to'), options);
    expect(countSizes(join(parent, 'to', 'countersign.db'))).toBe(230);
  });

  it('removes the old one on request, and nothing it did not copy', async () => {
    const parent = temporaryFolder();
    const from = await workspaceIn(parent);
    let seen = false;
    const result = await moveWorkspace(from, join(parent, 'to'), {
      ...options,
      old: 'remove',
      onProgress: ({ step }) => {
        if (step === 'check' && !seen) writeFileSync(join(from, 'came later'), 'not copied');
        seen ||= step === 'check';
      },
    });
    expect(result.setAside).toBeNull();
    expect(existsSync(join(from, 'countersign.db'))).toBe(false);
    expect(existsSync(join(from, 'backups'))).toBe(false);
    // It was either copied, or it stayed.
    expect(existsSync(join(from, 'came later')) || existsSync(join(parent, 'to', 'came later'))).toBe(true);
  });

  it.skipIf(!canMount)('goes to another drive', async () => {
    const disk = smallDisk(64 * 1024 * 1024);
    const from = await workspaceIn(temporaryFolder());
    await moveWorkspace(from, join(disk.folder, 'to'), options);
    expect(countSizes(join(disk.folder, 'to', 'countersign.db'))).toBe(200);
  });

  it('changes nothing when it cannot be done', async () => {
    const parent = temporaryFolder();
    const from = await workspaceIn(parent);
    const full = join(parent, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'theirs'), 'x');
    await expect(moveWorkspace(from, full, options)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(moveWorkspace(from, join(from, 'inside'), options)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(moveWorkspace(from, parent, options)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    let asked = 0;
    await expect(moveWorkspace(from, join(parent, 'to'), { ...options, cancelled: () => ++asked > 3 })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    if (canMount) {
      const disk = smallDisk(1024 * 1024);
      await expect(moveWorkspace(from, join(disk.folder, 'to'), options)).rejects.toMatchObject({ code: 'STORE_FULL' });
      expect(readdirSync(disk.folder)).toEqual([]);
    }
    expect(readdirSync(parent).sort()).toEqual(['full', basename(from)]);
    expect(countSizes(join(from, 'countersign.db'))).toBe(200);
  });

  it('into an empty folder that is there already', async () => {
    const parent = temporaryFolder();
    const from = await workspaceIn(parent);
    mkdirSync(join(parent, 'empty'));
    await moveWorkspace(from, join(parent, 'empty'), options);
    expect(isWorkspace(join(parent, 'empty'))).toBe(true);
  });
});

describe('a folder', () => {
  it('is a workspace when it holds a database of ours, damaged or not', async () => {
    const folder = temporaryFolder();
    expect(isWorkspace(folder)).toBe(false);
    expect(isWorkspace(join(folder, 'gone'))).toBe(false);
    const file = await filledWorkspace(folder);
    expect(isWorkspace(folder)).toBe(true);
    writeFileSync(file, 'damaged');
    expect(isWorkspace(folder)).toBe(true);
    writeFileSync(file, '');
    expect(isWorkspace(folder)).toBe(false);
    const other = temporaryFolder();
    openWriter(join(other, 'countersign.db'), { create: true }).exec('CREATE TABLE theirs (a)').close();
    expect(isWorkspace(other)).toBe(false);
  });

  it('is measured with all its files', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'one'), 'x'.repeat(10));
    writeFileSync(join(folder, 'a/b/two'), 'x'.repeat(5));
    expect(await folderBytes(folder)).toBe(15);
  });
});
