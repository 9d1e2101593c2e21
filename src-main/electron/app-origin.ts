/** The one place the interface lives at on the desktop. A standard scheme, so that it has a real origin. */
export const APP_SCHEME = 'app';
export const APP_HOST = 'ops';
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/**
 * Whether a URL is exactly ours. Parsed and compared part by part: a substring or prefix would also find
 * `app://ops.evil` and `https://evil/?next=app://ops`.
 */
export const isAppUrl = (url: string): boolean => {
  const parsed = URL.parse(url);
  return (
    parsed !== null &&
    parsed.protocol === `${APP_SCHEME}:` &&
    parsed.hostname === APP_HOST &&
    parsed.port === '' &&
    parsed.username === '' &&
    parsed.password === ''
  );
};

/** Where the interface shows an address inside the console: it lives in the fragment. */
export const addressUrl = (address: string): string => `${APP_ORIGIN}/#${address}`;
