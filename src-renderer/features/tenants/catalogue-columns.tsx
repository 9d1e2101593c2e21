import { Icon } from '@blueprintjs/core';
import { TENANT_THRESHOLDS, type TenantRow } from '../../../src-shared/contract/tenants.ts';
import { hrefOf } from '../../router/router.ts';
import { integer } from '../../ui/format.ts';
import { LimitBar } from '../../ui/limit-bar.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusWord } from '../../ui/status.tsx';
import type { TableColumn } from '../../ui/table-columns.ts';
import { Time } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { moneyWords, planWord, riskStatus, statusLook, usd } from './tenant-words.ts';

const none = <span className="muted">–</span>;
const MARGINS_SHOWN = 6;

/** Oldest first, as many as the picture shows; months before the first close stay empty. */
const lastMargins = (row: TenantRow): (number | null)[] => {
  const known = row.margins.slice(-MARGINS_SHOWN).map(({ percent }) => Number(percent));
  return [...Array.from({ length: MARGINS_SHOWN - known.length }, () => null), ...known];
};

function Status({ row }: { readonly row: TenantRow }) {
  if (row.status === 'active') return <span className="second">active</span>;
  const look = statusLook(row.status);
  return (
    <StatusWord status={look.status} icon={look.icon}>
      {row.status}
    </StatusWord>
  );
}

function Risk({ row }: { readonly row: TenantRow }) {
  const status = riskStatus(row.riskWord);
  return (
    <>
      <span className={status === 'bad' ? 't-bad strong' : row.riskWord === 'raised' ? 'strong' : 'second'}>{row.risk}</span>{' '}
      <span className={`risk-word small ${status === 'bad' ? 't-bad' : 'muted'}`}>{row.riskWord}</span>
    </>
  );
}

/** @param hrefTo the address of a tenant, with the list it is opened from. */
export const tenantColumns = (hrefTo: (row: TenantRow) => string): readonly TableColumn<TenantRow>[] => [
  {
    id: 'tenant',
    title: 'Tenant',
    track: 'minmax(150px, 1fr)',
    fixed: true,
    sortBy: 'name',
    cell: (row) => (
      <span className="tenant-cell">
        <a href={hrefOf(hrefTo(row))} tabIndex={-1} className="tenant-name ellipsis">
          {visibleText(row.name)}
        </a>
        <code className="muted ellipsis">{row.tenantId}</code>
      </span>
    ),
    text: (row) => row.name,
  },
  {
    id: 'plan',
    title: 'Plan',
    track: '112px',
    cell: (row) => (
      <>
        {planWord(row.planId)}{' '}
        <span
          className={`small ${row.planKnown ? 'muted' : 't-warn'}`}
          title={row.planKnown ? undefined : 'This version is not known here'}
        >
          {row.planVersion}
        </span>
      </>
    ),
    text: (row) => `${row.planId} ${row.planVersion}`,
  },
  { id: 'status', title: 'Status', track: '84px', cell: (row) => <Status row={row} />, text: (row) => row.status },
  {
    id: 'region',
    title: 'Region',
    track: '100px',
    foldBelow: 1100,
    cell: (row) => <span className="second">{row.region}</span>,
    text: (row) => row.region,
  },
  {
    id: 'limit',
    title: 'Nearest limit',
    track: 'minmax(144px, 244px)',
    sortBy: 'limit',
    cell: (row) =>
      row.limit === null ? (
        none
      ) : (
        <span className="tenant-limit">
          <LimitBar percent={Number(row.limit.percent)} state={row.limit.state} />
          <code className="muted ellipsis">{row.limit.metric}</code>
        </span>
      ),
    text: (row) => (row.limit === null ? '' : `${row.limit.percent}% of ${row.limit.metric}`),
  },
  {
    id: 'risk',
    title: 'Risk',
    track: '76px',
    align: 'end',
    sortBy: 'risk',
    cell: (row) => <Risk row={row} />,
    text: (row) => String(row.risk),
  },
  {
    id: 'margin',
    title: 'Margin, 6 closes',
    track: '128px',
    align: 'end',
    sortBy: 'margin',
    cell: (row) =>
      row.margin === null ? (
        none
      ) : (
        <span className="tenant-margin">
          <Sparkline values={lastMargins(row)} floor={TENANT_THRESHOLDS.marginFloorPercent} />
          <span>{row.margin}%</span>
        </span>
      ),
    text: (row) => row.margin ?? '',
  },
  {
    id: 'mrr',
    title: 'MRR, USD',
    track: '76px',
    align: 'end',
    sortBy: 'mrr',
    cell: (row) => (
      <span title={row.mrrOther.length === 0 ? undefined : `and ${row.mrrOther.map((each) => moneyWords(each)).join(', ')}`}>
        {usd(row.mrr)}
        {row.mrrOther.length === 0 ? null : <span className="muted"> +</span>}
      </span>
    ),
    text: (row) => row.mrr.amount,
  },
  {
    id: 'usage',
    title: 'Cost this month, USD',
    track: '132px',
    align: 'end',
    sortBy: 'usage',
    hidden: true,
    cell: (row) => (row.usageCost === null ? none : usd(row.usageCost)),
    text: (row) => row.usageCost?.amount ?? '',
  },
  {
    id: 'activity',
    title: 'Last activity, UTC',
    track: '120px',
    align: 'end',
    sortBy: 'activity',
    hidden: true,
    cell: (row) => (row.lastActivityAt === null ? none : <Time at={row.lastActivityAt} form="column" />),
    text: (row) => row.lastActivityAt ?? '',
  },
  {
    id: 'incidents',
    title: 'Open incidents',
    track: '100px',
    align: 'end',
    hidden: true,
    cell: (row) => (row.openIncidents === 0 ? none : <b>{integer(row.openIncidents)}</b>),
    text: (row) => String(row.openIncidents),
  },
  {
    id: 'tags',
    title: 'Tags',
    track: 'minmax(120px, 1fr)',
    hidden: true,
    cell: (row) =>
      row.tags.length === 0 ? (
        none
      ) : (
        <span className="row">
          <Icon icon="tag" size={11} className="muted" />
          <span className="ellipsis">{row.tags.map(visibleText).join(', ')}</span>
        </span>
      ),
    text: (row) => row.tags.join(', '),
  },
  {
    id: 'partner',
    title: 'Partner',
    track: '112px',
    hidden: true,
    cell: (row) => <span className="second">{row.partnerId}</span>,
    text: (row) => row.partnerId,
  },
  {
    id: 'tier',
    title: 'Tier',
    track: '92px',
    hidden: true,
    cell: (row) => <span className="second">{row.tier}</span>,
    text: (row) => row.tier,
  },
];
