import type { Contract } from '../../src-shared/contract/index.ts';
import type { Handlers, HandlerContext } from '../../src-shared/contract/define.ts';
import { createAuditService } from '../audit/index.ts';
import { createEvidenceClock, createEvidenceService, evidenceFeed, type VerifiedEvidence } from '../evidence/index.ts';
import { createGatesService } from '../gates/index.ts';
import { createMembersService, changedBy } from '../members/index.ts';
import { createOverviewService } from '../overview/index.ts';
import { createPacketsService } from '../packets/index.ts';
import { createReceiptsService, receiptFeed } from '../receipts/index.ts';
import { createSourcesService, createSyncEngine, createSyncScheduler, type SyncEngine } from '../sources/index.ts';
import type { AppContext } from './app-context.ts';
import { startBackupSchedule } from './backups.ts';
import { FEEDS } from './feeds.ts';
import { houseState } from './house-state.ts';
import { newRequestId, newUuid } from './ids.ts';
import { createPacketClock } from './packet-clock.ts';
import type { OpenedStore } from './open-workspace.ts';

/**
 * The rooms of an open workspace, wired: what a room announces and a later one does about it stands here, so that no room
 * imports one after it.
 */
export function createServices(context: AppContext, opened: OpenedStore) {
  const { store, readOnly } = opened;
  const { hub, jobs, log, metrics, options } = context;
  const background = options.background && readOnly === null;
  const clock = () => new Date(context.now());

  const audit = createAuditService({ store });
  const members = createMembersService({ store, newId: newUuid });
  const receipts = createReceiptsService({
    store,
    compute: context.compute,
    downloads: context.downloads,
    stateDir: context.stateDir,
    installId: opened.installId,
    workspaceId: opened.info.workspaceId,
    folder: opened.folder,
    writable: readOnly === null,
    newId: newUuid,
    trustChanged: () => hub.changed('trust', 'receipts', 'audit'),
    onVerified: ({ verdict, receipts: count, elapsedMs }) => metrics.verified(verdict, count, elapsedMs / 1000),
  });

  const evidence = createEvidenceService({
    store,
    compute: context.compute,
    folder: opened.folder,
    writable: readOnly === null,
    now: () => context.now(),
    startJob: (spec) => jobs.start(spec),
    changed: () => hub.changed('evidence', 'audit'),
    onVerified: (verified) => evidenceVerified(verified),
  });
  const gates = createGatesService({
    store,
    newId: newUuid,
    members: () => store.read('members.list', null),
    // A close counts when the committee accepted its packet.
    productionCloses: () => store.read('packets.productionCloses', null),
    changed: () => hub.changed('gates', 'audit'),
    onRun: (run, freeze) => log.info({ run: run.runNo, month: run.month, decision: run.decision, freeze }, 'The gates were run'),
  });
  let gatesRun: Promise<unknown> = Promise.resolve();
  /** One after another: each looks at what the one before it left. */
  const runTouchedMonths = (signal?: AbortSignal): Promise<unknown> => {
    const by = () => ({ memberId: null, role: null, requestId: newRequestId(), now: context.now() });
    gatesRun = gatesRun
      .then(() => gates.runTouchedMonths(by(), signal))
      .catch((error: unknown) => log.warn({ reason: String(error) }, 'The gates could not be run'));
    return gatesRun;
  };
  /** Verdicts of evidence changed: the months whose own evidence is new are judged again. */
  const evidenceVerified = ({ changed }: VerifiedEvidence): void => {
    if (changed > 0 && readOnly === null) void runTouchedMonths().then(() => packetClock.look());
  };
  const evidenceClock = createEvidenceClock({
    verification: { verify: () => evidence.verifyDue(), nextDue: evidence.verification.nextDue },
    nowMs: () => Date.parse(context.now()),
    onVerified: () => undefined,
    onError: (error) => log.warn({ reason: String(error) }, 'Evidence could not be verified again'),
  });

  const syncEngine = createSyncEngine({
    store,
    modules: FEEDS,
    tokens: context.capabilities.secrets,
    now: clock,
    newId: newUuid,
    onRunEnded: (run) => {
      metrics.synced(run.source, run.outcome, run.counts.accepted, run.counts.quarantined, 0);
      hub.changed('sources', 'quarantine', run.feed === evidenceFeed.feed ? 'evidence' : 'receipts');
      // New receipts are verified at once: a break that waits for a person to press a button is found too late.
      if (run.feed === receiptFeed.feed && run.outcome !== 'nothing-new') verifySoon();
    },
    onFault: (error, run) =>
      log.error({ runId: run.runId, source: run.source, feed: run.feed, fault: String(error) }, 'A sync run stopped on a fault'),
  });
  /** Evidence is verified, and its months are judged, before the sync ends: whoever waits for it finds the verdicts. */
  const engine: SyncEngine = {
    ...syncEngine,
    run: async (request) => {
      const report = await syncEngine.run(request);
      if (report.feeds.some(({ feed, counts }) => feed === evidenceFeed.feed && counts.accepted > 0)) {
        await evidence.verifyDue();
        await runTouchedMonths(request?.signal);
      }
      return report;
    },
  };
  const scheduler = createSyncScheduler({
    sources: () => store.read('sources.scheduled', null),
    run: (sourceId) => syncAsJob([sourceId]),
    now: clock,
    // Spreads retries of many consoles; nothing that is stored or judged depends on it.
    jitter: () => (Date.now() % 1000) / 1000,
    onError: (error) => log.warn({ reason: String(error) }, 'The sync schedule could not be kept'),
  });
  const sources = createSourcesService({
    store,
    modules: FEEDS,
    engine,
    tokens: context.capabilities.secrets,
    startJob: (spec) => jobs.start(spec),
    newId: newUuid,
    nextRunAt: scheduler.nextRunAt,
    changed: (what) => {
      hub.changed(what, 'audit');
      if (background)
        void scheduler.refresh().catch((error: unknown) => log.warn({ reason: String(error) }, 'The sync schedule could not be read'));
    },
  });

  const syncAsJob = (sourceIds: readonly string[]) =>
    jobs.start({
      name: 'Scheduled sync',
      kind: 'sync',
      requestId: newRequestId(),
      address: '/settings/sources',
      run: async ({ signal, progress }) => {
        const report = await engine.run({ sourceIds, signal, onProgress: (at, says) => progress(at, says) });
        return report.feeds.map(({ source, says }) => `${source}: ${says}`).join(' ');
      },
    }).ended;

  // --- verification after sync ---------------------------------------------------------------------------------
  let verifyWaits = false;
  let verifying: Promise<unknown> = Promise.resolve();
  /** One verification at a time; what comes in meanwhile is taken by one more run after it. */
  function verifySoon(): void {
    if (!background || verifyWaits) return;
    verifyWaits = true;
    verifying = verifying.then(() => {
      verifyWaits = false;
      return startVerification({ fromZero: false, by: null }).ended;
    });
  }
  function startVerification(request: {
    chainKeys?: readonly string[];
    fromZero: boolean;
    by: Pick<HandlerContext, 'session' | 'requestId' | 'now'> | null;
  }) {
    const requestId = request.by?.requestId ?? newRequestId();
    const by = request.by ? changedBy(request.by) : { memberId: null, role: null, requestId, now: context.now() };
    return jobs.start({
      name: request.fromZero ? 'Verifying from zero' : 'Verifying new receipts',
      kind: 'verify',
      requestId,
      address: '/receipts',
      run: async ({ signal, progress }) => {
        const { says } = await receipts.verifyChains({
          ...(request.chainKeys === undefined ? {} : { chainKeys: request.chainKeys }),
          fromZero: request.fromZero,
          now: context.now(),
          by,
          signal,
          onProgress: (done, total) => progress({ done, total, unit: 'receipts' }, 'Verifying'),
        });
        hub.changed('receipts', 'audit');
        return says;
      },
    });
  }

  const packets = createPacketsService({
    store,
    downloads: context.downloads,
    exportPacket: (packet, format) => context.compute.run('packets.export', { packet, format }),
    writable: readOnly === null,
    newId: newUuid,
    changed: () => hub.changed('packets', 'audit'),
    judgeEvidence: async () => {
      hub.changed('evidence');
      await evidence.verifyDue();
      await runTouchedMonths();
    },
  });
  const packetClock = createPacketClock(async () => {
    try {
      // A packet tells what the gates said: they come first.
      await gatesRun;
      const built = await packets.buildDue({ memberId: null, role: null, requestId: newRequestId(), now: context.now() });
      for (const says of built) log.info({ says }, 'The schedule built a packet');
    } catch (error) {
      // A month that cannot be built waits for a person; the overview says so.
      log.warn({ reason: String(error) }, 'The packet that is due could not be built');
    }
  });

  const listSources = async () => (await sources.handlers['source.list']({ removed: false })).sources;
  const overview = createOverviewService({
    store,
    writable: readOnly === null,
    sources: listSources,
    quarantineOpen: async () =>
      (await store.read('quarantine.page', { state: 'open', sourceId: null, feed: null, after: null, limit: 1 })).totals.open,
    chainsInNeed: receipts.chainsInNeed,
    trustedLogs: receipts.trustedCount,
    newestAudit: async (limit) => (await store.read('audit.page', { before: null, limit, action: null, actor: null })).entries,
    members: () => store.read('members.list', null),
    findChains: receipts.findChains,
    findReceipts: receipts.findReceipts,
    gates: gates.standing,
    packets: packets.inNeed,
    house: () => houseState(context, opened),
  });

  const handlers = {
    ...audit.handlers,
    ...members.handlers,
    ...sources.handlers,
    ...receipts.handlers,
    ...evidence.handlers,
    ...gates.handlers,
    ...packets.handlers,
    ...overview.handlers,
    'receipt.verify': ({ chainKeys, fromZero }, ctx) => ({
      jobId: startVerification({ ...(chainKeys === undefined ? {} : { chainKeys }), fromZero, by: ctx }).jobId,
    }),
  } satisfies Partial<Handlers<Contract>>;

  let schedules: { stop: () => void } | null = null;
  const services = {
    audit,
    members,
    listSources,
    receipts,
    evidence,
    gates,
    handlers,
    /** Facts by kind, from derived counters: for backups, the doctor and the support bundle. */
    factCounts: () => store.read('overview.factCounts', null),
    /** Names that may be a partner's or a person's: taken out of support bundles. */
    knownNames: () => store.read('overview.names', null),
    /** Size of each log as it was last verified: what a restore goes back from. */
    logSizes: () => receipts.logSizes(),
    start: () => {
      if (!background) return;
      scheduler.start();
      schedules = startBackupSchedule(context, () => ({ store, folder: opened.folder, factCounts: services.factCounts }));
      verifySoon();
      evidenceClock.start();
      packetClock.start();
    },
    stop: async () => {
      schedules?.stop();
      await scheduler.close();
      await engine.close();
      await evidenceClock.stop();
      await packetClock.stop();
      await evidence.verification.settled();
      await gatesRun;
      await verifying;
    },
  };
  return services;
}

export type Services = ReturnType<typeof createServices>;
