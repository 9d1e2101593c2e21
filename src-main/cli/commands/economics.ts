import type { EconomicsTenant } from '../../../src-shared/contract/economics.ts';
import type { GlobalOptions } from '../global-options.ts';
import { withWorkspace } from '../open.ts';
import { print, table } from '../output.ts';
import { monthOf } from './packet-workspace.ts';

/** `economics …`: what tenants bring and cost, and limits that should warn earlier. */

const margin = (percent: string | null): string => (percent === null ? 'n/a' : `${percent}%`);

const tenantTable = (rows: readonly EconomicsTenant[]): string =>
  table(
    ['tenant', 'name', 'tier', '>MRR USD', '>models', '>infra', '>support', '>costs', '>margin'],
    rows.map((row) => [
      row.tenantId,
      row.name,
      row.tier,
      row.mrr.amount,
      row.llm.amount,
      row.infra.amount,
      row.support.amount,
      row.cogs.amount,
      margin(row.margin),
    ]),
  );

export async function showEconomics(globals: GlobalOptions, options: { readonly month?: string; readonly tenant?: string }): Promise<void> {
  const month = options.month === undefined ? {} : { month: monthOf(options.month) };
  await withWorkspace(globals, { writes: false }, async ({ client }) => {
    if (options.tenant !== undefined) {
      const found = await client.call('economics.tenant', { tenantId: options.tenant, ...month });
      print(found, ({ month: shown, state, row, metrics, history, suggestions }) =>
        [
          `${row.name}, ${shown}${state === 'running' ? ' (running)' : ''}`,
          tenantTable([row]),
          '',
          table(
            ['metric', '>quantity', 'unit', '>cost USD'],
            metrics.map(({ metric, quantity, unit, cost }) => [metric, quantity, unit, cost.amount]),
          ),
          '',
          table(
            ['close', '>MRR USD', '>costs', '>margin'],
            history.map((close) => [close.month, close.mrr.amount, close.cogs.amount, margin(close.margin)]),
          ),
          ...suggestions.flatMap(({ metric, soft, suggested, reasons }) => [
            '',
            `${metric}: soft limit ${soft} → ${suggested} suggested`,
            ...reasons.map(({ says }) => `  ${says}`),
          ]),
        ].join('\n'),
      );
      return;
    }
    const found = await client.call('economics.overview', month);
    print(found, (shown) =>
      [
        `${shown.month}${shown.state === 'running' ? ' (running)' : ''}: MRR ${shown.total.mrr.amount} USD, costs ${shown.total.cogs.amount} USD, margin ${margin(shown.total.margin)}, ${shown.total.tenants} tenants`,
        ...(shown.change === null
          ? []
          : [
              `On ${shown.change.month}: MRR ${shown.change.mrr}, costs ${shown.change.cogs}, margin ${shown.change.marginPoints ?? 'n/a'} pt`,
            ]),
        ...(shown.leftOut === 0 ? [] : [`${shown.leftOut} paid in another currency: in no sum`]),
        '',
        table(
          ['tier', '>tenants', '>MRR USD', '>models', '>infra', '>support', '>margin'],
          shown.tiers.map((tier) => [
            tier.tier,
            String(tier.tenants),
            tier.mrr.amount,
            tier.llm.amount,
            tier.infra.amount,
            tier.support.amount,
            margin(tier.margin),
          ]),
        ),
        '',
        'Lowest margins',
        tenantTable(shown.bottom),
        '',
        'Highest margins',
        tenantTable(shown.top),
        '',
        table(
          ['close', '>MRR USD', '>costs', '>margin'],
          shown.trend.map((close) => [close.month, close.mrr.amount, close.cogs.amount, margin(close.margin)]),
        ),
        `Rule ${shown.rule}, ${shown.costModel}`,
      ].join('\n'),
    );
  });
}

export async function suggestions(
  globals: GlobalOptions,
  options: { readonly look?: boolean; readonly answered?: boolean },
): Promise<void> {
  await withWorkspace(globals, { writes: options.look === true }, async ({ client }) => {
    if (options.look === true) await client.call('economics.look', {});
    const found = await client.call('economics.suggestions', { answered: options.answered === true });
    print(found, ({ lookedAt, suggestions: rows }) =>
      rows.length === 0
        ? lookedAt === null
          ? 'Nobody has looked yet. --look does.'
          : `Nothing is suggested; looked at ${lookedAt}.`
        : rows
            .flatMap((row) => [
              `${row.suggestionId}  ${row.name}, ${row.metric}, ${row.month}: soft limit ${row.soft} → ${row.suggested}${row.answer === null ? '' : ` (${row.answer.answer} by ${row.answer.by})`}`,
              ...row.reasons.map(({ says }) => `  ${says}`),
            ])
            .join('\n'),
    );
  });
}

const answer = async (globals: GlobalOptions, suggestionId: string, given: 'accepted' | 'dismissed', reason: string): Promise<void> => {
  await withWorkspace(globals, { writes: true }, async ({ client }) => {
    const answered = await client.call('economics.answer', { suggestionId, answer: given, reason });
    print(
      answered,
      ({ name, metric }) => `${given === 'accepted' ? 'Accepted' : 'Dismissed'} for ${name}, ${metric}. The plan is unchanged.`,
    );
  });
};

export const accept = (globals: GlobalOptions, suggestionId: string, { reason }: { readonly reason: string }): Promise<void> =>
  answer(globals, suggestionId, 'accepted', reason);

export const dismiss = (globals: GlobalOptions, suggestionId: string, { reason }: { readonly reason: string }): Promise<void> =>
  answer(globals, suggestionId, 'dismissed', reason);
