/**
 * The app as the screens meet it, in memory: the real router over the real contract, with plausible data that adds up.
 * Three partners, sixteen chains, one of them broken. For renderer tests and for looking at screens.
 */
import { createMemoryPortPair } from '../../../src-shared/contract/memory-port.ts';
import { contract, type Topic } from '../../../src-shared/contract/index.ts';
import type { Port } from '../../../src-shared/contract/port.ts';
import { createRouter } from '../../../src-shared/contract/router.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { Need } from '../../../src-shared/contract/overview.ts';
import { CHAIN_SPECS } from './chain-specs.ts';
import { makeAudit } from './fixture-audit.ts';
import { createFixtureJobs } from './fixture-jobs.ts';
import { makeQuarantine } from './fixture-quarantine.ts';
import { hoursBefore, makeFreshness } from './fixture-sources.ts';
import { createSourceHandlers } from './fixture-source-handlers.ts';
import type { Answered, AppHandlers, Scenario } from './fixture-types.ts';
import { makeBackups, makeDoctor, makeRecovery, makeStatus, MEMBERS, readOnlyOf } from './fixture-workspace.ts';
import { lazyEvidence } from './evidence-fixtures.ts';
import { lazyGates } from './gate-fixtures.ts';
import { lazyPackets } from './packet-fixtures.ts';
import { createReceiptFixture } from './receipt-fixtures.ts';

export const FIXTURE_NOW = '2026-06-03T09:42:00.000Z';

export interface FixtureOptions {
  readonly scenario?: Scenario;
  readonly now?: string;
  readonly benchRows?: number;
  /** How long one of the twenty steps of a job takes, ms. */
  readonly jobStepMs?: number;
}

export interface FixtureApp {
  readonly serve: (port: Port) => void;
  /** A port to it, in memory. */
  readonly connect: () => Port;
  readonly handlers: AppHandlers;
  readonly changed: (...topics: Topic[]) => void;
  readonly close: () => void;
}

const needsOf = (now: string, scenario: Scenario): Need[] =>
  scenario === 'empty'
    ? []
    : [
        {
          needId: 'need-broken',
          status: 'bad',
          title: 'Chain northwind/pro@1.4 is broken',
          says: 'Three receipts are missing after #8,213. The source counted 12,032; here are 12,029.',
          since: hoursBefore(now, 3.5),
          foundBy: 'verification 118',
          action: { label: 'Open the break', address: '/receipts/northwind/pro@1.4' },
        },
        {
          needId: 'need-stale',
          status: 'warn',
          title: 'kestrel has sent nothing for 31 hours',
          says: 'Its address answered 503 nine times. Receipts were promised every hour.',
          since: hoursBefore(now, 31),
          foundBy: 'the schedule',
          action: { label: 'Open the source', address: '/settings/sources?source=src-kestrel' },
        },
        {
          needId: 'need-unknown',
          status: 'warn',
          title: 'Chain northwind/pro@0.6 cannot be decided',
          says: 'None of the known layouts reproduces its first receipt.',
          since: hoursBefore(now, 300),
          foundBy: 'verification 12',
          action: { label: 'Open the chain', address: '/receipts/northwind/pro@0.6' },
        },
        {
          needId: 'need-quarantine',
          status: 'idle',
          title: '6 rows wait in quarantine',
          says: 'Five of northwind, one of kestrel. They are kept as they came.',
          since: hoursBefore(now, 100),
          foundBy: 'sync',
          action: { label: 'Open quarantine', address: '/quarantine' },
        },
      ];

const ACT_WORDS: Readonly<Record<string, string>> = {
  'sync.run': 'synced',
  'receipt.verify': 'found a break in',
  'trustedLog.add': 'trusts',
  'backup.create': 'made the',
  'source.configure': 'changed the schedule of',
  'quarantine.dismiss': 'dismissed',
  'member.add': 'added',
};

const EMPTY_SEAL: Answered<'receipt.seal'> = {
  form: 'none',
  chains: 0,
  broken: 0,
  anchored: 0,
  unanchored: 0,
  indeterminate: 0,
  notVerified: 0,
  receipts: 0,
  anchoredReceipts: 0,
  outsideParties: [],
  checkedAt: null,
  worst: null,
};

const missing = (what: string): never => {
  throw new AppError('NOT_FOUND', `There is no such ${what}.`, { nextStep: 'Look for it in the list.' });
};

export const createFixtureApp = ({
  scenario = 'ready',
  now = FIXTURE_NOW,
  benchRows = 0,
  jobStepMs = 60,
}: FixtureOptions = {}): FixtureApp => {
  let phase: 'workspace' | 'recovery' = scenario === 'recovery' ? 'recovery' : 'workspace';
  let actingId = 'mem-amara';
  const members = [...MEMBERS];
  const acting = () => members.find((member) => member.memberId === actingId) ?? missing('member');
  const jobs = createFixtureJobs(now, (job) => router.publish('job.changed', job), jobStepMs);
  const changed = (...topics: Topic[]): void => {
    router.publish('facts.changed', { topics });
  };
  const startVerify = (name: string): string =>
    jobs.start(name, 'verify', 96_767, 'receipts', () => {
      changed('receipts', 'audit');
    });
  const sources = createSourceHandlers({ now, scenario, jobs, changed });
  const audit = makeAudit(now);
  const packets = lazyPackets(scenario === 'empty' ? 'empty' : 'full', () => {
    changed('packets', 'audit');
  });
  const evidence = lazyEvidence(scenario === 'empty' ? 'empty' : 'full');
  const gates = lazyGates(scenario === 'empty' ? 'empty' : 'full');
  const receipts = createReceiptFixture({ now, benchRows, startJob: (name) => startVerify(name) });
  const done = { done: true } as const;
  const reopen = (): typeof done => {
    phase = 'workspace';
    router.publish('workspace.reopened', { inRecovery: false });
    return done;
  };
  const logs: Answered<'trustedLog.list'>['logs'] = [
    {
      vkey: 'halden-audit.example/witness+3f2a91c0+ATqkv9bJ0yS1gG8n0p2uWk3x5Zr7c9e1m4o6q8s0u2w4',
      name: 'Halden Audit',
      keyId: '3f2a91c0',
      kind: 'witness',
      addedAt: '2026-01-20T10:12:00.000Z',
      addedBy: 'Priya Raman',
      note: 'Read over the phone with Priya on 20 January.',
      chains: 12,
    },
    {
      vkey: 'meridian.example/log+b81d77e2+AQ1x2c3v4b5n6m7a8s9d0f1g2h3j4k5l6q7w8e9r0t1y',
      name: 'Meridian Witness',
      keyId: 'b81d77e2',
      kind: 'log',
      addedAt: '2026-01-20T10:14:00.000Z',
      addedBy: 'Priya Raman',
      note: null,
      chains: 12,
    },
  ];

  const handlers: AppHandlers = {
    ...receipts,
    ...sources,
    ...audit.handlers,
    ...evidence.handlers,
    ...gates.handlers,
    ...packets.handlers,
    ...makeQuarantine(now, () => {
      changed('quarantine', 'audit', 'sources');
    }),
    ...(scenario === 'empty'
      ? {
          'receipt.seal': () => EMPTY_SEAL,
          'receipt.chains': () => ({ chains: [], next: null, total: 0, shown: 0 }),
          'quarantine.page': () => ({ rows: [], next: null, totals: { open: 0, requeued: 0, resolved: 0, dismissed: 0 } }),
        }
      : {}),
    'host.describe': () => ({
      host: 'loopback',
      product: 'Countersign',
      version: '0.1.0',
      platform: 'linux x64',
      now,
      inRecovery: phase === 'recovery',
      capabilities: { pickFolder: false, revealFile: false, secretStore: 'session' },
    }),
    'session.describe': () => {
      const status = makeStatus(now, scenario);
      const member = acting();
      return {
        member,
        workspace: {
          workspaceId: status.workspaceId,
          name: status.name,
          folder: status.folder,
          demo: status.demo,
          readOnly: readOnlyOf(now, scenario),
        },
        allowed: Object.entries(contract)
          .filter(([, entry]) => entry.kind !== 'event' && (entry.roles === 'any' || entry.roles.includes(member.role)))
          .map(([name]) => name),
      };
    },
    'session.actAs': ({ memberId }) => {
      if (!members.some((member) => member.memberId === memberId)) missing('member');
      actingId = memberId;
      changed('session');
      return done;
    },
    'host.pickFolder': () => ({ folder: null }),
    'host.revealFolder': () => done,
    'member.list': () => ({ members }),
    'member.add': ({ name, role, email }) => {
      const member = { memberId: `mem-${members.length + 1}`, name, role, email: email ?? null, addedAt: now, owner: false };
      members.push(member);
      changed('members', 'audit');
      return member;
    },
    'system.doctor': ({ sanity }) => makeDoctor(sanity),
    'system.supportBundle': () => ({ ticket: 'fixture-support-bundle', fileName: 'countersign-support.zip', bytes: 41_200 }),
    'system.log': () => ({
      lines: [
        { at: hoursBefore(now, 0.03), level: 'error', text: 'The database image is malformed', requestId: 'req_7f3a91c2' },
        { at: hoursBefore(now, 0.07), level: 'info', text: 'sync.run ok in 2.4 s', requestId: 'req_0b1acb9c' },
      ],
    }),
    'system.metrics': () => ({ text: '' }),
    'job.list': () => ({ jobs: [...jobs.list()] }),
    'job.cancel': ({ jobId }) => {
      jobs.cancel(jobId);
      return done;
    },
    'workspace.status': () => makeStatus(now, scenario),
    'workspace.known': () => ({
      workspaces: [
        {
          workspaceId: 'ws-switchboard',
          name: 'Switchboard',
          folder: '/home/amara/switchboard',
          demo: false,
          lastOpenedAt: now,
          present: true,
        },
        {
          workspaceId: 'ws-demo',
          name: 'Demo',
          folder: '/home/amara/.local/share/countersign/demo',
          demo: true,
          lastOpenedAt: hoursBefore(now, 400),
          present: true,
        },
        {
          workspaceId: 'ws-old',
          name: 'Audit 2025',
          folder: '/media/usb/audit-2025',
          demo: false,
          lastOpenedAt: hoursBefore(now, 2900),
          present: false,
        },
      ],
    }),
    'workspace.open': ({ folder }) => {
      if (folder.startsWith('/home/amara/')) return reopen();
      throw new AppError('STORE_MISSING', `${folder} holds no countersign.db; nothing was made there.`, {
        nextStep: 'Choose the folder that holds the workspace, or make a new one.',
      });
    },
    'workspace.create': reopen,
    'workspace.openDemo': reopen,
    'workspace.rename': () => {
      changed('workspace', 'session');
      return done;
    },
    'workspace.move': () => ({ jobId: jobs.start('Moving the workspace', 'move', 871_000_000, 'bytes') }),
    'backup.list': () => ({ backups: makeBackups(now) }),
    'backup.create': () => ({ jobId: jobs.start('Backing up', 'backup', 53_504, 'pages', () => changed('workspace', 'audit')) }),
    'backup.restore': () => ({ jobId: jobs.start('Restoring the backup', 'restore', 53_504, 'pages', () => void reopen()) }),
    'backup.configure': () => {
      changed('workspace', 'audit');
      return done;
    },
    'recovery.describe': () => makeRecovery(now, '/home/amara/switchboard'),
    'recovery.restore': () => ({ jobId: jobs.start('Restoring the backup', 'recovery', 53_504, 'pages', () => void reopen()) }),
    'recovery.openReadOnly': reopen,
    'recovery.export': () => ({ jobId: jobs.start('Exporting what can be read', 'recovery', 96_656, 'items') }),
    'recovery.retry': () => {
      throw new AppError('STORE_CORRUPT', 'The database is still damaged; nothing was changed.', {
        nextStep: 'Restore a backup, or open it read-only.',
      });
    },
    'overview.get': () => ({
      needs: needsOf(now, scenario),
      freshness: scenario === 'empty' ? [] : makeFreshness(now, sources.current()),
      changes: {
        since: scenario === 'empty' ? null : hoursBefore(now, 15),
        items: [
          { says: 'new receipts in 9 chains', count: 611, address: '/receipts' },
          { says: 'chain broke', count: 1, address: '/receipts/northwind/pro@1.4' },
          { says: 'row went to quarantine', count: 1, address: '/quarantine' },
          { says: 'chain is new', count: 1, address: '/receipts/kestrel/starter@2.1' },
        ],
      },
      activity: audit.entries
        .slice(-8)
        .reverse()
        .map((entry) => ({
          seq: entry.seq,
          at: entry.at,
          who: entry.actor.name,
          says: `${ACT_WORDS[entry.action] ?? entry.action} ${entry.subject ?? ''}`,
          hash: entry.hash,
          status: entry.action === 'receipt.verify' ? ('bad' as const) : ('idle' as const),
          address: entry.address,
        })),
      empty: scenario === 'empty',
    }),
    'overview.seen': () => done,
    'search.find': ({ text, limit }) => {
      const wanted = text.toLowerCase();
      const chains = CHAIN_SPECS.map((spec) => ({
        kind: 'chain' as const,
        title: `${spec.source}/${spec.folder}`,
        note: spec.fate === 'removed' ? 'chain, broken' : 'chain',
        address: `/receipts/${spec.source}/${spec.folder}`,
      }));
      const found = sources.current().map((source) => ({
        kind: 'source' as const,
        title: source.name,
        note: `source, ${source.kind}`,
        address: `/settings/sources?source=${source.sourceId}`,
      }));
      return { hits: [...found, ...chains].filter((hit) => hit.title.includes(wanted)).slice(0, limit) };
    },
    'trustedLog.list': () => ({ logs: scenario === 'empty' ? [] : logs }),
    'trustedLog.add': ({ text, note }) => {
      const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
      for (const line of lines) {
        if (!/^[^+\s]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+$/.test(line.trim())) {
          throw new AppError('TRUST_FILE', `Line ${lines.indexOf(line) + 1} is no verifier key; nothing was added.`, {
            nextStep: 'Paste it as the log publishes it: name+id+key.',
          });
        }
        logs.push({
          vkey: line.trim(),
          name: line.split('+')[0] ?? line,
          keyId: line.split('+')[1] ?? '',
          kind: 'log',
          addedAt: now,
          addedBy: acting().name,
          note: note ?? null,
          chains: 0,
        });
      }
      changed('trust', 'audit');
      return { added: lines.length, known: 0 };
    },
    'trustedLog.remove': ({ vkey }) => {
      logs.splice(0, logs.length, ...logs.filter((log) => log.vkey !== vkey));
      changed('trust', 'audit');
      return done;
    },
  };

  let requests = 0;
  const router = createRouter({
    contract,
    handlers,
    session: () => ({ member_id: actingId, role: acting().role }),
    log: () => undefined,
    now: () => now,
    newRequestId: () => `req_${(requests += 1).toString(16).padStart(8, '0')}`,
    monotonicMs: () => 0,
    phase: () => phase,
    checkOutputs: true,
  });

  return {
    serve: router.serve,
    connect: () => {
      const [ours, theirs] = createMemoryPortPair();
      router.serve(theirs);
      return ours;
    },
    handlers,
    changed,
    close: () => {
      jobs.stop();
      evidence.close();
      gates.close();
      packets.close();
      router.close();
    },
  };
};
