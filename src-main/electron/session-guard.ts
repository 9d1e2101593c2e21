import type { Session } from 'electron';
import { DOWNLOAD_PATH } from '../app/hosted-app.ts';
import { APP_ORIGIN, isAppUrl } from './app-origin.ts';
import { isPermissionAllowed } from './permission-policy.ts';

/** Schemes that carry their own bytes and reach no server. */
const LOCAL_SCHEMES = ['data:', 'blob:', 'devtools:'];

/** Whether a page may load from there at all: ours, or bytes that are in the address itself. */
export const isLocalRequest = (url: string): boolean => isAppUrl(url) || LOCAL_SCHEMES.some((scheme) => url.startsWith(scheme));

/** Only files that our own tickets stand for are saved. */
export const isOwnDownload = (url: string): boolean => isAppUrl(url) && new URL(url).pathname.startsWith(DOWNLOAD_PATH);

/** Takes from a session what our pages never need: permissions, devices, the network, foreign downloads, dictionaries. */
export const guardSession = (session: Session): void => {
  session.setPermissionRequestHandler((webContents, permission, callback, details) => {
    const origin = details.isMainFrame && isAppUrl(details.requestingUrl) && isAppUrl(webContents.getURL()) ? APP_ORIGIN : '';
    callback(isPermissionAllowed(permission, origin));
  });
  session.setPermissionCheckHandler((_webContents, permission, requestingOrigin, details) =>
    details.isMainFrame ? isPermissionAllowed(permission, requestingOrigin) : false,
  );
  session.setDevicePermissionHandler(() => false);
  // The policy in the header forbids foreign addresses already; this holds even where a page would come without it.
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !isLocalRequest(details.url) });
  });
  session.on('will-download', (event, item) => {
    if (isOwnDownload(item.getURL())) item.setSaveDialogOptions({ title: 'Save file', defaultPath: item.getFilename() });
    else event.preventDefault();
  });
  session.setSpellCheckerEnabled(false);
};
