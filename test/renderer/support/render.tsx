/** Screens as markup: asked of the fixture app over the real port, then rendered once on the server side. */
import { QueryClientProvider } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { InputOf, QueryName } from '../../../src-shared/contract/define.ts';
import type { Contract } from '../../../src-shared/contract/index.ts';
import { AppClientContext, createAppClient } from '../../../src-renderer/port/app-client.ts';
import { createFixtureApp, type FixtureOptions } from './fixture-app.ts';

export type Asked = { [N in QueryName<Contract>]: readonly [name: N, input: InputOf<Contract, N>] }[QueryName<Contract>];

/** What the shell's parts ask for on any screen. */
export const EVERYWHERE: readonly Asked[] = [
  ['host.describe', {}],
  ['session.describe', {}],
  ['member.list', {}],
  ['sync.state', {}],
  ['receipt.seal', {}],
  ['workspace.status', {}],
  ['workspace.known', {}],
];

export const renderScreen = async (screen: ReactNode, asked: readonly Asked[], options: FixtureOptions = {}): Promise<string> => {
  const app = createFixtureApp(options);
  const client = createAppClient({ open: () => Promise.resolve(app.connect()) });
  try {
    for (const [name, input] of [...EVERYWHERE, ...asked]) {
      // In recovery the workspace's own questions are refused, as in the app; the screen then has no such answer.
      const answer = await client.live.call(name, input as never).catch(() => undefined);
      if (answer !== undefined) client.queries.setQueryData([name, input], answer);
    }
    return renderToStaticMarkup(
      <AppClientContext.Provider value={client}>
        <QueryClientProvider client={client.queries}>{screen}</QueryClientProvider>
      </AppClientContext.Provider>,
    );
  } finally {
    client.live.close();
    client.queries.clear();
    app.close();
  }
};
