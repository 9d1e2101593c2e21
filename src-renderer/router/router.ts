import { useSyncExternalStore } from 'react';
import { type Address, parseAddress, withQuery } from './address.ts';

/**
 * The address lives in the fragment (`#/receipts/…`): it works the same under app:// and over loopback, and a fragment is
 * never sent to a server.
 */
export interface Router {
  readonly current: () => Address;
  readonly go: (address: string, options?: { readonly replace?: boolean }) => void;
  readonly subscribe: (listener: () => void) => () => void;
  /** Reads the address bar again, after something else has written to it. */
  readonly refresh: () => void;
}

/** What the router needs of a window; a test brings its own. */
export interface AddressBar {
  readonly hash: () => string;
  readonly write: (hash: string, replace: boolean) => void;
  readonly onChange: (listener: () => void) => void;
}

export const createRouter = (bar: AddressBar): Router => {
  const listeners = new Set<() => void>();
  let address = parseAddress(bar.hash());
  const take = (): void => {
    const next = parseAddress(bar.hash());
    if (next.text === address.text) return;
    address = next;
    for (const listener of [...listeners]) listener();
  };
  bar.onChange(take);
  return {
    current: () => address,
    go: (text, options) => {
      const next = parseAddress(text);
      if (next.text === address.text) return;
      bar.write(`#${next.text}`, options?.replace ?? false);
      take();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    refresh: take,
  };
};

const windowBar = (): AddressBar => ({
  hash: () => location.hash,
  write: (hash, replace) => {
    if (replace) history.replaceState(null, '', hash);
    else history.pushState(null, '', hash);
  },
  onChange: (listener) => {
    addEventListener('popstate', listener);
    addEventListener('hashchange', listener);
  },
});

const nowhere: AddressBar = { hash: () => '', write: () => undefined, onChange: () => undefined };

/** The one router of the page. Outside a browser (markup tests) it stands still at `/`. */
export const router: Router = createRouter(typeof window === 'undefined' ? nowhere : windowBar());

export const useAddress = (): Address => useSyncExternalStore(router.subscribe, router.current, router.current);

/** Changes query entries of the present address; replaces by default, so that Back leaves the screen and not a panel. */
export const setQuery = (patch: Readonly<Record<string, string | undefined>>, options?: { readonly replace?: boolean }): void => {
  router.go(withQuery(router.current(), patch), { replace: options?.replace ?? true });
};

/** `href` of a link to an address. */
export const hrefOf = (address: string): string => `#${address}`;
