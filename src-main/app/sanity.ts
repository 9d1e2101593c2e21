import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { DoctorCheck } from '../../src-shared/contract/host.ts';
import { isAppError } from '../../src-shared/kernel/errors.ts';
import { DATABASE_NAME, openStateDir } from '../store/index.ts';
import type { AnotherApp, AppContext } from './app-context.ts';
import type { Console } from './console-state.ts';
import { makeDemoChain, makeDemoTrust } from './demo/demo-chains.ts';
import { finished } from './finished-job.ts';
import { CHAINS, type DemoChain } from './demo/seed-model.ts';
import { createSeeded } from './demo/seeded.ts';

/**
 * The seven dimensions of a sane console, each proven by doing it on a scratch workspace with the very code that handles
 * real data. A dimension is `ok` only when what it claims was seen to hold.
 */

interface Scratch {
  readonly folder: string;
  readonly source: string;
  readonly app: AnotherApp;
  readonly reopen: (folder: string, create: boolean) => Promise<AnotherApp>;
}

type Dimension = (scratch: Scratch, context: AppContext, console: Console) => Promise<string>;

class DoesNotHold extends Error {}
const holds = (condition: boolean, otherwise: string): void => {
  if (!condition) throw new DoesNotHold(otherwise);
};

const SEED = 'sanity';
const NOW = '2026-06-01T00:00:00.000Z';
const SMALL: DemoChain = { ...CHAINS[2]!, receipts: 300, checkpointEvery: 100 };
const BROKEN: DemoChain = { ...SMALL, version: '9.9', removed: { after: 120, count: 2 } };
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

const DIMENSIONS: readonly { readonly name: string; readonly prove: Dimension; readonly nextStep: string }[] = [
  { name: 'concurrency', prove: concurrency, nextStep: 'Report this: writes must never be lost or interleaved.' },
  { name: 'observability', prove: observability, nextStep: 'Check that the state folder can be written.' },
  { name: 'deterministic_replay', prove: deterministicReplay, nextStep: 'Report this: the same bytes must give the same answer.' },
  { name: 'snapshot_stability', prove: snapshotStability, nextStep: 'Check the disk; make a backup by hand and look at its state.' },
  { name: 'export_integrity', prove: exportIntegrity, nextStep: 'Do not use exports of this build until it is resolved.' },
  { name: 'failure_modes', prove: failureModes, nextStep: 'Report this: a fault must be named for what it is.' },
  { name: 'operational_misconfiguration', prove: operationalMisconfiguration, nextStep: 'Correct the setting it names.' },
];

export async function runSanity(context: AppContext, console: Console, signal: AbortSignal): Promise<DoctorCheck[]> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-sanity-'));
  const apps: AnotherApp[] = [];
  try {
    const reopen = async (workspace: string, create: boolean) => {
      const app = await context.openAnother({
        kind: 'cli',
        folder: workspace,
        create,
        readOnly: false,
        background: false,
        now: NOW,
        computeSize: 1,
        stateDir: openStateDir(join(folder, 'state')),
      });
      apps.push(app);
      return app;
    };
    const source = join(folder, 'source');
    writeSource(source);
    const app = await reopen(join(folder, 'workspace'), true);
    app.requireOpen({ writable: true });
    const scratch: Scratch = { folder, source, app, reopen };
    const checks: DoctorCheck[] = [];
    for (const { name, prove, nextStep } of DIMENSIONS) {
      signal.throwIfAborted();
      checks.push(await proveOne(name, () => prove(scratch, context, console), nextStep));
    }
    return checks;
  } finally {
    for (const app of apps) await app.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function proveOne(name: string, prove: () => Promise<string>, nextStep: string): Promise<DoctorCheck> {
  try {
    return { name, state: 'ok', says: await prove(), nextStep: null, details: {} };
  } catch (error) {
    const says =
      error instanceof DoesNotHold || isAppError(error)
        ? error.message
        : `The check stopped: ${error instanceof Error ? error.message : String(error)}`;
    return { name, state: 'bad', says, nextStep, details: {} };
  }
}

function writeSource(folder: string): void {
  const seeded = createSeeded(SEED);
  for (const file of [SMALL, BROKEN].flatMap((chain) => makeDemoChain(chain, seeded, NOW))) {
    const path = join(folder, file.path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
  }
}

async function concurrency({ app, folder, reopen }: Scratch): Promise<string> {
  const client = app.connect();
  const names = Array.from({ length: 24 }, (_, i) => `Member ${String(i).padStart(2, '0')}`);
  await Promise.all(
    names.flatMap((name) => [client.call('member.add', { name, role: 'engineering' }), client.call('audit.page', { limit: 10 })]),
  );
  const { members } = await client.call('member.list');
  const added = new Set(members.map(({ name }) => name));
  holds(
    names.every((name) => added.has(name)),
    'Writes made at the same time were lost.',
  );
  const audit = await client.call('audit.verify');
  holds(audit.verdict !== 'BROKEN', `Writes made at the same time broke the audit chain: ${audit.says}`);
  const second = await reopen(join(folder, 'workspace'), false);
  const refused = await second
    .connect()
    .call('workspace.rename', { name: 'Other' })
    .then(
      () => null,
      (error: unknown) => (isAppError(error) ? error.code : 'INTERNAL'),
    );
  await second.close();
  holds(refused === 'READ_ONLY', 'A second console could write to the same workspace.');
  return `${names.length} writes at the same time were all kept in one order, and a second console was held to reading.`;
}

async function observability({ app }: Scratch, context: AppContext): Promise<string> {
  const client = app.connect();
  const failure = await client.call('audit.entry', { seq: 1_000_000 }).catch((error: unknown) => error);
  const requestId = failure instanceof Error && 'requestId' in failure ? failure.requestId : null;
  holds(typeof requestId === 'string' && requestId.startsWith('req_'), 'A failed call carried no request id.');
  const { text } = await client.call('system.metrics');
  for (const name of [
    'countersign_call_seconds',
    'countersign_denied_total',
    'countersign_slow_queries_total',
    'countersign_sync_rows_total',
  ]) {
    holds(text.includes(name), `The metric ${name} is missing.`);
  }
  holds(text.includes('procedure="audit.entry"'), 'The failed call was not counted.');
  const marker = `sanity ${newMarker()}`;
  context.log.info({}, marker);
  await new Promise((resolve) => setImmediate(resolve));
  holds(
    context.log.recent(50).some(({ text: line }) => line === marker),
    'A line written to the log was not found in it.',
  );
  return 'Calls are counted and timed, failures carry a request id, and the log takes lines.';
}

let markers = 0;
const newMarker = () => String((markers += 1));

async function deterministicReplay({ app, source }: Scratch): Promise<string> {
  const seeded = createSeeded(SEED);
  const again = [SMALL, BROKEN].map((chain) => sha256(Buffer.concat(makeDemoChain(chain, seeded, NOW).map(({ bytes }) => bytes))));
  const once = [SMALL, BROKEN].map((chain) =>
    sha256(Buffer.concat(makeDemoChain(chain, createSeeded(SEED), NOW).map(({ bytes }) => bytes))),
  );
  holds(JSON.stringify(again) === JSON.stringify(once), 'The same seed gave other bytes.');
  const client = app.connect();
  await client.call('source.add', { kind: 'folder', location: source, name: 'sanity', schedule: 'manual' });
  await client.call('trustedLog.add', { text: trustText() });
  await finished(client, () => client.call('sync.run', { full: false }));
  const verdicts: string[] = [];
  for (const fromZero of [true, false, true]) {
    await finished(client, () => client.call('receipt.verify', { fromZero }));
    const { chains } = await client.call('receipt.chains', { limit: 10 });
    const findings = await Promise.all(chains.map(({ chainKey }) => client.call('receipt.findings', { chainKey, limit: 100 })));
    verdicts.push(
      sha256(
        JSON.stringify([
          chains.map(({ chainKey, verdict, receipts, findingsTotal }) => ({ chainKey, verdict, receipts, findingsTotal })),
          findings,
        ]),
      ),
    );
  }
  holds(new Set(verdicts).size === 1, 'Verifying again gave another answer.');
  return 'Seed, sync and verification gave the same bytes and the same verdicts three times.';
}

const trustText = () => makeDemoTrust(createSeeded(SEED));

async function snapshotStability({ app, folder, reopen }: Scratch): Promise<string> {
  const client = app.connect();
  const before = await client.call('audit.verify');
  await finished(client, () => client.call('backup.create'));
  const { backups } = await client.call('backup.list');
  const backup = backups[0];
  holds(backup?.state === 'whole', 'A backup made just now is not whole.');
  await client.call('member.add', { name: 'After the backup', role: 'engineering' });
  await finished(client, () => client.call('backup.restore', { backupId: backup!.backupId, reason: 'sanity check' }));
  const { members } = await client.call('member.list');
  holds(!members.some(({ name }) => name === 'After the backup'), 'The restored snapshot holds what came after it.');
  const after = await client.call('audit.verify');
  holds(after.verdict !== 'BROKEN' && after.entries >= before.entries, 'The audit log of the restored snapshot does not hold.');
  const { chains } = await client.call('receipt.chains', { limit: 10 });
  holds(chains.length === 2, 'The restored snapshot lost chains.');
  holds((await reopen(join(folder, 'workspace'), false)) !== undefined, 'The restored workspace does not open.');
  return 'A backup was taken, checked and restored; it holds what was there at its moment and nothing later.';
}

async function exportIntegrity({ app }: Scratch): Promise<string> {
  const client = app.connect();
  const sound = `sanity/${SMALL.plan}@${SMALL.version}`;
  const rowsOf = async (format: 'json' | 'csv' | 'tsv'): Promise<{ count: number; hash: string }> => {
    const { ticket } = await client.call('receipt.export', { chainKeys: [sound], format });
    const file = await app.openDownload(ticket);
    holds(file !== null, 'An export could not be fetched.');
    const text = (await buffer(file!.stream)).toString('utf8');
    const last = (value: string) => /[0-9a-f]{64}/.exec(value)?.[0] ?? '';
    if (format === 'json') {
      const rows = JSON.parse(text) as Record<string, unknown>[];
      return { count: rows.length, hash: last(JSON.stringify(rows.at(-1)?.['current_hash'] ?? '')) };
    }
    const lines = text.trimEnd().split(/\r?\n/);
    return { count: lines.length - 1, hash: last(lines.at(-1)!) };
  };
  const exports = await Promise.all((['json', 'csv', 'tsv'] as const).map(rowsOf));
  holds(
    exports.every(({ count }) => count === SMALL.receipts),
    `An export has another number of receipts than the chain: ${exports.map(({ count }) => count).join(', ')}.`,
  );
  const { rows } = await client.call('receipt.page', { chainKey: sound, from: SMALL.receipts - 1, limit: 1 });
  holds(
    exports.every(({ hash }) => hash === rows[0]?.hash),
    'An export ends with another hash than the chain.',
  );
  return `JSON, CSV and TSV of ${SMALL.receipts} receipts agree with the chain to its last hash.`;
}

async function failureModes({ app, folder, reopen }: Scratch): Promise<string> {
  const client = app.connect();
  const { chains } = await client.call('receipt.chains', { limit: 10 });
  const broken = chains.find(({ folder: name }) => name === `${BROKEN.plan}@${BROKEN.version}`);
  holds(
    broken?.verdict === 'BROKEN' && broken.firstFinding?.code === 'CHAIN_DELETED',
    'A chain with two receipts taken out was not found broken.',
  );
  const damaged = join(folder, 'damaged');
  await (await reopen(damaged, true)).close();
  truncateSync(join(damaged, DATABASE_NAME), 5000);
  const second = await reopen(damaged, false);
  const { code } = await second.connect().call('recovery.describe');
  holds(code === 'STORE_CORRUPT' || code === 'STORE_NOT_A_DATABASE', `A cut database was taken for ${code}.`);
  const missing = await reopen(join(folder, 'nothing-here'), false);
  holds((await missing.connect().call('recovery.describe')).code === 'STORE_MISSING', 'A missing workspace was not named as missing.');
  await missing.close();
  await second.close();
  return 'A broken chain, a cut database and a missing workspace were each named for what they are.';
}

async function operationalMisconfiguration(_scratch: Scratch, context: AppContext, console: Console): Promise<string> {
  const built = Date.parse('2026-01-01T00:00:00Z');
  holds(
    Date.now() > built,
    'The clock of this machine stands before this program was built: freshness and rollback checks would be wrong.',
  );
  holds(
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0',
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is set: HTTP sources would not be authenticated.',
  );
  holds(context.capabilities.secrets.kind !== 'none', 'No place for secrets: HTTP sources with tokens cannot be read.');
  const state = console.state();
  if (state.kind === 'open') {
    const unscheduled = (await state.open.services.listSources()).filter(
      (source) =>
        source.state === 'active' &&
        source.kind === 'http' &&
        source.location.startsWith('http://') &&
        !/^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(source.location),
    );
    holds(
      unscheduled.length === 0,
      `The source ${unscheduled[0]?.name ?? ''} is read over plain HTTP from another machine: anyone between could change it.`,
    );
  }
  return 'Clock, transport security, secrets and sources are set as they should be.';
}
