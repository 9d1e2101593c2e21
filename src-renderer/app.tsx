import { lazy, Suspense, useEffect } from 'react';
import { useLink, useProcedure } from './port/use-app.ts';
import { hrefOf, router, useAddress } from './router/router.ts';
import { HOME, routeOf } from './routes.ts';
import { RefusedPage } from './shell/notice-strip.tsx';
import { Shell } from './shell/shell.tsx';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { NoticeStack } from './ui/notice-stack.tsx';
import { readSaved, writeSaved } from './ui/saved-state.ts';
import { AfterAMoment, Empty, ErrorView, Skeleton } from './ui/states.tsx';

const Recovery = lazy(() => import('./features/recovery/recovery.tsx').then((m) => ({ default: m.Recovery })));

const LAST_ADDRESS = 'last-address';

const parseSavedAddress = (value: unknown): string | null =>
  typeof value === 'string' && value.startsWith('/') && value.length <= 500 ? value : null;

/** Goes to where the console was left, when the address names nothing. */
export const restoreAddress = (): void => {
  if (router.current().segments.length > 0) return;
  router.go(readSaved(LAST_ADDRESS, parseSavedAddress, HOME), { replace: true });
};

function Loading() {
  return (
    <div aria-busy="true" className="loading page">
      <span className="visually-hidden">Opening the screen</span>
      <AfterAMoment>
        <Skeleton rows={12} rowHeight={32} />
      </AfterAMoment>
    </div>
  );
}

function NoSuchPlace() {
  return (
    <Empty icon="path-search" title="There is nothing at this address" action={<a href={hrefOf(HOME)}>Go to the overview</a>}>
      It may have been written for another version, or it lost a part on the way.
    </Empty>
  );
}

function Screens() {
  const address = useAddress();
  const route = routeOf(address);
  useEffect(() => {
    if (route !== null) writeSaved(LAST_ADDRESS, address.text);
    document.title = route === null ? 'Countersign' : `${route.name} · Countersign`;
  }, [address.text, route]);
  return (
    <Shell>
      <ErrorBoundary what="This screen" resetKey={address.text}>
        <Suspense fallback={<Loading />}>{route === null ? <NoSuchPlace /> : <route.screen address={address} />}</Suspense>
      </ErrorBoundary>
    </Shell>
  );
}

export function App() {
  const link = useLink();
  const host = useProcedure('host.describe', {});
  if (link.kind === 'refused') return <RefusedPage says={link.says} />;
  if (host.data === undefined) {
    if (host.error !== null) {
      return (
        <main className="alone">
          <ErrorView error={host.error} what="the state of the app" onRetry={() => host.refetch()} />
        </main>
      );
    }
    return <Loading />;
  }
  if (!host.data.inRecovery) return <Screens />;
  return (
    <ErrorBoundary what="The recovery screen">
      <Suspense fallback={<Loading />}>
        <Recovery />
        <NoticeStack />
      </Suspense>
    </ErrorBoundary>
  );
}
