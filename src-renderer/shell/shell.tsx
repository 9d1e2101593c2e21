import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
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
      <button type="button" className="foot-part" onClick={() => openDialog('help')}>
        <Keys>?</Keys> Shortcuts
      </button>
    </footer>
  );
}

/** Frames to wait for a screen that is still being loaded: about two seconds. */
const MOST_FRAMES = 120;

/** When another place is opened, reading begins at its title: the focus goes there, unless something on it has taken it. */
const useTitleFocus = (main: RefObject<HTMLElement | null>): void => {
  const place = useAddress().segments.join('/');
  const before = useRef(place);
  useEffect(() => {
    if (before.current === place) return undefined;
    before.current = place;
    let frames = 0;
    let frame = requestAnimationFrame(function look() {
      // The screen before stays hidden in the page while the next one is loaded.
      const titles = [...(main.current?.querySelectorAll<HTMLElement>('[data-page-title]') ?? [])];
      const title = titles.find((each) => each.checkVisibility()) ?? null;
      frames += 1;
      if (title === null && frames < MOST_FRAMES) {
        frame = requestAnimationFrame(look);
        return;
      }
      const active = document.activeElement;
      const taken =
        active !== main.current && (main.current?.contains(active) === true || (active?.closest('.bp6-portal') ?? null) !== null);
      if (!taken) (title ?? main.current)?.focus({ preventScroll: true });
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [place, main]);
};

/** The frame around every screen. */
export function Shell({ children }: { readonly children: ReactNode }) {
  usePageKeys();
  const main = useRef<HTMLElement>(null);
  useTitleFocus(main);
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
      <main className="main" id="main" tabIndex={-1} ref={main}>
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
