import type { Client } from '../../../src-shared/contract/client.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { MONTH, type Partner, tenantOf, type TwoPartners } from './two-partners.ts';

/** Values for each place in an input where something of a partner can stand, by the name of the place. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

const must = <T>(rows: readonly T[], what: string): readonly T[] => {
  if (rows.length === 0) throw new Error(`the world has no ${what} of this partner`);
  return rows;
};

/** Everything of a partner that can be named, as its own people and the house know it. */
export async function knownOf({ client, people, as }: TwoPartners, partner: Partner): Promise<Known> {
  const own = await as(people.admin[partner.id]!, () => ownIds(client, partner));
  const members = [people.admin[partner.id]!, people.operator[partner.id]!];
  return {
    ...own,
    tenantId: [tenantOf(partner, 1), tenantOf(partner, 2)],
    tenantIds: [[tenantOf(partner, 1), tenantOf(partner, 2)]],
    partner: [[partner.id]],
    region: [[`${partner.id}-west-1`]],
    tags: [[`${partner.id}-origin`], [`${partner.id}-tag`]],
    sourceName: [partner.id],
    chainKey: [`${partner.id}/${partner.chain}`],
    chainKeys: [[`${partner.id}/${partner.chain}`]],
    memberId: members,
    actor: [...members, `${partner.word} Admin`],
    search: [partner.word, partner.id, tenantOf(partner, 1)],
    metric: ['ingest_unit', `${partner.id}_gpu`],
  };
}

async function ownIds(client: Client<Contract>, partner: Partner): Promise<Known> {
  const [sources, incidents, approvals, messages, exports, views, audit, receipts] = await Promise.all([
    client.call('source.list', {}),
    client.call('incident.list', {}),
    client.call('approval.list', {}),
    client.call('outbox.list', {}),
    client.call('billing.list', {}),
    client.call('tenant.views', {}),
    client.call('audit.page', {}),
    client.call('receipt.page', { chainKey: `${partner.id}/${partner.chain}`, limit: 3 }),
  ]);
  const approval = must(approvals.approvals, 'approval');
  const receipt = must(receipts.rows, 'receipt')[0]!;
  const page = await client.call('tenant.list', { limit: 1 });
  return {
    sourceId: must(sources.sources, 'source').map(({ sourceId }) => sourceId),
    incidentNo: must(incidents.incidents, 'incident').map(({ incidentNo }) => incidentNo),
    requestId: approval.map(({ requestId }) => requestId),
    request: approval.flatMap(({ requestId, ref }) => [requestId, ref]),
    statementSha256: approval.map(({ statementSha256 }) => statementSha256),
    messageId: must(messages.messages, 'message').map(({ messageId }) => messageId),
    exportId: must(exports.exports, 'export').map(({ exportId }) => exportId),
    viewId: must(
      views.views.filter(({ builtIn }) => !builtIn),
      'view',
    ).map(({ viewId }) => viewId),
    seq: must(audit.entries, 'audit entry').map(({ seq }) => seq),
    /** Where a page goes on: built from the last row of the page before, so it holds that row. */
    tenantCursor: [page.next],
    text: [partner.word, partner.id, tenantOf(partner, 1), receipt.receiptId?.slice(0, 12), receipt.hash?.slice(0, 12), MONTH].filter(
      (text) => text !== undefined,
    ),
  };
}
