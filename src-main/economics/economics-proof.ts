import type { OutputOf } from '../../src-shared/contract/define.ts';
import type { Contract } from '../../src-shared/contract/index.ts';
import { AppError } from '../../src-shared/kernel/errors.ts';
import { formatMinor } from '../../src-shared/kernel/money.ts';
import { formatExact } from '../../src-shared/kernel/quantity.ts';
import { costVersion, metricCatalogue, monthTotals, parseMonth } from '../metering/index.ts';
import type { StoreDb } from '../store/index.ts';
import { MRR_RULE, mrrOfSubscription, subscriptionsAt, tenantAddress, tenantNoOf } from '../tenants/index.ts';
import { computeMonth } from './closes.ts';
import { percent, perTenant, twoPlaces } from './economics-view.ts';
import { digestOf, endOf } from './month-data.ts';
import { readMonth } from './overview-queries.ts';
import { type Costs, perSeat, summed, type TenantEconomics } from './unit-economics.ts';

/** How a figure of unit economics came to be: the formula with the numbers in it, what went in, and a digest to hold it against. */

export type EconomicsFigure = 'margin' | 'mrr' | 'cogs' | 'cogs_per_seat' | 'cogs_per_tenant';
type Answer = OutputOf<Contract, 'economics.proof'>;
type Input = Answer['proof']['inputs'][number];

export interface ProofArgs {
  readonly month: string | null;
  readonly figure: EconomicsFigure;
  readonly tenantId: string | null;
  readonly tier: string | null;
  readonly now: string;
}

const amount = (minor: bigint): string => formatMinor(minor, 'USD');

const TITLES: Readonly<Record<EconomicsFigure, readonly [title: string, unit: string]>> = {
  margin: ['Margin', 'percent'],
  mrr: ['Revenue proxy (MRR)', 'USD'],
  cogs: ['Costs', 'USD'],
  cogs_per_seat: ['Costs for each seat', 'USD'],
  cogs_per_tenant: ['Costs for each tenant', 'USD'],
};

interface Subject {
  readonly name: string;
  readonly rows: readonly TenantEconomics[];
  readonly costs: Costs;
  readonly seats: bigint;
}

function subjectOf(rows: readonly TenantEconomics[], { tenantId, tier }: ProofArgs, month: string): Subject {
  const counted = rows.filter(({ otherCurrency }) => tenantId !== null || !otherCurrency);
  const own = counted.filter((row) => (tenantId === null || row.tenantId === tenantId) && (tier === null || row.tier === tier));
  if (own.length === 0)
    throw new AppError('NOT_FOUND', `There is nothing of that in ${month}.`, { nextStep: 'Choose another month, tenant or tier.' });
  const name = tenantId !== null ? own[0]!.name : tier !== null ? `all tenants of ${tier}` : 'all tenants';
  return { name, rows: own, costs: summed(own), seats: own.reduce((sum, row) => sum + row.seats, 0n) };
}

function valueOf(figure: EconomicsFigure, { costs, rows, seats }: Subject): string {
  switch (figure) {
    case 'margin':
      return percent(rows.length === 1 ? rows[0]!.marginBp : costs.marginBp) ?? 'none';
    case 'mrr':
      return amount(costs.mrrMinor);
    case 'cogs':
      return amount(costs.cogsMinor);
    case 'cogs_per_seat': {
      const each = perSeat(costs.cogsMinor, seats);
      return each === null ? 'none' : amount(each);
    }
    case 'cogs_per_tenant':
      return amount(perTenant(costs.cogsMinor, rows.length) ?? 0n);
  }
}

const CLOSING: Readonly<Record<EconomicsFigure, (subject: Subject, value: string) => string>> = {
  margin: ({ costs }, value) => `(${amount(costs.mrrMinor)} − ${amount(costs.cogsMinor)}) ÷ ${amount(costs.mrrMinor)} = ${value}%`,
  mrr: (_subject, value) => `${value} USD`,
  cogs: ({ costs }, value) => `${amount(costs.llmMinor)} + ${amount(costs.infraMinor)} + ${amount(costs.supportMinor)} = ${value}`,
  cogs_per_seat: ({ costs, seats }, value) => `${amount(costs.cogsMinor)} ÷ ${twoPlaces(seats)} seats = ${value}`,
  cogs_per_tenant: ({ costs, rows }, value) => `${amount(costs.cogsMinor)} ÷ ${rows.length} = ${value}`,
};

/** Metered quantities with the price that counted, and subscriptions: what one tenant's figures rest on. */
function tenantInputs(db: StoreDb, tenantId: string, month: string, now: string): Input[] {
  const tenantNo = tenantNoOf(db, tenantId);
  const catalogue = metricCatalogue(db);
  const at = endOf(month, now);
  const use = monthTotals(db, month)
    .filter((row) => row.tenantNo === tenantNo)
    .map(({ metric, quantity, costEstimate }): Input => {
      const found = catalogue.byName.get(metric);
      const cost = found === undefined ? null : costVersion(found, parseMonth(month)!);
      return {
        name: metric,
        says: `${formatExact(quantity)} ${found?.newest.unit ?? ''} × ${cost === null ? 'no price' : `${formatExact(cost.perUnit)} USD (version ${cost.version.version})`} = ${formatExact(costEstimate)} USD`,
        sha256: cost?.version.sha256 ?? null,
        address: `/usage?tenant=${encodeURIComponent(tenantId)}&metric=${encodeURIComponent(metric)}&month=${month}`,
      };
    });
  const paid = subscriptionsAt(db, at)
    .filter((row) => row.tenantNo === tenantNo)
    .map((row): Input => {
      const { minor, currency, says } = mrrOfSubscription(row, at);
      const { tenantNo: _no, ...record } = row;
      return {
        name: row.subscription_id,
        says: minor === null ? `adds nothing: ${says}` : `${says} = ${formatMinor(minor, currency)} ${currency} (${MRR_RULE})`,
        sha256: digestOf(record),
        address: tenantAddress(tenantId),
      };
    });
  return [...use, ...paid];
}

const MOST_INPUTS = 200;

export function proofOf(db: StoreDb, args: ProofArgs): Answer {
  const read = readMonth(db, args.month, args.now);
  const subject = subjectOf(read.rows, args, read.month);
  const value = valueOf(args.figure, subject);
  const [title, unit] = TITLES[args.figure];
  const { costs } = subject;
  // Computed anew from the facts: what was closed must come out again.
  const again = computeMonth(db, read.month, args.now);
  const isSame = again.sha256 === read.sha256;
  const step = (says: string, figure: string) => ({ says, figure, holds: null });
  const inputs =
    args.tenantId !== null
      ? tenantInputs(db, args.tenantId, read.month, args.now)
      : subject.rows.slice(0, MOST_INPUTS).map((row): Input => ({
          name: row.name,
          says: `MRR ${amount(row.mrrMinor)}, costs ${amount(row.cogsMinor)}${row.marginBp === null ? '' : `, margin ${percent(row.marginBp)}%`}`,
          sha256: null,
          address: tenantAddress(row.tenantId),
        }));
  return {
    name: `${title} of ${subject.name}, ${read.month}`,
    unit,
    value,
    proof: {
      says:
        read.state === 'running'
          ? 'Computed now; the month still runs.'
          : isSame
            ? 'Computed again from the facts: the whole close comes out the same.'
            : 'Facts came in since the close. What was closed stands as it was; computed now it would be another figure.',
      checkedAt: args.now,
      rule: { name: 'Unit economics', version: `${read.rule}, ${read.costModel}`, source: 'docs/cost-model.md' },
      formula: [
        step('Revenue proxy: subscriptions that are paid', amount(costs.mrrMinor)),
        step('Language models, metered', amount(costs.llmMinor)),
        step('Infrastructure, metered', amount(costs.infraMinor)),
        step('Support, by the cost model', amount(costs.supportMinor)),
        { says: title, figure: CLOSING[args.figure](subject, value), holds: read.state === 'running' ? null : isSame },
      ],
      inputs,
      resultSha256: read.sha256,
      command: `countersign economics show --month ${read.month}${args.tenantId === null ? '' : ` --tenant ${args.tenantId}`} --json`,
      changedSince: read.state === 'closed' && !isSame ? `Now it gives ${again.sha256.slice(0, 8)}….` : null,
    },
  };
}
