import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

const mount = (folder: string, options: string): boolean => {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'countersign-disk-'));

/** Whether this account may mount a file system of its own (root outside a closed container). */
export const canMount = ((): boolean => {
  const folder = newFolder();
  const mounted = process.platform === 'linux' && mount(folder, 'size=64k');
  if (mounted) execFileSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted;
})();

/** A drive of its own of so many bytes, gone when the test ends. */
export const smallDisk = (bytes: number): { readonly folder: string; readonly makeReadOnly: () => void } => {
  const folder = newFolder();
  if (!mount(folder, `size=${bytes}`)) throw new Error('no file system could be mounted');
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    makeReadOnly: () => {
      execFileSync('mount', ['-o', 'remount,ro', folder]);
    },
  };
};
