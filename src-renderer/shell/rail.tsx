import { Icon } from '@blueprintjs/core';
import { Fragment } from 'react';
import { useProcedure } from '../port/use-app.ts';
import { hrefOf, useAddress } from '../router/router.ts';
import { type Route, routeOf, ROUTES } from '../routes.ts';
import { counted, integer } from '../ui/format.ts';

interface Count {
  readonly n: number;
  readonly bad: boolean;
  readonly says: string;
}

/** What waits on each screen: only what needs a person is counted. */
const useCounts = (): Readonly<Record<string, Count>> => {
  const needs = useProcedure('overview.get', {}).data?.needs ?? [];
  const seal = useProcedure('receipt.seal', {}).data;
  const quarantine = useProcedure('quarantine.page', { state: 'open', limit: 1 }).data?.totals.open ?? 0;
  const packets = useProcedure('packet.list', {}).data;
  const late = (packets?.packets ?? []).filter(({ overdue }) => overdue).length + (packets?.toBuild ?? []).filter(({ due }) => due).length;
  const broken = seal?.broken ?? 0;
  const failing = useProcedure('gate.matrix', { months: 1 }).data?.totals.failing ?? 0;
  return {
    overview: { n: needs.length, bad: false, says: `${counted(needs.length, 'thing')} waiting` },
    receipts: { n: broken, bad: true, says: `${counted(broken, 'broken chain')}` },
    packets: { n: late, bad: false, says: `${counted(late, 'month')} due` },
    evidence: { n: failing, bad: true, says: `${counted(failing, 'gate')} failing` },
    quarantine: { n: quarantine, bad: false, says: `${counted(quarantine, 'row')} open` },
  };
};

function RailLink({ route, count, current }: { readonly route: Route; readonly count: Count | undefined; readonly current: boolean }) {
  const shown = count !== undefined && count.n > 0 ? count : null;
  return (
    <a
      href={hrefOf(`/${route.root}`)}
      aria-current={current ? 'page' : undefined}
      title={shown === null ? route.name : `${route.name}: ${shown.says}`}
      className={route.group === 'foot' ? 'rail-foot' : undefined}
    >
      <Icon icon={route.icon} size={15} />
      <span className="rail-name">{route.name}</span>
      {shown === null ? null : (
        <>
          <span className="visually-hidden">, {shown.says}</span>
          <span className={`count${shown.bad ? ' count-bad' : ''}`} aria-hidden="true">
            {shown.n > 999 ? '999+' : integer(shown.n)}
          </span>
        </>
      )}
    </a>
  );
}

export function Rail() {
  const counts = useCounts();
  const current = routeOf(useAddress());
  return (
    <nav className="rail" aria-label="Screens">
      {ROUTES.map((route, i) => (
        <Fragment key={route.root}>
          {i > 0 && route.group !== 'foot' && ROUTES[i - 1]?.group !== route.group ? <div className="rail-gap" /> : null}
          <RailLink route={route} count={counts[route.root]} current={current === route} />
        </Fragment>
      ))}
    </nav>
  );
}
