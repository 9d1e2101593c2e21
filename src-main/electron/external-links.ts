import { type BrowserWindow, dialog, type MessageBoxOptions, shell } from 'electron';

/** Where a link may lead: the standards that our screens cite. Exact names; a subdomain is another host. */
export const LINK_HOSTS: readonly string[] = [
  'c2sp.org',
  'cloudevents.io',
  'csrc.nist.gov',
  'datatracker.ietf.org',
  'focus.finops.org',
  'in-toto.io',
  'www.rfc-editor.org',
];

/** Whether an address may be offered to the system's browser: https, a host of the list, no credentials, usual port. */
export const isAllowedLink = (url: string): boolean => {
  const parsed = URL.parse(url);
  return (
    parsed !== null &&
    parsed.protocol === 'https:' &&
    parsed.username === '' &&
    parsed.password === '' &&
    parsed.port === '' &&
    LINK_HOSTS.includes(parsed.hostname)
  );
};

/** Asks the person, showing the whole address, and opens it in the system's browser. */
export const openExternalLink = async (url: string, window: BrowserWindow | null): Promise<'opened' | 'declined' | 'refused'> => {
  if (!isAllowedLink(url)) return 'refused';
  const { href } = new URL(url);
  const question: MessageBoxOptions = {
    type: 'question',
    message: 'Open this page in your browser?',
    detail: href,
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
  const { response } = await (window === null ? dialog.showMessageBox(question) : dialog.showMessageBox(window, question));
  if (response !== 0) return 'declined';
  await shell.openExternal(href);
  return 'opened';
};
