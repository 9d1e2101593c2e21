import { Button } from '@blueprintjs/core';
import { useEffect } from 'react';
import { useAppClient } from '../../port/app-client.ts';
import { useCommand, useProcedure } from '../../port/use-app.ts';
import { Banner } from '../../ui/status.tsx';
import { Time, useNow } from '../../ui/time.tsx';
import { visibleText } from '../../ui/visible-text.ts';

/** Stands while the acting member views as a tenant: who, until when, and the way out. */
export function ViewingBanner() {
  const session = useProcedure('session.describe', {}).data;
  const { queries } = useAppClient();
  const leave = useCommand('action.endImpersonation');
  const now = useNow();
  const viewing = session?.viewing ?? null;
  const until = viewing?.until ?? null;
  useEffect(() => {
    if (until === null) return undefined;
    // The app ends the view by itself; the page then asks for everything anew, in its own scope.
    const timer = setTimeout(
      () => {
        void queries.invalidateQueries();
      },
      Math.max(0, Date.parse(until) - Date.now()) + 50,
    );
    return () => {
      clearTimeout(timer);
    };
  }, [until, queries]);
  if (viewing === null) return null;
  const minutes = Math.max(0, Math.ceil((Date.parse(viewing.until) - now) / 60_000));
  return (
    <Banner
      status="accent"
      icon="eye-open"
      title={
        <>
          You view as {visibleText(viewing.tenantId)}, read only, until <Time at={viewing.until} form="short" />
        </>
      }
      actions={
        <Button
          size="small"
          text="End the view"
          loading={leave.busy}
          onClick={() => {
            leave.run({}).then(
              () => queries.invalidateQueries(),
              () => undefined,
            );
          }}
        />
      }
    >
      {minutes === 1 ? 'One minute is left.' : `${minutes} minutes are left.`} You see this tenant alone and change nothing; the view is
      kept in its timeline and in the audit log.
    </Banner>
  );
}
