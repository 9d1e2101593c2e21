import { describe, expect, it } from 'vitest';
import { createCommandMemory } from '../../src-shared/contract/command-memory.ts';

const settle = async (): Promise<void> => {
  await Promise.resolve();
  await Promise.resolve();
};

describe('the memory of commands', () => {
  it('keeps a running command and then its answer', async () => {
    const memory = createCommandMemory({ rememberedCommands: 2, rememberedLength: 1000 });
    let finish: (text: string) => void = () => undefined;
    memory.remember('k1', 'f1', new Promise((resolve) => (finish = resolve)));
    expect(memory.find('k1')).toMatchObject({ fingerprint: 'f1', settled: null });
    finish('{"a":1}');
    await settle();
    expect(memory.find('k1')?.settled).toBe('{"a":1}');
  });

  it('forgets the oldest by count, never one that runs', async () => {
    const memory = createCommandMemory({ rememberedCommands: 2, rememberedLength: 1000 });
    memory.remember('running', 'f', new Promise(() => undefined));
    for (const key of ['a', 'b', 'c']) {
      memory.remember(key, 'f', Promise.resolve('1'));
      await settle();
    }
    expect(['running', 'a', 'b', 'c'].filter((key) => memory.find(key) !== undefined)).toEqual(['running', 'c']);
  });

  it('forgets the oldest by length', async () => {
    const memory = createCommandMemory({ rememberedCommands: 100, rememberedLength: 250 });
    for (const key of ['a', 'b', 'c']) {
      memory.remember(key, 'f', Promise.resolve('x'.repeat(100)));
      await settle();
    }
    expect(['a', 'b', 'c'].filter((key) => memory.find(key) !== undefined)).toEqual(['b', 'c']);
  });

  it('forgets a command that failed', async () => {
    const memory = createCommandMemory({ rememberedCommands: 2, rememberedLength: 1000 });
    memory.remember('k', 'f', Promise.reject(new Error('no')));
    await settle();
    expect(memory.find('k')).toBeUndefined();
  });
});
