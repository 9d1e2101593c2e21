/** Files of a packet take their places all or none, on a real file system. */
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type PacketFile, refuseSameFile, writePacket } from '../../../src-main/packets/write-packet.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-write-packet-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NAMES = ['guardrails.json', 'packet.json', 'tiers.csv', 'scenarios.csv'];
const filesOf = (text: string): PacketFile[] => NAMES.map((name) => ({ name, bytes: Buffer.from(`${text} ${name}`) }));
const contents = (dir: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(dir)
      .sort()
      .map((name) => [name, readFileSync(join(dir, name), 'utf8')]),
  );
const shouldHold = (text: string): Record<string, string> => Object.fromEntries(NAMES.toSorted().map((name) => [name, `${text} ${name}`]));
const out = (): string => join(folder, 'out');

/** Fails like a full disk when the nth file is to take its place. */
const failingAt = (nth: number) => {
  let seen = 0;
  return async (from: string, to: string): Promise<void> => {
    seen += 1;
    if (seen === nth) throw Object.assign(new Error('injected'), { code: 'ENOSPC' });
    await rename(from, to);
  };
};

describe('the files of a packet', () => {
  it('are written into a folder that is made for them, and nothing else is', async () => {
    const outputDir = join(out(), 'deep', 'down');
    const paths = await writePacket({ outputDir, files: filesOf('new'), inputs: [] });
    expect(paths).toEqual(NAMES.map((name) => join(outputDir, name)));
    expect(contents(outputDir)).toEqual(shouldHold('new'));
  });

  it('replace those of an earlier build', async () => {
    await writePacket({ outputDir: out(), files: filesOf('old'), inputs: [] });
    await writePacket({ outputDir: out(), files: filesOf('new'), inputs: [] });
    expect(contents(out())).toEqual(shouldHold('new'));
  });

  it.each([1, 2, 3, 4])('are all as before when file %i cannot take its place', async (nth) => {
    await writePacket({ outputDir: out(), files: filesOf('old'), inputs: [] });
    await expect(writePacket({ outputDir: out(), files: filesOf('new'), inputs: [], move: failingAt(nth) })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('its disk is full') as unknown,
    });
    expect(contents(out())).toEqual(shouldHold('old'));
  });

  it.each([1, 2, 3, 4])('are none, and no folder is left, when file %i of a first build cannot take its place', async (nth) => {
    const outputDir = join(out(), 'deep');
    await expect(writePacket({ outputDir, files: filesOf('new'), inputs: [], move: failingAt(nth) })).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('take back only their own: what was there beside them stays', async () => {
    mkdirSync(out());
    writeFileSync(join(out(), 'tiers.csv'), 'old');
    writeFileSync(join(out(), 'notes.txt'), 'mine');
    await expect(writePacket({ outputDir: out(), files: filesOf('new'), inputs: [], move: failingAt(4) })).rejects.toThrow();
    expect(contents(out())).toEqual({ 'notes.txt': 'mine', 'tiers.csv': 'old' });
  });

  it('leave no trace when what runs before them fails', async () => {
    const seen: string[][] = [];
    const beforePromotion = async (): Promise<void> => {
      seen.push(readdirSync(out()).filter((name) => !name.startsWith('.')));
      await Promise.reject(new Error('no'));
    };
    await expect(writePacket({ outputDir: out(), files: filesOf('new'), inputs: [], beforePromotion })).rejects.toThrow('no');
    expect(seen).toEqual([[]]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('do not go where a folder has their name', async () => {
    mkdirSync(join(out(), 'tiers.csv'), { recursive: true });
    await expect(writePacket({ outputDir: out(), files: filesOf('new'), inputs: [] })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('there is a folder of that name') as unknown,
    });
    expect(readdirSync(out())).toEqual(['tiers.csv']);
  });

  it('do not go where the folder is a file', async () => {
    writeFileSync(out(), 'a file');
    await expect(writePacket({ outputDir: out(), files: filesOf('new'), inputs: [] })).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(readFileSync(out(), 'utf8')).toBe('a file');
  });

  it('keep what stood there, and say where, when it cannot be put back', async () => {
    await writePacket({ outputDir: out(), files: filesOf('old'), inputs: [] });
    const move = async (from: string, to: string): Promise<void> => {
      if (to.endsWith('packet.json')) {
        // Somebody takes the first file away and puts a folder there, so that the old one cannot go back.
        rmSync(join(out(), 'guardrails.json'));
        mkdirSync(join(out(), 'guardrails.json', 'full'), { recursive: true });
        throw Object.assign(new Error('injected'), { code: 'EACCES' });
      }
      await rename(from, to);
    };
    const failure = await writePacket({ outputDir: out(), files: filesOf('new'), inputs: [], move }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringContaining('could not be put back') as unknown });
    const kept = readdirSync(out()).find((name) => name.startsWith('.packet-'));
    expect(readFileSync(join(out(), kept!, 'guardrails.json.before'), 'utf8')).toBe('old guardrails.json');
    expect((failure as { nextStep: string }).nextStep).toContain(kept);
  });
});

describe('inputs are never overwritten', () => {
  it.each<[string, (input: string, target: string) => void]>([
    ['by the same path', (_input, target) => writeFileSync(target, 'input')],
    [
      'under a second name',
      (input, target) => {
        writeFileSync(input, 'input');
        linkSync(input, target);
      },
    ],
    [
      'through a link',
      (input, target) => {
        writeFileSync(input, 'input');
        symlinkSync(input, target);
      },
    ],
  ])('%s', async (how, make) => {
    mkdirSync(out());
    const target = join(out(), 'packet.json');
    const input = how === 'by the same path' ? target : join(folder, 'input.json');
    make(input, target);
    await expect(writePacket({ outputDir: out(), files: filesOf('new'), inputs: [input] })).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining('is an input of this packet') as unknown,
    });
    expect(readFileSync(input, 'utf8')).toBe('input');
    expect(readdirSync(out())).toEqual(['packet.json']);
  });

  it('and a file of another name beside them is no obstacle', async () => {
    mkdirSync(out());
    writeFileSync(join(out(), 'telemetry.json'), 'input');
    await writePacket({ outputDir: out(), files: filesOf('new'), inputs: [join(out(), 'telemetry.json')] });
    expect(contents(out())).toEqual({ ...shouldHold('new'), 'telemetry.json': 'input' });
  });

  it('two inputs must be two files', async () => {
    const [a, b, c] = ['a.json', 'b.json', 'c.json'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(a, 'a');
    linkSync(a, b);
    writeFileSync(c, 'a');
    await expect(refuseSameFile(a, join(folder, '.', 'a.json'), 'They')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(refuseSameFile(a, b, 'They')).rejects.toMatchObject({ code: 'BAD_INPUT' });
    await expect(refuseSameFile(a, c, 'They')).resolves.toBeUndefined();
    await expect(refuseSameFile(a, join(folder, 'absent'), 'They')).resolves.toBeUndefined();
  });
});
