import '@blueprintjs/core/lib/css/blueprint.css';
import './styles/tokens.css';
import './styles/base.css';
import './styles/blueprint.css';
import './styles/parts.css';
import './styles/plain-table.css';
import './styles/states.css';
import './styles/proof.css';
import './styles/shell.css';
import './styles/palette.css';
import './styles/dialogs.css';
import './styles/narrow.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App, restoreAddress } from './app.tsx';
import { AppClientContext, createAppClient } from './port/app-client.ts';
import { hostPort } from './port/host-port.ts';
import { takeLaunchToken } from './port/launch-token.ts';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { router } from './router/router.ts';
import { installTrustedTypes } from './trusted-types.ts';
import { loadIcons } from './ui/icon-set.ts';
import { followTheme } from './ui/preferences.ts';

// First of all: the token leaves the address bar, and HTML from strings becomes impossible.
const token = takeLaunchToken();
installTrustedTypes();
router.refresh();

const start = async (): Promise<void> => {
  followTheme();
  restoreAddress();
  const app = createAppClient(hostPort(token), { onFault: (error) => console.error(error) });
  await loadIcons();
  const root = document.getElementById('root');
  if (root === null) return;
  createRoot(root).render(
    <StrictMode>
      <ErrorBoundary what="The console">
        <AppClientContext.Provider value={app}>
          <QueryClientProvider client={app.queries}>
            <App />
          </QueryClientProvider>
        </AppClientContext.Provider>
      </ErrorBoundary>
    </StrictMode>,
  );
};

void start();
