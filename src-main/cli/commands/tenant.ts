import type { InputOf, OutputOf } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import {
  limitState,
  type TenantFilter,
  type TenantRow,
  type TenantSort,
  tenantSort,
  tenantStatus,
  timelineKind,
} from '../../../src-shared/contract/tenants.ts';
import { AppError } from '../../../src-shared/kernel/errors.ts';
import type { GlobalOptions } from '../global-options.ts';
import { type CliSession, withWorkspace } from '../open.ts';
import { integer, print, table } from '../output.ts';
import { printable } from '../printable.ts';

/** Tenants in a terminal: listed, shown, their timeline and records. */

interface ListOptions {
  readonly view?: string;
  readonly plan?: string;
  readonly tier?: string;
  readonly status?: string;
  readonly region?: string;
  readonly partner?: string;
  readonly limitState?: string;
  readonly tag?: string;
  readonly highRisk?: boolean;
  readonly marginUnder?: string;
  readonly search?: string;
  readonly sort?: string;
  readonly ascending?: boolean;
  readonly limit?: number;
}

const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

function known<T extends string>(option: string, text: string, values: readonly T[]): T[] {
  return words(text).map((word) => {
    const found = values.find((value) => value === word);
    if (found !== undefined) return found;
    throw new AppError('BAD_INPUT', `${word} is no value of --${option}.`, { nextStep: `Use ${values.join(', ')}.` });
  });
}

function filterOf(options: ListOptions): TenantFilter {
  const margin = options.marginUnder === undefined ? undefined : Number(options.marginUnder);
  if (margin !== undefined && !(margin >= -1000 && margin <= 100))
    throw new AppError('BAD_INPUT', `${options.marginUnder} is no percentage.`, { nextStep: 'Write --margin-under 75.' });
  const list = (text: string | undefined) => (text === undefined ? undefined : words(text));
  const found = {
    plan: list(options.plan),
    tier: list(options.tier),
    status: options.status === undefined ? undefined : known('status', options.status, tenantStatus.options),
    region: list(options.region),
    partner: list(options.partner),
    limitState: options.limitState === undefined ? undefined : known('limit-state', options.limitState, limitState.options),
    tags: list(options.tag),
    risk: options.highRisk === true ? ['high'] : undefined,
    marginUnder: margin,
    search: options.search,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as TenantFilter;
}

async function viewOf(
  session: CliSession,
  viewId: string | undefined,
): Promise<OutputOf<Contract, 'tenant.views'>['views'][number] | null> {
  if (viewId === undefined) return null;
  const { views } = await session.client.call('tenant.views', {});
  const found = views.find((view) => view.viewId === viewId || view.name === viewId);
  if (found !== undefined) return found;
  throw new AppError('NOT_FOUND', `There is no view ${viewId}.`, { nextStep: `Use ${views.map((view) => view.viewId).join(', ')}.` });
}

const PAGE = 500;

export async function listTenants(globals: GlobalOptions, options: ListOptions): Promise<void> {
  const sort: TenantSort | undefined = options.sort === undefined ? undefined : known('sort', options.sort, tenantSort.options)[0];
  await withWorkspace(globals, { writes: false }, async (session) => {
    const view = await viewOf(session, options.view);
    const filter = { ...view?.filter, ...filterOf(options) };
    const most = options.limit ?? Number.POSITIVE_INFINITY;
    const order = {
      sort: sort ?? view?.sort ?? 'mrr',
      direction: options.ascending === true ? 'asc' : sort === undefined ? (view?.direction ?? 'desc') : sort === 'name' ? 'asc' : 'desc',
    } as const;
    const rows: TenantRow[] = [];
    let answer: OutputOf<Contract, 'tenant.list'>;
    let after: string | null = null;
    do {
      const input: InputOf<Contract, 'tenant.list'> = {
        filter,
        ...order,
        limit: Math.max(1, Math.min(PAGE, most - rows.length)),
        ...(after === null ? {} : { after }),
      };
      answer = await session.client.call('tenant.list', input);
      rows.push(...answer.rows);
      after = answer.next;
    } while (after !== null && rows.length < most);
    rows.length = Math.min(rows.length, most);
    const { matched, total, mrr, mrrOther, ordered, readAt } = answer;
    print({ filter, ...order, matched, total, mrr, mrrOther, readAt, tenants: rows }, () =>
      [
        rows.length === 0 ? 'No tenant fits.' : tenantTable(rows),
        '',
        `${integer(matched)} of ${integer(total)} tenants, ${mrr.amount} ${mrr.currency} MRR${mrrOther.map((other) => `, and ${other.amount} ${other.currency} apart`).join('')}. ${ordered}`,
      ].join('\n'),
    );
  });
}

const tenantTable = (rows: readonly TenantRow[]): string =>
  table(
    ['tenant', 'name', 'partner', 'plan', 'status', 'region', 'limit', '>used', '>risk', '>margin', '>MRR USD'],
    rows.map((row) => [
      printable(row.tenantId),
      printable(row.name),
      printable(row.partnerId),
      `${printable(row.planId)} ${printable(row.planVersion)}${row.planKnown ? '' : ' ?'}`,
      row.status,
      printable(row.region),
      row.limit === null ? '' : `${printable(row.limit.metric)} ${row.limit.state}`,
      row.limit === null ? '' : `${row.limit.percent}%`,
      `${row.risk} ${row.riskWord}`,
      row.margin === null ? '' : `${row.margin}%`,
      row.mrr.amount,
    ]),
  );

export async function showTenant(globals: GlobalOptions, tenantId: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const found = await client.call('tenant.show', { tenantId });
    print(found, () => {
      const { tenant } = found;
      return [
        `${printable(tenant.name)}  ${printable(tenant.tenantId)}`,
        `Plan    ${printable(tenant.planId)} ${printable(tenant.planVersion)} since ${found.planSince.slice(0, 10)}${tenant.planKnown ? '' : ' (this version is not known here)'}`,
        `Status  ${tenant.status} since ${found.statusSince.slice(0, 10)}`,
        `Partner ${printable(tenant.partnerId)}, ${printable(tenant.region)}`,
        `MRR     ${tenant.mrr.amount} ${tenant.mrr.currency}${tenant.mrrOther.map((other) => `, apart ${other.amount} ${other.currency}`).join('')}`,
        `Risk    ${tenant.risk} ${tenant.riskWord}`,
        ...found.riskReasons.map(({ points, says }) => `        ${points < 0 ? '−' : '+'}${Math.abs(points)} ${printable(says)}`),
        ...(tenant.limit === null ? [] : [`Limit   ${printable(tenant.limit.metric)} at ${tenant.limit.percent}% (${tenant.limit.state})`]),
        ...(tenant.margin === null ? [] : [`Margin  ${tenant.margin}% at the last close`]),
        ...(tenant.tags.length === 0 ? [] : [`Tags    ${tenant.tags.map(printable).join(', ')}`]),
        ...found.contacts.map(
          ({ name, role, email }) =>
            `Contact ${[name, role, email]
              .filter((part) => part !== null)
              .map(printable)
              .join(', ')}`,
        ),
        '',
        found.subscriptions.length === 0
          ? 'No subscription.'
          : table(
              ['subscription', 'status', 'price', '>MRR', 'because'],
              found.subscriptions.map((one) => [
                printable(one.subscriptionId),
                one.status,
                `${one.unitAmount.amount} ${one.unitAmount.currency} a ${one.interval}`,
                one.mrr === null ? '–' : `${one.mrr.amount} ${one.mrr.currency}`,
                printable(one.says),
              ]),
            ),
        ...(found.entitlements.length === 0
          ? []
          : ['', ...found.entitlements.map(({ name, included }) => `${included ? '✓' : '–'} ${printable(name)}`)]),
        '',
        `${integer(found.records)} version${found.records === 1 ? '' : 's'} of its record, ${integer(found.conflicts)} in conflict.`,
      ].join('\n');
    });
  });
}

const MARKS = { ok: '✓', warn: '!', bad: '✕', idle: '·' } as const;

export async function showTimeline(globals: GlobalOptions, tenantId: string, options: { kind?: string; limit: number }): Promise<void> {
  const kinds = options.kind === undefined ? undefined : known('kind', options.kind, timelineKind.options);
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const entries: OutputOf<Contract, 'tenant.timeline'>['entries'] = [];
    let answer: OutputOf<Contract, 'tenant.timeline'>;
    let after: string | null = null;
    do {
      const input: InputOf<Contract, 'tenant.timeline'> = {
        tenantId,
        limit: Math.max(1, Math.min(200, options.limit - entries.length)),
        ...(kinds === undefined ? {} : { kinds }),
        ...(after === null ? {} : { after }),
      };
      answer = await client.call('tenant.timeline', input);
      entries.push(...answer.entries);
      after = answer.next;
    } while (after !== null && entries.length < options.limit);
    print({ matched: answer.matched, total: answer.total, kinds: answer.kinds, entries }, () =>
      [
        ...entries.map(
          ({ at, kind, status, title, says }) =>
            `${at.slice(0, 16).replace('T', ' ')}  ${MARKS[status]} ${kind.padEnd(8)} ${printable(title)}\n${' '.repeat(29)}${printable(says)}`,
        ),
        `${integer(entries.length)} of ${integer(answer.total)}.`,
      ].join('\n'),
    );
  });
}

export async function showRecords(globals: GlobalOptions, tenantId: string): Promise<void> {
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    const found = await client.call('tenant.records', { tenantId });
    print(found, ({ versions }) =>
      table(
        ['updated', 'state', 'from', 'SHA-256', 'changes'],
        versions.map((one) => [
          one.updatedAt,
          one.state,
          printable(one.sourceName ?? one.by ?? 'console'),
          one.sha256.slice(0, 12),
          printable(one.changes.join('; ')),
        ]),
      ),
    );
  });
}
