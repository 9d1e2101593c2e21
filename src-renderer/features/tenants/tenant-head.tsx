import { Button } from '@blueprintjs/core';
import type { Answer } from '../../port/use-app.ts';
import { hrefOf, useAddress } from '../../router/router.ts';
import { integer } from '../../ui/format.ts';
import { CopyButton } from '../../ui/hash.tsx';
import { LIMIT_STATUS } from '../../ui/limit-bar.tsx';
import { PageHead } from '../../ui/parts.tsx';
import { Pill } from '../../ui/status.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { type Listing, listAddress } from './catalogue-query.ts';
import { limitWords, statusLook } from './tenant-words.ts';
import { TenantActions } from '../actions/tenant-actions.tsx';
import type { Beside } from './use-beside.ts';

export interface TenantHeadProps {
  readonly answer: Answer<'tenant.show'>;
  readonly listing: Listing | null;
  readonly beside: Beside | undefined;
  readonly onBeside: (tenantId: string | null) => void;
}

/** Name, what is wrong, the place in the list, and what can be done. */
export function TenantHead({ answer, listing, beside, onBeside }: TenantHeadProps) {
  const { query } = useAddress();
  const { tenant } = answer;
  const { limit } = tenant;
  const status = statusLook(tenant.status);
  return (
    <PageHead
      crumbs={
        <>
          <a href={hrefOf('/tenants')}>Tenants</a>
          <span aria-hidden="true">/</span>
          {listing === null ? null : (
            <a href={hrefOf(listAddress(query))}>
              {visibleText(listing.base.name)}
              {listing.changed ? ', changed' : ''}
            </a>
          )}
          {beside === undefined ? null : (
            <>
              <span aria-hidden="true">/</span>
              <span>
                {beside.position === null
                  ? `not among its ${integer(beside.matched)}`
                  : `${integer(beside.position)} of ${integer(beside.matched)}`}
              </span>
            </>
          )}
        </>
      }
      title={visibleText(tenant.name)}
      marks={
        <>
          <span className="row tight none">
            <code className="muted">{tenant.tenantId}</code>
            <CopyButton text={tenant.tenantId} what="the id" />
          </span>
          {tenant.status === 'active' || tenant.status === 'trial' ? null : (
            <Pill status={status.status} icon={status.icon}>
              {tenant.status}
            </Pill>
          )}
          {tenant.riskWord === 'low' ? null : (
            <Pill status={tenant.riskWord === 'high' ? 'bad' : 'warn'} icon={tenant.riskWord === 'high' ? 'error' : 'warning-sign'}>
              {`risk ${tenant.risk}, ${tenant.riskWord}`}
            </Pill>
          )}
          {limit === null || limit.state === 'ok' || limit.state === 'none' ? null : (
            <Pill status={LIMIT_STATUS[limit.state]} icon={limit.state === 'over' ? 'error' : 'warning-sign'}>
              {limitWords(limit)}
            </Pill>
          )}
        </>
      }
      actions={
        <>
          <Button
            icon="chevron-up"
            aria-label="Previous tenant"
            title="Previous tenant in the list ([)"
            disabled={(beside?.previous ?? null) === null}
            onClick={() => {
              onBeside(beside?.previous ?? null);
            }}
          />
          <Button
            icon="chevron-down"
            aria-label="Next tenant"
            title="Next tenant in the list (])"
            disabled={(beside?.next ?? null) === null}
            onClick={() => {
              onBeside(beside?.next ?? null);
            }}
          />
          <TenantActions key={tenant.tenantId} tenantId={tenant.tenantId} />
        </>
      }
    />
  );
}
