import { existsSync, readFileSync } from 'node:fs';
import { withWorkspace } from '../open.ts';
import { print, table } from '../output.ts';
import type { GlobalOptions } from '../global-options.ts';

export async function addTrusted(globals: GlobalOptions, given: string, { note }: { note?: string }): Promise<void> {
  // A verifier key is `name+id+key`; anything that names a file is read as a trust file.
  const text = existsSync(given) ? readFileSync(given, 'utf8') : given;
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    print(
      await client.call('trustedLog.add', { text, ...(note === undefined ? {} : { note }) }),
      ({ added, known }) => `Added ${added}, already trusted ${known}. Verify again to see what they anchor.`,
    );
  });
}

export async function listTrusted(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const { logs } = await client.call('trustedLog.list');
    print({ logs }, () =>
      logs.length === 0
        ? 'No log is trusted yet: every chain can hold, none is anchored. Add a key with `trust add`.'
        : table(
            ['name', 'kind', 'key id', 'added', 'by', 'note'],
            logs.map((log) => [log.name, log.kind, log.keyId, log.addedAt, log.addedBy, log.note ?? '']),
          ),
    );
  });
}

export async function removeTrusted(globals: GlobalOptions, vkey: string, { reason }: { reason: string }): Promise<void> {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    await client.call('trustedLog.remove', { vkey, reason });
    print({ removed: vkey }, () => 'No longer trusted. Verify again to see what it anchored.');
  });
}
