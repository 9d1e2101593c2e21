import { type ReactNode, useEffect, useRef } from 'react';
import { useAddress } from '../router/router.ts';
import { Keys, Mark } from '../ui/parts.tsx';
import { NoticeStack } from '../ui/notice-stack.tsx';
import { barTime } from '../ui/time-format.ts';
import { useNow } from '../ui/time.tsx';
import { JobsBar, JobsDrawer } from './jobs-drawer.tsx';
import { NoticeStrip } from './notice-strip.tsx';
import { usePageKeys } from './page-keys.ts';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { openDialog } from './shell-state.ts';
import { ShortcutsOverlay } from './shortcuts-overlay.tsx';
import { TopBar } from './top-bar.tsx';
import { WorkspaceDialogs } from './workspace-dialogs.tsx';

function StatusBar() {
  const now = useNow();
  return (
    <footer className="foot">
      <JobsBar />
      <span className="push" />
      <time dateTime={new Date(now).toISOString()}>{barTime(now)}</time>
      <button type="button" className="foot-part" aria-label="All keys" onClick={() => openDialog('help')}>
        <Keys>?</Keys> Shortcuts
      </button>
    </footer>
  );
}

/** When another place is opened, reading begins at its title: the focus goes there, unless something inside has taken it. */
const useTitleFocus = (): ((main: HTMLElement | null) => void) => {
  const main = useRef<HTMLElement | null>(null);
  const address = useAddress();
  const place = address.segments.join('/');
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return;
    before.current = place;
    const frame = requestAnimationFrame(() => {
      const element = main.current;
      if (element === null || (element.contains(document.activeElement) && document.activeElement !== element)) return;
      (element.querySelector<HTMLElement>('[data-page-title]') ?? element).focus({ preventScroll: true });
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [place]);
  return (element) => {
    main.current = element;
  };
};

/** The frame around every screen. */
export function Shell({ children }: { readonly children: ReactNode }) {
  usePageKeys();
  const mainRef = useTitleFocus();
  return (
    <div className="shell">
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        Skip to the screen
      </a>
      <header className="head">
        <div className="brand">
          <Mark />
          <span className="brand-name">Countersign</span>
        </div>
        <TopBar />
      </header>
      <NoticeStrip />
      <Rail />
      <main className="main" id="main" tabIndex={-1} ref={mainRef}>
        {children}
      </main>
      <StatusBar />
      <Palette />
      <JobsDrawer />
      <ShortcutsOverlay />
      <WorkspaceDialogs />
      <NoticeStack />
    </div>
  );
}
