import type { DoctorCheck } from '../../../src-shared/contract/host.ts';
import { createApp } from '../../app/create-app.ts';
import { workspaceFolder, withWorkspace } from '../open.ts';
import { endWith } from '../outcome.ts';
import { print } from '../output.ts';
import { saveTo } from '../save.ts';
import type { GlobalOptions } from '../global-options.ts';

const MARK: Record<DoctorCheck['state'], string> = { ok: 'OK  ', warn: 'WARN', bad: 'BAD ', unknown: '?   ' };

/** `doctor`: 0 when nothing is bad, 1 when something is. Runs without a workspace too. */
export async function doctor(globals: GlobalOptions, options: { sanity?: boolean; bundle?: string }): Promise<void> {
  const app = await createApp({
    kind: 'cli',
    folder: globals.workspace === undefined ? null : workspaceFolder(globals),
    create: false,
    readOnly: true,
    background: false,
    ...(globals.as === undefined ? {} : { actAs: globals.as }),
    ...(globals.now === undefined ? {} : { now: globals.now }),
  });
  try {
    const client = app.connect();
    const result = await client.call('system.doctor', { sanity: options.sanity ?? false });
    if (options.bundle !== undefined) {
      const { ticket } = await client.call('system.supportBundle');
      const file = await app.openDownload(ticket);
      if (file) await saveTo(options.bundle, file.stream, { mode: 0o600, quiet: true });
    }
    print(result, () =>
      [
        ...result.checks.map(
          ({ state, name, says, nextStep }) => `${MARK[state]} ${name}: ${says}${nextStep && state !== 'ok' ? `\n     ${nextStep}` : ''}`,
        ),
        ...(options.bundle === undefined
          ? []
          : [`Support bundle: ${options.bundle} (no secrets, no rows of tenants; look into it before you send it)`]),
      ].join('\n'),
    );
    if (result.checks.some(({ state }) => state === 'bad')) endWith(1);
  } finally {
    await app.close();
  }
}

export async function metrics(globals: GlobalOptions): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const { text } = await client.call('system.metrics');
    print({ text }, () => text.trimEnd());
  });
}
