/** What the address bar held when the page was opened over loopback. */
export interface Launch {
  readonly token: string | null;
  /** The fragment without the token. */
  readonly hash: string;
}

const TOKEN = /^[A-Za-z0-9_-]{16,128}$/;

/**
 * Takes the token out of `#token=…`, alone or beside an address (`#token=…&to=/receipts`). A token of another shape is
 * dropped, never kept.
 */
export const readLaunch = (hash: string): Launch => {
  if (!hash.startsWith('#token=')) return { token: null, hash };
  const params = new URLSearchParams(hash.slice(1));
  const token = params.get('token') ?? '';
  const to = params.get('to') ?? '';
  return { token: TOKEN.test(token) ? token : null, hash: to.startsWith('/') ? `#${to}` : '' };
};

const KEY = 'countersign.token';

/**
 * The token of this launch: from the address bar, which is cleaned at once, else from this tab's session. It never goes
 * into localStorage or a cookie (cookies ignore ports).
 */
export const takeLaunchToken = (): string | null => {
  const launch = readLaunch(location.hash);
  if (launch.hash !== location.hash) history.replaceState(null, '', location.pathname + launch.hash);
  try {
    if (launch.token !== null) sessionStorage.setItem(KEY, launch.token);
    return launch.token ?? sessionStorage.getItem(KEY);
  } catch {
    return launch.token;
  }
};
