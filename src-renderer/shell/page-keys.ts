import { useEffect } from 'react';
import { router } from '../router/router.ts';
import { ROUTES } from '../routes.ts';
import { decideKey, type KeyState } from '../ui/keyboard.ts';
import { usePreferences } from '../ui/preferences.ts';
import { runShortcut } from '../ui/shortcuts.ts';
import { openDialog } from './shell-state.ts';

const FIELDS = 'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]';

/** Listens to the page's keys; what each means is decided in ui/keyboard.ts. */
export const usePageKeys = (): void => {
  useEffect(() => {
    let state: KeyState = { goSince: null };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      const [act, next] = decideKey(
        {
          key: event.key,
          ctrl: event.ctrlKey || event.metaKey,
          shift: event.shiftKey,
          alt: event.altKey,
          inField: target?.matches(FIELDS) ?? false,
          inOverlay: (target?.closest('.bp6-portal') ?? null) !== null,
        },
        state,
        { letters: usePreferences.getState().letters, nowMs: event.timeStamp },
      );
      state = next;
      switch (act.act) {
        case 'none':
        case 'prefix':
          return;
        case 'palette':
          openDialog('palette');
          break;
        case 'help':
          openDialog('help');
          break;
        case 'back':
          history.back();
          break;
        case 'forward':
          history.forward();
          break;
        case 'go': {
          const route = ROUTES.find((each) => each.letter === act.letter);
          if (route === undefined) return;
          router.go(`/${route.root}`);
          break;
        }
        case 'shortcut':
          if (!runShortcut(act.key)) return;
          break;
      }
      event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => {
      removeEventListener('keydown', onKeyDown);
    };
  }, []);
};
