import { type ReactNode, useEffect, useState } from 'react';
import { type Answer, useProcedure } from '../../port/use-app.ts';
import { hrefOf, router, useAddress } from '../../router/router.ts';
import { afterPaint } from '../../ui/after-paint.ts';
import { PageHead, Panel } from '../../ui/parts.tsx';
import { useOpenProof } from '../../ui/proof.tsx';
import { useShortcut } from '../../ui/shortcuts.ts';
import { AnswerView, Empty, Skeleton } from '../../ui/states.tsx';
import { listAddress, type Listing, listingOf, tenantAddress } from './catalogue-query.ts';
import { ConnectionsPanel } from './connections-panel.tsx';
import { ProfilePanel } from './profile-panel.tsx';
import { TenantHead } from './tenant-head.tsx';
import { TenantProof } from './tenant-proof.tsx';
import { TimelinePanel } from './timeline-panel.tsx';
import { UsagePanel } from './usage-panel.tsx';
import { type Beside, useBeside } from './use-beside.ts';
import './tenants.css';

/** `/tenants/<id>`: who they are and why they are at risk, how it came, what hangs together. */
export function TenantScreen({ tenantId }: { readonly tenantId: string }) {
  const { query } = useAddress();
  const tenant = useProcedure('tenant.show', { tenantId }, { keep: true });
  const views = useProcedure('tenant.views', {}, { keep: true }).data?.views;
  const listing = views === undefined ? null : listingOf(query, views);
  const beside = useBeside(tenantId, listing);
  const goBeside = (to: string | null | undefined): void => {
    if (to === null || to === undefined) return;
    router.go(tenantAddress(to, query));
  };
  useShortcut('[', 'Previous tenant', () => {
    goBeside(beside?.previous);
  });
  useShortcut(']', 'Next tenant', () => {
    goBeside(beside?.next);
  });
  const other = tenant.data !== undefined && tenant.data.tenant.tenantId !== tenantId;
  if (tenant.error?.code === 'NOT_FOUND' && (tenant.data === undefined || other)) {
    return (
      <>
        <PageHead crumbs={<a href={hrefOf(listAddress(query))}>Tenants</a>} title="No such tenant" />
        <Empty icon="search" title="There is no tenant with this id here" action={<a href={hrefOf('/tenants')}>Go to the tenants</a>}>
          Either no source has named it yet, or it is none of yours.
        </Empty>
      </>
    );
  }
  if (tenant.data === undefined || (other && tenant.error !== null)) {
    return (
      <>
        <PageHead crumbs={<a href={hrefOf(listAddress(query))}>Tenants</a>} title={tenantId} />
        <AnswerView of={{ ...tenant, data: undefined }} what="the tenant" skeleton={<TriSkeleton />}>
          {() => null}
        </AnswerView>
      </>
    );
  }
  return <Tenant of={tenant} answer={tenant.data} listing={listing} beside={beside} onBeside={goBeside} />;
}

interface TenantProps {
  readonly of: Parameters<typeof AnswerView<Answer<'tenant.show'>>>[0]['of'];
  readonly answer: Answer<'tenant.show'>;
  readonly listing: Listing | null;
  readonly beside: Beside | undefined;
  readonly onBeside: (tenantId: string | null) => void;
}

function Tenant({ of, answer, listing, beside, onBeside }: TenantProps) {
  const { tenantId } = answer.tenant;
  const proof = useOpenProof();
  return (
    <>
      <TenantHead answer={answer} listing={listing} beside={beside} onBeside={onBeside} />
      <AnswerView of={of} what="the tenant">
        {() => (
          <div className="tri">
            <ProfilePanel key={tenantId} answer={answer} />
            <Later key={`later ${tenantId}`}>
              <div className="tri-middle">
                <UsagePanel tenantId={tenantId} />
                <TimelinePanel tenantId={tenantId} />
              </div>
              <ConnectionsPanel tenantId={tenantId} />
            </Later>
            {proof !== null ? <TenantProof tenantId={tenantId} figure={proof} name={answer.tenant.name} /> : null}
          </div>
        )}
      </AnswerView>
    </>
  );
}

/** The profile is there to be read a frame sooner; the panels that ask for more come after it. */
function Later({ children }: { readonly children: ReactNode }) {
  // Written as text there is no frame to wait for.
  const [painted, setPainted] = useState(!('requestAnimationFrame' in globalThis));
  useEffect(
    () =>
      afterPaint(() => {
        setPainted(true);
      }),
    [],
  );
  return painted ? (
    children
  ) : (
    <>
      <div className="tri-middle">
        <Panel title="Usage">{null}</Panel>
        <Panel title="Timeline" className="timeline-panel">
          {null}
        </Panel>
      </div>
      <Panel title="Connections" className="graph-pane">
        {null}
      </Panel>
    </>
  );
}

function TriSkeleton() {
  return (
    <div className="tri">
      <section className="panel">
        <Skeleton rows={18} rowHeight={24} />
      </section>
      <div className="tri-middle">
        <section className="panel">
          <Skeleton rows={5} rowHeight={32} />
        </section>
        <section className="panel timeline-panel">
          <Skeleton rows={10} rowHeight={44} />
        </section>
      </div>
      <section className="panel graph-pane">
        <Skeleton rows={6} rowHeight={80} />
      </section>
    </div>
  );
}
