import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  describeHolder,
  isLocked,
  lockedByOther,
  lockWorkspace,
  type LockHolder,
  workspaceHolder,
} from '../../src-main/store/workspace-lock.ts';
import { type Child, startChild } from './support/wait-for-line.ts';
import { NOW, temporaryFolder } from './support/workspace-folder.ts';

const holder: LockHolder = { pid: process.pid, host: 'here', since: NOW, kind: 'electron', instanceId: 'one' };
const script = new URL('./support/hold-lock.ts', import.meta.url);

const holding = async (folder: string, instanceId = 'child'): Promise<Child> => {
  const child = startChild(script, [folder, instanceId]);
  await child.until((line) => line === 'held' || line.startsWith('refused'));
  return child;
};

describe('the workspace lock', () => {
  it('lets one in and tells the second who that is', async () => {
    const folder = temporaryFolder();
    const first = await lockWorkspace(folder, holder);
    expect(first.held).toBe(true);
    expect(await lockWorkspace(folder, { ...holder, instanceId: 'two' })).toEqual({ held: false, holder });
    expect(await workspaceHolder(folder)).toEqual(holder);
    if (first.held) await first.release();
    expect(isLocked(folder)).toBe(false);
    expect(await workspaceHolder(folder)).toBeUndefined();
    const again = await lockWorkspace(folder, { ...holder, instanceId: 'two' });
    expect(again.held).toBe(true);
    if (again.held) await again.release();
  });

  it('holds across processes', async () => {
    const folder = temporaryFolder();
    const child = await holding(folder);
    expect(child.lines, child.errors()).toEqual(['held']);
    expect(await lockWorkspace(folder, holder)).toMatchObject({
      held: false,
      holder: { pid: child.process.pid, host: 'machine-a', kind: 'loopback', member: 'Mara' },
    });
    child.process.kill('SIGTERM');
    expect((await child.ended).code).toBe(0);
    const mine = await lockWorkspace(folder, holder);
    expect(mine.held).toBe(true);
    const other = await holding(folder);
    expect(other.lines[0]).toContain('refused');
    expect(other.lines[0]).toContain('"instanceId":"one"');
    await other.ended;
    if (mine.held) await mine.release();
  });

  it('is free at once when its holder is killed, whatever its note says', async () => {
    const folder = temporaryFolder();
    for (let round = 0; round < 3; round++) {
      const child = await holding(folder, `round ${round}`);
      expect(child.lines).toEqual(['held']);
      child.process.kill('SIGKILL');
      await child.ended;
      expect(existsSync(join(folder, '.lock.json'))).toBe(true);
      expect(isLocked(folder)).toBe(false);
      expect(await workspaceHolder(folder)).toBeUndefined();
    }
    const mine = await lockWorkspace(folder, holder);
    expect(mine.held).toBe(true);
    if (mine.held) await mine.release();
  });

  it('goes to exactly one of several that want it at the same time', async () => {
    const folder = temporaryFolder();
    const children = await Promise.all(Array.from({ length: 4 }, (_, i) => holding(folder, `child ${i}`)));
    expect(children.filter(({ lines }) => lines[0] === 'held')).toHaveLength(1);
    for (const child of children) child.process.kill('SIGKILL');
    await Promise.all(children.map(({ ended }) => ended));
  });

  it('does not depend on its note', async () => {
    const folder = temporaryFolder();
    const lock = await lockWorkspace(folder, holder);
    writeFileSync(join(folder, '.lock.json'), 'garbage');
    expect(await lockWorkspace(folder, holder)).toEqual({ held: false, holder: undefined });
    if (lock.held) await lock.release();
  });

  it('can be released twice, and not where there is no folder', async () => {
    const folder = temporaryFolder();
    const lock = await lockWorkspace(folder, holder);
    if (lock.held) {
      await lock.release();
      await lock.release();
    }
    await expect(lockWorkspace(join(folder, 'gone'), holder)).rejects.toMatchObject({ code: 'STORE_MISSING' });
  });

  it('says who holds it in one sentence, and what to do', () => {
    expect(describeHolder({ ...holder, member: 'Mara' })).toBe(
      `This workspace is open in the desktop console on here since ${NOW} (process ${process.pid}, used by Mara).`,
    );
    expect(describeHolder(undefined)).toBe('Another program has this workspace open.');
    expect(lockedByOther(holder)).toMatchObject({
      code: 'STORE_LOCKED',
      retryable: true,
      nextStep: 'Do it in that console, or close it and do it again.',
    });
    expect(lockedByOther({ ...holder, kind: 'cli' }).nextStep).toBe('Wait until that command has finished, then do it again.');
  });
});
