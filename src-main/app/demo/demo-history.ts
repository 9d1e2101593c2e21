import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Client } from '../../../src-shared/contract/client.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { computeReferencePacket } from '../../packets/reference-packet.ts';
import { failureInjection, stress } from './demo-drills.ts';
import { type Close, type ComputeMonth, demoEvidence, firstClose, type TierRow } from './demo-evidence.ts';
import { demoMonths, type DemoMonth, type EvidenceFile, iso } from './demo-months.ts';
import { finished } from '../finished-job.ts';
import type { Seeded } from './seeded.ts';

/** The folder of the company's own source, beside those of its partners. */
export const OWN_SOURCE = 'switchboard';

/** The people of the demo by the part they have in a close. */
const FINANCE = 'Lena Brandt';
const FOUNDER = 'Tomás Reyes';
const LEADERSHIP = 'Noor Haddad';
const ENGINEERING = 'Ines Duarte';

export interface HistoryOptions {
  readonly seeded: Seeded;
  /** ISO 8601 UTC. */
  readonly now: string;
  /** `<folder>/switchboard`: where the evidence is written. */
  readonly sourceFolder: string;
  readonly client: Client<Contract>;
  /** Sets the time at which the calls that follow happen: ISO 8601 UTC. */
  readonly setClock: (at: string) => void;
  readonly say: (says: string) => void;
}

/**
 * Replays the closes month by month through the contract: evidence arrives and is judged, the packet is built, questioned
 * and accepted. `begin` is called before any evidence is there. The newest one breaks a gate, freezes price changes and waits in review.
 */
export async function replayMonths(options: HistoryOptions, begin: () => Promise<void>): Promise<void> {
  const { client } = options;
  const months = demoMonths(options.now);
  let closes: readonly Close[] = [firstClose(months[0]!)];
  for (const month of months) {
    options.say(`Closing ${month.month}`);
    const newest = month === months.at(-1);
    const { files, close } = demoEvidence(options.seeded, month, closes, computeMonth);
    closes = [...closes, close];
    if (month.plannedAt < month.capturedAt) await readAsPlanned(options, month);
    await write(options.sourceFolder, files);
    options.setClock(notAfter(month, 3, options.now));
    if (month.index === 0) await begin();
    await open(client, month);
    if (newest) await question(client, month);
    options.setClock(notAfter(month, 21, options.now));
    await (newest ? answerBreach(client, month, options.now) : accept(client, month));
  }
}

/** The source is read on its day, and has nothing new yet. */
async function readAsPlanned({ client, setClock }: HistoryOptions, { plannedAt }: DemoMonth): Promise<void> {
  setClock(plannedAt);
  await finished(client, () => client.call('sync.run', { full: false }));
}

/** Load test and failure drill of today: those of the newest close are too old for a release by now. */
export const writeFreshDrills = (options: Pick<HistoryOptions, 'seeded' | 'sourceFolder' | 'now'>): Promise<void> => {
  const capturedAt = iso(Date.parse(options.now) - 5 * HOUR);
  return write(options.sourceFolder, [stress(options.seeded, capturedAt), failureInjection(options.seeded, capturedAt)]);
};

const HOUR = 3_600_000;

/** Some hours after the evidence was captured, and never in the future. */
const notAfter = ({ capturedAt }: DemoMonth, hours: number, now: string): string =>
  new Date(Math.min(Date.parse(capturedAt) + hours * HOUR, Date.parse(now) - (24 - hours) * 60_000)).toISOString();

async function write(folder: string, files: readonly EvidenceFile[]): Promise<void> {
  for (const { name, text } of files) {
    const path = join(folder, 'evidence', name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

/** The guardrails that a packet writes, and the rows that the decisions name again. */
const computeMonth: ComputeMonth = (telemetry, assumptions, now) => {
  const { files } = computeReferencePacket({
    telemetryBytes: Buffer.from(telemetry),
    assumptionsBytes: Buffer.from(assumptions),
    maxTelemetryAgeHours: 24,
    now,
  });
  const text = Buffer.from(files[0].bytes).toString('utf8');
  const { metrics, tier_unit_economics: rows } = JSON.parse(text) as {
    readonly metrics: { readonly blended_gross_margin_percent: number };
    readonly tier_unit_economics: readonly (TierRow & { readonly gross_margin_percent: number })[];
  };
  return {
    guardrails: { name: files[0].name, text },
    tiers: rows.map(({ gross_margin_percent: _, ...row }) => row),
    margin: metrics.blended_gross_margin_percent,
  };
};

async function actAs(client: Client<Contract>, name: string): Promise<void> {
  const { members } = await client.call('member.list', {});
  await client.call('session.actAs', { memberId: members.find((member) => member.name === name)!.memberId });
}

/** Evidence comes in, which runs the gates; the packet goes to the committee. */
async function open(client: Client<Contract>, { month }: DemoMonth): Promise<void> {
  await actAs(client, FINANCE);
  await finished(client, () => client.call('sync.run', { full: false }));
  const { packetId } = await client.call('packet.build', { month });
  await client.call('packet.submit', { packetId });
}

async function tick(client: Client<Contract>, month: string, name: string): Promise<void> {
  await actAs(client, name);
  const { head, review } = await client.call('packet.get', { month });
  for (const { item } of review.checklist.filter(({ mine, automatic, checked }) => mine && !automatic && !checked))
    await client.call('packet.check', { packetId: head.packetId, item, checked: true });
}

async function accept(client: Client<Contract>, { month }: DemoMonth): Promise<void> {
  for (const name of [ENGINEERING, LEADERSHIP, FINANCE, FOUNDER]) await tick(client, month, name);
  const { head, review } = await client.call('packet.get', { month });
  await client.call('packet.accept', {
    packetId: head.packetId,
    text: 'A good month: every floor holds.',
    ...(review.worst === null ? {} : { knowing: review.worst.code }),
  });
}

async function question(client: Client<Contract>, { month }: DemoMonth): Promise<void> {
  const { head } = await client.call('packet.get', { month });
  const { packetId } = head;
  await actAs(client, FOUNDER);
  const { eventNo } = await client.call('packet.ask', {
    packetId,
    figure: 'tier.starter.llm',
    text: 'Is this net of the tenants that came back in the month?',
  });
  await actAs(client, FINANCE);
  await client.call('packet.answer', {
    packetId,
    question: eventNo,
    text: 'Yes. They have no usage yet and count as zero in the percentiles.',
  });
  await actAs(client, LEADERSHIP);
  await client.call('packet.ask', {
    packetId,
    figure: 'tier.starter.p95_of_mrr',
    text: 'The annual mix of Starter is last year’s 0.70. The billing system says 0.48. Which one counts?',
  });
}

/** The breach has an owner and a plan; the question about the assumption is still open. */
async function answerBreach(client: Client<Contract>, { month }: DemoMonth, now: string): Promise<void> {
  await tick(client, month, ENGINEERING);
  await actAs(client, FOUNDER);
  const { members } = await client.call('member.list', {});
  const { frozen } = await client.call('freeze.get', {});
  if (frozen !== null)
    await client.call('freeze.plan', {
      freezeNo: frozen.freezeNo,
      ownerId: members.find(({ name }) => name === FOUNDER)!.memberId,
      steps: 'Put the starter prompt limit back to 4,096 tokens. Ask billing for the annual mix that is paid today.',
      dueOn: iso(Date.parse(now) + 12 * 24 * HOUR).slice(0, 10),
    });
  const { head } = await client.call('packet.get', { month });
  await client.call('packet.comment', {
    packetId: head.packetId,
    figure: 'blended_margin',
    text: 'The margin went up all the same: support and models cost less for each subscription.',
  });
}
