import { app, BrowserWindow, type Event, type WebContents } from 'electron';
import { openExternalLink } from './external-links.ts';
import { classifyNavigation } from './navigation-policy.ts';

interface NavigationDetails {
  readonly url: string;
  readonly isMainFrame: boolean;
}

/**
 * Guards every webContents that will ever exist, from its creation: what is not allowed cannot load. Decided at the time of
 * navigation, because by then redirects and scripts have had their say.
 */
export const guardNavigation = (onBlocked: (url: string) => void = () => undefined): void => {
  const open = (url: string, webContents: WebContents): void => {
    openExternalLink(url, BrowserWindow.fromWebContents(webContents)).catch(() => {
      onBlocked(url);
    });
  };
  app.on('web-contents-created', (_event, webContents) => {
    const decide = (details: Event<NavigationDetails>): void => {
      const navigation = classifyNavigation(details.url, details);
      if (navigation === 'in-app') return;
      details.preventDefault();
      if (navigation === 'block') onBlocked(details.url);
    };
    webContents.on('will-navigate', (details) => {
      decide(details);
      // Only here, so that one click asks once: the other events fire for the same navigation.
      if (classifyNavigation(details.url, details) === 'external') open(details.url, webContents);
    });
    webContents.on('will-redirect', decide);
    webContents.on('will-frame-navigate', decide);
    webContents.on('will-attach-webview', (event) => {
      event.preventDefault();
    });
    webContents.setWindowOpenHandler(({ url }) => {
      if (classifyNavigation(url, { isMainFrame: true }) === 'external') open(url, webContents);
      else onBlocked(url);
      return { action: 'deny' };
    });
  });
};
